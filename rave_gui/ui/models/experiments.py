"""Ten thousand trainings as rows of a table: sorted and narrowed within a frame or two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from rave_gui.ui.viewmodels.training_table import CREATED, FIGURES, TrainingLine, titles

Role = Qt.ItemDataRole
LINE_ROLE = Role.UserRole + 1
"""The :class:`TrainingLine` itself."""
_NOWHERE = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ExperimentsModel(QAbstractTableModel):
    """Rows are :class:`TrainingLine`; selections follow their training wherever it goes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: dict[int, TrainingLine] = {}
        self._shown: list[TrainingLine] = []
        self._words: tuple[str, ...] = ()
        self._archived = False
        self._column, self._down = CREATED, True
        self._order: list[TrainingLine] = []
        self._away = 0

    # What it holds

    @property
    def total(self) -> int:
        """All trainings that could be shown."""
        return len(self._lines) - (0 if self._archived else self._away)

    def line_at(self, row: int) -> TrainingLine | None:
        """The training of a shown row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def row_of(self, identity: int) -> int:
        """The shown row of a training; -1 where it is not shown."""
        rows = (row for row, line in enumerate(self._shown) if line.id == identity)
        return next(rows, -1)

    # What changes it

    def set_lines(self, lines: Sequence[TrainingLine]) -> None:
        """Show these; where only what they say changed, nothing but that is painted anew."""
        before, self._lines = self._lines, {line.id: line for line in lines}
        self._away = sum(line.archived for line in lines)
        self._order = []
        if before.keys() == self._lines.keys() and self._keeps_its_order(before):
            self._refresh()
        else:
            self._lay_out()

    def update_line(self, line: TrainingLine) -> None:
        """One training as it is now; it keeps its place."""
        if line.id in self._lines:
            self._lines[line.id] = line
            self._order = []
            self._refresh([line.id])

    def narrow(self, text: str) -> None:
        """Show only trainings with all words of ``text``."""
        self._words = tuple(text.casefold().split())
        self._lay_out()

    def show_archived(self, on: bool) -> None:
        """Show what was put away as well, or not."""
        self._archived = on
        self._lay_out()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; what is not known comes last either way."""
        self._column, self._down = column, order is Qt.SortOrder.DescendingOrder
        self._order = []
        self._lay_out()

    # For the view

    def rowCount(self, parent: QModelIndex = _NOWHERE) -> int:
        """Shown trainings."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: QModelIndex = _NOWHERE) -> int:
        """Columns."""
        return 0 if parent.isValid() else len(titles())

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> Any:
        """What a cell says; the delegate draws from the line itself."""
        if not index.isValid():
            return None
        line = self._shown[index.row()]
        if role == LINE_ROLE:
            return line
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return line.texts[index.column()]
        if role == Role.AccessibleDescriptionRole:
            return line.spoken
        if role == Role.TextAlignmentRole:
            return _RIGHT if index.column() in FIGURES else _LEFT
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.DisplayRole:
            return titles()[section]
        if role == Role.TextAlignmentRole:
            return _RIGHT if section in FIGURES else _LEFT
        return None

    # Parts

    def _wanted(self) -> list[TrainingLine]:
        if not self._order:
            self._order = self._sorted()
        found = self._order
        if not self._archived:
            found = [line for line in found if not line.archived]
        for word in self._words:
            found = [line for line in found if word in line.search]
        return list(found)

    def _sorted(self) -> list[TrainingLine]:
        column, lines = self._column, self._lines.values()
        known = [line for line in lines if line.keys[column] is not None]
        known.sort(key=lambda line: line.keys[column], reverse=self._down)
        if len(known) == len(lines):
            return known
        return known + [line for line in lines if line.keys[column] is None]

    def _keeps_its_order(self, before: dict[int, TrainingLine]) -> bool:
        """Whether nothing that is sorted or narrowed by has changed."""
        column = self._column
        return all(
            old is (new := self._lines[key])
            or (
                old.keys[column] == new.keys[column]
                and old.archived == new.archived
                and (not self._words or old.search == new.search)
            )
            for key, old in before.items()
        )

    def _refresh(self, only: Iterable[int] | None = None) -> None:
        """Paint rows anew that say something else now."""
        wanted = None if only is None else set(only)
        for row, old in enumerate(self._shown):
            if wanted is not None and old.id not in wanted:
                continue
            new = self._lines[old.id]
            if new is not old and new != old:
                self._shown[row] = new
                last = self.index(row, self.columnCount() - 1)
                self.dataChanged.emit(self.index(row, 0), last)

    def _lay_out(self) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        kept = [self._shown[index.row()].id for index in before]
        self._shown = self._wanted()
        if before:
            rows = {line.id: row for row, line in enumerate(self._shown)}
            for index, identity in zip(before, kept, strict=True):
                row = rows.get(identity, -1)
                there = self.index(row, index.column()) if row >= 0 else QModelIndex()
                self.changePersistentIndex(index, there)
        self.layoutChanged.emit()
