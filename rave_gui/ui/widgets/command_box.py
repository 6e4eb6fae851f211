"""The exact command line of something that runs RAVE, ready to copy."""

from __future__ import annotations

import os

from PyQt6.QtCore import Qt, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QGuiApplication, QResizeEvent, QTextOption
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.command_lines import wrapped
from rave_gui.ui.widgets.buttons import LINK, button
from rave_gui.ui.widgets.labels import label


class CommandBox(QFrame):
    """A frame with the command in it, and a button that puts it on the clipboard."""

    def __init__(
        self, theme: Theme, title: str = "", lines: int = 6, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._text = _Text()
        self._text.setReadOnly(True)
        self._text.setProperty("mono", True)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._text.setAccessibleName(title or self.tr("Command line"))
        self._lines, self._command = lines, ""
        self._copy = button(self.tr("Copy"), LINK, theme=theme, icon="copy")
        self._copy.clicked.connect(self._put_on_clipboard)
        self._reset = QTimer(self)
        self._reset.setSingleShot(True)
        self._reset.setInterval(1500)
        self._reset.timeout.connect(self._say_copy)
        self._text.resized.connect(self._fit, Qt.ConnectionType.QueuedConnection)  # once laid out
        self._build(title or self.tr("Command line"))

    def show_command(self, line: str) -> None:
        """Show that command; without one the whole box is hidden."""
        if line != self._command:
            self._command = line
            self._fit()
        self.setVisible(bool(line))

    def command(self) -> str:
        """What is shown."""
        return self._command

    @pyqtSlot()
    def _fit(self) -> None:
        """As high as the command, up to a limit beyond which it scrolls."""
        self._text.show_line(self._command)
        lines = self._text.needed_lines()
        policy = Qt.ScrollBarPolicy
        scrolls = lines > self._lines
        # A bar that comes and goes would change the width, and with it the number of lines.
        self._text.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOn if scrolls else policy.ScrollBarAlwaysOff
        )
        height = self._text.fontMetrics().lineSpacing()
        self._text.setFixedHeight(max(1, min(lines, self._lines)) * height + 22)

    def _build(self, title: str) -> None:
        head = QHBoxLayout()
        head.addWidget(label(title, "cardtitle"))
        head.addStretch(1)
        head.addWidget(self._copy)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 12, 14)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(self._text)

    @pyqtSlot()
    def _put_on_clipboard(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.command())
            self._copy.setText(self.tr("Copied"))
            self._reset.start()

    @pyqtSlot()
    def _say_copy(self) -> None:
        self._copy.setText(self.tr("Copy"))


class _Text(QPlainTextEdit):
    """Text that knows how many lines it takes at its present width."""

    resized = pyqtSignal()
    _columns = 0

    def show_line(self, line: str) -> None:
        """Show a command, broken where a shell allows it; on Windows Qt breaks it."""
        view, document = self.viewport(), self.document()
        margin = 2 * document.documentMargin() if document is not None else 0.0
        width = view.width() - margin if view is not None else 0.0
        columns = int(width / max(1, self.fontMetrics().horizontalAdvance("0")))
        text = wrapped(line, columns) if os.name != "nt" else line
        if (text, columns) != (self.toPlainText(), self._columns):
            self._columns = columns
            self.setPlainText(text)  # the same text as well: else Qt keeps the lines of old

    def needed_lines(self) -> int:
        """Lines after wrapping; Qt lays text out late, and counts one for what it has not yet."""
        document = self.document()
        layout = document.documentLayout() if document else None
        if document is None or layout is None:
            return 1
        count, block = 0, document.firstBlock()
        while block.isValid():
            layout.blockBoundingRect(block)
            count += max(1, block.layout().lineCount())
            block = block.next()
        return max(1, count)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another width, another number of lines."""
        super().resizeEvent(event)
        self.resized.emit()
