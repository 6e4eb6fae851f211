"""Work goes on without a window: a small process that starts what waits, tells the news, and ends.

It stays as long as a training waits, or one runs of which somebody wants to hear.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Protocol

from rave_gui.backend.notify import Notifier
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

    @property
    def notifier(self) -> Notifier:
        """Who wants to hear of what runs."""

    def tick(self) -> None:
        """Settle what ended, start what can start, tell what is new."""


def lock_path(paths: AppPaths) -> Path:
    """Held by the one keeper of a home."""
    return paths.data / "locks" / "queue-keeper.lock"


def has_work(services: Keepable) -> bool:
    """Whether anything would ever start, or be told to somebody.

    A paused queue waits for a person, who opens a window.
    """
    queue = services.queue
    waits = bool(queue.waiting()) and not queue.policy.paused
    return waits or services.notifier.awaited()


def leave_to_keeper(services: Keepable) -> bool:
    """The last window closes: let a keeper go on where it is needed; whether one was started.

    With one at work already the new one ends at once, so that there is never a second.
    """
    if not has_work(services):
        return False
    usual = AppPaths.from_environment() == services.paths
    extra = {} if usual else {HOME_VARIABLE: str(services.paths.data)}
    try:
        spawn_detached(own_argv("queue", "work"), extra)
    except UserError as error:
        _log.warning("queue and news wait for the next window: %s", error)
        return False
    return True


def keep(services: Keepable, stop: threading.Event | None = None, beat: float = BEAT) -> bool:
    """Look after queue and news until there are none; False where another keeper does so.

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
        while has_work(services) and not stop.is_set():
            services.tick()
            stop.wait(beat)
        return True
    finally:
        lock.release()
