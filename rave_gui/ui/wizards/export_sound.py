"""Step 3: latents, channels, rate, weights. What cannot be chosen says why."""

from __future__ import annotations

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from rave_gui.backend.export_draft import MULTIPLES, ExportDraft
from rave_gui.ui import formats
from rave_gui.ui.dialogs.form import Form
from rave_gui.ui.viewmodels import export_words as words
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.parts import scrolled
from rave_gui.ui.wizards.chip_choice import ChipChoice

_FINE = 1000
"""Positions of the slider, from 0.1 to 0.999 (export.py:44)."""
_LOW, _HIGH = 100, 999


class SoundStep(QWidget):
    """Shows what the checkpoint itself says of its latents, as soon as the engine has looked."""

    latents_chosen = pyqtSignal(int)
    fidelity_chosen = pyqtSignal(float)
    channels_chosen = pyqtSignal(object)
    multiple_chosen = pyqtSignal(int)
    ema_toggled = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.latents = ChipChoice(self.tr("Latents"))
        self.fidelity = QSlider(Qt.Orientation.Horizontal)
        self.fidelity.setRange(_LOW, _HIGH)
        self.fidelity.setPageStep(10)
        self._share = QLabel()
        self._share.setProperty("mono", True)
        self.channels = ChipChoice(self.tr("Channels"))
        self.rate = ChipChoice(self.tr("Sample rate"))
        self.ema = QCheckBox(self.tr("Averaged weights (EMA)"))
        self._form = Form()
        self._build()
        self._connect()

    def show_draft(self, draft: ExportDraft) -> None:
        """What is chosen, and what can be."""
        self._show_latents(draft)
        self._show_channels(draft)
        self._show_rate(draft)
        why_not = draft.why_not_ema()
        self.ema.setChecked(draft.ema)
        self.ema.setEnabled(not why_not)
        explained = self.tr("Smoother weights than those of the last step.")
        self._ema_hint.setText(why_not or explained)

    def first_field(self) -> QWidget:
        """Where the keyboard begins."""
        return self.fidelity if self.fidelity.isEnabled() else self.channels

    # Inside

    def _show_latents(self, draft: ExportDraft) -> None:
        sizes = [one.latents for one in draft.choices]
        present = {plan.latents for plan in draft.plans()}
        for size in sizes:
            if size not in self.latents.values():
                self.latents.add(str(size), size)
        for value in self.latents.values():
            chip = self.latents.chip(value)
            chip.setVisible(value in sizes)
            chip.setChecked(present == {value})
        self.latents.setVisible(bool(sizes))
        variational = any(one.variational for one in draft.models)
        self.fidelity.setEnabled(variational and not draft.reading)
        with QSignalBlocker(self.fidelity):
            self.fidelity.setValue(round(draft.fidelity * _FINE))
        self._share.setText(formats.percent(draft.fidelity) if variational else formats.DASH)
        self._latents_hint.setText(words.latents_words(draft))

    def _show_channels(self, draft: ExportDraft) -> None:
        most, why_not = draft.most_channels, draft.why_not_channels()
        for number in (None, *range(1, most)):
            if number not in self.channels.values():
                text = self.tr("As trained") if number is None else formats.channels(number)
                self.channels.add(text, number)
        trained = self.tr("As trained: {c}").format(c=formats.channels(most))
        self.channels.rename(None, trained)
        for value in self.channels.values():
            chip = self.channels.chip(value)
            chip.setVisible(value is None or (isinstance(value, int) and value < most))
            chip.setEnabled(value is None or not why_not)
            chip.setChecked(value == draft.channels)
        explained = self.tr("The RAVE VST plays mono models only; nn~ plays all.")
        self._channels_hint.setText(why_not or explained)

    def _show_rate(self, draft: ExportDraft) -> None:
        reasons = []
        for multiple in MULTIPLES:
            if multiple not in self.rate.values():
                self.rate.add("", multiple)
            why_not = draft.why_not_multiple(multiple)
            chip = self.rate.chip(multiple)
            self.rate.rename(multiple, words.rate_text(draft, multiple))
            chip.setEnabled(not why_not)
            chip.setToolTip(why_not)
            chip.setChecked(multiple == draft.multiple)
            reasons.append(why_not)
        explained = self.tr("Whole multiples of the model's own rate only; it then works harder.")
        said = next((one for one in reasons if one), "")
        self._rate_hint.setText(" ".join(part for part in (explained, said) if part))

    def _build(self) -> None:
        slider = QWidget()
        row = QHBoxLayout(slider)
        row.setContentsMargins(0, 6, 0, 0)
        row.addWidget(self.fidelity, 1)
        row.addWidget(self._share)
        slider.setFocusProxy(self.fidelity)
        form = self._form
        form.add_row(self.tr("Latents"), self.latents)
        self._latents_hint = form.add_row(self.tr("Fidelity"), slider)
        self.fidelity.setAccessibleName(self.tr("Fidelity in thousandths"))
        self._channels_hint = form.add_row(self.tr("Channels"), self.channels)
        self._rate_hint = form.add_row(self.tr("Sample rate"), self.rate)
        self._ema_hint = form.add_row(self.tr("Weights"), self.ema)
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 10, 0)
        box.setSpacing(14)
        text = self.tr("Latents are the knobs that the sound is played with: fewer are easier to "
                       "play, more are truer to the sound.")  # fmt: skip
        box.addWidget(label(text, "secondary", wrap=True))
        box.addWidget(form)
        box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 22, 18, 12)
        outer.addWidget(scrolled(inner))

    def _connect(self) -> None:
        self.latents.chosen.connect(self._on_latents)
        self.fidelity.valueChanged.connect(self._on_fidelity)
        self.channels.chosen.connect(self._on_channels)
        self.rate.chosen.connect(self._on_rate)
        self.ema.clicked.connect(self.ema_toggled)

    @pyqtSlot()
    def _on_latents(self) -> None:
        value = self.latents.value()
        if isinstance(value, int):
            self.latents_chosen.emit(value)

    @pyqtSlot(int)
    def _on_fidelity(self, position: int) -> None:
        self.fidelity_chosen.emit(position / _FINE)

    @pyqtSlot()
    def _on_channels(self) -> None:
        self.channels_chosen.emit(self.channels.value())

    @pyqtSlot()
    def _on_rate(self) -> None:
        value = self.rate.value()
        if isinstance(value, int):
            self.multiple_chosen.emit(value)
