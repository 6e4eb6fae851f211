"""Asking before something is lost, or before somebody leaves: never blocking."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QCheckBox, QLabel, QWidget

from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme, set_role


@dataclass(frozen=True)
class Question:
    """What is asked, in whole sentences."""

    title: str
    lines: tuple[str, ...]
    """What will be lost and what depends on it, one paragraph each."""
    yes: str
    no: str
    option: str = ""
    """The words beside a checkbox; empty: there is none."""
    option_on: bool = False
    danger: bool = False


class ConfirmDialog(Sheet):
    """Two buttons, and a checkbox where there is a choice."""

    confirmed = pyqtSignal(bool)
    """Yes; whether the checkbox was ticked."""

    def __init__(self, theme: Theme, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(theme, question.title, parent=parent)
        self.resize(480, 256)
        for line in question.lines:
            label = QLabel(line, self)
            label.setWordWrap(True)
            self.body.addWidget(label)
        self.option = QCheckBox(question.option, self)
        self.option.setChecked(question.option_on)
        self.option.setVisible(bool(question.option))
        self.body.addWidget(self.option)
        self.body.addStretch(1)
        self.cancel.setText(question.no)
        self.primary.setText(question.yes)
        if question.danger:
            self._beware()

    @pyqtSlot()
    def submit(self) -> None:
        """Yes."""
        self.confirmed.emit(self.option.isChecked())
        self.accept()

    def _beware(self) -> None:
        """What destroys is never what Return presses, and it is not the filled button."""
        self.primary.setDefault(False)
        self.primary.setAutoDefault(False)
        set_role(self.primary, "danger", "kind")
        self.cancel.setDefault(True)
        set_role(self.cancel, "primary", "kind")  # so that it is as wide as its bold words
        self.cancel.setFocus()
