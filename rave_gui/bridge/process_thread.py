"""Follows one job directory in a thread and tells what happens in it."""

from __future__ import annotations

import threading
from typing import Any

from PyQt6.QtCore import QThread, pyqtSignal

from rave_gui.bridge.watch import Watch, watch_folder
from rave_gui.core.brief_facts import BriefReader
from rave_gui.core.jobs import FactReader, JobDirectory, Liveness

POLL_SECONDS = 0.25
"""How often the directory is looked at where no file watch wakes the follower."""
WATCHED_SECONDS = 1.0
"""The same with a watch: an end without a trace (a killed runner) changes no file."""
CALM_SECONDS = 0.1
"""The least time between two looks, so that a flood of output cannot flood the window."""


class ProcessThread(QThread):
    """A reader of one job directory: it starts, stops and decides nothing.

    It never has a parent; :class:`~rave_gui.bridge.followers.JobFollowers` keeps it until it has
    finished. Signals are emitted in this thread and delivered in the receiver's.
    """

    facts = pyqtSignal(list)
    """New facts (dictionaries), in order."""
    output_grew = pyqtSignal(object)
    """Bytes of output so far. An object, because ``int`` is 32 bits wide in a Qt signal."""
    state_changed = pyqtSignal(str)
    """The runner's word for its state, or the directory's liveness once nothing runs."""
    ended = pyqtSignal(object)
    """:class:`JobExit`, or None where the job was interrupted without a record."""

    def __init__(self, directory: JobDirectory, *, watched: bool = True) -> None:
        super().__init__()
        self._directory = directory
        self._may_watch = watched
        self._watch: Watch | None = None
        self._reader: FactReader = BriefReader(directory.progress)
        self._size = -1
        self._state = ""
        self._wake = threading.Event()
        self._stopping = threading.Event()

    @property
    def directory(self) -> JobDirectory:
        """What is followed."""
        return self._directory

    @property
    def job_id(self) -> str:
        """The name of the job directory."""
        return str(self._directory.path.name)

    def request_stop(self) -> None:
        """Follow no more, promptly; the job itself goes on. Callable from any thread."""
        self._stopping.set()
        self._wake.set()

    def wake(self) -> None:
        """Look again soon. Callable from any thread."""
        self._wake.set()

    def run(self) -> None:
        """Follow until the job has ended or :meth:`request_stop`."""
        try:
            self._follow()
        finally:
            if self._watch is not None:
                self._watch.stop()

    def digest(self, facts: list[dict[str, Any]]) -> None:
        """Read more out of new facts; for heirs, called in this thread before the next look."""

    def _follow(self) -> None:
        while not self._stopping.is_set():
            self._begin_to_watch()
            self._wake.clear()
            if self._look():
                return
            self._wake.wait(WATCHED_SECONDS if self._watch else POLL_SECONDS)
            self._stopping.wait(CALM_SECONDS)

    def _begin_to_watch(self) -> None:
        """As soon as the directory is there: its record is written before it is made."""
        if self._may_watch and self._directory.path.is_dir():
            self._may_watch = False
            self._watch = watch_folder(self._directory.path, self.wake)

    def _look(self) -> bool:
        """One look at everything; True when the job has ended."""
        # Liveness first: what was written before the end is then certainly read below.
        liveness = self._directory.liveness()
        self._tell_output()
        self._tell_facts()
        self._tell_state(liveness)
        over = liveness in {Liveness.ENDED, Liveness.INTERRUPTED}
        if over:
            self.ended.emit(self._directory.exit())
        return over

    def _tell_facts(self) -> None:
        new = self._reader.poll()
        if new:
            self.facts.emit(new)
            self.digest(new)

    def _tell_output(self) -> None:
        try:
            size = self._directory.output.stat().st_size
        except OSError:  # nothing printed yet
            return
        if size != self._size:
            self._size = size
            self.output_grew.emit(size)

    def _tell_state(self, liveness: Liveness) -> None:
        runner = self._directory.runner() if liveness is Liveness.LIVE else None
        state = runner.state if runner and runner.state else liveness.value
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
