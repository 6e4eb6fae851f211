"""The list of records in the second column: two lines an entry, and a bar where work goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PyQt6.QtCore import (
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    pyqtSignal,
    pyqtSlot,
)
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from rave_gui.ui.models.rows import RowsModel
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.rows import Order, Row

Index = QModelIndex | QPersistentModelIndex
_HEIGHT, _SIDE = 64, 16
_PATIENCE = 3
"""Readings that may come before a row that was asked for."""
_ROLE = Qt.ItemDataRole
_NOWHERE = QModelIndex()


class RecordList(QTableView):
    """Shows rows, remembers by id which one is selected, says when another one is."""

    row_selected = pyqtSignal(object)
    """The id of the selected row, or None."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = RowsModel(self)
        self._selected: object = None
        self._patience = 0
        self._filling = False
        self.setModel(self._rows)
        self.setItemDelegate(RowDelegate(theme, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self._dress()

    @property
    def rows(self) -> RowsModel:
        """The model behind."""
        return self._rows

    def selected(self) -> Any:
        """The id of the selected row, or None."""
        return self._selected

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show ``rows`` and keep the selection; where it is gone, the first one is selected."""
        self._filling = True
        self._rows.set_rows(rows)
        self._filling = False
        known = self._rows.has(self._selected)
        self._patience = 0 if known else self._patience
        wanted = self._selected if known or self._awaits() else self._rows.first()
        if wanted != self._selected:
            self._choose(wanted)
        else:
            self._mark()

    def select(self, identity: object) -> None:
        """Select that row, as if it had been clicked; one just made may come with the next rows."""
        self._patience = 0 if self._rows.has(identity) else _PATIENCE
        if identity != self._selected:
            self._choose(identity)

    def update_row(self, row: Row) -> None:
        """Show one row as it is now; all others stay as they are."""
        self._rows.update_row(row)

    @pyqtSlot(str)
    def set_filter(self, words: str) -> None:
        """Show only what matches; the selection stays even where it is not shown."""
        self._change(partial(self._rows.set_filter, words))

    def set_order(self, order: Order) -> None:
        """Sort; the selection stays."""
        self._change(partial(self._rows.set_order, order))

    def show_archived(self, on: bool) -> None:
        """Show what was put away as well, or not."""
        self._change(partial(self._rows.show_archived, on))

    def _awaits(self) -> bool:
        """Whether the selected one may still come: these rows may have been read before it was."""
        self._patience = max(0, self._patience - 1)
        return self._patience > 0

    def _change(self, change: Callable[[], None]) -> None:
        self._filling = True
        change()
        self._filling = False
        self._mark()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Somebody clicked or moved with the keys."""
        super().selectionChanged(selected, deselected)
        indexes = self.selectedIndexes()
        if self._filling or not indexes:
            return
        row = indexes[0].data(_ROLE.UserRole)
        if row is not None and row.id != self._selected:
            self._selected = row.id
            self.row_selected.emit(row.id)

    def _dress(self) -> None:
        """One column and rows of one height, bar or not.

        A list view would ask ten thousand rows one by one where each is; headers count them.
        """
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        if rows is not None and columns is not None:
            rows.hide()
            rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            rows.setMinimumSectionSize(_HEIGHT)
            rows.setDefaultSectionSize(_HEIGHT)
            columns.hide()
            columns.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def _choose(self, identity: object) -> None:
        self._selected = identity
        self._mark()
        self.row_selected.emit(identity)

    def _mark(self) -> None:
        index = self._rows.index_of(self._selected)
        self._filling = True
        if index.isValid():
            self.setCurrentIndex(index)
        else:
            self.clearSelection()
        self._filling = False


class RowDelegate(QStyledItemDelegate):
    """Draws one entry."""

    def __init__(self, theme: Theme, view: QTableView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view
        theme.changed.connect(self._repaint)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        """All entries are equally high."""
        return QSize(120, _HEIGHT)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        """Background, two lines of words, the bar, the hairline."""
        row = index.data(_ROLE.UserRole)
        if painter is None or row is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._background(painter, option)
        self._words(painter, option.rect, row)
        if row.fraction is not None:
            self._bar(painter, option.rect, row)
        painter.restore()

    def _background(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        area, tone = option.rect, self._theme.colour
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            painter.fillRect(area, tone("selected" if selected else "hover"))
        if selected:
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), tone("accent"))
        painter.fillRect(QRect(area.left(), area.bottom(), area.width(), 1), tone("line"))
        if selected and self._view.hasFocus():
            painter.setPen(tone("accent"))
            painter.drawRect(area.adjusted(1, 1, -2, -2))

    def _words(self, painter: QPainter, area: QRect, row: Row) -> None:
        inner = area.adjusted(_SIDE, 10, -_SIDE, 0)
        first, second = QRect(inner), QRect(inner)
        first.setHeight(20)
        second.setTop(first.bottom() + 3)
        second.setHeight(18)
        word, theme = self._theme.word, self._theme
        role = "phase2" if row.role == "warn" else row.role
        strong = QFont(self._view.font())
        strong.setWeight(QFont.Weight.DemiBold)
        _pair(
            painter,
            first,
            (row.title, strong, word("text")),
            (row.status, self._view.font(), word(role)),
        )
        small = QFont(self._view.font())
        small.setPixelSize(12)
        quiet = theme.word("muted")
        _pair(painter, second, (row.left, small, quiet), (row.right, small, quiet))

    def _bar(self, painter: QPainter, area: QRect, row: Row) -> None:
        track = QRect(area.left() + _SIDE, area.bottom() - 8, area.width() - 2 * _SIDE, 3)
        fill = QRect(track)
        fill.setWidth(max(2, round(track.width() * (row.fraction or 0.0))))
        painter.setPen(Qt.PenStyle.NoPen)
        for part, role in ((track, "line"), (fill, row.bar_role)):
            painter.setBrush(self._theme.colour(role))
            painter.drawRoundedRect(part, 1.5, 1.5)

    @pyqtSlot()
    def _repaint(self) -> None:
        if viewport := self._view.viewport():
            viewport.update()


Words = tuple[str, QFont, QColor]


def _pair(painter: QPainter, area: QRect, left: Words, right: Words) -> None:
    """One text at the left, one at the right; whichever is short is whole."""
    middle = Qt.AlignmentFlag.AlignVCenter
    text, font, colour = right
    painter.setFont(font)
    metrics = QFontMetrics(left[1])
    kept = min(metrics.horizontalAdvance(left[0]), area.width() * 2 // 5)
    room = area.width() - kept - 12 if left[0] else area.width()
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
    taken = painter.fontMetrics().horizontalAdvance(shown) + 12 if shown else 0
    painter.setPen(colour)
    painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, shown)
    text, font, colour = left
    painter.setFont(font)
    painter.setPen(colour)
    shown = painter.fontMetrics().elidedText(
        text, Qt.TextElideMode.ElideMiddle, area.width() - taken
    )
    painter.drawText(area, middle | Qt.AlignmentFlag.AlignLeft, shown)
