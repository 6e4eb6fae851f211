"""The first side of a blind test: what is asked, of which lanes, how often."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from rave_gui.backend.blind_test import BlindKind
from rave_gui.backend.listening_room import Lane
from rave_gui.ui.dialogs.form import Number
from rave_gui.ui.viewmodels import blind_test as words
from rave_gui.ui.widgets.labels import label

ROUNDS = 6
_MOST = 30


class BlindSetup(QWidget):
    """Models take part, the input only if somebody wants it."""

    changed = pyqtSignal()

    def __init__(self, lanes: Sequence[Lane], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds = QButtonGroup(self)
        self._boxes: dict[str, QCheckBox] = {}
        self.rounds = Number(1, _MOST, ROUNDS)
        self.rounds.setAccessibleName(self.tr("Rounds of each pair"))
        self._amount = label(role="muted", wrap=True)
        self._build(lanes)
        self.rounds.valueChanged.connect(self._say)
        self._say()

    @property
    def kind(self) -> BlindKind:
        """What is asked."""
        checked = self._kinds.checkedButton()
        return BlindKind(checked.objectName() if checked else BlindKind.PREFERENCE.value)

    @property
    def keys(self) -> tuple[str, ...]:
        """Which lanes take part."""
        return tuple(key for key, box in self._boxes.items() if box.isChecked())

    def box(self, key: str) -> QCheckBox:
        """Whether that lane takes part."""
        return self._boxes[key]

    def choose(self, kind: BlindKind) -> None:
        """Ask that."""
        for made in self._kinds.buttons():
            made.setChecked(made.objectName() == kind.value)

    @pyqtSlot()
    def _say(self) -> None:
        self._amount.setText(words.amount(len(self.keys), self.rounds.value()))
        self.changed.emit()

    def _build(self, lanes: Sequence[Lane]) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        for kind, word, tip in words.kinds():
            made = QRadioButton(word)
            made.setObjectName(kind)
            made.setChecked(kind == BlindKind.PREFERENCE.value)
            made.toggled.connect(self._say)
            self._kinds.addButton(made)
            box.addWidget(made)
            box.addWidget(label(tip, "muted", wrap=True))
        box.addSpacing(8)
        box.addWidget(label(self.tr("Lanes that take part"), "label"))
        models = sum(lane.is_model for lane in lanes)
        for lane in lanes:
            chosen = QCheckBox(lane.title)
            chosen.setChecked(lane.is_model or models < 2)
            chosen.toggled.connect(self._say)
            self._boxes[lane.key] = chosen
            box.addWidget(chosen)
        box.addSpacing(8)
        row = QHBoxLayout()
        row.addWidget(label(self.tr("Rounds of each pair"), "secondary"))
        row.addWidget(self.rounds)
        row.addWidget(self._amount, 1)
        box.addLayout(row)
