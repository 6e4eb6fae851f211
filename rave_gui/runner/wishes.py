"""How the runner meets the wishes in ``commands/``, with the companion's help or without it."""

from __future__ import annotations

import time

from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core.job_facts import JobSpec, Wish
from rave_gui.core.jobs import JobDirectory
from rave_gui.runner.child import Child
from rave_gui.runner.journal import Journal
from rave_gui.runner.ladder import Rung, StopLadder

COMPANION_SECONDS = 180.0
"""A companion that has not come by then (torch imports slowly on a cold disk) will not come."""

_NO_COMPANION = "This job cannot do that: it runs without the companion that could."
_TOO_LATE = "The job ended before this could be done."


class Wishes:
    """Takes what is the runner's to meet; leaves to a companion what only that can."""

    def __init__(
        self,
        directory: JobDirectory,
        spec: JobSpec,
        journal: Journal,
        child: Child,
        ladder: StopLadder,
    ) -> None:
        self._directory = directory
        self._journal = journal
        self._child = child
        self._ladder = ladder
        self._expected_until = time.monotonic() + (COMPANION_SECONDS if spec.companion else 0.0)

    def meet(self, now: float) -> None:
        """Meet what was left since the last time, oldest first."""
        if not self._ladder.begun and job_files.was_wished(self._directory.path, Wish.STOP.value):
            self._stop(now)  # the companion may have taken it before we saw it
        for name in job_files.pending_wishes(self._directory.path):
            if name == Wish.KILL.value:
                self._kill(now)
            elif name == Wish.STOP.value:
                self._stop(now)
            elif name in (Wish.PAUSE.value, Wish.RESUME.value):
                self._hold_or_go_on(name)
            elif not self._directory.has_companion() and now >= self._expected_until:
                self._refuse(name, _NO_COMPANION)

    def stop_was_signalled(self, now: float) -> None:
        """The runner itself was asked to end: pass it on, so that the companion hears it too."""
        try:
            job_files.leave_wish(self._directory.path, Wish.STOP.value)
        except OSError:
            self._ladder.begin("user", Rung.INTERRUPT, now)

    def close(self) -> bool:
        """Answer what can no longer be met; whether anybody ever asked for the end."""
        path = self._directory.path
        asked = any(job_files.was_wished(path, wish.value) for wish in (Wish.STOP, Wish.KILL))
        for name in job_files.pending_wishes(path):
            if name in (Wish.STOP.value, Wish.KILL.value):
                self._take(name)
            else:
                self._refuse(name, _TOO_LATE)
        return asked

    def _stop(self, now: float) -> None:
        if self._directory.has_companion() and self._ladder.rung <= Rung.ASK:
            self._ladder.begin("user", Rung.ASK, now)
        elif self._take(Wish.STOP.value):
            self._journal.answer(Wish.STOP.value, True, "The program is being interrupted.")
            self._ladder.begin("user", Rung.INTERRUPT, now)

    def _kill(self, now: float) -> None:
        if self._take(Wish.KILL.value):
            self._journal.answer(Wish.KILL.value, True, "The program is being ended at once.")
            self._ladder.begin("user", Rung.KILL, now)

    def _hold_or_go_on(self, name: str) -> None:
        if not self._take(name):
            return
        if self._ladder.begun:
            self._journal.answer(name, False, "The job is stopping already.")
        elif name == Wish.PAUSE.value:
            self._child.pause()
            self._journal.answer(name, True, "The job is paused.")
        else:
            self._child.resume()
            self._journal.answer(name, True, "The job goes on.")

    def _refuse(self, name: str, text: str) -> None:
        if self._take(name):
            self._journal.answer(name, False, text)

    def _take(self, name: str) -> bool:
        return job_files.take_wish(self._directory.path, name) is not None
