"""What a job has come to, gathered from its directory for whoever has to judge it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rave_gui.core.brief_facts import REPEATED, BriefReader
from rave_gui.core.errors import UserError
from rave_gui.core.job_facts import JobExit, JobSpec, Liveness
from rave_gui.core.jobs import FactReader, JobDirectory
from rave_gui.core.log_monitor import LogMonitor, last_exception
from rave_gui.core.records import Job, JobState

_LAST_LINES = 500


@dataclass(frozen=True)
class JobEnd:
    """Everything about the end of a job; what it means for the records is the handler's part."""

    job: Job
    spec: JobSpec
    """What was asked for; without ``argv`` where ``job.json`` is gone."""
    exit: JobExit | None
    liveness: Liveness
    last_error: str
    """The most telling error text at hand, not made for people; "" where there is none."""
    facts: list[dict[str, Any]]
    """In their order; of progress and metrics only the last."""

    @property
    def directory(self) -> JobDirectory:
        """Where all of it lies."""
        return JobDirectory(self.job.directory)

    @property
    def state(self) -> JobState:
        """The state by intent and return code; a handler that finds more amiss raises UserError."""
        return state_of(self.exit)

    @classmethod
    def gather(cls, job: Job, liveness: Liveness) -> JobEnd:
        """Read the directory of a job that has ended, or what is left of it."""
        directory = JobDirectory(job.directory)
        end, facts = directory.exit(), condensed(BriefReader(directory.progress))
        error = _last_error(end, facts, directory.output)
        return cls(job, _spec(directory, job), end, liveness, error, facts)


def state_of(end: JobExit | None) -> JobState:
    """By intent and return code; whether the artefacts agree is not known here."""
    if end is None:
        return JobState.INTERRUPTED
    if end.stopped_by == "user":
        return JobState.STOPPED
    if end.stopped_by or end.error or end.returncode != 0:
        return JobState.FAILED
    return JobState.SUCCEEDED


def sentence(end: JobEnd) -> str:
    """How it ended, where no handler has more to say."""
    if end.exit is None:
        return _interruption(end)
    if end.exit.error:
        return end.exit.error
    if end.state is JobState.STOPPED:
        return "It was stopped."
    if end.state is JobState.SUCCEEDED:
        return "It is done."
    return _failure(end.exit, end.last_error)


def condensed(reader: FactReader) -> list[dict[str, Any]]:
    """All facts but the repeated ones, of which the last; in the order of their writing."""
    kept: list[tuple[int, dict[str, Any]]] = []
    last: dict[str, tuple[int, dict[str, Any]]] = {}
    number = 0
    for batch in reader.batches():
        for fact in batch:
            number += 1
            if fact["kind"] in REPEATED:
                last[fact["kind"]] = (number, fact)
            else:
                kept.append((number, fact))
    return [fact for _, fact in sorted([*kept, *last.values()], key=lambda item: item[0])]


def _interruption(end: JobEnd) -> str:
    if not end.job.directory.is_dir():
        return f"The folder of this job, {end.job.directory}, is gone."
    if end.directory.runner() is None:
        return "It was never started. Start it again."
    return "It was interrupted: the computer or the process was ended from outside."


def _failure(end: JobExit, last_error: str) -> str:
    reason = f" Its last words: {last_error}" if last_error else ""
    if end.stopped_by == "silence":
        return f"It gave no sign of life for too long and was stopped.{reason}"
    if end.stopped_by == "stuck":
        return f"It could not get on any more and was ended.{reason}"
    if end.signal:
        return f"It was ended from outside by signal {end.signal}.{reason}"
    return f"It failed with code {end.returncode}.{reason}"


def _spec(directory: JobDirectory, job: Job) -> JobSpec:
    try:
        return directory.spec()
    except UserError:
        return JobSpec(
            id=job.id,
            kind=job.kind,
            argv=(),
            cwd=job.directory,
            created_at=job.created_at,
            title=job.title,
            target_id=job.target_id,
        )


def _last_error(end: JobExit | None, facts: list[dict[str, Any]], output: Path) -> str:
    if end is not None and end.error:
        return end.error
    for kind in ("stuck", "fault"):
        texts = [str(fact.get("text") or "") for fact in facts if fact["kind"] == kind]
        if texts and texts[-1]:
            return texts[-1]
    log = LogMonitor(output, max_lines=_LAST_LINES)
    log.poll()
    return last_exception(log.lines())
