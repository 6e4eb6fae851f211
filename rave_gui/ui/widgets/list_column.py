"""The second column of a page: title, one button, filter, list, a sentence at its foot."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.rows import Order, Row
from rave_gui.ui.widgets.buttons import LINK, PRIMARY, button
from rave_gui.ui.widgets.filter_field import FilterField
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.list_menu import ListMenu
from rave_gui.ui.widgets.record_list import RecordList

WIDTH = 288


class ListColumn(QFrame):
    """Says which record is selected and when the button is pressed; decides nothing."""

    row_selected = pyqtSignal(object)
    action_requested = pyqtSignal()
    table_requested = pyqtSignal()

    def __init__(
        self, theme: Theme, title: str, action: str, hint: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "column")
        self.setFixedWidth(WIDTH)
        self._title = label(title, "section")
        self._action = button(action, PRIMARY)
        self._filter = FilterField()
        self._filter.setPlaceholderText(hint)
        self._filter.setAccessibleName(hint)
        self._filter.setClearButtonEnabled(True)
        self._view = ListMenu(theme)
        self._table = button("", LINK, theme=theme, icon="list")
        self._list = RecordList(theme)
        self._list.setAccessibleName(title)
        self._foot = label(role="muted", wrap=True)
        self._build()
        self._filter.textChanged.connect(self._list.set_filter)
        self._list.row_selected.connect(self.row_selected)
        self._action.clicked.connect(self._act)
        self._view.order_chosen.connect(self._list.set_order)
        self._view.words_chosen.connect(self._filter.setText)
        self._view.archived_toggled.connect(self._list.show_archived)
        self._table.clicked.connect(self._show_table)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.activated.connect(self._filter.setFocus)

    @property
    def action(self) -> QPushButton:
        """The filled button."""
        return self._action

    @property
    def list(self) -> RecordList:
        """The list itself."""
        return self._list

    @property
    def filter(self) -> FilterField:
        """The field above it."""
        return self._filter

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show ``rows``; the selection stays."""
        self._list.set_rows(rows)

    def update_row(self, row: Row) -> None:
        """Show one row as it is now."""
        self._list.update_row(row)

    def offer(self, orders: Sequence[Order], filters: Sequence[tuple[str, str]]) -> None:
        """A menu beside the filter to sort by, to narrow to, and to show what was put away."""
        self._view.offer(orders, filters)
        self._view.show()

    def offer_table(self, tip: str) -> None:
        """A button beside the filter that asks for all of it as a table."""
        self._table.setToolTip(tip)
        self._table.setAccessibleName(tip)
        self._table.show()

    def set_foot(self, text: str) -> None:
        """The sentence below the list."""
        self._foot.setText(text)
        self._foot_frame.setVisible(bool(text))

    def set_foot_widget(self, widget: QWidget) -> None:
        """Something more at the foot than a sentence."""
        if (layout := self._foot_frame.layout()) is not None:
            layout.addWidget(widget)
        self._foot.hide()
        self._foot_frame.show()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 16, 16, 12)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._action)
        field = QHBoxLayout()
        field.setContentsMargins(16, 0, 16, 12)
        field.setSpacing(2)
        field.addWidget(self._filter, 1)
        for part in (self._view, self._table):
            part.hide()
            field.addWidget(part)
        self._foot_frame = QFrame()
        self._foot_frame.setProperty("surface", "foot")
        foot = QVBoxLayout(self._foot_frame)
        foot.setContentsMargins(16, 12, 16, 14)
        foot.addWidget(self._foot)
        self._foot_frame.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 1, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addLayout(field)
        box.addWidget(self._list, 1)
        box.addWidget(self._foot_frame)

    @pyqtSlot()
    def _show_table(self) -> None:
        self.table_requested.emit()

    @pyqtSlot()
    def _act(self) -> None:
        self.action_requested.emit()
