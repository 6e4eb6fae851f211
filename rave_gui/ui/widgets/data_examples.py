"""Random examples as RAVE will get them, from the database itself: to be seen, heard and kept."""

from __future__ import annotations

import random
from functools import partial
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from rave_gui.audio.loudness import LoudnessMeter
from rave_gui.audio.sound import Samples, Sound
from rave_gui.backend.dataset_example import Example, ExampleReader
from rave_gui.bridge.stream import Newest
from rave_gui.core.errors import UserError
from rave_gui.core.records import Dataset, DatasetStatus
from rave_gui.ui import formats
from rave_gui.ui.context import PageContext
from rave_gui.ui.viewmodels import dataset_examples as words
from rave_gui.ui.viewmodels.dataset_examples import Shown
from rave_gui.ui.widgets.audio_player import AudioPlayer
from rave_gui.ui.widgets.buttons import button
from rave_gui.ui.widgets.labels import FactsRow, label

_CALM_MS = 60


class DataExamples(QWidget):
    """One example at a time; the next is a random one, or the one with the number typed."""

    save_requested = pyqtSignal(int)
    """The example with that number, from 0 on."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._shown: Shown | None = None
        self._stale = True
        self._reader = Newest(context.run, self, _CALM_MS, eager=True)
        self.number, self._of = QSpinBox(), label(role="secondary")
        self.another = button(self.tr("Another"), theme=context.theme, icon="refresh")
        self.save = button(self.tr("Save as WAV…"), theme=context.theme, icon="save")
        self.facts, self._about = FactsRow(), label(role="muted", wrap=True)
        self._message = label(role="bad", wrap=True)
        self.player = AudioPlayer(context.theme, context.playback, context.run, both=True)
        self._build()
        self._connect()

    @property
    def shown(self) -> Shown | None:
        """What is seen and heard now."""
        return self._shown

    def show_dataset(self, dataset: Dataset, *, gone: bool = False) -> None:
        """Examples of ``dataset``; the same one again keeps the example that is shown."""
        before, self._dataset = self._dataset, dataset
        usable = dataset.status is DatasetStatus.READY and not gone
        if before is not None and _same(before, dataset) and self._shown and usable:
            return
        self._stale = True
        self._empty("" if usable else words.not_yet(gone=gone))
        if usable:
            self._wake()

    def showEvent(self, event: Any) -> None:
        """Nothing is read before somebody looks."""
        super().showEvent(event)
        self._wake()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Up and down go through the examples, as they do in the field."""
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if event is not None and event.key() in steps:
            self._step(steps[Qt.Key(event.key())])
            return
        super().keyPressEvent(event)

    # Choosing

    @pyqtSlot()
    def show_another(self) -> None:
        """A random one."""
        self._ask(None)

    @pyqtSlot()
    def show_next(self) -> None:
        """The one behind."""
        self._step(1)

    @pyqtSlot()
    def show_previous(self) -> None:
        """The one before."""
        self._step(-1)

    @pyqtSlot()
    def _typed(self) -> None:
        if self._shown is not None and self.number.value() - 1 != self._shown.example.index:
            self._ask(self.number.value() - 1)

    def _step(self, by: int) -> None:
        if self._shown is not None:
            self._ask((self.number.value() - 1 + by) % self._shown.count)

    def _wake(self) -> None:
        if self._stale and self._dataset is not None and self.isVisible():
            ready = self._dataset.status is DatasetStatus.READY
            self._stale = not ready
            if ready:
                self._ask(None)

    def _ask(self, index: int | None) -> None:
        if self._dataset is not None:
            if index is not None:
                self._set_number(index)
            self._reader.ask(partial(_read, self._dataset, index))

    # Showing

    @pyqtSlot(object)
    def _take(self, shown: Shown) -> None:
        if self._dataset is None or shown.dataset_id != self._dataset.id:
            return
        self._shown = shown
        self._message.hide()
        self._set_body(visible=True)
        self.number.setRange(1, shown.count)
        self._set_number(shown.example.index)
        self._of.setText(self.tr("of {n}").format(n=formats.count(shown.count)))
        self.facts.show_facts(words.facts(shown))
        self._about.setText(words.about(shown, self._dataset))
        self.player.show_sound(_sound(shown, words.title(shown)))

    @pyqtSlot(object)
    def _refuse(self, error: UserError) -> None:
        self._empty(str(error))

    def _empty(self, message: str) -> None:
        self._shown = None
        self._reader.cancel()
        self.player.show_sound(None)
        self._set_body(visible=False)
        self._message.setText(message)
        self._message.setVisible(bool(message))

    def _set_body(self, *, visible: bool) -> None:
        for part in (self._head, self.facts, self._about, self.player):
            part.setVisible(visible)

    def _set_number(self, index: int) -> None:
        self.number.blockSignals(True)
        self.number.setMaximum(max(self.number.maximum(), index + 1))
        self.number.setValue(index + 1)
        self.number.blockSignals(False)

    # Construction

    def _connect(self) -> None:
        self._reader.answered.connect(self._take)
        self._reader.refused.connect(self._refuse)
        self.another.clicked.connect(self.show_another)
        self.save.clicked.connect(self._save)
        self.number.valueChanged.connect(self._typed)
        for keys, slot in (("N", self.show_another), ("PgDown", self.show_next),
                           ("PgUp", self.show_previous)):  # fmt: skip
            made = QShortcut(QKeySequence(keys), self)
            made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(slot)

    def _build(self) -> None:
        self.number.setMinimum(1)
        self.number.setFixedWidth(96)
        self.number.setKeyboardTracking(False)
        self.number.setGroupSeparatorShown(True)
        self.number.setAccessibleName(self.tr("Number of the example"))
        self.another.setToolTip(self.tr("A random one (N); the arrow keys up and down go on"))
        self._head = QWidget()
        row = QHBoxLayout(self._head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label(self.tr("Example"), "strong"))
        row.addWidget(self.number)
        row.addWidget(self._of)
        row.addSpacing(8)
        row.addWidget(self.another)
        row.addStretch(1)
        row.addWidget(self.save)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(14)
        box.addWidget(self._head)
        box.addWidget(self.facts)
        box.addWidget(self._message)
        box.addWidget(self.player, 1)
        box.addWidget(self._about)
        self._message.hide()

    @pyqtSlot()
    def _save(self) -> None:
        if self._shown is not None:
            self.save_requested.emit(self._shown.example.index)


def _read(dataset: Dataset, index: int | None) -> Shown:
    """In another thread: the example, and what is measured in it."""
    reader = ExampleReader(dataset)
    count = reader.count()
    if not count:
        raise UserError(f"{dataset.name} holds no example.")
    example = reader.read(random.randrange(count) if index is None else index)
    return Shown(dataset.id or 0, count, example, _loudness(example))


def _loudness(example: Example) -> float | None:
    meter = LoudnessMeter(example.sample_rate, example.samples.shape[0])
    meter.add(example.floats())
    return meter.integrated()


def _sound(shown: Shown, title: str) -> Sound:
    example = shown.example
    key = f"dataset:{shown.dataset_id}:example:{example.index}"
    load = partial(_samples, example)
    return Sound(key, title, load=load, seconds=example.seconds)


def _samples(example: Example) -> Samples:
    return Samples(example.floats(), example.sample_rate)


def _same(before: Dataset, now: Dataset) -> bool:
    facts = [(one.id, one.path, one.status, one.num_samples) for one in (before, now)]
    return facts[0] == facts[1]
