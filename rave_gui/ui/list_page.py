"""What the pages with a list at the left and the selected record at the right have in common."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from rave_gui.ui.context import PageContext
from rave_gui.ui.page import Page
from rave_gui.ui.widgets.empty_state import EmptyState
from rave_gui.ui.widgets.list_column import ListColumn
from rave_gui.ui.widgets.parts import fill


class ListPage(Page):
    """Reads again when another record is selected; heirs say what is shown of it."""

    def __init__(
        self,
        context: PageContext,
        column: ListColumn,
        detail: QWidget,
        empty_icon: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(context, parent)
        self._column = column
        self._empty = EmptyState(context.theme, empty_icon, "", "")
        self._stack, self._content = QStackedWidget(), QWidget()
        self._wizard: QWidget | None = None
        self._some = False
        self._arrange(detail)
        column.row_selected.connect(self._on_row)
        column.action_requested.connect(self.ask_new)
        self._empty.action_requested.connect(self.ask_first_step)

    @property
    def selected(self) -> int | None:
        """The record whose details are shown."""
        chosen = self._column.list.selected()
        return chosen if isinstance(chosen, int) else None

    @property
    def column(self) -> ListColumn:
        """The list."""
        return self._column

    def open_record(self, identity: int) -> None:
        """Show that record."""
        self._column.list.select(identity)

    @property
    def wizard(self) -> QWidget | None:
        """What takes the whole page now, if anything."""
        return self._wizard

    def show_wizard(self, widget: QWidget) -> None:
        """Let ``widget`` take the whole page, until :meth:`end_wizard`."""
        self.end_wizard()
        self._wizard = widget
        self._stack.addWidget(widget)
        self.show_content(self._some)
        widget.setFocus()

    def end_wizard(self) -> None:
        """Show the records again; the widget belongs to whoever made it."""
        widget, self._wizard = self._wizard, None
        if widget is not None:
            self._stack.removeWidget(widget)
            widget.setParent(None)
        self.show_content(self._some)
        (self._column.list if self._some else self._empty.action).setFocus()

    def show_content(self, some: bool) -> None:
        """A wizard that is open, else the records, or what to do first where there are none."""
        self._some = some
        shown = self._content if some else self._empty
        self._stack.setCurrentWidget(self._wizard or shown)

    # For heirs

    @pyqtSlot()
    def ask_new(self) -> None:
        """The filled button above the list was pressed."""
        raise NotImplementedError

    @pyqtSlot()
    def ask_first_step(self) -> None:
        """The button of the empty page was pressed."""
        raise NotImplementedError

    def _arrange(self, detail: QWidget) -> None:
        row = QHBoxLayout(self._content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._column)
        row.addWidget(detail, 1)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._content)
        fill(self, self._stack)

    @pyqtSlot(object)
    def _on_row(self, _identity: object) -> None:
        self.refresh()
