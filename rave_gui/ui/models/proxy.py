"""Sorts and filters a table of records by what its figures are, not by how they are written."""

from __future__ import annotations

import math
from typing import Any

from PyQt6.QtCore import QModelIndex, QObject, QSortFilterProxyModel, Qt, pyqtSlot

from rave_gui.ui.models.query import Query, parse
from rave_gui.ui.models.table import SORT_ROLE, RecordTableModel


class RecordProxy(QSortFilterProxyModel):
    """Between a :class:`RecordTableModel` and its view."""

    def __init__(self, source: RecordTableModel[Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._query = Query()
        self.setSortRole(SORT_ROLE)
        self.setSourceModel(source)

    @pyqtSlot(str)
    def set_filter(self, text: str) -> None:
        """Show only rows with every word of ``text``; ``step>10k`` compares a column."""
        self._query = parse(text, (column.key for column in self._source.columns))
        self.invalidateFilter()

    def row_at(self, index: QModelIndex) -> Any:
        """The record behind an index of this proxy, None for none."""
        return self._source.row_at(self.mapToSource(index))

    def index_of(self, identity: object) -> QModelIndex:
        """Where a record is shown now; invalid when it is filtered out."""
        return self.mapFromSource(self._source.index_of(identity))

    def filterAcceptsRow(self, source_row: int, source_parent: QModelIndex) -> bool:
        """Whether the query matches the row."""
        row = self._source.row_at(self._source.index(source_row, 0, source_parent))
        columns = self._source.columns
        values = {column.key: column.value(row) for column in columns if column.value}
        return self._query.matches((column.text(row) for column in columns), values)

    def lessThan(self, left: QModelIndex, right: QModelIndex) -> bool:
        """Numbers by size, texts by letters; what is unknown comes last either way."""
        a, b = left.data(SORT_ROLE), right.data(SORT_ROLE)
        if _unknown(a) or _unknown(b):
            first, second = (a, b) if self.sortOrder() is Qt.SortOrder.AscendingOrder else (b, a)
            return _unknown(second) and not _unknown(first)
        return bool(a < b) if type(a) is type(b) or _numbers(a, b) else str(a) < str(b)


def _unknown(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _numbers(a: Any, b: Any) -> bool:
    return isinstance(a, (int, float)) and isinstance(b, (int, float))
