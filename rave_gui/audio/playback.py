"""The one thing that sounds: a player that is told what to play and says what is heard."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rave_gui.audio.output import Device, Outputs, shared
from rave_gui.audio.play_work import Wish, Work
from rave_gui.core.errors import UserError

if TYPE_CHECKING:
    from rave_gui.audio.sound import Sound

SHORTEST_LOOP = 0.01
"""Seconds."""
_BEAT = 0.015


@dataclass(frozen=True)
class PlayState:
    """What is heard now."""

    key: str = ""
    """Of the sound; empty before the first."""
    playing: bool = False
    position: float = 0.0
    """Seconds into the sound: of what has left the loudspeaker."""
    seconds: float | None = None
    """Length where it is known."""
    levels: tuple[float, ...] = ()
    """Peak of each channel (one or two) in dBFS, from ``FLOOR_DB`` on; empty while silent."""
    loop: tuple[float, float] | None = None
    """(first, last) second that is played again and again."""


class Player:
    """Plays one sound at a time. Every public method returns at once, in any thread.

    One thread of its own opens files, reads, converts and talks to the device; it begins with the
    first wish and ends with :meth:`close`.
    """

    def __init__(
        self,
        outputs: Outputs | None = None,
        *,
        device: str = "",
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """``device``: name of the output; empty: the system's."""
        self._outputs: Outputs = outputs or shared()
        self._clock = clock
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._closing = False
        self._wish = Wish(device=device)
        self._served = 0
        self._errors: deque[Exception] = deque()
        self._work = Work(self._outputs, clock)

    # Wishes

    def play(self, sound: Sound, at: float = 0.0) -> None:
        """Play ``sound`` from second ``at`` on; the loop of another sound is forgotten."""
        with self._lock:
            same = self._wish.sound is not None and self._wish.sound.key == sound.key
            loop = self._wish.loop if same else None
            self._change(sound=sound, at=max(0.0, at), playing=True, loop=loop, follows=False)

    def exchange(self, sound: Sound) -> None:
        """Go on with ``sound`` at the moment that is heard, playing or not; the loop stays."""
        with self._lock:
            if self._wish.sound is None:
                self._change(sound=sound, at=0.0, follows=False)
            elif self._wish.sound.key != sound.key:
                self._change(sound=sound, follows=True)

    def toggle(self, sound: Sound) -> None:
        """Pause ``sound`` if it plays, go on if it was paused, else play it from its beginning."""
        with self._lock:
            wish = self._wish
            if wish.sound is None or wish.sound.key != sound.key:
                self._change(sound=sound, at=0.0, playing=True, loop=None, follows=False)
            elif wish.playing:
                self._hush()
            else:
                self._change(playing=True)

    def pause(self) -> None:
        """Fall silent; ``toggle`` goes on from here."""
        with self._lock:
            self._hush()

    def stop(self) -> None:
        """Fall silent and go back to the beginning."""
        with self._lock:
            self._hush(at=0.0)

    def seek(self, seconds: float) -> None:
        """Go to that second, playing or not."""
        with self._lock:
            if self._wish.sound is not None:
                self._change(at=max(0.0, seconds))

    def set_loop(self, start: float, end: float) -> None:
        """Play from ``start`` to ``end`` (seconds) again and again, from the next round on."""
        first, last = sorted((max(0.0, start), max(0.0, end)))
        with self._lock:
            if self._wish.sound is not None:
                self._change(loop=(first, max(last, first + SHORTEST_LOOP)))

    def clear_loop(self) -> None:
        """Play on to the end."""
        with self._lock:
            if self._wish.loop is not None:
                self._change(loop=None)

    def set_device(self, name: str) -> None:
        """Play through the device called ``name`` from now on; empty: the system's."""
        with self._lock:
            if self._wish.device != name:
                self._change(device=name)

    def close(self) -> None:
        """Fall silent, let go of everything and end the thread; play nothing any more."""
        with self._lock:
            self._closing = True
        self._work.hush()
        self._wake.set()

    # Facts

    @property
    def running(self) -> bool:
        """Whether the thread lives."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def settled(self) -> bool:
        """Whether what was wished last was done, or refused."""
        with self._lock:
            return self._wish.number == self._served

    @property
    def quiet(self) -> bool:
        """Whether nothing will change by itself."""
        with self._lock:
            settled = self._wish.number == self._served and not self._wish.playing
        return settled and not self._work.started and not self._errors

    def state(self) -> PlayState:
        """What is heard now."""
        with self._lock:
            wish = self._wish
        if wish.sound is None:
            return PlayState()
        work = self._work
        same = wish.follows or work.key == wish.sound.key
        position = wish.at if wish.at is not None else work.position() if same else 0.0
        seconds = work.seconds if same and work.seconds is not None else wish.sound.seconds
        levels = work.levels() if same and wish.playing else ()
        return PlayState(wish.sound.key, wish.playing, position, seconds, levels, wish.loop)

    def errors(self) -> list[Exception]:
        """What went wrong since the last question: a ``UserError``, or a fault of ours."""
        found = []
        while self._errors:
            found.append(self._errors.popleft())
        return found

    def devices(self) -> list[Device]:
        """What can be played through; asks the system, so not in the main thread.

        Raises:
            UserError: nothing can be played at all.
        """
        return self._outputs.devices()

    def join(self, seconds: float) -> bool:
        """Whether the thread ended within ``seconds``; for the very end only."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.running

    # The thread

    def _change(self, **changes: object) -> None:
        """Wish something else; the lock is held."""
        if self._closing:
            return
        self._wish = replace(self._wish, number=self._wish.number + 1, **changes)  # type: ignore[arg-type]
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="player", daemon=True)
            self._thread.start()
        self._wake.set()

    def _hush(self, **changes: object) -> None:
        """Silence does not wait for the thread, which may be held up by a slow disk."""
        if self._wish.sound is not None:
            self._work.hush()
            self._change(playing=False, **changes)

    def _run(self) -> None:
        try:
            while not self._closing:
                self._wake.wait(_BEAT if self._work.opened else None)
                self._wake.clear()
                self._beat()
        finally:
            self._work.let_go()

    def _beat(self) -> None:
        try:
            self._obey()
            self._work.prepare()
            if self._work.look():
                self._ended()
        except Exception as error:  # told by whoever asks for errors; a fault of ours as well
            self._failed(error)

    def _obey(self) -> None:
        with self._lock:
            wish = self._wish
        if wish.number == self._served or self._closing:
            return
        if wish.playing and wish.sound is not None:
            self._work.play(wish.sound, wish, self._is_stale)
        else:
            self._work.rest(wish)
        with self._lock:
            self._served = wish.number
            if self._wish.number == wish.number:
                self._wish = replace(wish, at=None)

    def _is_stale(self, wish: Wish) -> bool:
        with self._lock:
            return self._closing or self._wish.number != wish.number

    def _ended(self) -> None:
        """The sound is over: back to its beginning."""
        self._work.rewind(0.0)
        with self._lock:
            if self._wish.number == self._served:
                self._wish = replace(self._wish, playing=False)

    def _failed(self, error: Exception) -> None:
        self._work.let_go()
        self._errors.append(_told(error))
        with self._lock:
            self._served = self._wish.number
            self._wish = replace(self._wish, playing=False, at=None)


def _told(error: Exception) -> Exception:
    """A disk that fails is nobody's bug."""
    if not isinstance(error, OSError):
        return error
    return UserError(
        f"The sound cannot be read any more ({error.strerror or error}).",
        "Check that its disk is connected.",
        details=repr(error),
    )
