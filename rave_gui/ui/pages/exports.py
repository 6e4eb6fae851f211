"""Exports: the instruments that were made, and whether they really play."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from rave_gui.ui.context import PageContext
from rave_gui.ui.page import Page
from rave_gui.ui.readers import Exports, read_exports
from rave_gui.ui.viewmodels import export as words
from rave_gui.ui.widgets.empty_state import EmptyState
from rave_gui.ui.widgets.export_detail import ExportDetail
from rave_gui.ui.widgets.list_column import ListColumn


class ExportsPage(Page):
    """Shows exports; verifying and deleting them is asked for, never done, here."""

    new_project_requested = pyqtSignal()
    new_training_requested = pyqtSignal(object)
    models_requested = pyqtSignal()
    verify_requested = pyqtSignal(int)
    delete_export_requested = pyqtSignal(int)
    show_in_folder_requested = pyqtSignal(str)
    TABLES = frozenset({"exports", "jobs", "models"})

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._found = Exports()
        self._column = ListColumn(
            context.theme,
            self.tr("Exports"),
            self.tr("New export"),
            self.tr("Filter by name, verdict"),
        )
        self._detail = ExportDetail(context.theme)
        self._empty = EmptyState(context.theme, "upload", "", "")
        self._stack, self._content = QStackedWidget(), QWidget()
        self._build()
        self._connect()

    # Methods

    @property
    def selected(self) -> int | None:
        """The export whose details are shown."""
        chosen = self._column.list.selected()
        return chosen if isinstance(chosen, int) else None

    @property
    def column(self) -> ListColumn:
        """The list of exports."""
        return self._column

    @property
    def detail(self) -> ExportDetail:
        """The right side."""
        return self._detail

    def open_record(self, identity: int) -> None:
        """Show that export."""
        self._column.list.select(identity)

    def reader(self) -> Callable[[], Any]:
        """Exports, and the selected one in full."""
        return partial(read_exports, self._ctx.services, self.project, self.selected)

    def present(self, found: Exports) -> None:
        """List on the left, details on the right, or what to do first."""
        self._found = found
        self._column.set_rows(
            [words.row(item, found.jobs.get(item.id or 0)) for item in found.exports]
        )
        self._say_empty()
        self._stack.setCurrentWidget(self._content if found.exports else self._empty)
        if found.detail is not None and found.detail.export.id == self.selected:
            self._detail.show_export(found.detail)

    # What is shown

    def _build(self) -> None:
        row = QHBoxLayout(self._content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._column)
        row.addWidget(self._detail, 1)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._content)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._stack)
        self._column.set_foot(self.tr("A new export begins with a checkpoint on the Models page."))
        self._say_empty()

    def _connect(self) -> None:
        self._column.action_requested.connect(self._new)
        self._column.row_selected.connect(self._selected)
        self._empty.action_requested.connect(self._first_step)
        self._detail.verify_requested.connect(self._verify)
        self._detail.folder_requested.connect(self._folder)
        self._detail.delete_requested.connect(self._delete)

    def _say_empty(self) -> None:
        if self.project is None:
            action = self.tr("New project…")
        elif self._found.checkpoints:
            action = self.tr("Choose a model")
        else:
            action = self.tr("New training")
        self._empty.say(
            self.tr("No instrument yet"),
            self.tr(
                "An export turns a checkpoint into one file that Max, Pd and the RAVE VST can "
                "play. Each one is loaded and played here before you take it anywhere."
            ),
            action,
        )

    # Wishes

    @pyqtSlot(object)
    def _selected(self, _identity: object) -> None:
        self.refresh()

    @pyqtSlot()
    def _new(self) -> None:
        self.models_requested.emit()

    @pyqtSlot()
    def _first_step(self) -> None:
        if self.project is None:
            self.new_project_requested.emit()
        elif self._found.checkpoints:
            self.models_requested.emit()
        else:
            self.new_training_requested.emit(None)

    @pyqtSlot()
    def _verify(self) -> None:
        if self.selected is not None:
            self.verify_requested.emit(self.selected)

    @pyqtSlot()
    def _folder(self) -> None:
        if self._found.detail is not None:
            self.show_in_folder_requested.emit(str(self._found.detail.export.export_path))

    @pyqtSlot()
    def _delete(self) -> None:
        if self.selected is not None:
            self.delete_export_requested.emit(self.selected)
