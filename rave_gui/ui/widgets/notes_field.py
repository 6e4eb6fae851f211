"""Notes that are kept by themselves, a moment after the last letter."""

from __future__ import annotations

from PyQt6.QtCore import QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QFocusEvent
from PyQt6.QtWidgets import QPlainTextEdit, QWidget

_CALM_MS = 900


class NotesField(QPlainTextEdit):
    """Says what was written, with the record that it was written about."""

    notes_changed = pyqtSignal(int, str)
    """The id of the record, and its notes."""

    def __init__(self, hint: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id: int | None = None
        self._kept = ""
        self.setPlaceholderText(hint)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setFixedHeight(62)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._calm.timeout.connect(self.keep)
        self.textChanged.connect(self._wait)

    def show_notes(self, record: int | None, notes: str) -> None:
        """Show the notes of a record; what is being written about it is not disturbed."""
        if record != self._id:
            self.keep()
        elif self._calm.isActive() or notes == self.toPlainText():
            return
        self._id, self._kept = record, notes
        self.setPlainText(notes)
        self._calm.stop()

    @pyqtSlot()
    def keep(self) -> None:
        """Tell what was written, if anything was."""
        self._calm.stop()
        text = self.toPlainText().strip()
        if self._id is not None and text != self._kept.strip():
            self._kept = text
            self.notes_changed.emit(self._id, text)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """Whoever leaves has finished."""
        super().focusOutEvent(event)
        self.keep()

    @pyqtSlot()
    def _wait(self) -> None:
        self._calm.start()
