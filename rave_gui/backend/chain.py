"""From sound to instrument without being asked again: each end starts the next step.

What comes next is written in the records, so a chain goes on after a restart of the application.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rave_gui.backend import presets
from rave_gui.backend.dataset import DatasetManager
from rave_gui.backend.export import ExportManager, settings_for
from rave_gui.backend.model import ModelManager
from rave_gui.backend.projects import ProjectManager
from rave_gui.backend.rave_settings import ExportSettings
from rave_gui.backend.training import TrainingManager
from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger
from rave_gui.core.records import (
    Checkpoint,
    Dataset,
    DatasetStatus,
    Experiment,
    ExperimentStatus,
    JobKind,
    Project,
)
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, JobEnded

TRAIN_NEXT = "then_train"
"""In ``Dataset.statistics``: the preset of the training that follows."""
EXPORT_NEXT = "then_export"
"""In ``Experiment.config``: whether an export follows."""
SAMPLE = "Sample"
_TAKEN = "then_taken"
"""Beside one of these: some application has seen to it."""
_log = get_logger(__name__)


class Chain:
    """Starts what was announced for the end of a preprocess or training."""

    def __init__(
        self,
        *,
        repositories: Repositories,
        projects: ProjectManager,
        datasets: DatasetManager,
        trainings: TrainingManager,
        models: ModelManager,
        exports: ExportManager,
        signals: AppSignals,
    ) -> None:
        self._rows = repositories
        self._projects = projects
        self._datasets = datasets
        self._trainings = trainings
        self._models = models
        self._exports = exports
        signals.job_ended.connect(self._after)

    def begin(self, name: str, sources: Sequence[Path], preset: str) -> Project:
        """Make a project of its own and take it from these sounds to a verified export.

        Raises:
            UserError: when the first step cannot be started.
        """
        chosen = presets.get(preset)
        project = self._projects.create(self._free_name(name))
        self._datasets.create_dataset(
            project, name.lower(), sources, chosen.preprocess, then={TRAIN_NEXT: preset}
        )
        return project

    def _after(self, end: JobEnded) -> None:
        if end.target_id is None:
            return
        try:
            if end.kind == JobKind.PREPROCESS.value:
                self._train(self._rows.datasets.find(end.target_id))
            elif end.kind == JobKind.TRAIN.value:
                self._export(self._rows.experiments.find(end.target_id))
        except UserError as error:
            # Another application on the same records may have been faster.
            _log.warning("what should follow %s was not started: %s", end.job_id, error)

    def _train(self, dataset: Dataset | None) -> None:
        if dataset is None or dataset.status is not DatasetStatus.READY:
            return
        preset = dataset.statistics.get(TRAIN_NEXT)
        if not preset or not self._claim_training(dataset):
            return
        settings = presets.get(str(preset)).training
        project = self._rows.projects.get(dataset.project_id)
        experiment = self._trainings.create_experiment(
            project, dataset, dataset.name, settings, then={EXPORT_NEXT: True}
        )
        self._trainings.start_training(experiment.id or 0)

    def _export(self, experiment: Experiment | None) -> None:
        if experiment is None or experiment.status is not ExperimentStatus.COMPLETED:
            return
        checkpoint = self._models.default_for_export(experiment.id or 0)
        if not experiment.config.get(EXPORT_NEXT) or checkpoint is None:
            return
        if self._claim_export(experiment, checkpoint):
            self._exports.export(checkpoint.id or 0, settings_for(experiment, ExportSettings()))

    def _claim_training(self, dataset: Dataset) -> bool:
        """Whether it is ours to start: every application hears of the end, one goes on from it."""
        with self._rows.database.transaction():
            now = self._rows.datasets.get(dataset.id or 0)
            known = self._rows.experiments.list(dataset_id=dataset.id)
            if known or now.statistics.get(_TAKEN):
                return False
            statistics = {**now.statistics, _TAKEN: True}
            self._rows.datasets.update(dataset.id or 0, statistics=statistics)
        return True

    def _claim_export(self, experiment: Experiment, checkpoint: Checkpoint) -> bool:
        """The same for this state of the model; one that is trained further is exported again."""
        with self._rows.database.transaction():
            now = self._rows.experiments.get(experiment.id or 0)
            known = self._rows.exports.list(model_id=checkpoint.id)
            if known or now.config.get(_TAKEN) == checkpoint.step:
                return False
            config = {**now.config, _TAKEN: checkpoint.step}
            self._rows.experiments.update(experiment.id or 0, config=config)
        return True

    def _free_name(self, wanted: str) -> str:
        name, number = wanted, 2
        while self._projects.by_name(name):
            name, number = f"{wanted} {number}", number + 1
        return name
