"""The bundled sample: from its sound to a verified instrument, one step after the other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PyQt6.QtCore import QObject, pyqtSlot

from rave_gui.backend import presets
from rave_gui.backend.export import settings_for
from rave_gui.backend.rave_settings import ExportSettings
from rave_gui.core.errors import UserError
from rave_gui.core.paths import resources_dir
from rave_gui.core.records import Dataset, DatasetStatus, Experiment, Export, Project
from rave_gui.core.signals import JobEnded, RecordChanged
from rave_gui.ui.controllers.base import Desk, Subject

PROJECT = "Sample"
PRESET = "sample"


class Step(Enum):
    """What the sample waits for."""

    NOTHING = "nothing"
    DATASET = "dataset"
    TRAINING = "training"


@dataclass
class _Waiting:
    """For which record, and what was made of it already."""

    step: Step = Step.NOTHING
    target: int | None = None
    project: Project | None = None


class SampleController(Subject):
    """Goes on with the next step when the one before ended well; otherwise it rests.

    Closed in between, the records stay true and every step can be taken by hand.
    """

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._waiting = _Waiting()
        self.window.sample_requested.connect(self.begin)

    @pyqtSlot()
    def begin(self) -> None:
        """Prepare the bundled sound in a project of its own."""
        if self._waiting.step is not Step.NOTHING:
            self.notice(self.tr("The sample is under way already."))
            return
        self._waiting = _Waiting(Step.DATASET)
        self.desk.context.run(self._prepare, self._preparing, self._give_up, owner=self)

    def _prepare(self) -> tuple[Project, Dataset]:
        sound = resources_dir() / "sample"
        project = self.services.projects.get_or_create(PROJECT)
        settings = presets.get(PRESET).preprocess
        taken = {row.name for row in self.services.datasets.list_datasets(project.id)}
        name = _free(self.tr("Sample sound"), taken)
        return project, self.services.datasets.create_dataset(project, name, [sound], settings)

    def _preparing(self, made: tuple[Project, Dataset]) -> None:
        project, dataset = made
        self._waiting = _Waiting(Step.DATASET, dataset.id, project)
        self.state.select(project)
        self.window.open_record("datasets", dataset.id)
        self.on_dataset(RecordChanged("datasets", dataset.id or 0, "updated"))

    @pyqtSlot(object)
    def on_dataset(self, event: RecordChanged) -> None:
        """A dataset changed: is it ours, and ready?"""
        waiting = self._waiting
        if waiting.step is Step.DATASET and waiting.target == event.id:
            self.do(lambda: self.services.datasets.get_dataset(event.id), self._dataset_is)

    def _dataset_is(self, dataset: Dataset) -> None:
        waiting = self._waiting
        if waiting.step is not Step.DATASET or dataset.id != waiting.target:
            return
        if dataset.status is DatasetStatus.READY:
            self._waiting = _Waiting(Step.TRAINING, None, waiting.project)
            self.desk.context.run(
                lambda: self._train(dataset), self._training, self._give_up, owner=self
            )
        elif dataset.status is not DatasetStatus.PREPROCESSING:
            self._waiting = _Waiting()

    def _train(self, dataset: Dataset) -> Experiment:
        settings, trainings = presets.get(PRESET).training, self.services.trainings
        project = self._waiting.project
        taken = {row.name for row in trainings.list_experiments(dataset.project_id)}
        name = _free(self.tr("First model"), taken)
        experiment = trainings.create_experiment(project, dataset, name, settings)
        started: Experiment = trainings.start_training(experiment.id)
        return started

    def _training(self, experiment: Experiment) -> None:
        self._waiting = _Waiting(Step.TRAINING, experiment.id, self._waiting.project)
        self.window.open_record("experiments", experiment.id)

    @pyqtSlot(object)
    def on_training_ended(self, event: JobEnded) -> None:
        """A training ended: is it ours, and is there something to export?"""
        waiting = self._waiting
        if waiting.step is not Step.TRAINING or waiting.target != event.target_id:
            return
        self._waiting = _Waiting()
        if event.state == "completed":
            self.do(lambda: self._export(event.target_id or 0), self._exported)

    def _export(self, experiment_id: int) -> Export:
        experiment = self.services.trainings.get_experiment(experiment_id)
        checkpoint = self.services.models.default_for_export(experiment_id)
        if checkpoint is None:
            raise UserError(f"{experiment.name} has no checkpoint to export.")
        settings = settings_for(experiment, ExportSettings())
        made: Export = self.services.exports.export(checkpoint.id, settings)
        return made

    def _exported(self, export: Export) -> None:
        self.window.open_record("exports", export.id)

    def _give_up(self, error: UserError) -> None:
        self._waiting = _Waiting()
        self.refuse(error)


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted} {number}", number + 1
    return name
