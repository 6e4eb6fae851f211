"""The list of records in the second column: two lines an entry, and a bar where work goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import (
    QAbstractListModel,
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
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.rows import Row

Index = QModelIndex | QPersistentModelIndex
_HEIGHT, _BAR_ROOM, _SIDE = 62, 12, 16
_ROLE = Qt.ItemDataRole
_NOWHERE = QModelIndex()


class RowsModel(QAbstractListModel):
    """The rows that match the filter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[Row, ...] = ()
        self._shown: tuple[Row, ...] = ()
        self._words = ""

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Rows; a list has no children."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        """The row itself under ``UserRole``; its words for display and screen readers."""
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        row = self._shown[index.row()]
        if role == _ROLE.UserRole:
            return row
        if role == _ROLE.DisplayRole:
            return row.title
        if role in (_ROLE.AccessibleTextRole, _ROLE.ToolTipRole):
            return ", ".join(word for word in (row.title, row.status, row.left, row.right) if word)
        return None

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show ``rows``; where only their contents changed, nothing is reset."""
        self._all = tuple(rows)
        self._show()

    def set_filter(self, words: str) -> None:
        """Show only what matches ``words``."""
        self._words = words
        self._show()

    def index_of(self, identity: object) -> QModelIndex:
        """Where the row with that id is, invalid if it is not shown."""
        for number, row in enumerate(self._shown):
            if row.id == identity:
                return self.index(number)
        return QModelIndex()

    def _show(self) -> None:
        shown = tuple(row for row in self._all if row.matches(self._words))
        if [row.id for row in shown] == [row.id for row in self._shown]:
            self._shown = shown
            if shown:
                self.dataChanged.emit(self.index(0), self.index(len(shown) - 1))
            return
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()


class RecordList(QListView):
    """Shows rows, remembers by id which one is selected, says when another one is."""

    row_selected = pyqtSignal(object)
    """The id of the selected row, or None."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = RowsModel(self)
        self._selected: object = None
        self._filling = False
        self.setModel(self._rows)
        self.setItemDelegate(RowDelegate(theme, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setUniformItemSizes(False)

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
        ids = [row.id for row in rows]
        wanted = self._selected if self._selected in ids else (ids[0] if ids else None)
        if wanted != self._selected:
            self._choose(wanted)
        else:
            self._mark()

    def select(self, identity: object) -> None:
        """Select that row, as if it had been clicked."""
        if identity != self._selected:
            self._choose(identity)

    @pyqtSlot(str)
    def set_filter(self, words: str) -> None:
        """Show only what matches; the selection stays even where it is not shown."""
        self._filling = True
        self._rows.set_filter(words)
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

    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view
        theme.changed.connect(self._repaint)

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """Higher where there is a bar."""
        row = index.data(_ROLE.UserRole)
        bar = _BAR_ROOM if row is not None and row.fraction is not None else 0
        return QSize(120, _HEIGHT + bar)

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
        track = QRect(area.left() + _SIDE, area.bottom() - 14, area.width() - 2 * _SIDE, 4)
        fill = QRect(track)
        fill.setWidth(max(2, round(track.width() * (row.fraction or 0.0))))
        painter.setPen(Qt.PenStyle.NoPen)
        for part, role in ((track, "line"), (fill, row.bar_role)):
            painter.setBrush(self._theme.colour(role))
            painter.drawRoundedRect(part, 2, 2)

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
