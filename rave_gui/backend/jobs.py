"""Jobs as records: asked for, followed, wished upon, and settled once when they have ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rave_gui.backend.job_end import JobEnd
from rave_gui.backend.job_follow import JobFollower
from rave_gui.backend.job_settle import EndHandler, JobSettler
from rave_gui.backend.job_wishes import meet
from rave_gui.core.errors import UserError
from rave_gui.core.job_facts import JobSpec, Liveness, Patience, Wish
from rave_gui.core.jobs import JobDirectory, new_job_id
from rave_gui.core.logger import get_logger
from rave_gui.core.paths import AppPaths
from rave_gui.core.process import process_token, reap_runners, spawn_runner
from rave_gui.core.records import Job, JobKind, JobState, Json, Project
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals

__all__ = ["EndHandler", "JobEnd", "JobManager", "JobRequest"]

ACTIVE = tuple(state for state in JobState if not state.ended)
_log = get_logger(__name__)


@dataclass(frozen=True)
class JobRequest:
    """What is to be run, and for whom; see `JobSpec` for the fields that go into ``job.json``."""

    kind: JobKind
    argv: tuple[str, ...]
    cwd: Path
    title: str
    project: Project | None
    """Its folder takes the job directory; None: a job of the application itself."""
    target_id: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    stdin: str = ""
    silence_seconds: float | None = None
    silence_stops: bool = False
    stuck_patterns: tuple[str, ...] = ()
    companion: bool = False
    snapshot: Json = field(default_factory=dict)
    patience: Patience = field(default_factory=Patience)

    def spec(self) -> JobSpec:
        """A new job of this kind, created now."""
        return JobSpec(
            id=new_job_id(self.kind),
            kind=self.kind,
            argv=tuple(self.argv),
            cwd=self.cwd,
            created_at=time.time(),
            environment=self.environment,
            title=self.title,
            stdin=self.stdin,
            target_id=self.target_id,
            silence_seconds=self.silence_seconds,
            silence_stops=self.silence_stops,
            stuck_patterns=tuple(self.stuck_patterns),
            patience=self.patience,
            companion=self.companion,
            snapshot=self.snapshot,
        )


class JobManager:
    """All jobs of the database. Safe from every thread, and beside other applications."""

    def __init__(self, paths: AppPaths, repositories: Repositories, signals: AppSignals) -> None:
        self._paths = paths
        self._rows = repositories.jobs
        self._follower = JobFollower(repositories.jobs, signals)
        self._settler = JobSettler(repositories.jobs, paths.data / "locks")
        self._troubles: dict[str, str] = {}

    def on_end(self, kind: JobKind, handler: EndHandler) -> None:
        """Let ``handler`` settle the records of every job of this kind when it has ended.

        It returns one sentence for people. A UserError from it means that the job has failed after
        all, and why. It may be called again for a job whose settling was cut short.
        """
        self._settler.handlers[kind] = handler

    def submit(self, request: JobRequest) -> Job:
        """Record the job, make its directory, start its runner.

        Raises:
            UserError: when the disk or the system refuses; the job is then recorded as failed, and
                no handler is called.
        """
        spec = request.spec()
        parent = request.project.path / "jobs" if request.project else self._paths.jobs
        job = self._rows.add(
            Job(
                id=spec.id,
                kind=spec.kind,
                directory=parent.absolute() / spec.id,
                state=JobState.CREATED,
                created_at=spec.created_at,
                title=spec.title,
                project_id=request.project.id if request.project else None,
                target_id=spec.target_id,
            )
        )
        self._follower.created(job)
        return self._start(job, spec)

    def directory(self, job_id: str) -> JobDirectory:
        """The directory of the job; UserError where the job is unknown."""
        return JobDirectory(self._rows.get(job_id).directory)

    def active(self) -> list[Job]:
        """The jobs that have not ended, as recorded, oldest first."""
        return self._rows.list(state=list(ACTIVE))

    def refresh(self, job_id: str) -> Job:
        """The job as its directory and the process table have it now; settled when it has ended.

        While another application is settling it, it still counts as active.

        Raises:
            UserError: when there is no such job.
        """
        reap_runners()
        found = job = self._rows.get(job_id)
        if not job.state.ended:
            liveness = self._follower.liveness(job)
            if liveness in (Liveness.LIVE, Liveness.WAITING):
                job = self._follower.follow(job)
            else:
                job = self._settler.settle(job, liveness)
        return self._follower.noted(job, found.state)

    def reconcile(self) -> list[Job]:
        """Refresh every active job: what runs on is adopted, what has ended is settled."""
        return [job for before in self.active() if (job := self._reconciled(before))]

    def wish(self, job_id: str, wish: Wish) -> None:
        """Ask something of a job; the answer comes as a fact.

        Raises:
            UserError: when the job has ended, or nobody is left who could meet the wish.
        """
        job = self.refresh(job_id)
        if job.state.ended or JobDirectory(job.directory).exit() is not None:
            raise UserError(f"“{job.title or job.id}” has ended already.")
        if job.state is JobState.STOPPING and wish not in (Wish.STOP, Wish.KILL):
            raise UserError(f"“{job.title or job.id}” is stopping already.")
        if wish in (Wish.STOP, Wish.KILL):
            self._rows.transition(job.id, ACTIVE, JobState.STOPPING)
            self._follower.noted(self._rows.get(job.id), job.state)
        try:
            meet(job, wish)
        except UserError:
            # Nobody heard of it: it goes on as before.
            self._rows.transition(job.id, [JobState.STOPPING], job.state)
            self._follower.noted(self._rows.get(job.id), job.state)
            raise

    def wait(
        self,
        job_id: str,
        on_facts: Callable[[list[dict[str, Any]]], None] | None = None,
        poll: float = 0.2,
        timeout: float | None = None,
        on_look: Callable[[], object] | None = None,
    ) -> Job:
        """Block until the job is settled, handing on its facts as they come; times in seconds.

        ``on_look`` is called at each look, facts or none, and once more when it has ended.

        Raises:
            UserError: when ``timeout`` is over or the job is unknown.
        """
        facts, pause = self.directory(job_id).facts(), threading.Event()
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            job = self.refresh(job_id)
            if on_facts is not None and (fresh := facts.poll()):
                on_facts(fresh)
            if on_look is not None:
                on_look()
            if job.state.ended:
                return job
            if deadline is not None and time.monotonic() > deadline:
                raise UserError(f"“{job.title or job.id}” has not ended within {timeout:g} s.")
            pause.wait(poll)

    def _start(self, job: Job, spec: JobSpec) -> Job:
        try:
            directory = JobDirectory.create(job.directory.parent, spec)
            self._refuse_settled(job)
            pid = spawn_runner(directory.path)
        except UserError as error:
            told = {"message": str(error)}
            self._rows.transition(job.id, [JobState.CREATED], JobState.FAILED, exit=told)
            self._follower.noted(self._rows.get(job.id), job.state)
            raise
        try:
            return self._rows.update(job.id, pid=pid, process_token=process_token(pid))
        except UserError as error:
            # It runs; who runs it can be learned from its directory later.
            _log.warning("the runner of %s could not be recorded: %s", job.id, error)
            return job

    def _reconciled(self, job: Job) -> Job | None:
        """One damaged job must not keep the others from being looked after."""
        try:
            return self.refresh(job.id)
        except Exception as error:
            trouble = f"{type(error).__name__}: {error}"
            if self._troubles.get(job.id) != trouble:  # else it would be told every second
                self._troubles[job.id] = trouble
                ours = not isinstance(error, (UserError, OSError))
                (_log.exception if ours else _log.warning)(
                    "the job %s could not be looked after: %s", job.id, trouble
                )
        return None

    def _refuse_settled(self, job: Job) -> None:
        """The computer slept between record and start, and somebody took it for given up."""
        if self._rows.get(job.id).state.ended:
            raise UserError("Starting took too long and was called off.", "Start it again.")
