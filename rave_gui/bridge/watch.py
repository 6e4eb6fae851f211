"""Wakes a follower when files of a folder change; polling does the work where this cannot."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from rave_gui.core.logger import get_logger

_log = get_logger(__name__)
_AFTER_THE_END = "called when the thread is inactive"
"""What watchdog's inotify thread calls an error when it is stopped between two readings."""


class Watch(Protocol):
    """Something that calls back on changes until it is stopped."""

    def stop(self) -> None:
        """Call back no more."""


def watch_folder(folder: Path, on_change: Callable[[], None]) -> Watch | None:
    """Call ``on_change`` (in another thread) whenever a file directly in ``folder`` changes.

    Returns:
        None where the system has no watches left or the folder lies on a disk that reports none:
        the caller then polls, which is always correct and only slower.
    """
    try:
        return _ObserverWatch(folder, on_change)
    except Exception as error:  # the observers raise whatever their platform raises
        _log.info("no file watch on %s (%s), polling instead", folder, error)
        return None


class _ObserverWatch:
    """A watchdog observer of its own for one folder."""

    def __init__(self, folder: Path, on_change: Callable[[], None]) -> None:
        self._observer = _started_observer(folder, on_change)

    def stop(self) -> None:
        """Call back no more; waits for the observer's thread, which ends at once."""
        self._observer.stop()
        self._observer.join(timeout=2.0)


def _is_worth_telling(record: logging.LogRecord) -> bool:
    """An observer that is being stopped has nothing to read any more: that is no error."""
    return _AFTER_THE_END not in record.getMessage()


def _started_observer(folder: Path, on_change: Callable[[], None]) -> Any:
    """Import watchdog only here: it loads the platform's watcher, which start-up need not pay."""
    from watchdog.events import FileSystemEvent, FileSystemEventHandler  # noqa: PLC0415
    from watchdog.observers import Observer  # noqa: PLC0415

    inotify_log = logging.getLogger("watchdog.observers.inotify")
    inotify_log.addFilter(_is_worth_telling)  # added once, however often it is asked for

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            # Our own reading opens and closes files too: it must not wake us again.
            if event.event_type in {"modified", "created", "moved"}:
                on_change()

    observer = Observer()
    observer.schedule(Handler(), str(folder), recursive=False)
    observer.start()
    return observer
