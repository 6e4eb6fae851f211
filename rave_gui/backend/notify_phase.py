"""Which running trainings have come into another phase, noticed once by whoever looks."""

from __future__ import annotations

import time
from collections.abc import Iterator

from rave_gui.backend.jobs import JobManager
from rave_gui.backend.training import TrainingManager
from rave_gui.backend.training_state import PhaseChange
from rave_gui.core.jobs import JobDirectory
from rave_gui.core.records import Job, JobKind

_NEWS_SECONDS = 3600.0
"""What is older is no news: nobody looked for so long."""


class PhaseWatch:
    """Looks at running trainings until each has changed its phase."""

    def __init__(self, jobs: JobManager, trainings: TrainingManager) -> None:
        self._jobs, self._trainings = jobs, trainings
        self._done: set[str] = set()

    def news(self) -> Iterator[tuple[Job, PhaseChange]]:
        """Every change that nobody has told of yet; of several applications one gets it."""
        for job in self._jobs.active():
            if job.kind is not JobKind.TRAIN or job.id in self._done:
                continue
            change = self._change(job)
            if change is not None and self._is_ours(job, change):
                yield job, change

    def _change(self, job: Job) -> PhaseChange | None:
        state = self._trainings.state_of(job)
        if state.turned is not None or state.phase > 1:
            # There is no third phase; and a start in the second one has nothing to tell.
            self._done.add(job.id)
        return state.turned

    def _is_ours(self, job: Job, change: PhaseChange) -> bool:
        first = JobDirectory(job.directory).first_to_tell(f"phase-{change.phase}")
        return first and time.time() - change.time < _NEWS_SECONDS
