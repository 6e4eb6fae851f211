"""A table of records without grid lines: hairlines, coloured words, figures equally wide."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import QItemSelection, QModelIndex, QSize, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QFont, QPalette
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from rave_gui.ui.models.proxy import RecordProxy
from rave_gui.ui.models.table import RIGHT, TONE_ROLE, RecordTableModel
from rave_gui.ui.theme import Theme

_ROW = 38


class RecordTable(QTableView):
    """Shows a :class:`RecordTableModel`, sorted and filtered; keeps its selection by record."""

    record_selected = pyqtSignal(object)
    """The selected record, or None."""
    record_activated = pyqtSignal(object)
    """The record on which somebody pressed return or clicked twice."""

    def __init__(
        self, theme: Theme, model: RecordTableModel[Any], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._proxy = RecordProxy(model, self)
        self.setModel(self._proxy)
        self.setItemDelegate(ToneDelegate(theme, self))
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._dress_headers()
        self.activated.connect(self._activate)

    @property
    def proxy(self) -> RecordProxy:
        """The sorted and filtered rows."""
        return self._proxy

    def stretch(self, column: int, widths: dict[int, int]) -> None:
        """Give ``column`` the room that is left; the others the widths named."""
        header = self.horizontalHeader()
        if header is None:
            return
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for other, width in widths.items():
            header.resizeSection(other, width)

    def sort_by(self, column: int, descending: bool = False) -> None:
        """The order in which it begins; clicks on the header change it."""
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.sortByColumn(column, order)
        self.setSortingEnabled(True)

    def current_record(self) -> Any:
        """The selected record, or None."""
        chosen = self.selectionModel()
        rows = chosen.selectedRows() if chosen else []
        return self._proxy.row_at(rows[0]) if rows else None

    def select_record(self, identity: object) -> bool:
        """Select the record with that identity; false when it is not shown."""
        index = self._proxy.index_of(identity)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
        return index.isValid()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell which record it is now."""
        super().selectionChanged(selected, deselected)
        self.record_selected.emit(self.current_record())

    def _dress_headers(self) -> None:
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        if rows is None or columns is None:
            return
        rows.hide()
        rows.setDefaultSectionSize(_ROW)
        columns.setHighlightSections(False)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setMinimumSectionSize(56)

    @pyqtSlot(QModelIndex)
    def _activate(self, index: QModelIndex) -> None:
        self.record_activated.emit(self._proxy.row_at(index))


class ToneDelegate(QStyledItemDelegate):
    """Colours a word by its tone and sets figures in their own font."""

    def __init__(self, theme: Theme, view: QTableView) -> None:
        super().__init__(view)
        self._theme = theme

    def initStyleOption(self, option: QStyleOptionViewItem | None, index: QModelIndex) -> None:
        """Called for each cell before it is drawn."""
        super().initStyleOption(option, index)
        if option is None:
            return
        option.state &= ~QStyle.StateFlag.State_HasFocus
        tone, figure = index.data(TONE_ROLE), self._is_figure(index)
        if figure:
            option.font = self._theme.mono_font(12)
        elif tone or index.column() == 0:
            option.font.setWeight(QFont.Weight.DemiBold if tone else QFont.Weight.Medium)
        role = tone or ("text" if figure or index.column() == 0 else "secondary")
        colour = self._theme.word({"warn": "phase2"}.get(role, role))
        for key in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
            option.palette.setColor(key, colour)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """All rows are equally high."""
        return QSize(super().sizeHint(option, index).width(), _ROW)

    @staticmethod
    def _is_figure(index: QModelIndex) -> bool:
        return index.data(Qt.ItemDataRole.TextAlignmentRole) == RIGHT
