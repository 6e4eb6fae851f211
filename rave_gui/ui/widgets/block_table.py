"""What was measured for each buffer size: a small table with a bar of the time it takes."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from rave_gui.core.records import Export
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import export_blocks as words
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.labels import label

_BAR_WIDTH, _BAR_HEIGHT = 96, 6


class LoadBar(QWidget):
    """How much of the time that there is a buffer takes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._share, self._role = theme, 0.0, "good"
        self.setFixedSize(_BAR_WIDTH, _BAR_HEIGHT + 10)

    def show_share(self, share: float, role: str) -> None:
        """From 0 to 1, in the colour of ``role``."""
        self._share, self._role = share, role
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """A line, and the part of it that is taken."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        top = (self.height() - _BAR_HEIGHT) / 2
        for width, colour in (
            (float(self.width()), self._theme.colour("line")),
            (max(2.0, self.width() * self._share), self._theme.colour(self._role)),
        ):
            painter.setBrush(colour)
            radius = _BAR_HEIGHT / 2
            painter.drawRoundedRect(QRectF(0, top, width, _BAR_HEIGHT), radius, radius)


class BlockCard(Card):
    """Hidden where nothing was measured."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Played live, by buffer size"), parent)
        self._theme = theme
        self._shown: tuple[list[words.BlockLine], str] = ([], "")
        self._table = QWidget()
        self._note = label(role="muted", wrap=True)
        self.body.addWidget(self._table)
        self.body.addWidget(self._note)
        self.hide()

    def show_blocks(self, export: Export) -> None:
        """Show what its verification measured; the same again changes nothing."""
        lines, note = words.lines(export), words.note(export)
        self.setVisible(bool(lines))
        if (lines, note) == self._shown:
            return
        self._shown = (lines, note)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._replace(self._made(lines))

    def _replace(self, table: QWidget) -> None:
        self.body.replaceWidget(self._table, table)
        self._table.hide()
        self._table.deleteLater()
        self._table = table

    def _made(self, lines: list[words.BlockLine]) -> QWidget:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 2, 0, 2)
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(4, 1)
        for column, head in enumerate(words.heads()):
            grid.addWidget(label(head, "muted"), 0, column)
        for row, line in enumerate(lines, 1):
            self._add(grid, row, line)
        return table

    def _add(self, grid: QGridLayout, row: int, line: words.BlockLine) -> None:
        size = label(line.size, "figure")
        size.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(size, row, 0)
        for column, cell in enumerate((line.difference, line.clicks), 1):
            made = label(cell.text, cell.role)
            made.setToolTip(cell.tip)
            grid.addWidget(made, row, column)
        bar = LoadBar(self._theme)
        bar.show_share(line.share, line.load.role)
        load = QHBoxLayout()
        load.setSpacing(10)
        load.addWidget(bar)
        load.addWidget(label(line.load.text, _quiet(line.load.role)))
        grid.addLayout(load, row, 3)


def _quiet(role: str) -> str:
    """The bar has the colour already, where nothing is amiss."""
    return "secondary" if role == "good" else role
