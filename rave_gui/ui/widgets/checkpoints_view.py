"""Checkpoints as a timeline or as a table; one choice for both."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from rave_gui.core.records import Checkpoint
from rave_gui.ui.models.checkpoints import CheckpointsModel
from rave_gui.ui.models.query import parse
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.buttons import CHIP, button
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.parts import fill, filter_field
from rave_gui.ui.widgets.record_table import RecordTable
from rave_gui.ui.widgets.timeline_card import TimelineCard

_STEP = 2
_WIDTHS = {0: 124, 1: 142, 2: 84, 3: 96, 4: 82, 5: 122, 6: 124}


class CheckpointsView(QWidget):
    """Says which checkpoints are chosen, wherever that was done."""

    selection_changed = pyqtSignal(list)
    """The ids of the chosen checkpoints, the current one last."""
    record_activated = pyqtSignal(int)
    tidy_requested = pyqtSignal()
    import_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card = TimelineCard(theme)
        self.timeline = self._card.timeline
        self.model = CheckpointsModel(self)
        self.table = RecordTable(theme, self.model, self.tr("Checkpoints"))
        self.summary = label(role="secondary")
        self.filter = filter_field(
            self.tr("Filter, for example: bells step>100k"), self.tr("Filter the checkpoints"), 284
        )
        self.as_timeline, self.as_table = self._switch(self.tr("Timeline"), self.tr("Table"))
        self._import = button(self.tr("Import…"), tip=self.tr("Bring in a .ckpt or .ts"))
        self._tidy = button(self.tr("Tidy up…"), tip=self.tr("Rules that clear checkpoints"))
        self.head = self._make_head()
        self._stack = QStackedWidget()
        self._rows: Sequence[Checkpoint] = ()
        self._dress_table()
        self._stack.addWidget(self._card)
        self._stack.addWidget(self.table)
        fill(self, self._stack)
        self._connect()

    # Methods

    def set_rows(self, rows: Sequence[Checkpoint]) -> None:
        """Show these; the table, which sorts them, only where it is seen."""
        self._rows = rows
        if self.as_table.isChecked():
            self._fill_table()

    def apply_filter(self) -> None:
        """Let through what the words of the filter say."""
        if self.as_table.isChecked():
            self.table.proxy.set_filter(self.filter.text())

    def shown(self) -> Collection[int] | None:
        """The ids of the checkpoints that the filter lets through; None: all of them."""
        columns = self.model.columns
        query = parse(self.filter.text(), (column.key for column in columns))
        if not query.words and not query.comparisons:
            return None
        valued = [column for column in columns if column.value]
        return {
            row.id or 0
            for row in self._rows
            if query.matches(
                (column.text(row) for column in columns),
                {column.key: column.value(row) for column in valued if column.value},
            )
        }

    def select(self, identity: int) -> bool:
        """Choose that checkpoint alone; false where it is not shown."""
        shown = self.timeline.select(identity)
        self.table.select_record(identity)
        return shown

    # Construction

    def _switch(self, *names: str) -> tuple[QPushButton, ...]:
        group = QButtonGroup(self)
        made = tuple(button(name, CHIP) for name in names)
        for one in made:
            one.setCheckable(True)
            group.addButton(one)
        made[0].setChecked(True)
        return made

    def _make_head(self) -> QHBoxLayout:
        titles, head = QVBoxLayout(), QHBoxLayout()
        titles.setSpacing(4)
        titles.addWidget(label(self.tr("Models"), "title"))
        titles.addWidget(self.summary)
        head.setSpacing(8)
        head.addLayout(titles, 1)
        for part in (self.as_timeline, self.as_table, self.filter, self._import, self._tidy):
            head.addWidget(part)
        return head

    def _dress_table(self) -> None:
        self.table.stretch(len(self.model.columns) - 1, _WIDTHS)
        self.table.sort_by(_STEP, descending=True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    def _connect(self) -> None:
        self.as_table.toggled.connect(self._turn)
        self.timeline.selection_changed.connect(self._from_timeline)
        self.timeline.mark_activated.connect(self.record_activated)
        self.table.record_selected.connect(self._from_table)
        self.table.record_activated.connect(self._activate)
        self._tidy.clicked.connect(self._ask_tidy)
        self._import.clicked.connect(self._ask_import)

    def _fill_table(self) -> None:
        self.model.set_rows(self._rows)
        self.table.proxy.set_filter(self.filter.text())

    # Slots

    @pyqtSlot(bool)
    def _turn(self, table: bool) -> None:
        """The current one is seen in the other view as well."""
        self._stack.setCurrentIndex(int(table))
        current = self.timeline.current
        if table:
            self._fill_table()
        if table and current is not None:
            self.table.select_record(current)
        (self.table if table else self.timeline).setFocus()

    @pyqtSlot(list)
    def _from_timeline(self, chosen: list[int]) -> None:
        if not self.as_table.isChecked():
            self.selection_changed.emit(chosen)

    @pyqtSlot(object)
    def _from_table(self, _record: Any) -> None:
        if not self.as_table.isChecked():
            return
        rows = self.table.selectionModel()
        indexes = rows.selectedRows() if rows else []
        chosen = [record.id for one in indexes if (record := self.table.proxy.row_at(one))]
        if len(chosen) == 1:
            self.timeline.select(chosen[0])
        self.selection_changed.emit(chosen)

    @pyqtSlot(object)
    def _activate(self, record: Checkpoint | None) -> None:
        if record is not None and record.id is not None:
            self.record_activated.emit(record.id)

    @pyqtSlot()
    def _ask_tidy(self) -> None:
        self.tidy_requested.emit()

    @pyqtSlot()
    def _ask_import(self) -> None:
        self.import_requested.emit()
