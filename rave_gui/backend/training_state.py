"""How far a training is, folded from the facts that its job directory holds."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rave_gui.core.records import Experiment

_RATE_WINDOW = 60.0
"""Seconds over which the rate is averaged."""
_RATE_SPAN_MINIMUM = 1.0
"""Seconds of evidence before a rate is believed."""


@dataclass(frozen=True)
class SavedCheckpoint:
    """A checkpoint that the companion reported."""

    path: str
    step: int
    reason: str
    time: float


@dataclass(frozen=True)
class PhaseChange:
    """A phase that began while the training ran, not one that a start found itself in."""

    phase: int
    step: int
    time: float


@dataclass(frozen=True)
class TrainingState:
    """One moment of a training. Steps are batches, times POSIX seconds, rate steps a second."""

    step: int = 0
    max_steps: int = 0
    epoch: int = 0
    phase: int = 1
    stage: str = "starting"
    rate: float | None = None
    companion: Mapping[str, Any] | None = None
    """What the companion said of itself; ``None`` where RAVE did not load it."""
    checkpoint: SavedCheckpoint | None = None
    """The newest one."""
    turned: PhaseChange | None = None
    """The last change of phase under this very start; ``None`` where there was none."""
    previews: int = 0
    """How many have been told of: more of them mean that there is something new to hear."""
    notes: tuple[str, ...] = ()
    """Sentences: answers to wishes, silence, faults. The newest last."""

    @property
    def steps_at_risk(self) -> int:
        """Steps that would be lost if the machine lost power now."""
        return max(0, self.step - (self.checkpoint.step if self.checkpoint else 0))

    def seconds_to(self, step: int) -> float | None:
        """Time until ``step``, or ``None`` while it cannot be told."""
        if not self.rate or step <= self.step:
            return 0.0 if step <= self.step else None
        return (step - self.step) / self.rate


@dataclass
class TrainingFold:
    """Turns facts into a :class:`TrainingState`, one batch of facts after another."""

    state: TrainingState = field(default_factory=TrainingState)
    _marks: deque[tuple[float, int]] = field(default_factory=deque)
    _first_phase: int = 0
    """The phase that this start began in; 0 while that is not known."""

    def add(self, facts: Iterable[Mapping[str, Any]]) -> TrainingState:
        """Take new facts in and answer with the present state. Unknown facts are passed over."""
        for fact in facts:
            handler = _HANDLERS.get(str(fact.get("kind")))
            if handler:
                try:
                    handler(self, fact)
                except (KeyError, TypeError, ValueError):
                    continue  # a damaged fact is worth nothing, and the next one comes soon
        return self.state

    def _progress(self, fact: Mapping[str, Any]) -> None:
        step = int(fact["step"])
        self._mark(float(fact["t"]), step)
        self.state = replace(
            self.state,
            step=max(step, self.state.step),
            epoch=int(fact.get("epoch", self.state.epoch)),
            max_steps=int(fact.get("max_steps", self.state.max_steps)),
            rate=self._rate(),
        )

    def _mark(self, time: float, step: int) -> None:
        self._marks.append((time, step))
        while len(self._marks) > 2 and time - self._marks[0][0] > _RATE_WINDOW:
            self._marks.popleft()

    def _rate(self) -> float | None:
        (first_time, first), (last_time, last) = self._marks[0], self._marks[-1]
        span = last_time - first_time
        return (last - first) / span if span >= _RATE_SPAN_MINIMUM and last > first else None

    def _phase(self, fact: Mapping[str, Any]) -> None:
        phase = int(fact["phase"])
        self._first_phase = self._first_phase or phase
        turned = self.state.turned
        if phase > max(self._first_phase, turned.phase if turned else 0):
            turned = PhaseChange(phase, int(fact["step"]), float(fact["t"]))
        self.state = replace(self.state, phase=phase, turned=turned)

    def _stage(self, fact: Mapping[str, Any]) -> None:
        self.state = replace(self.state, stage=str(fact["stage"]))

    def _companion(self, fact: Mapping[str, Any]) -> None:
        self.state = replace(self.state, companion=dict(fact))

    def _checkpoint(self, fact: Mapping[str, Any]) -> None:
        step = int(fact["step"])
        saved = SavedCheckpoint(str(fact["path"]), step, str(fact["reason"]), float(fact["t"]))
        self.state = replace(self.state, checkpoint=saved, step=max(step, self.state.step))

    def _preview(self, _fact: Mapping[str, Any]) -> None:
        self.state = replace(self.state, previews=self.state.previews + 1)

    def _note(self, fact: Mapping[str, Any]) -> None:
        text = str(fact.get("text", ""))
        if text:
            self.state = replace(self.state, notes=(*self.state.notes[-19:], text))


_HANDLERS = {
    "progress": TrainingFold._progress,
    "phase": TrainingFold._phase,
    "stage": TrainingFold._stage,
    "companion": TrainingFold._companion,
    "checkpoint": TrainingFold._checkpoint,
    "preview": TrainingFold._preview,
    "answer": TrainingFold._note,
    "silence": TrainingFold._note,
    "stuck": TrainingFold._note,
    "fault": TrainingFold._note,
    "note": TrainingFold._note,
}


def find_run_dir(out_path: Path) -> Path | None:
    """The folder ``NAME_<hash>`` that RAVE made below its ``--out_path``, if it has by now."""
    try:
        found = [(path.stat().st_mtime, path.parent) for path in out_path.glob("*/config.gin")]
    except OSError:  # it goes away in this moment, or cannot be read
        return None
    return max(found, default=(0.0, None))[1]


def max_steps_of(experiment: Experiment) -> int:
    """How many steps were asked for; 0 where the record does not tell."""
    steps = experiment.config.get("max_steps")
    return steps if isinstance(steps, int) else 0
