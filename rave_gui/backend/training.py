"""Trainings: start, follow, stop without loss, go on later."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rave_gui.backend.archive import Archive
from rave_gui.backend.engine import EngineManager
from rave_gui.backend.job_failure import told
from rave_gui.backend.jobs import JobEnd, JobManager
from rave_gui.backend.metrics import RunMetrics
from rave_gui.backend.model import ModelManager
from rave_gui.backend.queue import Queue
from rave_gui.backend.rave_rules import refusals
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.rave_surroundings import look_around
from rave_gui.backend.resume_point import RESUME_KEY, resume_point
from rave_gui.backend.training_care import TrainingCare
from rave_gui.backend.training_end import judge
from rave_gui.backend.training_follow import TrainingFollower
from rave_gui.backend.training_fork import Forker
from rave_gui.backend.training_launch import TrainingLauncher
from rave_gui.backend.training_state import TrainingState, find_run_dir, max_steps_of
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import ConfigManager
from rave_gui.core.jobs import JobDirectory, Wish
from rave_gui.core.paths import AppPaths, fresh_folder, slug
from rave_gui.core.records import (
    Checkpoint,
    Dataset,
    DatasetStatus,
    Experiment,
    ExperimentStatus,
    Job,
    JobKind,
    Json,
    Project,
)
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, JobEnded, RecordChanged, TrainingProgress


class TrainingManager:
    """Creates experiments and drives ``rave train``. Synchronous; windows call it in background."""

    def __init__(
        self,
        *,
        paths: AppPaths,
        repositories: Repositories,
        archive: Archive,
        engines: EngineManager,
        jobs: JobManager,
        models: ModelManager,
        queue: Queue,
        signals: AppSignals,
    ) -> None:
        self._paths = paths
        self._rows = repositories
        self._archive = archive
        self._engines = engines
        self._jobs = jobs
        self._models = models
        self._queue = queue
        self._signals = signals
        self.care = TrainingCare(repositories, archive, signals)
        self.forks = Forker(repositories, archive, engines, signals)
        jobs.on_end(JobKind.TRAIN, self._finish)
        self._launcher = TrainingLauncher(repositories, engines, jobs)
        self._follower = TrainingFollower()
        queue.serve(self._launch, self._failed_to_start)

    def get_experiment(self, experiment_id: int) -> Experiment:
        """The record.

        Raises:
            UserError: when there is none any more.
        """
        return self._rows.experiments.get(experiment_id)

    def list_experiments(self, project_id: int) -> list[Experiment]:
        """The experiments of a project, oldest first."""
        return self._rows.experiments.list(project_id=project_id)

    def refusals(self, dataset: Dataset, settings: TrainingSettings) -> list[str]:
        """Why RAVE would fail with these settings, one sentence each; empty when it should work.

        Raises:
            UserError: when there is no usable engine.
        """
        engine = self._engines.current()
        if engine.configs_dir is None:
            return []
        around = look_around(dataset, engine, dataset.path)
        configs = ConfigManager(engine.configs_dir)
        return refusals(settings, dataset, engine, configs, surroundings=around)

    def check(
        self, project: Project, dataset: Dataset, name: str, settings: TrainingSettings
    ) -> None:
        """Refuse a training that cannot be made; the dataset need not be in the database yet.

        Raises:
            UserError: when the dataset is not ready, the name is taken, or RAVE would fail.
        """
        if dataset.status is not DatasetStatus.READY:
            raise UserError(f"The dataset {dataset.name} is not ready.", "Wait for it, or redo it.")
        if project.id is not None and self._rows.experiments.by_name(project.id, name):
            raise UserError(f"There is a training called {name} already.", "Choose another name.")
        reasons = self.refusals(dataset, settings)
        if reasons:
            raise UserError(" ".join(reasons))

    def create_experiment(
        self,
        project: Project,
        dataset: Dataset,
        name: str,
        settings: TrainingSettings,
        then: Json | None = None,
        parent_id: int | None = None,
    ) -> Experiment:
        """Record a training, checked but not started.

        ``then`` see ``backend.chain``; ``parent_id`` is the training it was begun from.

        Raises:
            UserError: when the dataset is not ready, the name is taken, or RAVE would fail.
        """
        self.check(project, dataset, name, settings)
        folder = fresh_folder(project.path / "runs", slug(name, "training"))
        experiment = self._rows.experiments.add(
            Experiment(
                project_id=dataset.project_id,
                dataset_id=dataset.id,
                name=name,
                config={**settings.to_json(), **(then or {})},
                created_at=time.time(),
                output_path=folder,
                parent_id=parent_id,
            )
        )
        self._announce(experiment, "created")
        return experiment

    def start_training(self, experiment_id: int, not_before: float | None = None) -> Experiment:
        """Queue the experiment; it starts at once if its device is free and its time has come.

        Args:
            experiment_id: The training.
            not_before: POSIX seconds before which it must not start.

        Raises:
            UserError: when it is running or waiting already, or RAVE cannot be started.
        """
        self._launcher.require_files(self._rows.experiments.get(experiment_id))
        self._queue.enqueue(experiment_id, not_before)
        return self._changed(experiment_id)

    def resume_training(
        self, experiment_id: int, checkpoint_id: int | None = None, max_steps: int | None = None
    ) -> Experiment:
        """Go on from a checkpoint (the newest one by default), optionally to more steps.

        Raises:
            UserError: without a checkpoint, while it runs, or when its steps are done already.
        """
        experiment = self._rows.experiments.get(experiment_id)
        if experiment.status is ExperimentStatus.OUTSIDE:
            raise UserError(
                f"{experiment.name} is being trained by another program.",
                "Wait until that has ended, or make a fork of one of its checkpoints.",
            )
        if experiment.status.active or experiment.status is ExperimentStatus.QUEUED:
            raise UserError(f"{experiment.name} is {experiment.status.value} already.")
        checkpoint = self._resume_point(experiment, checkpoint_id)
        steps = max_steps or max_steps_of(experiment)
        if checkpoint.step >= steps:
            raise UserError(
                f"{experiment.name} has reached its {steps} steps.",
                "Give a larger number of steps to go on.",
            )
        resume = {RESUME_KEY: str(checkpoint.checkpoint_path), "max_steps": steps}
        config = {**experiment.config, **resume}
        self._launcher.require_files(replace(experiment, config=config))
        self._rows.experiments.update(
            experiment_id, config=config, step=checkpoint.step, archived=False
        )
        return self.start_training(experiment_id)

    def extend_training(self, experiment_id: int, more: int) -> Experiment:
        """Go on from the newest checkpoint for ``more`` steps beyond the plan.

        Raises:
            UserError: as :meth:`resume_training`, or when ``more`` is no number of steps.
        """
        if more < 1:
            raise UserError("There is nothing to add.", "Give at least one step.")
        planned = max_steps_of(self._rows.experiments.get(experiment_id))
        return self.resume_training(experiment_id, max_steps=planned + more)

    def stop_training(self, experiment_id: int) -> None:
        """Stop it, saving a checkpoint first; a waiting one only leaves the queue.

        Raises:
            UserError: when it does not run.
        """
        if self._queue.withdraw(experiment_id):
            self._changed(experiment_id)
            return
        self._wish(experiment_id, Wish.STOP)
        self._rows.experiments.transition(
            experiment_id, [ExperimentStatus.RUNNING], ExperimentStatus.STOPPING
        )
        self._changed(experiment_id)

    def save_now(self, experiment_id: int) -> None:
        """Ask for a checkpoint at the next step."""
        self._wish(experiment_id, Wish.SAVE_NOW)

    def preview_now(self, experiment_id: int) -> None:
        """Ask for the listening clips at the next step."""
        self._wish(experiment_id, Wish.PREVIEW_NOW)

    def pause(self, experiment_id: int) -> None:
        """Halt the processes where they are; memory stays taken."""
        self._wish(experiment_id, Wish.PAUSE)

    def resume(self, experiment_id: int) -> None:
        """Let the halted processes run on."""
        self._wish(experiment_id, Wish.RESUME)

    def job(self, experiment_id: int) -> Job | None:
        """The newest training job of the experiment."""
        jobs = self._rows.jobs.list(kind=JobKind.TRAIN, target_id=experiment_id)
        return max(jobs, key=lambda job: job.created_at, default=None)

    def state(self, experiment_id: int) -> TrainingState:
        """How far the newest job of the experiment is, read from its directory."""
        job = self.job(experiment_id)
        return TrainingState() if job is None else self.state_of(job)

    def state_of(self, job: Job) -> TrainingState:
        """How far that training job is, read from its directory."""
        return self._follower.state(job.id, JobDirectory(job.directory))

    def observe(self, experiment_id: int, state: TrainingState) -> None:
        """Take in what a follower saw: keep the step in the record and announce the progress."""
        experiment = self._rows.experiments.find(experiment_id)
        if experiment is None:
            return
        run_dir = experiment.run_dir or self._find_run_dir(experiment)
        if state.step > experiment.step or run_dir != experiment.run_dir:
            step = max(state.step, experiment.step)
            self._rows.experiments.update(experiment_id, step=step, run_dir=run_dir)
        self._signals.training_progress.emit(_progress(experiment, state))

    def update_experiment_status(self, experiment_id: int, status: ExperimentStatus) -> Experiment:
        """Set the status by hand, e.g. of an adopted run."""
        self._rows.experiments.update(experiment_id, status=status)
        return self._changed(experiment_id)

    def update_training_metrics(self, experiment_id: int, values: Mapping[str, float]) -> None:
        """Keep the last value of each metric in the record."""
        experiment = self._rows.experiments.get(experiment_id)
        self._rows.experiments.update(
            experiment_id, final_metrics={**experiment.final_metrics, **values}
        )

    def metrics(self, experiment_id: int) -> RunMetrics:
        """The curves of all versions of the run.

        Raises:
            UserError: before RAVE has made the run folder.
        """
        experiment = self._rows.experiments.get(experiment_id)
        run_dir = experiment.run_dir or self._find_run_dir(experiment)
        if run_dir is None:
            raise UserError(f"{experiment.name} has no curves yet.", "They come with its start.")
        return RunMetrics(run_dir, self._paths.cache)

    def command_line(self, experiment_id: int) -> list[str]:
        """The arguments RAVE was started with, or would be; exact, absolute."""
        job = self.job(experiment_id)
        if job is not None:
            return list(self._jobs.directory(job.id).spec().argv)
        return self._launcher.argv(self._rows.experiments.get(experiment_id))

    def annotate(self, experiment_id: int, **changes: Any) -> Experiment:
        """Change what the person says of it, see :meth:`TrainingCare.annotate`."""
        return self.care.annotate(experiment_id, **changes)

    def delete_experiment(self, experiment_id: int, *, files: bool) -> None:
        """Forget it, see :meth:`TrainingCare.delete`."""
        self.care.delete(experiment_id, files=files)

    def _resume_point(self, experiment: Experiment, checkpoint_id: int | None) -> Checkpoint:
        found: Sequence[Checkpoint] = self._models.sync(_id(experiment))
        if checkpoint_id is not None:
            found = [row for row in found if row.id == checkpoint_id]
        point = resume_point(experiment, found, self._models.last_start(_id(experiment)))
        if point is None:
            raise UserError(
                f"{experiment.name} has no checkpoint to go on from.",
                "Start it from the beginning.",
            )
        return point

    def _launch(self, experiment: Experiment) -> None:
        """The queue calls this when the experiment holds its device."""
        self._launcher.launch(experiment)
        self._changed(_id(experiment))
        self._signals.training_started.emit(
            RecordChanged("experiments", _id(experiment), "updated")
        )

    def _failed_to_start(self, experiment_id: int, why: str) -> None:
        """It waited, and could not be started when its turn came; nobody else would hear of it."""
        experiment = self._changed(experiment_id)
        kind, status = JobKind.TRAIN.value, experiment.status.value
        self._signals.training_failed.emit(JobEnded("", kind, status, experiment_id, why))

    def _wish(self, experiment_id: int, wish: Wish) -> None:
        job = self.job(experiment_id)
        if job is None or job.state.ended:
            name = self._rows.experiments.get(experiment_id).name
            raise UserError(f"{name} is not running.")
        self._jobs.wish(job.id, wish)

    def _finish(self, end: JobEnd) -> str:
        experiment = self._rows.experiments.find(end.job.target_id) if end.job.target_id else None
        if experiment is None:
            return "The training it worked for is gone."
        run_dir = experiment.run_dir or self._find_run_dir(experiment)
        self._rows.experiments.update(_id(experiment), run_dir=run_dir)
        checkpoints = self._models.sync(_id(experiment))
        verdict = judge(experiment, end, checkpoints)
        finished = self._rows.experiments.update(
            _id(experiment),
            status=verdict.status,
            step=verdict.step,
            error=verdict.error,
            completed_at=end.exit.ended_at if end.exit else time.time(),
            final_metrics=self._last_metrics(run_dir),
        )
        self._queue.release(_id(experiment))
        if verdict.status is ExperimentStatus.FAILED:
            self._queue.note_failure(finished.name)
        self._announce(finished, "updated")
        self._tell_end(end, verdict.status, verdict.message)
        self._queue.dispatch()
        return told(end, verdict.status is ExperimentStatus.COMPLETED, verdict.message)

    def _last_metrics(self, run_dir: Path | None) -> dict[str, float]:
        if run_dir is None:
            return {}
        metrics = RunMetrics(run_dir, self._paths.cache)
        metrics.poll()
        return {tag: value for tag, (_, value) in metrics.last().items()}

    def _tell_end(self, end: JobEnd, status: ExperimentStatus, message: str) -> None:
        event = JobEnded(end.job.id, JobKind.TRAIN.value, status.value, end.job.target_id, message)
        good = {ExperimentStatus.COMPLETED, ExperimentStatus.STOPPED}
        signals = self._signals
        (signals.training_completed if status in good else signals.training_failed).emit(event)

    def _find_run_dir(self, experiment: Experiment) -> Path | None:
        return find_run_dir(experiment.output_path) if experiment.output_path else None

    def _changed(self, experiment_id: int) -> Experiment:
        experiment = self._rows.experiments.get(experiment_id)
        self._announce(experiment, "updated")
        return experiment

    def _announce(self, experiment: Experiment, action: str) -> None:
        self._archive.save_experiment(experiment)
        signal = (
            self._signals.training_created
            if action == "created"
            else self._signals.training_updated
        )
        signal.emit(RecordChanged("experiments", _id(experiment), action))


def _progress(experiment: Experiment, state: TrainingState) -> TrainingProgress:
    most = state.max_steps or max_steps_of(experiment)
    return TrainingProgress(_id(experiment), state.step, most, state.epoch, state.rate, state.phase)


def _id(experiment: Experiment) -> int:
    if experiment.id is None:
        raise ValueError(f"{experiment.name} is not in the database")
    return experiment.id
