"""Datasets, and stopping any job."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSlot

from rave_gui.core.job_facts import Wish
from rave_gui.core.records import Dataset, JobKind
from rave_gui.ui import formats
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.dialogs.confirm import Question
from rave_gui.ui.dialogs.new_dataset import DatasetRequest, NewDatasetDialog


class DataController(Subject):
    """Answers what the window asks about datasets."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.window.new_dataset_requested.connect(self.make)
        self.window.delete_dataset_requested.connect(self.delete)
        self.window.stop_job_requested.connect(self.stop_job)

    @pyqtSlot(list)
    def make(self, sources: list[Path]) -> None:
        """Ask for a new dataset, beginning with what was dropped."""
        if self.project is None:
            self.window.new_project_requested.emit()
            return
        dialog = NewDatasetDialog(self.desk.context, self.project, self.window)
        dialog.requested.connect(self._make)
        self.messages.show(dialog)
        if sources:
            dialog.add_sources([Path(source) for source in sources])

    @pyqtSlot(int)
    def delete(self, dataset_id: int) -> None:
        """Ask before a dataset is forgotten."""
        self.do(lambda: self.services.datasets.get_dataset(dataset_id), self._ask_delete)

    @pyqtSlot(str)
    def stop_job(self, job_id: str) -> None:
        """Stop a job; a training saves first."""
        self.do(lambda: self._stop(job_id))

    @pyqtSlot(object)
    def _make(self, wish: DatasetRequest) -> None:
        dialog = self.sender()
        assert isinstance(dialog, NewDatasetDialog)
        self.do(
            lambda: self.services.datasets.create_dataset(
                wish.project, wish.name, wish.sources, wish.settings, wish.plan
            ),
            self._made,
            dialog,
        )

    def _made(self, dataset: Dataset) -> None:
        self.window.open_record("datasets", dataset.id)

    def _ask_delete(self, dataset: Dataset) -> None:
        length = formats.duration(dataset.duration_seconds)
        question = Question(
            title=self.tr("Delete the dataset {name}?").format(name=dataset.name),
            lines=(
                self.tr("{length} of prepared sound will be forgotten.").format(length=length),
                self.tr("The sound files that it was made from stay where they are."),
            ),
            yes=self.tr("Delete"),
            no=self.tr("Keep it"),
            option=self.tr("Move its folder to the trash as well"),
            option_on=True,
            danger=True,
        )
        self.messages.ask(question, lambda files: self._delete(dataset, files=files))

    def _delete(self, dataset: Dataset, *, files: bool) -> None:
        self.do(lambda: self.services.datasets.delete_dataset(dataset.id, files=files))

    def _stop(self, job_id: str) -> None:
        job = self.services.repositories.jobs.get(job_id)
        if job.kind is JobKind.TRAIN and job.target_id is not None:
            self.services.trainings.stop_training(job.target_id)
        else:
            self.services.jobs.wish(job_id, Wish.STOP)
