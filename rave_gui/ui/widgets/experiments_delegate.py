"""Draws the cells of the table of all trainings: names, states in colour, tags, stars."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt
from PyQt6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from rave_gui.ui.models.experiments import LINE_ROLE
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import training_table as words
from rave_gui.ui.viewmodels.training_table import TrainingLine

ROW = 40
PAD = 10
_STAR = 15
"""Width of one star."""
_TAG_PAD, _TAG_GAP, _TAG_HEIGHT = 8, 5, 20


class ExperimentsDelegate(QStyledItemDelegate):
    """Everything is drawn from the line of the row."""

    def __init__(self, theme: Theme, view: QTableView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view
        self._plain = QFont(view.font())
        self._small = QFont(view.font())
        self._small.setPixelSize(12)
        self._strong = QFont(view.font())
        self._strong.setWeight(QFont.Weight.DemiBold)
        self.hovered = (-1, 0)
        """The training whose stars the mouse is over, and over which of them."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        """All rows are equally high."""
        return QSize(80, ROW)

    def star_at(self, cell: QRect, point: QPoint) -> int:
        """Which star of a cell is at a point, from 1; 0: none."""
        number = (point.x() - cell.left() - PAD) // _STAR + 1
        return number if 1 <= number <= words.MOST_STARS else 0

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        """One cell."""
        line: TrainingLine | None = index.data(LINE_ROLE)
        if painter is None or line is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, option, index)
        cell = option.rect.adjusted(PAD, 0, -PAD, 0)
        column = index.column()
        if column == words.TAGS:
            self._draw_tags(painter, cell, line.tags)
        elif column == words.STARS:
            self._draw_stars(painter, cell, line)
        else:
            self._draw_text(painter, cell, column, line)
        painter.restore()

    # Parts

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        tone = self._theme.colour
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, tone("selected"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, tone("hover"))
        area = option.rect
        painter.fillRect(QRect(area.left(), area.bottom(), area.width(), 1), tone("line"))
        focused = self._view.hasFocus() and index.row() == self._view.currentIndex().row()
        if focused and index.column() == words.NAME:
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), tone("accent"))

    def _draw_text(self, painter: QPainter, cell: QRect, column: int, line: TrainingLine) -> None:
        figure = column in words.FIGURES
        role = {words.NAME: "text", words.STATE: line.role}.get(column, "secondary")
        if figure:
            role = "text"
        if line.archived:
            role = "muted"
        font = self._theme.mono_font(12) if figure else self._plain
        painter.setFont(self._strong if column == words.NAME else font)
        painter.setPen(self._theme.word({"warn": "phase2"}.get(role, role)))
        side = Qt.AlignmentFlag.AlignRight if figure else Qt.AlignmentFlag.AlignLeft
        text = line.texts[column] or ("–" if figure else "")
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, cell.width())
        painter.drawText(cell, Qt.AlignmentFlag.AlignVCenter | side, shown)

    def _draw_tags(self, painter: QPainter, cell: QRect, tags: tuple[str, ...]) -> None:
        """As many as there is room for, and how many more there are."""
        measure, left = QFontMetrics(self._small), cell.left()
        painter.setFont(self._small)
        for number, tag in enumerate(tags):
            rest = len(tags) - number
            room = cell.right() - left - (0 if rest == 1 else 26)
            text = measure.elidedText(tag, Qt.TextElideMode.ElideRight, room - 2 * _TAG_PAD)
            if room < 40:
                painter.setPen(self._theme.word("muted"))
                painter.drawText(
                    cell.adjusted(left - cell.left(), 0, 0, 0),
                    Qt.AlignmentFlag.AlignVCenter,
                    f"+{rest}",
                )
                return
            width = measure.horizontalAdvance(text) + 2 * _TAG_PAD
            chip = QRect(left, cell.center().y() - _TAG_HEIGHT // 2, width, _TAG_HEIGHT)
            painter.setPen(QPen(self._theme.colour("line"), 1))
            painter.setBrush(self._theme.colour("raised"))
            painter.drawRoundedRect(chip, _TAG_HEIGHT / 2, _TAG_HEIGHT / 2)
            painter.setPen(self._theme.word("secondary"))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)
            left += width + _TAG_GAP

    def _draw_stars(self, painter: QPainter, cell: QRect, line: TrainingLine) -> None:
        """Those that it has; under the mouse those that a click would give."""
        here = self.hovered[1] if self.hovered[0] == line.id else 0
        painter.setFont(self._plain)
        for number in range(1, words.MOST_STARS + 1):
            spot = QRect(cell.left() + (number - 1) * _STAR, cell.top(), _STAR, cell.height())
            if number <= line.rating or number <= here:
                role = "phase2" if number <= line.rating else "muted"
                painter.setPen(self._theme.word(role))
                painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, "★")
            elif self.hovered[0] == line.id:
                painter.setPen(self._theme.word("muted"))
                painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, "☆")
