"""A few values side by side, of which one is chosen; all are seen without opening a list."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QButtonGroup, QPushButton, QWidget

from rave_gui.ui.widgets.buttons import CHIP, button
from rave_gui.ui.widgets.flow import FlowLayout


class ChipChoice(QWidget):
    """Exactly one is chosen; arrow keys move within, Tab leaves."""

    chosen = pyqtSignal()
    """Another value was chosen by hand."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._flow = FlowLayout(gap=8, line_gap=6, parent=self)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.buttonClicked.connect(self._on_clicked)
        self._values: dict[object, QPushButton] = {}

    def add(self, text: str, value: object) -> None:
        """A further value; the first one is chosen until another is."""
        chip = button(text, CHIP, name=f"{self.accessibleName()}: {text}")
        chip.setCheckable(True)
        chip.setChecked(not self._values)
        self._group.addButton(chip)
        self._flow.addWidget(chip)
        self._values[value] = chip

    def value(self) -> object:
        """What is chosen."""
        return next((key for key, chip in self._values.items() if chip.isChecked()), None)

    def values(self) -> tuple[object, ...]:
        """All that are offered."""
        return tuple(self._values)

    def choose(self, value: object, text: str = "") -> None:
        """Choose that; one that is not offered yet is added as ``text``, never dropped."""
        if value not in self._values:
            self.add(text or str(value), value)
        self._values[value].setChecked(True)

    def chip(self, value: object) -> QPushButton:
        """The button of a value.

        Raises:
            KeyError: it is not offered.
        """
        return self._values[value]

    def rename(self, value: object, text: str) -> None:
        """Show another text for a value."""
        chip = self._values[value]
        if chip.text() != text:
            chip.setText(text)
            chip.setAccessibleName(f"{self.accessibleName()}: {text}")

    @pyqtSlot()
    def _on_clicked(self) -> None:
        self.chosen.emit()
