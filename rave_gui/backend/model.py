"""Checkpoints: what lies in the run folders, as records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rave_gui.backend.metrics import RunMetrics, Series
from rave_gui.backend.resume_point import branch_of
from rave_gui.core.checkpoint_files import FoundCheckpoint, scan_checkpoints
from rave_gui.core.checkpoint_header import read_header
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import Checkpoint, CheckpointKind, Experiment, JobKind
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, RecordChanged

VALIDATION = "validation"


class ModelManager:
    """Keeps the table of checkpoints in step with the files."""

    def __init__(self, paths: AppPaths, repositories: Repositories, signals: AppSignals) -> None:
        self._paths = paths
        self._rows = repositories
        self._signals = signals

    def list_checkpoints(self, experiment_id: int) -> list[Checkpoint]:
        """The recorded checkpoints of an experiment, by step."""
        rows = self._rows.checkpoints.list(experiment_id=experiment_id)
        return sorted(rows, key=lambda row: (row.step, row.created_at))

    def sync(self, experiment_id: int) -> list[Checkpoint]:
        """Read the run folder and make the records agree with it; what people said is kept."""
        experiment = self._rows.experiments.get(experiment_id)
        if experiment.run_dir is None or not experiment.run_dir.is_dir():
            return self.list_checkpoints(experiment_id)
        known = {row.checkpoint_path: row for row in self.list_checkpoints(experiment_id)}
        found = [file for file in scan_checkpoints(experiment.run_dir) if file.complete]
        curve = self._validation(experiment)
        for file in found:
            self._record(experiment_id, file, known.get(file.path), curve)
        self._forget_replaced(known, {file.path for file in found})
        return self.list_checkpoints(experiment_id)

    def best(self, experiment_id: int) -> Checkpoint | None:
        """RAVE's own best: the lowest validation value, usually of phase 1."""
        rows = [row for row in self.list_checkpoints(experiment_id) if row.is_best]
        return min(rows, key=_validation_or_infinity, default=None)

    def default_for_export(self, experiment_id: int) -> Checkpoint | None:
        """The newest state of the model.

        Not RAVE's ``best``: validation rises in phase 2 by design, so the best is usually a model
        of phase 1, without the adversarial training that makes it sound well.
        """
        rows = [row for row in self.list_checkpoints(experiment_id) if row.checkpoint_path.exists()]
        experiment, start = (
            self._rows.experiments.get(experiment_id),
            self.last_start(experiment_id),
        )

        def newness(row: Checkpoint) -> tuple[int, int, bool, float]:
            return branch_of(experiment, row, start), row.step, not row.is_best, row.created_at

        return max(rows, key=newness, default=None)

    def last_start(self, experiment_id: int) -> float | None:
        """When its newest training job was asked for, POSIX seconds; None where there is none."""
        jobs = self._rows.jobs.list(kind=JobKind.TRAIN, target_id=experiment_id)
        return max((job.created_at for job in jobs), default=None)

    def pin(self, checkpoint_id: int, pinned: bool) -> Checkpoint:
        """Mark a checkpoint as one to keep."""
        row = self._rows.checkpoints.update(checkpoint_id, pinned=pinned)
        self._signals.model_saved.emit(RecordChanged("models", checkpoint_id, "updated"))
        return row

    def _record(
        self,
        experiment_id: int,
        file: FoundCheckpoint,
        known: Checkpoint | None,
        curve: Series | None,
    ) -> None:
        if known is not None and known.size == file.size and known.created_at == file.mtime:
            return
        step = file.step if file.step is not None else read_header(file.path).step or 0
        row = self._rows.checkpoints.upsert(
            Checkpoint(
                experiment_id=experiment_id,
                name=file.path.stem,
                checkpoint_path=file.path,
                step=step,
                kind=file.kind,
                created_at=file.mtime,
                validation=_value_at(curve, step),
                is_best=file.kind is CheckpointKind.BEST,
                size=file.size,
            )
        )
        self._signals.model_saved.emit(RecordChanged("models", row.id or 0, "created"))

    def _forget_replaced(self, known: dict[Path, Checkpoint], found: set[Path]) -> None:
        """Lightning replaces its newest file at each validation; a pinned or exported one stays."""
        for path, row in known.items():
            gone = path not in found and not path.exists()
            if gone and not row.pinned and not self._rows.exports.list(model_id=row.id):
                self._rows.checkpoints.delete(row.id or 0)

    def _validation(self, experiment: Experiment) -> Series | None:
        if experiment.run_dir is None:
            return None
        metrics = RunMetrics(experiment.run_dir, self._paths.cache)
        metrics.poll()
        return metrics.series(VALIDATION) if VALIDATION in metrics.tags() else None


def _value_at(curve: Series | None, step: int) -> float | None:
    """The validation value measured at the checkpoint, or the last one before it."""
    if curve is None or len(curve.steps) == 0:
        return None
    steps: Sequence[int] = [int(value) for value in curve.steps]
    before = [index for index, value in enumerate(steps) if value <= step]
    return float(curve.values[before[-1]]) if before else None


def _validation_or_infinity(row: Checkpoint) -> float:
    return row.validation if row.validation is not None else float("inf")
