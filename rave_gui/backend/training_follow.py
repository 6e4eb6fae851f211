"""The state of running trainings, kept up to date at the cost of what is new."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from rave_gui.backend.training_state import TrainingFold, TrainingState
from rave_gui.core.brief_facts import BriefReader
from rave_gui.core.jobs import JobDirectory

_MOST = 32


@dataclass
class _Followed:
    reader: BriefReader
    fold: TrainingFold = field(default_factory=TrainingFold)


class TrainingFollower:
    """Folds the facts of jobs; each byte of them is read once. Safe from every thread."""

    def __init__(self) -> None:
        self._jobs: dict[str, _Followed] = {}
        self._lock = threading.Lock()

    def state(self, job_id: str, directory: JobDirectory) -> TrainingState:
        """How far the training in that directory is now."""
        with self._lock:
            followed = self._jobs.pop(job_id, None) or _Followed(BriefReader(directory.progress))
            self._jobs[job_id] = followed
            while len(self._jobs) > _MOST:
                del self._jobs[next(iter(self._jobs))]
            for facts in followed.reader.batches():
                followed.fold.add(facts)
            return followed.fold.state
