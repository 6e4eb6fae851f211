"""The end of a job: judged, its records settled and the row closed, by one application only."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from rave_gui.backend.job_end import JobEnd, sentence
from rave_gui.core.errors import UserError
from rave_gui.core.job_facts import Liveness, Wish
from rave_gui.core.jobs import JobDirectory, Lock
from rave_gui.core.logger import get_logger
from rave_gui.core.records import Job, JobKind, JobState
from rave_gui.core.repositories import Repository

EndHandler = Callable[[JobEnd], str]
_ACTIVE = tuple(state for state in JobState if not state.ended)
_log = get_logger(__name__)


class JobSettler:
    """Settles under a lock that dies with its holder, so that a crash in between loses nothing.

    The row is closed last and by compare-and-set: nobody sees a closed job with open records, and
    where the disk knows no locks the set still tells who was first.
    """

    def __init__(self, rows: Repository[Job, str], locks: Path) -> None:
        self.handlers: dict[JobKind, EndHandler] = {}
        self._rows = rows
        self._locks = locks

    def settle(self, job: Job, liveness: Liveness) -> Job:
        """Settle a job that has ended; unchanged while somebody else is about it."""
        with self._alone(job.id) as alone:
            if not alone:
                return job
            job = self._rows.get(job.id)
            if job.state.ended:
                return job
            return self._close(job, JobEnd.gather(job, liveness))

    def _close(self, job: Job, end: JobEnd) -> Job:
        if end.exit is None:
            _call_off(job)
        state, message = self._judged(end)
        known = {} if end.exit is None else end.exit.to_json()
        self._rows.transition(job.id, _ACTIVE, state, exit={**known, "message": message})
        _log.info("job %s: %s: %s", job.id, state.value, message)
        return self._rows.get(job.id)

    def _judged(self, end: JobEnd) -> tuple[JobState, str]:
        handler = self.handlers.get(end.job.kind)
        if handler is None:
            return end.state, sentence(end)
        try:
            return end.state, handler(end) or sentence(end)
        except UserError as error:
            return JobState.FAILED, str(error)
        except Exception:
            _log.exception("the end of job %s could not be settled", end.job.id)
            return JobState.FAILED, "It ended, but what it made could not be recorded; see the log."

    @contextlib.contextmanager
    def _alone(self, job_id: str) -> Iterator[bool]:
        """Whether we are the one who settles now."""
        path = self._locks / f"{job_id}.lock"
        try:
            self._locks.mkdir(parents=True, exist_ok=True)
            lock = Lock.take(path)
        except OSError:
            # A full disk: better to settle twice than never.
            yield True
            return
        if lock is None:
            yield False
            return
        try:
            yield True
        finally:
            with contextlib.suppress(OSError):
                path.unlink()
            lock.release()


def _call_off(job: Job) -> None:
    """A runner that comes after all, hours late, must not start what counts as interrupted."""
    with contextlib.suppress(UserError):
        JobDirectory(job.directory).wish(Wish.KILL)
