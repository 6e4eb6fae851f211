"""What holds checkpoints and what depends on them: one look at records, jobs and files."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rave_gui.backend.fork_plan import FORK_KEY
from rave_gui.backend.jobs import JobManager
from rave_gui.backend.resume_point import RESUME_KEY, branch_of, is_whole
from rave_gui.backend.retention import Candidate, Reason
from rave_gui.core.errors import UserError
from rave_gui.core.records import (
    Checkpoint,
    CheckpointKind,
    Experiment,
    ExperimentStatus,
    Export,
    JobKind,
    Project,
)
from rave_gui.core.repositories import Repositories

_KINDS = {
    CheckpointKind.BEST: Reason.BEST,
    CheckpointKind.LAST: Reason.LAST,
    CheckpointKind.STOPPED: Reason.STOPPED,
    CheckpointKind.SAVED: Reason.SAVED,
}
_TO_START = {ExperimentStatus.PENDING, ExperimentStatus.QUEUED}
_TRAINS = {ExperimentStatus.RUNNING, ExperimentStatus.STOPPING, ExperimentStatus.OUTSIDE}
_LIGHTNINGS = re.compile(r"(best(-v\d+)?|epoch-epoch=\d+(-v\d+)?)\.ckpt")
"""What Lightning replaces while it trains (rave/scripts/train.py, ModelCheckpoint)."""


@dataclass(frozen=True)
class Stakes:
    """What is lost with a checkpoint, and what depends on it."""

    checkpoint: Checkpoint
    experiment: Experiment
    held: frozenset[Reason]
    exports: tuple[Export, ...]
    forks: tuple[Experiment, ...]
    """They have a copy of their own, or a second name for the same file."""
    previews: int
    """Sounds of this very step; they stay."""
    only: bool
    """The training has no other one, so that it can neither go on nor be exported without."""
    shared: bool
    """Deleting it gives no room back: its bytes have another name."""
    there: bool
    """Whether its file is there."""
    linked: Path | None = None
    """The file elsewhere that it stands for; that one is never touched."""


class Holdings:
    """What is known of the checkpoints of some trainings at this moment."""

    def __init__(
        self, rows: Repositories, jobs: JobManager, experiments: Sequence[Experiment]
    ) -> None:
        self._rows = rows
        self._runs = {run.id: run for run in experiments}
        self._words = _words_of_jobs(jobs)
        everyone = rows.experiments.list()
        self._goes_on_from = {
            str(run.config.get(RESUME_KEY, ""))
            for run in everyone
            if run.status in _TO_START or run.status.active
        }
        self._forks = [run for run in everyone if run.config.get(FORK_KEY)]
        models = {export.model_id for export in rows.exports.list()}
        self._exported = {number for number in models if number is not None}
        self._projects = {project.id: project for project in rows.projects.list()}

    def candidates(self) -> list[Candidate]:
        """Every checkpoint of these trainings, as the rules of retention see it."""
        found: list[Candidate] = []
        for number in self._runs:
            rows = self._rows.checkpoints.list(experiment_id=number)
            goes_on = self._resume_point(number or 0, rows)
            found += [self._candidate(row, goes_on) for row in rows]
        return found

    def stakes(self, checkpoint: Checkpoint) -> Stakes:
        """What is lost with that one."""
        run, path = self._runs[checkpoint.experiment_id], checkpoint.checkpoint_path
        status = _lstat(path)
        rows = self._rows
        others = rows.checkpoints.list(experiment_id=run.id)
        previews = rows.previews.list(experiment_id=run.id, step=checkpoint.step)
        return Stakes(
            checkpoint=checkpoint,
            experiment=run,
            held=self._held(checkpoint, self._resume_point(run.id or 0, others)),
            exports=tuple(rows.exports.list(model_id=checkpoint.id)),
            forks=self.forks_of(path),
            previews=len(previews),
            only=not any(o.id != checkpoint.id and o.checkpoint_path.exists() for o in others),
            shared=status is not None and _is_shared(status),
            there=path.is_file(),
            linked=path.resolve() if status and stat.S_ISLNK(status.st_mode) else None,
        )

    def forks_of(self, path: Path) -> tuple[Experiment, ...]:
        """The trainings that began with that checkpoint."""
        return tuple(one for one in self._forks if _began_with(one, path))

    def _candidate(self, row: Checkpoint, goes_on: int | None) -> Candidate:
        status = _lstat(row.checkpoint_path)
        return Candidate(
            id=row.id or 0,
            run=row.experiment_id,
            step=row.step,
            written=row.created_at,
            size=status.st_size if status else 0,
            held=self._held(row, goes_on),
            shared=status is not None and _is_shared(status),
        )

    def _held(self, row: Checkpoint, goes_on: int | None) -> frozenset[Reason]:
        run, path = self._runs[row.experiment_id], row.checkpoint_path
        facts = {
            Reason.PINNED: row.pinned,
            Reason.STARRED: bool(row.rating),
            Reason.NOTED: bool(row.notes.strip()),
            Reason.EXPORTED: row.id in self._exported,
            Reason.BEST: row.is_best,
            Reason.RESUME: row.id == goes_on or str(path) in self._goes_on_from,
            Reason.IN_USE: self._in_use(run, path),
            Reason.OUTSIDE: not _is_ours(path, self._projects.get(run.project_id)),
            Reason.GONE: not path.is_file(),
        }
        kind = {_KINDS[row.kind]} if row.kind in _KINDS else set()
        return frozenset({reason for reason, holds in facts.items() if holds} | kind)

    def _in_use(self, run: Experiment, path: Path) -> bool:
        """Of a training under way, what Lightning replaces; of other jobs, what they read."""
        replaced = run.status in _TRAINS and is_replaced_by_lightning(path)
        return replaced or any(str(path) in word for word in self._words)

    def _resume_point(self, experiment_id: int, rows: Sequence[Checkpoint]) -> int | None:
        """Where the training would go on, unless its numbers are spoilt: that takes long to see."""
        run = self._runs[experiment_id]
        jobs = self._rows.jobs.list(kind=JobKind.TRAIN, target_id=experiment_id)
        start = max((job.created_at for job in jobs), default=None)

        def order(row: Checkpoint) -> tuple[int, int, float]:
            return branch_of(run, row, start), row.step, row.created_at

        ordered = sorted(rows, key=order, reverse=True)
        return next((row.id for row in ordered if is_whole(row.checkpoint_path)), None)


def is_replaced_by_lightning(path: Path) -> bool:
    """Whether a training under way may replace that file, or remove it."""
    return _LIGHTNINGS.fullmatch(path.name) is not None


def _words_of_jobs(jobs: JobManager) -> tuple[str, ...]:
    """What the jobs that have not ended were started with."""
    words: list[str] = []
    for job in jobs.active():
        try:
            words += jobs.directory(job.id).spec().argv
        except UserError:
            continue  # its directory is gone or damaged: nothing can be told of it
    return tuple(words)


def _began_with(fork: Experiment, path: Path) -> bool:
    told = fork.config.get(FORK_KEY)
    return isinstance(told, dict) and told.get("checkpoint") == str(path)


def _is_ours(path: Path, project: Project | None) -> bool:
    return project is not None and path.is_relative_to(project.path)


def _is_shared(status: os.stat_result) -> bool:
    return stat.S_ISLNK(status.st_mode) or status.st_nlink > 1


def _lstat(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except OSError:
        return None
