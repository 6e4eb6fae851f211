"""Clearing checkpoints by rules: planned first, then done as far as the plan still holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rave_gui.backend.checkpoint_care import CheckpointCare
from rave_gui.backend.model import ModelManager
from rave_gui.backend.preview_folder import preview_steps
from rave_gui.backend.resume_point import resume_point
from rave_gui.backend.retention import KINDS, Candidate, Plan, Reason, Rules, plan
from rave_gui.core.records import Checkpoint, Experiment
from rave_gui.core.repositories import Repositories


@dataclass(frozen=True)
class Cleared:
    """What came of a plan."""

    gone: tuple[Checkpoint, ...] = ()
    kept: tuple[str, ...] = ()
    """Sentences: which stayed after all, and why."""
    freed: int = 0
    """Bytes; those in the trash come back when it is emptied."""


@dataclass(frozen=True)
class Going:
    """One checkpoint that would go, and what depends on it."""

    checkpoint: Checkpoint
    training: str
    forks: tuple[str, ...] = ()
    """They have a copy of their own, or a second name for the same file."""
    heard: bool = False
    """Sounds of its step were kept; they stay."""
    shared: bool = False
    """Its bytes have another name: deleting it gives no room back."""


class Clearing:
    """Applies the rules of retention. Synchronous; windows call it in background."""

    def __init__(
        self, repositories: Repositories, models: ModelManager, care: CheckpointCare
    ) -> None:
        self._rows, self._models, self._care = repositories, models, care

    def plan(self, experiments: Sequence[Experiment], rules: Rules) -> Plan:
        """What would go of these trainings; nothing is changed."""
        return plan(self._care.holdings(experiments).candidates(), rules)

    def describe(self, made: Plan) -> tuple[Going, ...]:
        """Exactly what would go, by training and step."""
        shared = {one.id for one in made.going if one.shared}
        rows = [row for one in made.going if (row := self._rows.checkpoints.find(one.id))]
        runs = {run.id: run for run in self._runs_of(rows)}
        holdings = self._care.holdings(list(runs.values()))
        heard = {run.id: set(_heard(run)) for run in runs.values()}
        found = [
            Going(
                checkpoint=row,
                training=runs[row.experiment_id].name,
                forks=tuple(one.name for one in holdings.forks_of(row.checkpoint_path)),
                heard=row.step in heard[row.experiment_id],
                shared=row.id in shared,
            )
            for row in rows
        ]
        return tuple(sorted(found, key=lambda one: (one.training, one.checkpoint.step)))

    def clear(self, agreed: Plan, *, for_good: bool = False) -> Cleared:
        """Do what a plan says, as far as it still holds.

        Args:
            agreed: What a person has seen and agreed to.
            for_good: Delete without the trash, which gives the disk its room back at once.

        Raises:
            UserError: the trash refuses; what went before stays gone.
        """
        going = [row for one in agreed.going if (row := self._rows.checkpoints.find(one.id))]
        runs = self._runs_of(going)
        kept = self._reasons(agreed, runs)
        fit = [row for row in going if (row.id or 0) not in kept]
        gone: list[Checkpoint] = []
        try:
            for row in fit:
                self._care.remove(row, for_good=for_good)
                self._rows.checkpoints.delete(row.id or 0)
                gone.append(row)
        finally:
            self._care.tell_gone(gone, runs)
        done = {row.id for row in gone}
        freed = sum(one.frees for one in agreed.going if one.id in done)
        return Cleared(tuple(gone), tuple(kept.values()), freed)

    def _runs_of(self, rows: Sequence[Checkpoint]) -> list[Experiment]:
        numbers = sorted({row.experiment_id for row in rows})
        return [self._rows.experiments.get(number) for number in numbers]

    def _reasons(self, agreed: Plan, runs: Sequence[Experiment]) -> dict[int, str]:
        """Why some stay although the plan let them go: what changed meanwhile."""
        now = {one.id: one for one in self._care.holdings(runs).candidates()}
        points = {self._resume_point(run) for run in runs}
        newest = {one.id for one in plan(now.values(), Rules()).staying if _is_newest(one)}
        kept: dict[int, str] = {}
        for one in agreed.going:
            row = self._rows.checkpoints.find(one.id)
            found = now.get(one.id)
            if row is not None and found is not None:
                why = _why_not(one, found, needed=one.id in points or one.id in newest)
                if why:
                    kept[one.id] = f"{row.checkpoint_path.name} stays: {why}."
        return kept

    def _resume_point(self, run: Experiment) -> int | None:
        """Where it would really go on: a checkpoint with spoilt numbers is passed over."""
        rows = self._models.list_checkpoints(run.id or 0)
        point = resume_point(run, rows, self._models.last_start(run.id or 0))
        return point.id if point else None


def _heard(run: Experiment) -> tuple[int, ...]:
    return preview_steps(run.run_dir) if run.run_dir is not None else ()


def _is_newest(one: Candidate) -> bool:
    return Reason.NEWEST in one.held


def _why_not(agreed: Candidate, now: Candidate, *, needed: bool) -> str:
    if needed:
        return "its training would go on from it"
    words = sorted(reason.value for reason in now.held - agreed.held - KINDS)
    return f"meanwhile it is {', '.join(words)}" if words else ""
