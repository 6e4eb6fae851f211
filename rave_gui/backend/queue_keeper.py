"""The queue goes on without a window: a small process that starts what waits, then ends."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Protocol

from rave_gui.backend.queue import Queue
from rave_gui.core.errors import UserError
from rave_gui.core.jobs import Lock
from rave_gui.core.logger import get_logger
from rave_gui.core.paths import HOME_VARIABLE, AppPaths
from rave_gui.core.process import own_argv, spawn_detached

BEAT = 2.0
"""Seconds between two looks."""
_log = get_logger(__name__)


class Keepable(Protocol):
    """The part of the services that the keeper needs."""

    @property
    def paths(self) -> AppPaths:
        """Where everything lies."""

    @property
    def queue(self) -> Queue:
        """Who waits."""

    def tick(self) -> None:
        """Settle what ended and start what can start."""


def lock_path(paths: AppPaths) -> Path:
    """Held by the one keeper of a home."""
    return paths.data / "locks" / "queue-keeper.lock"


def has_work(queue: Queue) -> bool:
    """Whether anything would ever start; a paused queue waits for a person, who opens a window."""
    return bool(queue.waiting()) and not queue.policy.paused


def leave_to_keeper(services: Keepable) -> bool:
    """The last window closes: let a keeper go on where something waits; whether one was started.

    With one at work already the new one ends at once, so that there is never a second.
    """
    if not has_work(services.queue):
        return False
    usual = AppPaths.from_environment() == services.paths
    extra = {} if usual else {HOME_VARIABLE: str(services.paths.data)}
    try:
        spawn_detached(own_argv("queue", "work"), extra)
    except UserError as error:
        _log.warning("the queue waits for the next window: %s", error)
        return False
    return True


def keep(services: Keepable, stop: threading.Event | None = None, beat: float = BEAT) -> bool:
    """Look after the queue until nothing waits any more; False where another keeper does so.

    Raises:
        UserError: when the lock cannot be made.
    """
    path = lock_path(services.paths)
    stop = stop or threading.Event()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = Lock.take(path)
    except OSError as error:
        raise UserError(f"{path} cannot be made ({error.strerror or error}).") from error
    if lock is None:
        return False
    try:
        while has_work(services.queue) and not stop.is_set():
            services.tick()
            stop.wait(beat)
        return True
    finally:
        lock.release()
