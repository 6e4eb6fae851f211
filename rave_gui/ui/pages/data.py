"""Data: the datasets of the project, and all about the selected one."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtCore import QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QShowEvent
from PyQt6.QtWidgets import QWidget

from rave_gui.ui.context import PageContext
from rave_gui.ui.list_page import ListPage
from rave_gui.ui.readers import Datasets, count_examples, read_datasets
from rave_gui.ui.text import translate
from rave_gui.ui.viewmodels import dataset as words
from rave_gui.ui.viewmodels.live import JobLive
from rave_gui.ui.widgets.data_detail import DataDetail
from rave_gui.ui.widgets.list_column import ListColumn

_BEAT_MS = 1000


class DataPage(ListPage):
    """Watches datasets; making and deleting them is asked for, never done, here."""

    new_project_requested = pyqtSignal()
    new_dataset_requested = pyqtSignal(list)
    """With the paths that were dropped, if any."""
    new_training_requested = pyqtSignal(object)
    delete_dataset_requested = pyqtSignal(int)
    stop_job_requested = pyqtSignal(str)
    show_in_folder_requested = pyqtSignal(str)
    TABLES = frozenset({"datasets", "experiments"})

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        column = ListColumn(
            context.theme,
            translate("DataPage", "Datasets"),
            translate("DataPage", "New dataset"),
            translate("DataPage", "Filter by name, state"),
        )
        self._detail = DataDetail(context.theme)
        super().__init__(context, column, self._detail, "waveform", parent)
        self.setAcceptDrops(True)
        self._found = Datasets()
        self._counting = False
        self._beat = QTimer(self)
        self._beat.setInterval(_BEAT_MS)
        self._beat.timeout.connect(self._count)
        column.set_foot(self.tr("Drop folders of sound anywhere on this page."))
        self._connect()
        self._say_empty()

    # Methods

    @property
    def detail(self) -> DataDetail:
        """The right side."""
        return self._detail

    def reader(self) -> Callable[[], Any]:
        """Datasets, and the selected one in full."""
        return partial(read_datasets, self._ctx.services, self.project, self.selected)

    def present(self, found: Datasets) -> None:
        """List on the left, details on the right, or what to do first."""
        self._found = found
        self._show_rows()
        self._say_empty()
        self.show_content(bool(found.datasets))
        detail = found.detail
        if detail is not None and detail.dataset.id == self.selected:
            self._detail.show_dataset(detail, self._live(detail.dataset.id))
        self._count()

    # Events

    def showEvent(self, event: QShowEvent | None) -> None:
        """Look each second how far preprocessing is."""
        super().showEvent(event)
        self._beat.start()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._beat.stop()

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Folders and files may be dropped anywhere on the page."""
        mime = event.mimeData() if event else None
        if event and mime and mime.hasUrls() and self.project is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Begin a dataset with what was dropped."""
        mime = event.mimeData() if event else None
        paths = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()] if mime else []
        if event and paths:
            event.acceptProposedAction()
            self.new_dataset_requested.emit(paths)

    # What is shown

    def _connect(self) -> None:
        self._detail.train_requested.connect(self._train)
        self._detail.folder_requested.connect(self._folder)
        self._detail.delete_requested.connect(self._delete)
        self._detail.stop_requested.connect(self._stop)

    def _say_empty(self) -> None:
        action = self.tr("New project…") if self.project is None else self.tr("New dataset")
        self._empty.say(
            self.tr("No sound yet"),
            self.tr(
                "A dataset is the sound that RAVE learns from: a few hours of one instrument, "
                "one voice, one place. Drop a folder here or choose one; your files stay untouched."
            ),
            action,
        )

    def _show_rows(self) -> None:
        self._column.set_rows(
            [words.row(item, self._live(item.id)) for item in self._found.datasets]
        )

    def _live(self, dataset_id: int | None) -> JobLive:
        job = self._found.jobs.get(dataset_id or 0)
        return self._ctx.board.job(job.id) if job else JobLive()

    @pyqtSlot()
    def _count(self) -> None:
        """Ask how many examples are written; RAVE itself tells no total."""
        making = list(self._found.jobs)
        if making and not self._counting and self.isVisible():
            work = partial(count_examples, self._ctx.services, making)
            self._counting = self._ctx.run(work, self._counted, self._not_counted, owner=self)

    def _counted(self, found: dict[int, tuple[int, int]]) -> None:
        self._counting = False
        for dataset_id, (done, total) in found.items():
            if job := self._found.jobs.get(dataset_id):
                self._ctx.board.take_count(job.id, done, total or None, time.time())
        self._show_rows()
        detail = self._found.detail
        if detail is not None and detail.dataset.id == self.selected:
            self._detail.show_progress(detail.dataset.status, self._live(detail.dataset.id))

    def _not_counted(self, _error: Any) -> None:
        self._counting = False

    # Wishes

    @pyqtSlot()
    def ask_new(self) -> None:
        """The filled button."""
        self.new_dataset_requested.emit([])

    @pyqtSlot()
    def ask_first_step(self) -> None:
        """The button of the empty page."""
        if self.project is None:
            self.new_project_requested.emit()
        else:
            self.ask_new()

    @pyqtSlot()
    def _train(self) -> None:
        self.new_training_requested.emit(self.selected)

    @pyqtSlot()
    def _folder(self) -> None:
        if self._found.detail is not None:
            self.show_in_folder_requested.emit(str(self._found.detail.dataset.path))

    @pyqtSlot()
    def _delete(self) -> None:
        if self.selected is not None:
            self.delete_dataset_requested.emit(self.selected)

    @pyqtSlot()
    def _stop(self) -> None:
        if self._found.detail is not None and self._found.detail.job is not None:
            self.stop_job_requested.emit(self._found.detail.job.id)
