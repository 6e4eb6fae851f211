"""Step 3: how the sound is prepared, each choice explained, and what comes of it beside them."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from rave_gui.backend.dataset_draft import DatasetDraft
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.ui import formats
from rave_gui.ui.dialogs.form import Form
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import format_words as words
from rave_gui.ui.widgets.parts import scrolled
from rave_gui.ui.wizards.chip_choice import ChipChoice
from rave_gui.ui.wizards.dataset_outlook import OutlookCard


class FormatStep(QWidget):
    """Fields at the left, the forecast at the right."""

    format_changed = pyqtSignal(object, object)
    """``PreprocessSettings`` and ``ConditionSettings``."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings, self._condition = PreprocessSettings(), ConditionSettings()
        self.channels = ChipChoice(self.tr("Channels"))
        self.mix = ChipChoice(self.tr("Mixing"))
        self.rate = ChipChoice(self.tr("Sample rate"))
        self.window_size = ChipChoice(self.tr("Window"))
        self.short = ChipChoice(self.tr("Short files"))
        self.trim = QCheckBox(self.tr("Cut silence"))
        self.level = QCheckBox(self.tr("Match loudness"))
        self.storage = ChipChoice(self.tr("Storage"))
        self.outlook = OutlookCard(theme)
        self._fill()
        self._build()
        self._connect()

    def show_draft(self, draft: DatasetDraft) -> None:
        """The choices of the draft, and what each means for its files."""
        self._settings, self._condition = draft.settings, draft.condition
        self._show_choices()
        settings, tally = draft.settings, draft.tally
        self._channels_hint.setText(words.channels_words(tally, settings, draft.condition))
        self.mix.setVisible(tally.more_channels(settings.channels) > 0)
        self._rate_hint.setText(words.rate_words(tally, settings))
        self._window_hint.setText(words.window_words(settings))
        self._short_hint.setText(words.short_words(draft))
        self._storage_hint.setText(words.lazy_words(settings))
        self.outlook.show_draft(draft)

    def first_field(self) -> QWidget:
        """Where the keyboard begins."""
        return self.channels.chip(self.channels.value())

    @pyqtSlot()
    def _on_changed(self) -> None:
        settings = replace(
            self._settings,
            num_signal=self.window_size.value(),
            channels=self.channels.value(),
            sample_rate=self.rate.value(),
            lazy=self.storage.value(),
        )
        condition = replace(
            self._condition,
            mix=self.mix.value(),
            short_files=self.short.value(),
            trim_silence=self.trim.isChecked(),
            match_level=self.level.isChecked(),
        )
        self.format_changed.emit(settings, condition)

    def _show_choices(self) -> None:
        settings, condition = self._settings, self._condition
        self.channels.choose(settings.channels, formats.channels(settings.channels))
        self.mix.choose(condition.mix)
        self.rate.choose(settings.sample_rate, formats.sample_rate(settings.sample_rate))
        label = words.window_label(settings.num_signal, settings.sample_rate)
        self.window_size.choose(settings.num_signal, label)
        for window in self.window_size.values():
            self.window_size.rename(window, words.window_label(window, settings.sample_rate))
        self.short.choose(condition.short_files)
        self.trim.setChecked(condition.trim_silence)
        self.level.setChecked(condition.match_level)
        self.storage.choose(settings.lazy)

    def _fill(self) -> None:
        for number in words.CHANNELS:
            self.channels.add(formats.channels(number), number)
        self.mix.add(self.tr("mix all channels"), words.MEAN)
        self.mix.add(self.tr("take the first only"), words.FIRST)
        for rate in words.RATES:
            self.rate.add(formats.sample_rate(rate), rate)
        for window in words.WINDOWS:
            self.window_size.add(words.window_label(window, self._settings.sample_rate), window)
        self.short.add(self.tr("join"), words.JOIN)
        self.short.add(self.tr("fill up with silence"), words.PAD)
        self.short.add(self.tr("leave out"), words.LEAVE)
        self.storage.add(self.tr("one database"), False)
        self.storage.add(self.tr("your own files (lazy)"), True)

    def _build(self) -> None:
        form = Form()
        channels = QWidget()
        both = QVBoxLayout(channels)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(6)
        both.addWidget(self.channels)
        both.addWidget(self.mix)
        self._channels_hint = form.add_row(self.tr("Channels"), channels)
        self._rate_hint = form.add_row(self.tr("Sample rate"), self.rate)
        self._window_hint = form.add_row(self.tr("Window"), self.window_size)
        self._short_hint = form.add_row(self.tr("Short files"), self.short)
        form.add_row(self.tr("Silence"), self.trim, words.trim_words())
        form.add_row(self.tr("Level"), self.level, words.level_words())
        self._storage_hint = form.add_row(self.tr("Kept in"), self.storage)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 16, 0)
        column.addWidget(form)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(28, 22, 28, 12)
        row.setSpacing(12)
        row.addWidget(scrolled(left), 1)
        row.addWidget(self.outlook)

    def _connect(self) -> None:
        for choice in (
            self.channels, self.mix, self.rate, self.window_size, self.short, self.storage,
        ):  # fmt: skip
            choice.chosen.connect(self._on_changed)
        for box in (self.trim, self.level):
            box.clicked.connect(self._on_changed)
