"""A job that has not ended: how far it is, and who is told of it."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

from rave_gui.core.job_facts import Liveness, RunnerInfo
from rave_gui.core.jobs import RUNNER_START_SECONDS, JobDirectory
from rave_gui.core.process import is_alive
from rave_gui.core.records import Job, JobState
from rave_gui.core.repositories import Repository
from rave_gui.core.signals import AppSignals, JobEnded, RecordChanged

_STATES = {
    "running": JobState.RUNNING,
    "paused": JobState.PAUSED,
    "stopping": JobState.STOPPING,
}


class JobFollower:
    """Keeps the rows of active jobs in step with their directories, and announces changes once."""

    def __init__(self, rows: Repository[Job, str], signals: AppSignals) -> None:
        self._rows = rows
        self._signals = signals
        self._seen: dict[str, JobState] = {}
        self._lock = threading.Lock()

    def liveness(self, job: Job) -> Liveness:
        """What directory, process table and record say together."""
        directory = JobDirectory(job.directory)
        runs = is_alive(job.pid, job.process_token)
        if not directory.path.is_dir():
            return self._without_directory(job, runs)
        liveness = directory.liveness()
        if liveness is Liveness.INTERRUPTED and runs:
            # A machine under load: the runner lives, and has not come to write anything yet.
            return Liveness.WAITING if directory.runner() is None else Liveness.LIVE
        return liveness

    def follow(self, job: Job) -> Job:
        """Write down the state that the runner reports. A stop that was asked for is not undone."""
        info = JobDirectory(job.directory).runner()
        if info is None:
            return job
        changes = self._who(job, info)
        state = _STATES.get(info.state, job.state)
        if job.state is JobState.STOPPING:
            state = job.state
        if state is job.state and not changes:
            return job
        if self._rows.transition(job.id, [job.state], state, **changes):
            return replace(job, state=state, **changes)
        return self._rows.get(job.id)

    def created(self, job: Job) -> None:
        """Announce a new job."""
        with self._lock:
            self._seen[job.id] = job.state
        self._signals.job_changed.emit(RecordChanged("jobs", job.id, "created"))

    def noted(self, job: Job, before: JobState) -> Job:
        """Announce what changed since the last look, whichever application changed it.

        ``before`` stands in where this application never looked.
        """
        with self._lock:
            before = self._seen.get(job.id, before)
            if before.ended and not job.state.ended:
                return job  # another thread has looked later than this one, and told of the end
            self._seen[job.id] = job.state
        if before is job.state:
            return job
        self._signals.job_changed.emit(RecordChanged("jobs", job.id, "updated"))
        if job.state.ended:
            message = str(job.exit.get("message") or "")
            ended = JobEnded(job.id, job.kind.value, job.state.value, job.target_id, message)
            self._signals.job_ended.emit(ended)
        return job

    def _without_directory(self, job: Job, runs: bool) -> Liveness:
        """The folder was deleted, its drive is away, or it is not made yet."""
        if runs:
            return Liveness.LIVE
        young = abs(time.time() - job.created_at) < RUNNER_START_SECONDS
        return Liveness.WAITING if job.pid is None and young else Liveness.INTERRUPTED

    def _who(self, job: Job, info: RunnerInfo) -> dict[str, Any]:
        if job.pid is not None:
            return {}
        return {"pid": info.runner_pid, "process_token": info.runner_token}
