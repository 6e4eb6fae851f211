"""The player as a Qt object: tells the window what is heard, without keeping it waiting."""

from __future__ import annotations

import sys

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from rave_gui.audio.output import Device
from rave_gui.audio.playback import Player, PlayState
from rave_gui.audio.sound import Sound
from rave_gui.core.errors import UserError

__all__ = ["PlayState", "Playback"]
LOOK_MS = 30
"""Often enough for a position line that moves smoothly."""


class Playback(QObject):
    """One thing sounds at a time in the whole application; this is its one owner.

    Every method but ``devices`` returns at once. The timer runs only while something may change.
    """

    changed = pyqtSignal(object)
    """A :class:`PlayState`: something else is heard, or the position moved."""
    refused = pyqtSignal(object)
    """A ``UserError``: why nothing is heard."""
    ended = pyqtSignal()
    """After ``shut_down``: the thread is gone."""

    def __init__(
        self, player: Player | None = None, *, device: str = "", parent: QObject | None = None
    ) -> None:
        """``device``: what to play through; empty: what the system plays through."""
        super().__init__(parent)
        self._player = player or Player(device=device)
        self._state = PlayState()
        self._closing = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def state(self) -> PlayState:
        """What was last announced."""
        return self._state

    @property
    def running(self) -> bool:
        """Whether the player's thread lives."""
        return self._player.running

    def play(self, sound: Sound, at: float = 0.0) -> None:
        """Play ``sound`` from second ``at`` on, instead of whatever sounds now."""
        self._player.play(sound, at)
        self._follow()

    def toggle(self, sound: Sound) -> None:
        """Pause ``sound``, let it go on, or play it from its beginning."""
        self._player.toggle(sound)
        self._follow()

    def exchange(self, sound: Sound) -> None:
        """Go on with ``sound`` at the moment that is heard, playing or not; the loop stays."""
        self._player.exchange(sound)
        self._follow()

    @pyqtSlot()
    def pause(self) -> None:
        """Fall silent here."""
        self._player.pause()
        self._follow()

    @pyqtSlot()
    def stop(self) -> None:
        """Fall silent and go back to the beginning."""
        self._player.stop()
        self._follow()

    @pyqtSlot(float)
    def seek(self, seconds: float) -> None:
        """Go to that second of the sound."""
        self._player.seek(seconds)
        self._follow()

    def set_loop(self, start: float, end: float) -> None:
        """Play from second ``start`` to ``end`` again and again."""
        self._player.set_loop(start, end)
        self._follow()

    def clear_loop(self) -> None:
        """Play on to the end."""
        self._player.clear_loop()
        self._follow()

    def devices(self) -> list[Device]:
        """What can be played through; asks the system: call it in the background.

        Raises:
            UserError: nothing can be played at all.
        """
        return self._player.devices()

    def set_device(self, name: str) -> None:
        """Play through the device called ``name``; empty: the system's."""
        self._player.set_device(name)
        self._follow()

    @pyqtSlot()
    def shut_down(self) -> None:
        """Fall silent and end; ``ended`` tells when. Nothing is played any more."""
        self._closing = True
        self._player.close()
        self._timer.start()
        self._look()

    def wait(self, seconds: float) -> bool:
        """Whether the thread ended within ``seconds``; for the very end only."""
        return self._player.join(seconds)

    def _follow(self) -> None:
        """Tell what is wished at once, and look on until it is so."""
        self._tell()
        self._timer.start()

    @pyqtSlot()
    def _look(self) -> None:
        if self._closing:
            self._look_for_the_end()
            return
        quiet = self._player.quiet
        errors = self._player.errors()
        self._tell()
        if quiet and not errors:
            self._timer.stop()
        for error in errors:
            self._refuse(error)

    def _look_for_the_end(self) -> None:
        if not self._player.running:
            self._timer.stop()
            self.ended.emit()

    def _tell(self) -> None:
        state = self._player.state()
        if state != self._state:
            self._state = state
            self.changed.emit(state)

    def _refuse(self, error: Exception) -> None:
        if isinstance(error, UserError):
            self.refused.emit(error)
        else:
            sys.excepthook(type(error), error, error.__traceback__)
