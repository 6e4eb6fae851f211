"""Waiting on a terminal: for an answer, for an end, with a bar meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from rave_gui.backend.jobs import JobManager
from rave_gui.core.errors import UserError
from rave_gui.core.jobs import FactReader, Wish
from rave_gui.core.records import Job

_POLL = 0.2
_ANSWER_SECONDS = 600.0
"""A training looks for wishes between two steps, and a validation may lie in between."""


def wait_answer(jobs: JobManager, job_id: str, wish: Wish, facts: FactReader) -> dict[str, Any]:
    """The next answer to ``wish`` that ``facts`` brings, or why none will come."""
    waited, pause = 0.0, threading.Event()
    while waited < _ANSWER_SECONDS:
        for fact in facts.poll():
            if fact.get("kind") == "answer" and fact.get("wish") == wish.value:
                return fact
        if jobs.refresh(job_id).state.ended:
            return {"wish": wish.value, "ok": False, "text": "It ended before it could answer."}
        pause.wait(_POLL)
        waited += _POLL
    return {"wish": wish.value, "ok": False, "text": "No answer came within ten minutes."}


def wait_end(jobs: JobManager, job: Job, stop: Callable[[], None], show: Callable[[], None]) -> Job:
    """Wait for the end of ``job``; a first Ctrl-C asks for a stop that saves, a second one leaves.

    Raises:
        KeyboardInterrupt: on the second Ctrl-C; the job goes on ending by itself.
    """
    asked = False
    while True:
        try:
            return jobs.wait(job.id, on_look=show)
        except KeyboardInterrupt:
            if asked:
                raise
            asked = True
            _stop(jobs, job, stop)


def _stop(jobs: JobManager, job: Job, stop: Callable[[], None]) -> None:
    try:
        stop()
    except UserError:
        if not jobs.refresh(job.id).state.ended:  # else it ended in this very moment
            raise
