"""The newest facts of running jobs, kept so that every page can show them at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rave_gui.backend.training_state import TrainingState
from rave_gui.core.records import Job, JobState

_WINDOW = 60.0
_TOLD = {"note", "fault", "silence", "stuck", "answer", "stage"}


@dataclass(frozen=True)
class JobLive:
    """How far a job is that counts things: examples, files, megabytes."""

    done: float | None = None
    total: float | None = None
    unit: str = ""
    rate: float | None = None
    """Units a second over the last minute."""
    text: str = ""
    """The last sentence it said."""

    @property
    def fraction(self) -> float | None:
        """0 to 1, or None while the total is not known."""
        if self.done is None or not self.total:
            return None
        return max(0.0, min(1.0, self.done / self.total))

    @property
    def seconds_left(self) -> float | None:
        """None while it cannot be told."""
        if self.done is None or not self.total or not self.rate:
            return None
        return max(0.0, (self.total - self.done) / self.rate)


@dataclass
class _Count:
    live: JobLive = field(default_factory=JobLive)
    marks: deque[tuple[float, float]] = field(default_factory=deque)

    def move(self, time: float, done: float, total: float | None, unit: str) -> None:
        self.marks.append((time, done))
        while len(self.marks) > 2 and time - self.marks[0][0] > _WINDOW:
            self.marks.popleft()
        (begun, first), (ended, last) = self.marks[0], self.marks[-1]
        span = ended - begun
        rate = (last - first) / span if span >= 1.0 and last > first else None
        self.live = replace(self.live, done=done, total=total, unit=unit, rate=rate)


class LiveBoard:
    """Filled by the window's slots, read by the pages. Knows nothing of files."""

    def __init__(self) -> None:
        self._trainings: dict[int, TrainingState] = {}
        self._counts: dict[str, _Count] = {}
        self._states: dict[str, str] = {}

    def take_training(self, experiment_id: int, state: TrainingState) -> None:
        """Remember the present moment of a training."""
        self._trainings[experiment_id] = state

    def training(self, experiment_id: int | None) -> TrainingState | None:
        """What is known of a training, if anything."""
        return self._trainings.get(experiment_id) if experiment_id is not None else None

    def trainings(self) -> dict[int, TrainingState]:
        """Everything known of trainings, by experiment."""
        return dict(self._trainings)

    def take_count(self, job_id: str, done: float, total: float | None, time: float) -> None:
        """Remember how far a job is that somebody else counted."""
        self._counts.setdefault(job_id, _Count()).move(time, done, total, "")

    def take_facts(self, job_id: str, facts: Iterable[Mapping[str, Any]]) -> None:
        """Fold new facts of a job in; damaged ones are passed over."""
        count = self._counts.setdefault(job_id, _Count())
        for fact in facts:
            if fact.get("kind") == "progress" and "stage" not in fact:
                _take_progress(count, fact)  # of several stages somebody makes one count
            elif fact.get("kind") in _TOLD:
                text = str(fact.get("text") or fact.get("stage") or "")
                count.live = replace(count.live, text=text or count.live.text)

    def job(self, job_id: str) -> JobLive:
        """What is known of a job; empty when nothing is."""
        count = self._counts.get(job_id)
        return count.live if count else JobLive()

    def take_runner_state(self, job_id: str, state: str) -> None:
        """Remember the runner's word for the state of a job, such as ``paused``."""
        self._states[job_id] = state

    def runner_state(self, job_id: str | None) -> str:
        """The runner's last word for that job, "" when it said none."""
        return self._states.get(job_id or "", "")

    def is_paused(self, job: Job) -> bool:
        """Whether it is halted: the runner's word counts before the record, which comes later."""
        told = self.runner_state(job.id)
        return told == "paused" if told else job.state is JobState.PAUSED

    def forget_training(self, experiment_id: int) -> None:
        """The training ended: from now on its record tells."""
        self._trainings.pop(experiment_id, None)

    def forget_job(self, job_id: str) -> None:
        """The job ended: its progress means nothing any more."""
        self._counts.pop(job_id, None)
        self._states.pop(job_id, None)


def _take_progress(count: _Count, fact: Mapping[str, Any]) -> None:
    done, total = fact.get("done", fact.get("step")), fact.get("total", fact.get("max_steps"))
    time = fact.get("t")
    if not isinstance(done, (int, float)) or not isinstance(time, (int, float)):
        return
    known = total if isinstance(total, (int, float)) else None
    count.move(float(time), float(done), known, str(fact.get("unit") or ""))
