"""An editor for gin text: colours for names, values and comments, the line that is wrong marked."""

from __future__ import annotations

import re

from PyQt6.QtCore import QSignalBlocker, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import (
    QColor,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PyQt6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from rave_gui.ui.theme import Theme

_CALM_MS = 250
_TINT = 60
_PARTS = (
    (re.compile(r"#.*$"), "muted"),
    (re.compile(r"^\s*include\b"), "accent"),
    (re.compile(r"^\s*[\w./-]+(?=\s*[=:])"), "phase1"),
    (re.compile(r"[@%][\w./()]+"), "series2"),
    (re.compile(r"'[^']*'|\"[^\"]*\""), "good"),
    (re.compile(r"(?<![\w.])-?\d[\d_.eE+-]*"), "phase2"),
    (re.compile(r"\b(?:True|False|None)\b"), "phase2"),
)


class GinEditor(QPlainTextEdit):
    """Tells of an edit when the hand has come to rest."""

    edited = pyqtSignal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("mono", True)
        self.setFont(theme.mono_font())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self.setAccessibleName(self.tr("Recipe and overrides as gin text"))
        self._colours = _Highlighter(theme, self.document())
        self._wrong: dict[int, str] = {}
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._calm.timeout.connect(self._tell)
        self._known = ""
        self.textChanged.connect(self._on_changed)
        theme.changed.connect(self._on_theme)

    def show_text(self, text: str) -> None:
        """Show ``text`` unless it is there, or the person is typing just now."""
        if self._calm.isActive():
            return
        self._known = text
        if text == self.toPlainText():
            return
        place = self.textCursor().position()
        with QSignalBlocker(self):
            self.setPlainText(text)
        cursor = self.textCursor()
        cursor.setPosition(min(place, len(text)))
        self.setTextCursor(cursor)
        self._mark()

    def show_wrong(self, lines: dict[int, str]) -> None:
        """Mark lines, counted from 1, each with the reason as its tooltip."""
        if lines != self._wrong:
            self._wrong = dict(lines)
            self._mark()

    def settle(self) -> None:
        """Tell of an edit now, without waiting for calm."""
        if self._calm.isActive():
            self._calm.stop()
            self._tell()

    @pyqtSlot()
    def _on_changed(self) -> None:
        """Colouring the text is a change to Qt as well, and none to a person."""
        if self.toPlainText() != self._known:
            self._calm.start()

    @pyqtSlot()
    def _tell(self) -> None:
        text = self.toPlainText()
        if text != self._known:
            self._known = text
            self.edited.emit(text)

    @pyqtSlot()
    def _on_theme(self) -> None:
        self._colours.rehighlight()
        self._mark()

    def _mark(self) -> None:
        document = self.document()
        marks = []
        for line, why in self._wrong.items():
            block = document.findBlockByNumber(line - 1) if document else None
            if block is None or not block.isValid():
                continue
            mark = QTextEdit.ExtraSelection()
            tint = QColor(self._theme.colour("bad"))
            tint.setAlpha(_TINT)
            mark.format.setBackground(tint)
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            mark.format.setToolTip(why)
            mark.cursor = QTextCursor(block)
            marks.append(mark)
        self.setExtraSelections(marks)


class _Highlighter(QSyntaxHighlighter):
    """Later parts win, but nothing wins over a comment."""

    def __init__(self, theme: Theme, document: QTextDocument | None) -> None:
        super().__init__(document)
        self._theme = theme

    def highlightBlock(self, text: str | None) -> None:
        """Colour one line."""
        line = text or ""
        for pattern, role in reversed(_PARTS):
            style = QTextCharFormat()
            style.setForeground(self._theme.word(role))
            for found in pattern.finditer(line):
                if pattern is _PARTS[0][0] and _in_string(line, found.start()):
                    continue
                self.setFormat(found.start(), len(found.group()), style)


def _in_string(line: str, place: int) -> bool:
    before = line[:place]
    return before.count("'") % 2 == 1 or before.count('"') % 2 == 1
