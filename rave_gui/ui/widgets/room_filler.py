"""Fills the lanes of a room one behind the other, in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from rave_gui.backend.listening_room import Lane, Room
from rave_gui.backend.rooms import Filled
from rave_gui.bridge.stream import Stream
from rave_gui.ui.context import Background

Fill = Callable[[Lane, Path | None, Callable[[float], None], Callable[[], bool]], Filled]


class RoomFiller(QObject):
    """The lane that is chosen comes first: it is the one somebody waits for."""

    filled = pyqtSignal(object)
    """A :class:`Filled`."""
    refused = pyqtSignal(str, object)
    """Key of the lane, and a ``UserError``."""
    progressed = pyqtSignal()

    def __init__(self, run: Background, fill: Fill, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fill = fill
        self._room = Room()
        self._work: tuple[str, Path | None] | None = None
        self._done = 0.0
        self._stream = Stream(run, self)
        self._stream.batch.connect(self._told)
        self._stream.ended.connect(self._ended)
        self._stream.refused.connect(self._failed)

    @property
    def busy(self) -> bool:
        """Whether a lane is being filled."""
        return self._work is not None

    def progress(self, key: str) -> float | None:
        """How much of a lane is done, from 0 to 1; None: it is not its turn."""
        return self._done if self._work is not None and self._work[0] == key else None

    def serve(self, room: Room) -> None:
        """Fill what waits in ``room``; what nobody wants any more is given up."""
        self._room = room
        if self._work is not None and not self._is_wanted(self._work):
            self.cancel()
        if self._work is None:
            self._begin()

    def cancel(self) -> None:
        """Fill nothing."""
        self._work = None
        self._stream.cancel()

    def _is_wanted(self, work: tuple[str, Path | None]) -> bool:
        key, sound = work
        lane = self._room.lane(key)
        return lane is not None and lane.waiting and sound == self._sound(lane)

    def _sound(self, lane: Lane) -> Path | None:
        """What goes through it."""
        source = self._room.input
        return source.path if lane.is_model and source is not None else None

    def _begin(self) -> None:
        waiting = [lane for lane in self._room.lanes if lane.waiting and self._may_begin(lane)]
        if not waiting:
            return
        chosen = next((lane for lane in waiting if lane.key == self._room.heard), waiting[0])
        # A sound is measured at once; a model may take minutes.
        lane = next((lane for lane in waiting if not lane.is_model), chosen)
        self._work, self._done = (lane.key, self._sound(lane)), 0.0
        self._stream.start(partial(_work, self._fill, lane, self._sound(lane)))
        self.progressed.emit()

    def _may_begin(self, lane: Lane) -> bool:
        return not lane.is_model or self._room.input is not None

    @pyqtSlot(list)
    def _told(self, fractions: list[float]) -> None:
        self._done = fractions[-1]
        self.progressed.emit()

    @pyqtSlot(object)
    def _ended(self, filled: Filled) -> None:
        self._work = None
        self.filled.emit(filled)

    @pyqtSlot(object)
    def _failed(self, error: Any) -> None:
        work, self._work = self._work, None
        if work is not None:
            self.refused.emit(work[0], error)


def _work(
    fill: Fill, lane: Lane, sound: Path | None, tell: Callable[[Any], None], stop: threading.Event
) -> Filled:
    return fill(lane, sound, tell, stop.is_set)
