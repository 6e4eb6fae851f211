"""What a test of a setup measured, and the honest forecast that follows from it."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rave_gui.backend.derived import Derived
from rave_gui.backend.rave_settings import TrainingSettings

_BEST_AND_NEWEST = 2
"""Checkpoints that RAVE keeps beside those of every ``save_every`` steps."""


@dataclass(frozen=True)
class PhaseCost:
    """One phase; None where it was not reached or cannot be measured here."""

    seconds: tuple[float, ...] = ()
    """Of each batch, in order."""
    gpu_bytes: int | None = None
    """The most that torch held."""
    memory_bytes: int | None = None
    """The most that the process held."""

    @property
    def seconds_a_step(self) -> float | None:
        """The mean of all batches but the first, which pays for what later ones find ready.

        The mean, not the median: the judge learns in one batch of several, and that one is dear.
        """
        counted = self.seconds[1:] or self.seconds
        return statistics.fmean(counted) if counted else None


@dataclass(frozen=True)
class TrialReport:
    """What came of it."""

    ok: bool
    """Whether both phases ran."""
    reason: str = ""
    """Why not, in words with the remedy."""
    phases: tuple[PhaseCost, PhaseCost] = (PhaseCost(), PhaseCost())
    start_seconds: float = 0.0
    """Until the first batch."""
    validation_seconds: float = 0.0
    validations: int = 0
    event_bytes: int = 0
    checkpoint_bytes: tuple[int, int] = (0, 0)
    """Of one checkpoint in phase 1 and in phase 2."""
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """What was tested."""


@dataclass(frozen=True)
class RunForecast:
    """What the whole training will take, as far as a few batches can tell."""

    seconds: float
    seconds_to_phase_2: float | None
    """None where phase 2 is not reached."""
    risk_seconds: float | None
    """Most work between two checkpoints."""
    disk_bytes: int
    gpu_bytes: int | None
    memory_bytes: int | None


def report_of(
    facts: Iterable[Mapping[str, Any]], reason: str, settings: Mapping[str, Any]
) -> TrialReport:
    """The report of the facts that the companion wrote; ``reason`` is why it failed, or empty."""
    trials = [fact for fact in facts if fact.get("kind") == "trial"]
    found = {fact.get("phase"): fact for fact in trials}
    end = found.get(0, {})
    times = _numbers(end.get("validations"))
    phases = (_cost(found.get(1, {})), _cost(found.get(2, {})))
    both = bool(phases[0].seconds and phases[1].seconds and end)
    return TrialReport(
        ok=both and not reason,
        reason=reason or ("" if both else "It ended before both phases had run."),
        phases=phases,
        start_seconds=_number(end.get("start_seconds")) or 0.0,
        validation_seconds=max(times, default=0.0),
        validations=len(times),
        event_bytes=int(_number(end.get("event_bytes")) or 0),
        checkpoint_bytes=(_checkpoint(found.get(1, {})), _checkpoint(found.get(2, {}))),
        settings=settings,
    )


def forecast_run(
    report: TrialReport, settings: TrainingSettings, facts: Derived
) -> RunForecast | None:
    """The whole training at the speed of the test; None where a phase was not measured."""
    first, second = (cost.seconds_a_step for cost in report.phases)
    if first is None or second is None:
        return None
    change = min(facts.phase_2_at if facts.phase_2_at is not None else facts.end, facts.end)
    gap = facts.longest_gap or settings.val_every
    validations = facts.end // max(1, facts.first_validation or settings.val_every)
    listening = report.validation_seconds
    in_phase_1 = change * first + change / max(1, gap) * listening
    seconds = in_phase_1 + (facts.end - change) * second
    seconds += max(0.0, validations - change / max(1, gap)) * listening
    return RunForecast(
        seconds=report.start_seconds + seconds,
        seconds_to_phase_2=report.start_seconds + in_phase_1 if change < facts.end else None,
        risk_seconds=gap * max(first, second),
        disk_bytes=_disk(report, settings, facts, validations),
        gpu_bytes=_most(report, "gpu_bytes"),
        memory_bytes=_most(report, "memory_bytes"),
    )


def _disk(report: TrialReport, settings: TrainingSettings, facts: Derived, validations: int) -> int:
    small, large = report.checkpoint_bytes
    every = max(1, settings.save_every)
    kept = facts.end // every
    before = min(kept, (facts.phase_2_at or facts.end) // every)
    checkpoints = before * small + (kept - before + _BEST_AND_NEWEST) * large
    clips = report.event_bytes / report.validations if report.validations else 0.0
    return int(checkpoints + validations * clips)


def _most(report: TrialReport, name: str) -> int | None:
    values = [getattr(cost, name) for cost in report.phases]
    return max((value for value in values if value is not None), default=None)


def _cost(fact: Mapping[str, Any]) -> PhaseCost:
    gpu, memory = _number(fact.get("gpu_bytes")), _number(fact.get("memory_bytes"))
    return PhaseCost(
        tuple(_numbers(fact.get("seconds"))),
        int(gpu) if gpu is not None else None,
        int(memory) if memory is not None else None,
    )


def _checkpoint(fact: Mapping[str, Any]) -> int:
    """The judge's optimizer is empty in phase 1, so that its checkpoints are the smaller ones."""
    return int(_number(fact.get("checkpoint_bytes")) or 0)


def _numbers(value: Any) -> list[float]:
    items = value if isinstance(value, list) else []
    return [number for item in items if (number := _number(item)) is not None]


def _number(value: Any) -> float | None:
    """A finite number that is not below 0; facts are written by another process."""
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if plain and 0 <= value < float("inf") else None
