"""A table of frozen records: columns are declared, rows come and go, the selection stays."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

Row = TypeVar("Row")
Role = Qt.ItemDataRole
SORT_ROLE = Role.UserRole + 1
"""The value to sort by: a number where the text shows one."""
ROW_ROLE = Role.UserRole + 2
"""The record itself."""
TONE_ROLE = Role.UserRole + 3
"""A word for the colour of the cell (``good``, ``bad``, ...); the text says the same."""
NOWHERE = QModelIndex()
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: what it is called, what it shows, and what it sorts and filters by."""

    key: str
    """Name in filters, e.g. ``step>1000``."""
    title: str
    text: Callable[[Row], str]
    value: Callable[[Row], Any] | None = None
    """A number where there is one; the text counts without it."""
    figure: bool = False
    """Set in the figures' font, at the right."""
    tone: Callable[[Row], str] | None = None
    hint: Callable[[Row], str] | None = None

    def sort_value(self, row: Row) -> Any:
        """What the column sorts by."""
        return self.value(row) if self.value else self.text(row).casefold()


class RecordTableModel(QAbstractTableModel, Generic[Row]):
    """Rows of one kind of record, known by ``identify``."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        identify: Callable[[Row], Hashable],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._identify = identify
        self._rows: list[Row] = []

    @property
    def columns(self) -> tuple[Column[Row], ...]:
        """The declared columns, in order."""
        return self._columns

    @property
    def rows(self) -> tuple[Row, ...]:
        """All records, in order."""
        return tuple(self._rows)

    def row_at(self, index: QModelIndex) -> Row | None:
        """The record of an index of this very model."""
        return self._rows[index.row()] if index.isValid() else None

    def index_of(self, identity: Hashable) -> QModelIndex:
        """Where the record with that identity stands; an invalid index when it is not here."""
        for number, row in enumerate(self._rows):
            if self._identify(row) == identity:
                return self.index(number, 0)
        return QModelIndex()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show ``rows``: what stayed keeps its index, so that selection and scrolling stay too."""
        wanted = {self._identify(row) for row in rows}
        self._remove_all_but(wanted)
        kept = [self._identify(row) for row in self._rows]
        if kept == [key for key in map(self._identify, rows) if key in set(kept)]:
            self._insert_missing(rows)
            self._refresh(rows)
        else:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()

    def rowCount(self, parent: QModelIndex = NOWHERE) -> int:
        """Rows; a table has no children."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = NOWHERE) -> int:
        """Columns."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> Any:
        """What the cell is for ``role``."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self._columns[index.column()]
        if role == Role.DisplayRole:
            return column.text(row)
        if role == SORT_ROLE:
            return column.sort_value(row)
        return self._rare_data(row, column, role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Titles of the columns; rows have none."""
        if orientation is not Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        column = self._columns[section]
        if role == Role.DisplayRole:
            return column.title
        return (RIGHT if column.figure else LEFT) if role == Role.TextAlignmentRole else None

    def _rare_data(self, row: Row, column: Column[Row], role: int) -> Any:
        if role == Role.TextAlignmentRole:
            return RIGHT if column.figure else LEFT
        if role == Role.ToolTipRole:
            return column.hint(row) if column.hint else column.text(row)
        if role == TONE_ROLE:
            return column.tone(row) if column.tone else ""
        return row if role == ROW_ROLE else None

    def _remove_all_but(self, wanted: set[Hashable]) -> None:
        for number in reversed(range(len(self._rows))):
            if self._identify(self._rows[number]) not in wanted:
                self.beginRemoveRows(NOWHERE, number, number)
                del self._rows[number]
                self.endRemoveRows()

    def _insert_missing(self, rows: Sequence[Row]) -> None:
        """Insert each run of new rows at once: a first fill of thousands is one insertion."""
        number = 0
        while number < len(rows):
            end = self._end_of_new(rows, number)
            if end > number:
                self.beginInsertRows(NOWHERE, number, end - 1)
                self._rows[number:number] = rows[number:end]
                self.endInsertRows()
            number = max(end, number + 1)

    def _end_of_new(self, rows: Sequence[Row], number: int) -> int:
        """Where the rows end that come before the next one known at this place."""
        if number >= len(self._rows):
            return len(rows)
        known = self._identify(self._rows[number])
        end = number
        while end < len(rows) and self._identify(rows[end]) != known:
            end += 1
        return end

    def _refresh(self, rows: Sequence[Row]) -> None:
        for number, row in enumerate(rows):
            if self._rows[number] != row:
                self._rows[number] = row
                self.dataChanged.emit(
                    self.index(number, 0), self.index(number, len(self._columns) - 1)
                )
