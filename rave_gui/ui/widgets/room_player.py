"""What is heard of a room: one sound of several lanes, on the application's one player."""

from __future__ import annotations

import itertools
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from rave_gui.audio.lanes import LaneDesk
from rave_gui.audio.sound import Sound
from rave_gui.backend.listening_room import Room, Span
from rave_gui.bridge.playback import Playback, PlayState

_PREFIX = "room:"
_numbers = itertools.count(1)


class RoomPlayer(QObject):
    """Another set of lanes goes on at the same moment; another lane is a turn of the desk."""

    moved = pyqtSignal()
    """Position, playing or not are others now."""
    desk_changed = pyqtSignal()
    """Lanes are mixed on another desk."""
    refused = pyqtSignal(object)
    """A ``UserError``: why nothing is heard."""

    def __init__(self, playback: Playback | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._playback = playback
        self._sound: Sound | None = None
        self.keys: tuple[str, ...] = ()
        """Of the lanes of the desk, in order."""
        self._files: tuple[Any, ...] = ()
        self._at = 0.0
        self._loop: Span | None = None
        if playback is not None:
            playback.changed.connect(self._follow)
            playback.refused.connect(self._refuse)

    # Facts

    @property
    def desk(self) -> LaneDesk | None:
        """Where the lanes are mixed."""
        return self._sound.desk if self._sound is not None else None

    @property
    def can_play(self) -> bool:
        """Whether there is something to hear, and something to hear it with."""
        return self._playback is not None and self._sound is not None

    @property
    def playing(self) -> bool:
        """Whether the room is heard."""
        return self._ours and self._state.playing

    @property
    def position(self) -> float:
        """The second that is heard, or will be."""
        return self._state.position if self._ours else self._at

    # Wishes

    def show(self, room: Room) -> None:
        """Mix what is in ``room`` and let its lane be heard."""
        files = tuple((lane.key, lane.sound) for lane in room.audible)
        if files != self._files:
            self._files = files
            self._exchange(room)
        desk, current = self.desk, room.current
        if desk is not None and current is not None:
            desk.set_gains([10 ** (room.gain_db(lane) / 20) for lane in room.audible])
            desk.hear(self.keys.index(current.key))
        if room.loop != self._loop:
            self._loop = room.loop
            self._apply_loop()

    @pyqtSlot()
    def toggle(self) -> None:
        """Play or pause."""
        if self._playback is None or self._sound is None:
            return
        if self._ours:
            self._playback.toggle(self._sound)
        else:
            self._playback.play(self._sound, self._at)
            self._apply_loop()

    def pause(self) -> None:
        """Fall silent, if it is the room that is heard."""
        if self._playback is not None and self.playing:
            self._playback.pause()

    def seek(self, seconds: float) -> None:
        """Go there."""
        self._at = max(0.0, seconds)
        if self._playback is not None and self._ours:
            self._playback.seek(self._at)
        self.moved.emit()

    # Inside

    @property
    def _state(self) -> PlayState:
        return self._playback.state if self._playback is not None else PlayState()

    @property
    def _ours(self) -> bool:
        return self._state.key.startswith(_PREFIX)

    def _exchange(self, room: Room) -> None:
        lanes = room.audible
        self.keys = tuple(lane.key for lane in lanes)
        self._at = self.position
        ours = self._ours
        self._sound = None
        if lanes:
            sounds = [Sound(f"{lane.sound}", lane.title, path=lane.sound) for lane in lanes]
            key = f"{_PREFIX}{next(_numbers)}"
            self._sound = Sound(key, room.lanes[0].title, desk=LaneDesk(sounds))
        if self._playback is not None and ours:
            if self._sound is not None:
                self._playback.exchange(self._sound)
            else:
                self._playback.stop()
        self.desk_changed.emit()

    def _apply_loop(self) -> None:
        if self._playback is None or not self._ours:
            return
        if self._loop is None:
            self._playback.clear_loop()
        else:
            self._playback.set_loop(*self._loop)

    @pyqtSlot(object)
    def _follow(self, state: PlayState) -> None:
        if self._ours:
            self._at = state.position
        self.moved.emit()

    @pyqtSlot(object)
    def _refuse(self, error: Any) -> None:
        if self._ours:
            self.refused.emit(error)
