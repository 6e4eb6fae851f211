"""The text of a log in a bounded view: only what changed at its end is touched."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextDocument
from PyQt6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget

from rave_gui.ui.theme import Theme

MOST_LINES = 20_000
_MOST_MARKS = 500
_TINT = 70


class LogText(QPlainTextEdit):
    """Lines by their number in the file, read-only, with every match of a search marked."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._total = 0
        self.setReadOnly(True)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        self.setUndoRedoEnabled(False)
        self.setMaximumBlockCount(MOST_LINES)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("mono", True)
        self.setFont(theme.mono_font())
        self.setAccessibleName(self.tr("Log"))
        self.setPlaceholderText(self.tr("Nothing has been printed yet."))

    @property
    def total(self) -> int:
        """Lines that were shown since the beginning, those that went out at the front included."""
        return self._total

    def start_anew(self) -> None:
        """Show nothing."""
        self.clear()
        self._total = 0

    def replace_end(self, lines: Sequence[str], total: int) -> None:
        """Let ``lines`` be the last ones; ``total`` is how many there are then in all."""
        old = max(0, self._total - (total - len(lines)))
        if self._total == 0 or old >= self.blockCount() or total - len(lines) > self._total:
            self.setPlainText("\n".join(lines))
        else:
            self._write(old, lines)
        self._total = total

    def is_at_end(self) -> bool:
        """Whether the newest line is seen."""
        bar = self.verticalScrollBar()
        return bar is None or bar.value() >= bar.maximum() - 1

    def go_to_end(self) -> None:
        """Show the newest line, from its beginning."""
        bar, side = self.verticalScrollBar(), self.horizontalScrollBar()
        if bar is not None and side is not None:
            bar.setValue(bar.maximum())
            side.setValue(0)

    def mark(self, needle: str) -> int:
        """Mark every occurrence, upper and lower case alike; how many there are."""
        found: list[QTextEdit.ExtraSelection] = []
        document = self.document()
        if needle and document is not None:
            cursor = document.find(needle)
            while not cursor.isNull() and len(found) < _MOST_MARKS:
                found.append(self._marked(cursor))
                cursor = document.find(needle, cursor)
        self.setExtraSelections(found)
        return len(found)

    def find_next(self, needle: str, *, backward: bool = False) -> bool:
        """Go to the next occurrence, beginning anew at the other end."""
        flags = QTextDocument.FindFlag.FindBackward if backward else QTextDocument.FindFlag(0)
        if self.find(needle, flags):
            return True
        move = QTextCursor.MoveOperation.End if backward else QTextCursor.MoveOperation.Start
        self.moveCursor(move)
        return self.find(needle, flags)

    def _write(self, old: int, lines: Sequence[str]) -> None:
        """Replace the last ``old`` lines; the selection and the scroll position stay."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if old:
            cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock)
            for _ in range(old - 1):
                cursor.movePosition(QTextCursor.MoveOperation.PreviousBlock)
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText("\n".join(lines))
        else:
            cursor.insertText("\n" + "\n".join(lines))

    def _marked(self, cursor: QTextCursor) -> QTextEdit.ExtraSelection:
        colour = QColor(self._theme.colour("accent"))
        colour.setAlpha(_TINT)
        style = QTextCharFormat()
        style.setBackground(colour)
        selection = QTextEdit.ExtraSelection()
        selection.cursor, selection.format = cursor, style
        return selection
