"""Data: the datasets of the project, and all about the selected one."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtCore import QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent
from PyQt6.QtWidgets import QWidget

from rave_gui.backend.dataset import Preparation
from rave_gui.ui.context import PageContext
from rave_gui.ui.list_page import ListPage
from rave_gui.ui.readers_data import ContentsCache, Datasets, read_datasets, read_making
from rave_gui.ui.text import translate
from rave_gui.ui.viewmodels import dataset as words
from rave_gui.ui.viewmodels import dataset_notice as notices
from rave_gui.ui.viewmodels.live import JobLive
from rave_gui.ui.widgets import data_header as actions
from rave_gui.ui.widgets.data_detail import DataDetail
from rave_gui.ui.widgets.list_column import ListColumn

_BEAT_MS = 1000
_NOTICES = {
    notices.FIND: actions.FIND,
    notices.FORGET: actions.DELETE,
    notices.AGAIN: actions.DUPLICATE,
}


class DataPage(ListPage):
    """Watches datasets; making and deleting them is asked for, never done, here."""

    new_project_requested = pyqtSignal()
    new_dataset_requested = pyqtSignal(list)
    """With the paths that were dropped, if any."""
    new_training_requested = pyqtSignal(object)
    rename_dataset_requested = pyqtSignal(int)
    relocate_dataset_requested = pyqtSignal(int)
    verify_dataset_requested = pyqtSignal(int)
    duplicate_dataset_requested = pyqtSignal(int)
    delete_dataset_requested = pyqtSignal(int)
    save_example_requested = pyqtSignal(int, int)
    stop_job_requested = pyqtSignal(str)
    show_in_folder_requested = pyqtSignal(str)
    record_requested = pyqtSignal(str, object)
    """Table and id of a record of another page: a training that learns from a dataset, or the job
    that prepared it."""
    stop_check_requested = pyqtSignal()
    counted = pyqtSignal()
    """The board knows better how far preprocessing is."""
    TABLES = frozenset({"datasets", "experiments"})

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        column = ListColumn(
            context.theme,
            translate("DataPage", "Datasets"),
            translate("DataPage", "New dataset"),
            translate("DataPage", "Filter by name, state"),
        )
        self._detail = DataDetail(context)
        super().__init__(context, column, self._detail, "waveform", parent)
        self.setAcceptDrops(True)
        self._found, self._cache = Datasets(), ContentsCache()
        self._making: dict[int, Preparation] = {}
        self._counting = False
        self._checking: int | None = None
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

    def show_check(self, dataset_id: int, text: str, done: int = 0, total: int = 0) -> None:
        """How far a check or a search is; without ``text`` it has ended."""
        self._checking = dataset_id if text else None
        self._detail.show_check(text if dataset_id == self.selected else "", done, total)

    def reader(self) -> Callable[[], Any]:
        """Datasets, and the selected one in full."""
        return partial(read_datasets, self._ctx.services, self.project, self.selected, self._cache)

    def present(self, found: Datasets) -> None:
        """List on the left, details on the right, or what to do first."""
        self._found = found
        detail = found.detail
        if detail is not None and detail.making is not None:
            self._making[detail.dataset.id or 0] = detail.making
        self._show_rows()
        self._say_empty()
        self.show_content(bool(found.datasets))
        if detail is not None and detail.dataset.id == self.selected:
            self._detail.show_dataset(detail, self._live(detail.dataset.id))
            if self._checking != self.selected:
                self._detail.show_check("")
        self._count()

    # Events

    def showEvent(self, event: QShowEvent | None) -> None:
        """Look each second how far preprocessing is, and anew whether the files are still there."""
        self._stale = True
        super().showEvent(event)
        self._beat.start()

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
        detail = self._detail
        detail.header.train_requested.connect(self._train)
        detail.header.stop_requested.connect(self._stop)
        detail.header.action_requested.connect(self._act)
        detail.header.notice_requested.connect(self._answer)
        detail.check.stop_requested.connect(self.stop_check_requested)
        detail.examples.save_requested.connect(self._save)
        detail.users.training_requested.connect(self._open_training)
        detail.files.show_in_folder_requested.connect(self.show_in_folder_requested)

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
        found = self._found
        self._column.set_rows(
            [
                words.row(
                    item,
                    self._live(item.id),
                    found.users.get(item.id or 0, 0),
                    gone=item.id in found.gone,
                )
                for item in found.datasets
            ]
        )

    def _live(self, dataset_id: int | None) -> JobLive:
        job = self._found.jobs.get(dataset_id or 0)
        return self._ctx.board.job(job.id) if job else JobLive()

    @pyqtSlot()
    def _count(self) -> None:
        """Ask how far they are; RAVE itself tells no total."""
        making = list(self._found.jobs)
        if not making and not self.isVisible():
            self._beat.stop()  # as long as something is made, the status bar wants to know
        if making and not self._counting:
            work = partial(read_making, self._ctx.services, making)
            self._counting = self._ctx.run(work, self._counted, self._not_counted, owner=self)

    def _counted(self, found: dict[int, Preparation]) -> None:
        self._counting = False
        self._making = found
        for dataset_id, making in found.items():
            job = self._found.jobs.get(dataset_id)
            if job and making.fraction is not None:
                self._ctx.board.take_count(job.id, making.fraction, 1.0, time.time())
        self.counted.emit()
        self._show_rows()
        detail = self._found.detail
        if detail is not None and detail.dataset.id == self.selected:
            making_now = found.get(detail.dataset.id or 0)
            live = self._live(detail.dataset.id)
            self._detail.show_making(detail.dataset.status, making_now, live)

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

    @pyqtSlot(str)
    def _act(self, action: str) -> None:
        """Something of the menu."""
        wishes = {
            actions.RENAME: self.rename_dataset_requested,
            actions.CHECK: self.verify_dataset_requested,
            actions.FIND: self.relocate_dataset_requested,
            actions.DUPLICATE: self.duplicate_dataset_requested,
            actions.DELETE: self.delete_dataset_requested,
        }
        if action == actions.FOLDER and self._found.detail is not None:
            self.show_in_folder_requested.emit(str(self._found.detail.dataset.path))
        elif action in wishes and self.selected is not None:
            wishes[action].emit(self.selected)

    @pyqtSlot(str)
    def _answer(self, action: str) -> None:
        """A button of the notice."""
        detail = self._found.detail
        if action == notices.LOG and detail is not None and detail.job is not None:
            self.record_requested.emit("jobs", detail.job.id)
        elif action in _NOTICES:
            self._act(_NOTICES[action])

    @pyqtSlot(int)
    def _open_training(self, experiment_id: int) -> None:
        self.record_requested.emit("experiments", experiment_id)

    @pyqtSlot(int)
    def _save(self, index: int) -> None:
        if self.selected is not None:
            self.save_example_requested.emit(self.selected, index)

    @pyqtSlot()
    def _stop(self) -> None:
        if self._found.detail is not None and self._found.detail.job is not None:
            self.stop_job_requested.emit(self._found.detail.job.id)
