"""Follows a training: the same facts, read as progress, phases, checkpoints and metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from PyQt6.QtCore import pyqtSignal

from rave_gui.backend.training_state import TrainingFold, TrainingState
from rave_gui.bridge.process_thread import ProcessThread
from rave_gui.core.jobs import JobDirectory
from rave_gui.core.signals import TrainingProgress

LIVE_EDGE = 200
"""Metrics facts told at once. Whoever follows a training of days reads what lies before them from
its event files; the first look would else put the whole past into the main thread's queue."""


class TrainingProcess(ProcessThread):
    """A :class:`ProcessThread` that knows what the facts of a training mean."""

    progress = pyqtSignal(object)
    """:class:`TrainingProgress`, at most once a look."""
    training_state = pyqtSignal(object)
    """:class:`TrainingState`: all that is known of the present moment, at most once a look."""
    phase_changed = pyqtSignal(int, object)
    """Phase (1 or 2) and the step at which it began."""
    checkpoint_written = pyqtSignal(object)
    """The fact: ``path``, ``step``, ``reason``."""
    metrics = pyqtSignal(object, dict)
    """Step and ``{tag: value}``."""

    def __init__(
        self,
        directory: JobDirectory,
        *,
        experiment_id: int,
        max_steps: int = 0,
        watched: bool = True,
    ) -> None:
        super().__init__(directory, watched=watched)
        self._experiment_id = experiment_id
        self._fold = TrainingFold(TrainingState(max_steps=max_steps))

    @property
    def experiment_id(self) -> int:
        """Whose training this is."""
        return self._experiment_id

    def digest(self, facts: list[dict[str, Any]]) -> None:
        """Emit what the new facts amount to."""
        before, after = self._fold.state, self._fold.add(facts)
        for phase, step in phases(facts):
            self.phase_changed.emit(phase, step)
        for fact in _of_kind(facts, "checkpoint"):
            self.checkpoint_written.emit(fact)
        for step, values in list(metrics(facts))[-LIVE_EDGE:]:
            self.metrics.emit(step, values)
        if after != before:
            self.training_state.emit(after)
            self.progress.emit(as_progress(self._experiment_id, after))


def as_progress(experiment_id: int, state: TrainingState) -> TrainingProgress:
    """The part of ``state`` that the whole application hears of."""
    return TrainingProgress(
        experiment_id=experiment_id,
        step=state.step,
        max_steps=state.max_steps,
        epoch=state.epoch,
        rate=state.rate,
        phase=state.phase,
    )


def phases(facts: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, int]]:
    """Phase and first step of every phase that ``facts`` tell of; damaged facts are left out."""
    for fact in _of_kind(facts, "phase"):
        phase, step = fact.get("phase"), fact.get("step")
        if isinstance(phase, int) and isinstance(step, int):
            yield phase, step


def metrics(facts: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, dict[str, float]]]:
    """Step and values of every metrics fact, ``"nan"`` and ``"inf"`` turned back into numbers."""
    for fact in _of_kind(facts, "metrics"):
        step, values = fact.get("step"), fact.get("values")
        if isinstance(step, int) and isinstance(values, Mapping):
            yield step, dict(_numbers(values))


def _numbers(values: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for tag, value in values.items():
        try:
            yield str(tag), float(value)
        except (TypeError, ValueError):
            continue  # a damaged value: the event file has the true one


def _of_kind(facts: Iterable[Mapping[str, Any]], kind: str) -> Iterator[Mapping[str, Any]]:
    return (fact for fact in facts if fact.get("kind") == kind)
