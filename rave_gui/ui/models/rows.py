"""The rows of a list column, filtered and sorted; ten thousand of them in a few milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from rave_gui.ui.viewmodels.rows import Order, Row

Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
_NOWHERE = QModelIndex()
_AS_GIVEN = Order("")


class RowsModel(QAbstractListModel):
    """The rows that match the filter."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: dict[object, Row] = {}
        self._shown: list[Row] = []
        self._places: dict[object, int] = {}
        self._words = ""
        self._order = _AS_GIVEN
        self._archived = False

    # For the view

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

    # What it holds

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show ``rows``; where only their contents changed, nothing is reset."""
        self._all = {row.id: row for row in rows}
        self._show()

    def update_row(self, row: Row) -> None:
        """One row as it is now; it keeps its place until the next time that all are given."""
        if row.id not in self._all or self._all[row.id] == row:
            return
        self._all[row.id] = row
        place = self._places.get(row.id)
        if place is not None:
            self._shown[place] = row
            self.dataChanged.emit(self.index(place), self.index(place))

    def set_filter(self, words: str) -> None:
        """Show only what matches ``words``."""
        self._words = words
        self._show()

    def set_order(self, order: Order) -> None:
        """Sort; rows that are equal in it stay as they were given."""
        self._order = order
        self._show()

    def show_archived(self, on: bool) -> None:
        """Show what was put away as well, or not."""
        self._archived = on
        self._show()

    def has(self, identity: object) -> bool:
        """Whether there is such a row, shown or not."""
        return identity in self._all

    def first(self) -> Any:
        """The id of the first row, one that is shown if any is; None where there is none."""
        row = next(iter(self._shown), None) or next(iter(self._all.values()), None)
        return row.id if row is not None else None

    def index_of(self, identity: object) -> QModelIndex:
        """Where the row with that id is, invalid if it is not shown."""
        place = self._places.get(identity)
        return self.index(place) if place is not None else QModelIndex()

    def _show(self) -> None:
        before, shown = self._shown, self._wanted()
        if len(before) == len(shown) and all(
            old.id == new.id for old, new in zip(before, shown, strict=True)
        ):
            self._shown = shown
            for place, old in enumerate(before):
                if old is not shown[place] and old != shown[place]:
                    self.dataChanged.emit(self.index(place), self.index(place))
            return
        self.beginResetModel()
        self._shown = shown
        self._places = {row.id: place for place, row in enumerate(shown)}
        self.endResetModel()

    def _wanted(self) -> list[Row]:
        words = self._words.casefold().split()
        shown = [
            row
            for row in self._all.values()
            if (self._archived or not row.archived) and all(word in row.text for word in words)
        ]
        key = self._order.key
        if key is not None:
            shown = [row for row in shown if len(row.keys) > key]
            shown.sort(key=lambda row: row.keys[key], reverse=self._order.descending)
        return shown
