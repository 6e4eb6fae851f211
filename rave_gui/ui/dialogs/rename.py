"""Another name for something: one field, and the refusal beside it."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QLineEdit, QWidget

from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme


class RenameDialog(Sheet):
    """Emits the new name; it stays open until that was taken."""

    requested = pyqtSignal(str)

    def __init__(self, theme: Theme, title: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, title, parent=parent)
        self.resize(440, 200)
        self.name = QLineEdit(name, self)
        self.name.setAccessibleName(self.tr("Name"))
        self.body.addWidget(self.name)
        self.body.addStretch(1)
        self.primary.setText(self.tr("Rename"))
        self.name.textChanged.connect(self._on_text)

    @pyqtSlot()
    def submit(self) -> None:
        """Ask for the name."""
        self.set_busy("")
        self.requested.emit(self.name.text().strip())

    @pyqtSlot(str)
    def _on_text(self, text: str) -> None:
        self.primary.setEnabled(bool(text.strip()))
        self.say("")
