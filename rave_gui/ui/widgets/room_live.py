"""One lane bent while it is heard: opens the model, keeps its thread, lets go of both."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from rave_gui.audio.lanes import LaneDesk
from rave_gui.audio.live_lane import LiveLane
from rave_gui.backend.listening_room import Lane
from rave_gui.backend.model_player import LivePlay
from rave_gui.ui.context import Background

_LOOK_MS = 100
_END_SECONDS = 10.0
Open = Callable[[Lane, Path], LivePlay]


class RoomLive(QObject):
    """At most one model is open: that of the lane that is bent."""

    changed = pyqtSignal()
    """Opening, late or not are others now."""
    failed = pyqtSignal(object)
    """A ``UserError``: the lane cannot be bent."""

    def __init__(self, run: Background, open_live: Open, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run, self._open = run, open_live
        self.late = False
        """Whether the model is too slow just now, and its last render is heard."""
        self._wanted: tuple[str, Path] | None = None
        self._lane: Lane | None = None
        self._desk: LaneDesk | None = None
        self._keys: tuple[str, ...] = ()
        self._play: LivePlay | None = None
        self._live: LiveLane | None = None
        self._holder: list[LiveLane] = []
        # Whoever deletes this object wants its thread to end as well.
        self.destroyed.connect(partial(_close_all, self._holder))
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def opening(self) -> bool:
        """Whether the model is being made ready."""
        return self._wanted is not None and self._live is None

    @property
    def live(self) -> LiveLane | None:
        """What is made while it is heard."""
        return self._live

    def use_desk(self, desk: LaneDesk | None, keys: tuple[str, ...]) -> None:
        """Lanes are mixed there from now on, in the order of ``keys``."""
        self._desk, self._keys = desk, keys
        self._place()

    def bend(self, lane: Lane | None, sound: Path | None) -> None:
        """Bend ``lane`` as it says; one that is not bent, or none, is heard as it is."""
        if lane is None or sound is None or lane.bend.neutral:
            self._rest()
            return
        wanted = (lane.key, sound)
        self._lane = lane
        if wanted == self._wanted:
            self._wish()
            return
        self.close()
        self._wanted, self._lane = wanted, lane
        done, failed = partial(self._opened, wanted), partial(self._refused, wanted)
        self._run(partial(self._open, lane, sound), done, failed, owner=self)
        self.changed.emit()

    def close(self) -> None:
        """Let go of the model."""
        self._rest()
        live, play = self._live, self._play
        self._wanted = self._lane = self._live = self._play = None
        self._holder.clear()
        if live is not None and play is not None:
            live.close()
            self._run(partial(_ended, live, play), owner=self)

    def stop(self) -> None:
        """The window closes: the worker ends with it, and its sessions."""
        self._timer.stop()
        _close_all(self._holder)

    def _rest(self) -> None:
        self._lane = None
        self._timer.stop()
        if self._desk is not None:
            self._desk.set_live(None)
        if self.late:
            self.late = False
            self.changed.emit()

    def _opened(self, wanted: tuple[str, Path], play: LivePlay) -> None:
        if wanted != self._wanted:  # another lane is bent meanwhile
            self._run(play.close, owner=self)
            return
        self._play = play
        self._live = LiveLane(0, partial(_block, play), self._playing, play.rate)
        self._holder.append(self._live)
        self._wish()
        self.changed.emit()

    def _refused(self, wanted: tuple[str, Path], error: Any) -> None:
        if wanted == self._wanted:
            self._wanted = None
            self.changed.emit()
            self.failed.emit(error)

    def _playing(self) -> Any:
        desk = self._desk
        return desk.playing if desk is not None else None

    def _wish(self) -> None:
        if self._live is not None and self._lane is not None:
            self._live.wish(self._lane.bend)
            self._place()
            self._timer.start()

    def _place(self) -> None:
        """Put it in the place of its lane, wherever that lane is now."""
        live, lane, desk = self._live, self._lane, self._desk
        if live is None or lane is None or desk is None or lane.key not in self._keys:
            return
        live.lane = self._keys.index(lane.key)
        desk.set_live(live)

    @pyqtSlot()
    def _look(self) -> None:
        live, desk = self._live, self._desk
        if live is None or desk is None:
            return
        if live.error is not None:
            error = live.error
            self.close()
            self.failed.emit(error)
            return
        late = desk.bent is not None and live.starved
        if late != self.late:
            self.late = late
            self.changed.emit()


def _block(play: LivePlay, first: int, frames: int, settings: Any) -> Any:
    return play.block(first, frames, settings)


def _ended(live: LiveLane, play: LivePlay) -> None:
    live.join(_END_SECONDS)
    play.close()


def _close_all(holder: list[LiveLane]) -> None:
    for live in holder:
        live.close()
