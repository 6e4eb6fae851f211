"""Everything of a project that can be a lane of its listening room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rave_gui.backend import listening_set
from rave_gui.backend.listening_room import Lane, LaneKind
from rave_gui.backend.training_plan import phase_1_steps
from rave_gui.core.records import Checkpoint, Experiment, Export, Project
from rave_gui.core.repositories import Repositories

_HANDY, _TOO_LONG = 10.0, 110.0
_TRIED = 50


class LaneSources:
    """Reads records; paths are the truth, so that keys outlive a reindex."""

    def __init__(self, rows: Repositories) -> None:
        self._rows = rows

    def models(self, project: Project) -> tuple[Lane, ...]:
        """Checkpoints, the newest training and step first, then exports."""
        runs = self._rows.experiments.list(project_id=project.id)
        runs.sort(key=lambda run: -run.created_at)
        found = [lane for run in runs for lane in self._of_run(project, run)]
        return (*found, *(self.export(project, row) for row in self._exports(project)))

    def checkpoint(self, project: Project, checkpoint_id: int) -> Lane:
        """The lane of a checkpoint.

        Raises:
            UserError: there is no such record.
        """
        row = self._rows.checkpoints.get(checkpoint_id)
        run = self._rows.experiments.get(row.experiment_id)
        return self._lane(project, run, row, phase_1_steps(run, None), self._exported(project))

    def export_of(self, project: Project, export_id: int) -> Lane:
        """The lane of an export.

        Raises:
            UserError: there is no such record.
        """
        return self.export(project, self._rows.exports.get(export_id))

    def export(self, project: Project, row: Export) -> Lane:
        """The same of a record."""
        key = f"{LaneKind.EXPORT.value}:{portable(project, row.export_path)}"
        lane = Lane(key, LaneKind.EXPORT, row.name, row.export_path, record=row.id, exported=True)
        origin = self._rows.checkpoints.find(row.model_id) if row.model_id else None
        if origin is None:
            return lane
        run = self._rows.experiments.find(origin.experiment_id)
        return replace(lane, step=origin.step, phase=_phase(run, origin.step))

    def first_sound(self, project: Project) -> Path | None:
        """A sound to begin with: what trainings are listened to with, else one of a dataset."""
        clips = [clip.path for clip in listening_set.chosen(project)]
        datasets = self._rows.datasets.list(project_id=project.id)
        entries = [entry for dataset in datasets for entry in dataset.manifest]
        good = [entry for entry in entries if entry.get("verdict") == "use"]
        good.sort(key=_handiness)
        short = [Path(str(entry["path"])) for entry in good if _handiness(entry) < _TOO_LONG]
        return next((path for path in (*clips, *short[:_TRIED]) if path.is_file()), None)

    def best(self, project: Project, experiment_id: int, most: int) -> tuple[Lane, ...]:
        """Of a training, the newest, RAVE's best and some between, up to ``most``."""
        run = self._rows.experiments.get(experiment_id)
        found = self._of_run(project, run)
        if len(found) <= most:
            return found
        starred = sorted(found, key=lambda lane: -(lane.rating or 0))[:most]
        evenly = [found[round(n * (len(found) - 1) / max(1, most - 1))] for n in range(most)]
        wanted = [lane for lane in starred if lane.rating] + evenly
        keys = list(dict.fromkeys(lane.key for lane in wanted))[:most]
        return tuple(lane for lane in found if lane.key in keys)

    def _of_run(self, project: Project, run: Experiment) -> tuple[Lane, ...]:
        rows = self._rows.checkpoints.list(experiment_id=run.id)
        rows.sort(key=lambda row: (-row.step, -row.created_at))
        there = [row for row in rows if row.checkpoint_path.is_file()]
        start, exported = phase_1_steps(run, None), self._exported(project)
        return tuple(self._lane(project, run, row, start, exported) for row in there)

    def _lane(
        self,
        project: Project,
        run: Experiment,
        row: Checkpoint,
        phase_1: int | None,
        exported: frozenset[int | None],
    ) -> Lane:
        return Lane(
            key=f"{LaneKind.CHECKPOINT.value}:{portable(project, row.checkpoint_path)}",
            kind=LaneKind.CHECKPOINT,
            title=f"{run.name} · {'best' if row.is_best else _short(row.step)}",
            path=row.checkpoint_path,
            step=row.step,
            phase=None if phase_1 is None else 1 if row.step < phase_1 else 2,
            validation=row.validation,
            rating=row.rating,
            record=row.id,
            exported=row.id in exported,
        )

    def _exports(self, project: Project) -> Sequence[Export]:
        found = self._rows.exports.list(project_id=project.id)
        playable = [
            row for row in found if row.format == "torchscript" and row.export_path.is_file()
        ]
        return sorted(playable, key=lambda row: -row.created_at)

    def _exported(self, project: Project) -> frozenset[int | None]:
        return frozenset(row.model_id for row in self._exports(project))


def _handiness(entry: Mapping[str, Any]) -> float:
    """How far a sound is from a length that is good to compare by, in seconds."""
    seconds = entry.get("duration_seconds")
    return abs(float(seconds) - _HANDY) if isinstance(seconds, (int, float)) else _TOO_LONG


def portable(project: Project, path: Path) -> str:
    """Inside the project it is named from there, so that a project can be moved."""
    root, absolute = project.path.absolute(), path.absolute()
    inside = absolute.is_relative_to(root)
    return absolute.relative_to(root).as_posix() if inside else str(absolute)


def _phase(run: Experiment | None, step: int) -> int | None:
    start = phase_1_steps(run, None) if run is not None else None
    return None if start is None else 1 if step < start else 2


def _short(step: int) -> str:
    return f"{step / 1000:.0f}k" if step >= 10_000 else f"{step:,}"
