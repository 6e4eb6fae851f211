"""The rungs of a stop, each ruder than the one before, and how long each may take."""

from __future__ import annotations

from enum import IntEnum

from rave_gui.core.job_facts import Patience

_AGAIN_SECONDS = 5.0
"""A kill that did not end everything is repeated."""


class Rung(IntEnum):
    """How far a stop has come."""

    NONE = 0
    ASK = 1
    INTERRUPT = 2
    TERMINATE = 3
    KILL = 4


class StopLadder:
    """Pure: told the time, it says what is to be done now. Times are monotonic seconds."""

    def __init__(self, patience: Patience) -> None:
        self._patience = {
            Rung.ASK: patience.ask,
            Rung.INTERRUPT: patience.interrupt,
            Rung.TERMINATE: patience.terminate,
            Rung.KILL: _AGAIN_SECONDS,
        }
        self._next = Rung.NONE
        self._at = 0.0
        self._asking_is_vain = False
        self.rung = Rung.NONE
        self.by = ""
        """Who wanted it first: ``user``, ``silence`` or ``stuck``."""

    @property
    def begun(self) -> bool:
        """Whether a stop is on its way."""
        return self._next is not Rung.NONE

    def begin(self, by: str, rung: Rung, now: float) -> None:
        """Stop, from ``rung`` on. One that is on its way already is only ever hastened to KILL."""
        if self.begun and rung is not Rung.KILL:
            return
        self.by = self.by or by
        if rung is Rung.ASK and self._asking_is_vain:
            rung = Rung.INTERRUPT
        if self.rung is not Rung.KILL:
            self._next, self._at = rung, now

    def stop_asking(self, now: float) -> None:
        """The companion refused, perhaps before we began: go on without it."""
        self._asking_is_vain = True
        if self._next is Rung.ASK:
            self._next = Rung.INTERRUPT
        elif self.rung is Rung.ASK:
            self._at = now

    def due(self, now: float) -> Rung | None:
        """The rung to be climbed now; None while there is still patience."""
        if not self.begun or now < self._at:
            return None
        self.rung = self._next
        self._at = now + self._patience[self.rung]
        self._next = Rung(min(self.rung + 1, Rung.KILL))
        return self.rung
