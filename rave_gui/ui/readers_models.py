"""What the Models page reads in another thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rave_gui.backend.model_facts import ModelFacts
from rave_gui.backend.preview_folder import preview_steps
from rave_gui.backend.run_differences import Difference, from_defaults
from rave_gui.backend.training_plan import phase_1_steps
from rave_gui.core.records import Checkpoint, Experiment, Project
from rave_gui.ui.viewmodels.timeline import Lane, LaneBook

if TYPE_CHECKING:
    from rave_gui.backend.holdings import Stakes

Curve = tuple[tuple[int, float], ...]
"""Steps and values."""
_POINTS = 160


@dataclass(frozen=True)
class Models:
    """The Models page."""

    experiments: Sequence[Experiment] = ()
    checkpoints: Sequence[Checkpoint] = ()
    phase1: Mapping[int, int | None] = field(default_factory=dict)
    exported: frozenset[int] = frozenset()
    """Checkpoints from which something was exported."""
    heard: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """Of each training, the steps that can be listened to."""
    curves: Mapping[int, Curve] = field(default_factory=dict)
    """Of each training, its validation."""
    gone: frozenset[int] = frozenset()
    """Checkpoints whose file is not there."""
    lanes: tuple[Lane, ...] = ()
    """All of it as the timeline shows it."""


class ModelsMemory:
    """What is kept from one reading to the next."""

    def __init__(self) -> None:
        self.curves, self.book = ValidationShelf(), LaneBook()


class ValidationShelf:
    """The validation curves of all trainings: read again only where a training went on."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, Curve]] = {}

    def curve(self, services: Any, run: Experiment) -> Curve:
        """A curve of at most 160 points, drawn as small as a lane is high."""
        stamp = (run.run_dir, run.step, run.status)
        known = self._known.get(run.id or 0)
        if known is None or known[0] != stamp:
            known = self._known[run.id or 0] = (stamp, _curve(services, run))
        return known[1]


def read_models(
    services: Any,
    project: Project | None,
    configs_dir: Path | None,
    memory: ModelsMemory | None = None,
) -> Models:
    """Every checkpoint of a project."""
    if project is None:
        return Models()
    rows, memory = services.repositories, memory or ModelsMemory()
    runs = rows.experiments.list(project_id=project.id)
    numbers = [run.id for run in runs]
    found = rows.checkpoints.list(experiment_id=numbers) if numbers else []
    some = {row.experiment_id for row in found}
    models = Models(
        experiments=tuple(runs),
        checkpoints=tuple(found),
        phase1={run.id or 0: phase_1_steps(run, configs_dir) for run in runs},
        exported=frozenset(
            export.model_id for export in rows.exports.list(project_id=project.id)
        ) - {None},
        heard={run.id: _heard(run) for run in runs if run.id in some},
        curves={run.id: memory.curves.curve(services, run) for run in runs if run.id in some},
        gone=frozenset(row.id for row in found if not row.checkpoint_path.is_file()),
    )  # fmt: skip
    return replace(models, lanes=memory.book.lanes(models))


@dataclass(frozen=True)
class CheckpointDetail:
    """Everything about one checkpoint that reading records tells at once."""

    stakes: Stakes
    phase1: int | None
    differences: tuple[Difference, ...]
    facts: ModelFacts | None
    """None: nobody has looked into the file yet."""


def read_checkpoint(
    services: Any, checkpoint_id: int, configs_dir: Path | None
) -> CheckpointDetail | None:
    """All about a checkpoint; None where it is gone meanwhile."""
    if services.repositories.checkpoints.find(checkpoint_id) is None:
        return None
    (stakes,) = services.checkpoints.stakes([checkpoint_id])
    run = stakes.experiment
    return CheckpointDetail(
        stakes=stakes,
        phase1=phase_1_steps(run, configs_dir),
        differences=from_defaults(run, configs_dir),
        facts=services.shelf.known(stakes.checkpoint.checkpoint_path),
    )


def _heard(run: Experiment) -> tuple[int, ...]:
    """Steps whose previews lie beside the run; the names of their folders tell."""
    return preview_steps(run.run_dir) if run.run_dir is not None else ()


def _curve(services: Any, run: Experiment) -> Curve:
    import numpy as np  # noqa: PLC0415  what the window does not need to open

    from rave_gui.backend.metrics import RunMetrics  # noqa: PLC0415  likewise
    from rave_gui.backend.model import VALIDATION  # noqa: PLC0415

    if run.run_dir is None or not run.run_dir.is_dir():
        return ()
    metrics = RunMetrics(run.run_dir, services.paths.cache)
    metrics.poll()
    if VALIDATION not in metrics.tags():
        return ()
    series = metrics.series(VALIDATION)
    good = np.isfinite(series.values)
    steps, values = series.steps[good], series.values[good]
    places = np.unique(np.linspace(0, len(steps) - 1, min(len(steps), _POINTS)).astype(int))
    return tuple((int(steps[place]), float(values[place])) for place in places)
