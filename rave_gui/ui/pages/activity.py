"""Activity: every job, what it did, what it printed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from rave_gui.core.records import Job
from rave_gui.ui import formats
from rave_gui.ui.context import PageContext
from rave_gui.ui.models.jobs import JobsModel
from rave_gui.ui.page import Page
from rave_gui.ui.readers import read_jobs
from rave_gui.ui.viewmodels import job as words
from rave_gui.ui.widgets.buttons import DANGER, button
from rave_gui.ui.widgets.empty_state import EmptyState
from rave_gui.ui.widgets.labels import ElidedLabel, label
from rave_gui.ui.widgets.log_view import LogView
from rave_gui.ui.widgets.parts import fill, filter_field, folder_button, table_head
from rave_gui.ui.widgets.record_table import RecordTable

_BEGAN = 3


class ActivityPage(Page):
    """Shows jobs; stopping them is asked for, never done, here."""

    stop_job_requested = pyqtSignal(str)
    show_in_folder_requested = pyqtSignal(str)
    home_requested = pyqtSignal()
    TABLES = frozenset({"jobs"})

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        theme = context.theme
        self._shown: Job | None = None
        self._filter = filter_field(self.tr("Filter by words"), self.tr("Filter the jobs"), 260)
        self._model = JobsModel(self)
        self._table = RecordTable(theme, self._model, self.tr("Jobs"))
        self._table.stretch(0, {1: 160, 2: 110, 3: 150, 4: 110})
        self._table.sort_by(_BEGAN, descending=True)
        self._summary = label(role="secondary")
        self._title, self._about = ElidedLabel(role="strong"), ElidedLabel(role="muted")
        self._folder = folder_button(theme)
        self._stop = button(self.tr("Stop"), DANGER)
        self._log = LogView(theme)
        self._empty = EmptyState(
            theme,
            "list",
            self.tr("Nothing has been done yet"),
            self.tr(
                "Everything that runs RAVE is listed here with what it printed: preparing data, "
                "training, exporting, verifying, installing."
            ),
            self.tr("Go to the projects"),
        )
        self._stack, self._content = QStackedWidget(), QWidget()
        self._build()
        self._connect()

    # Methods

    @property
    def table(self) -> RecordTable:
        """The table of jobs."""
        return self._table

    @property
    def log(self) -> LogView:
        """What the selected job printed."""
        return self._log

    def open_record(self, identity: str) -> None:
        """Show that job."""
        self._table.select_record(identity)

    def reader(self) -> Callable[[], Any]:
        """Every job."""
        return partial(read_jobs, self._ctx.services, self.project)

    def present(self, found: Sequence[Job]) -> None:
        """The table, or what it is for."""
        self._model.set_rows(found)
        live = sum(1 for job in found if not job.state.ended)
        self._summary.setText(
            self.tr("{n} under way, {all} in all").format(n=live, all=formats.count(len(found)))
        )
        self._stack.setCurrentWidget(self._content if found else self._empty)
        if found and self._table.current_record() is None:
            self._table.selectRow(0)
        self._show(self._table.current_record())

    # What is shown

    def _build(self) -> None:
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self._table)
        split.addWidget(self._lower())
        split.setSizes([280, 320])
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        box = QVBoxLayout(self._content)
        box.setContentsMargins(22, 18, 22, 22)
        box.setSpacing(14)
        box.addLayout(table_head(self.tr("Activity"), self._summary, self._filter))
        box.addWidget(split, 1)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._content)
        fill(self, self._stack)

    def _lower(self) -> QWidget:
        lower, said, row = QWidget(), QVBoxLayout(), QHBoxLayout()
        said.setSpacing(2)
        said.addWidget(self._title)
        said.addWidget(self._about)
        row.setSpacing(8)
        row.addLayout(said, 1)
        row.addWidget(self._folder)
        row.addWidget(self._stop)
        box = QVBoxLayout(lower)
        box.setContentsMargins(0, 12, 0, 0)
        box.setSpacing(10)
        box.addLayout(row)
        box.addWidget(self._log, 1)
        return lower

    def _connect(self) -> None:
        self._filter.textChanged.connect(self._table.proxy.set_filter)
        self._table.record_selected.connect(self._show)
        self._empty.action_requested.connect(self.home_requested)
        self._folder.clicked.connect(self._ask_folder)
        self._stop.clicked.connect(self._ask_stop)

    @pyqtSlot(object)
    def _show(self, job: Job | None) -> None:
        before, self._shown = self._shown, job
        self._stop.setVisible(job is not None and not job.state.ended)
        self._folder.setVisible(job is not None)
        if job is None:
            self._title.setText("")
            self._about.setText("")
            self._log.show_file(None)
            return
        self._title.setText(job.title or job.id)
        self._about.setText(_about(job))
        if before is None or before.id != job.id:
            self._log.show_file(job.directory / "output.log")

    # Wishes

    @pyqtSlot()
    def _ask_stop(self) -> None:
        if self._shown is not None:
            self.stop_job_requested.emit(self._shown.id)

    @pyqtSlot()
    def _ask_folder(self) -> None:
        if self._shown is not None:
            self.show_in_folder_requested.emit(str(self._shown.directory))


def _about(job: Job) -> str:
    parts = (
        words.state_word(job.state)[0],
        formats.moment(job.created_at),
        formats.duration(words.duration(job, time.time())),
        words.exit_words(job),
    )
    return " · ".join(part for part in parts if part)
