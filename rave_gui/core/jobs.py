"""The job directory: what app, runner and companion share, seen from the app."""

from __future__ import annotations

import secrets
import time
from datetime import datetime, timezone
from pathlib import Path

from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.companion.rave_gui_job_files import FactReader, Lock
from rave_gui.core.errors import UserError
from rave_gui.core.job_facts import JobExit, JobSpec, Liveness, Patience, RunnerInfo, Wish
from rave_gui.core.records import JobKind

__all__ = [
    "RUNNER_START_SECONDS",
    "FactReader",
    "JobDirectory",
    "JobExit",
    "JobSpec",
    "Liveness",
    "Lock",
    "Patience",
    "RunnerInfo",
    "Wish",
    "new_job_id",
]

RUNNER_START_SECONDS = 20.0
"""A runner that has said nothing after so long will not come any more."""


def new_job_id(kind: JobKind) -> str:
    """A name for a job directory: unique, sortable by time, plain ASCII."""
    now = datetime.now(timezone.utc)
    stamp = now.strftime("%Y%m%d-%H%M%S") + f"-{now.microsecond // 1000:03d}"
    return f"{stamp}-{kind.value}-{secrets.token_hex(3)}"


class JobDirectory:
    """One job directory. Reading never fails on what is missing; it says so with None."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, parent: Path, spec: JobSpec) -> JobDirectory:
        """Make ``parent/spec.id`` with its ``job.json``; UserError where the disk refuses.

        It appears whole: somebody who looks in that moment must not take it for a damaged one.
        """
        path, draft = parent / spec.id, parent / f".{spec.id}.draft"
        try:
            (draft / job_files.COMMANDS).mkdir(parents=True)
            job_files.write_json(draft / job_files.JOB, spec.to_json())
            draft.rename(path)
        except OSError as error:
            raise UserError(
                f"The folder {path} for this job cannot be written: {error.strerror or error}.",
                "Check that the disk has room and that you may write there, then try again.",
            ) from error
        return cls(path)

    @property
    def output(self) -> Path:
        """Everything that the child printed, byte for byte."""
        return self.path / job_files.OUTPUT

    @property
    def progress(self) -> Path:
        """The facts, one JSON object a line."""
        return self.path / job_files.PROGRESS

    def spec(self) -> JobSpec:
        """What was asked for; UserError where that is gone or damaged."""
        data = job_files.read_json(self.path / job_files.JOB)
        if data is None:
            raise UserError(
                f"The description of this job, {self.path / job_files.JOB}, is gone or damaged.",
                "Start the work again; the damaged job can be removed from the list.",
            )
        return JobSpec.from_json(data)

    def runner(self) -> RunnerInfo | None:
        """Who works on it, or did last."""
        data = job_files.read_json(self.path / job_files.RUNNER)
        return None if data is None else RunnerInfo.from_json(data)

    def exit(self) -> JobExit | None:
        """How it ended; None while it has not, and where nobody was left to write it down."""
        data = job_files.read_json(self.path / job_files.EXIT)
        return None if data is None else JobExit.from_json(data)

    def facts(self, last_bytes: int | None = None) -> FactReader:
        """A reader of the facts, from the beginning or from ``last_bytes`` before the end."""
        return FactReader(self.progress, last_bytes)

    def has_companion(self) -> bool:
        """Whether the companion announced itself inside the child."""
        return (self.path / job_files.COMPANION).exists()

    def wish(self, wish: Wish) -> None:
        """Leave a wish for the runner or the companion; UserError where that is impossible."""
        try:
            job_files.leave_wish(self.path, wish.value)
        except OSError as error:
            raise UserError(
                f"The wish “{wish.value}” could not be left in {self.path}: "
                f"{error.strerror or error}.",
                "Check that the disk has room and that the folder still exists.",
            ) from error

    def take(self, wish: Wish) -> bool:
        """Take a wish back; False where there is none, or somebody took it already."""
        return job_files.take_wish(self.path, wish.value) is not None

    def first_to_tell(self, what: str) -> bool:
        """Whether nobody has told people of ``what`` yet; of several askers one hears yes.

        Where the disk refuses everybody does: better told twice than never.
        """
        try:
            (self.path / job_files.TOLD).mkdir(exist_ok=True)
            (self.path / job_files.TOLD / what).touch(exist_ok=False)
        except FileExistsError:
            return False
        except OSError:
            return True
        return True

    def liveness(self) -> Liveness:
        """What the files and the process table say together."""
        if self.exit() is not None:
            return Liveness.ENDED
        info = self.runner()
        if info is None:
            return Liveness.WAITING if self._may_still_start() else Liveness.INTERRUPTED
        if _alive(info.runner_pid, info.runner_token) or _alive(info.child_pid, info.child_token):
            return Liveness.LIVE
        # The runner may have written its last word between the two looks.
        return Liveness.ENDED if self.exit() is not None else Liveness.INTERRUPTED

    def _may_still_start(self) -> bool:
        try:
            age = time.time() - self.spec().created_at
        except UserError:
            return False
        if abs(age) < RUNNER_START_SECONDS:
            return True
        return Lock.is_held(self.path / job_files.LOCK)


def _alive(pid: int | None, token: str | None) -> bool:
    return pid is not None and token is not None and job_files.process_token(pid) == token
