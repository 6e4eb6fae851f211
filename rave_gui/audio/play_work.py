"""What the thread of the player does: open, prepare, start and stop."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rave_gui.audio.mixer import FADE_SECONDS, Mixer
from rave_gui.audio.output import Output, Outputs
from rave_gui.audio.play_feed import Feed, Loop, Reader
from rave_gui.audio.play_source import CHANNELS, Source, open_source
from rave_gui.core.errors import UserError

if TYPE_CHECKING:
    from rave_gui.audio.sound import Sound

READY_SECONDS = 0.05
"""Prepared before the device is started."""
BUFFER_SECONDS = 0.5
"""Prepared while it plays."""
AHEAD_SECONDS = 0.08
"""How far ahead a loop is switched on or off, so that the sound goes on exactly."""
IDLE_SECONDS = 5.0
"""After which device and file are given back."""
LOST_SECONDS = 2.0
"""A device that asked for nothing for so long is gone."""
FLOOR_DB = -96.0
"""What the meter calls silence."""
_FAREWELL_SECONDS = 0.12
"""What a fade and the way to the loudspeaker take at most, when something has to end now."""


@dataclass(frozen=True)
class Wish:
    """What the player was told last; everything before it is of no interest any more."""

    number: int = 0
    sound: Sound | None = None
    playing: bool = False
    at: float | None = None
    """Seconds to go to; None: on from where it is."""
    loop: tuple[float, float] | None = None
    device: str = ""
    follows: bool = False
    """Whether ``sound`` goes on at the moment that was heard of the one before it."""


class Work:
    """The open sound, what is prepared of it, the open device. Facts may be asked by any thread."""

    def __init__(self, outputs: Outputs, clock: Callable[[], float]) -> None:
        self.key = ""
        self.seconds: float | None = None
        self.started = False
        """Whether the device asks for sound."""
        self._outputs, self._clock = outputs, clock
        self._source: Source | None = None
        self._retired: list[Source] = []
        """Read from until another takes over."""
        self._output: Output | None = None
        self._asked: tuple[str, int] = ("", 0)
        self._mixer: Mixer | None = None
        self._reader: Reader | None = None
        self._before: Feed | None = None
        self._place = 0.0
        self._loop: tuple[float, float] | None = None
        self._rate = self._channels = 1
        self._since = 0.0
        """When the device was last started, or last fell silent."""

    # Facts, for any thread

    @property
    def opened(self) -> bool:
        """Whether a device is held."""
        return self._output is not None

    @property
    def buffered(self) -> int:
        """Frames that are prepared."""
        return self._reader.feed.buffered if self._reader else 0

    def position(self) -> float:
        """Seconds into the sound that are heard now."""
        mixer, reader = self._mixer, self._reader
        if mixer is None or reader is None:
            return self._place
        feed, frame = mixer.place(running=self.started)
        known = feed is not None and feed in (reader.feed, self._before)
        return frame / self._rate if known else self._place

    def levels(self) -> tuple[float, ...]:
        """Of each channel, in dBFS."""
        if self._mixer is None or not self.started:
            return ()
        return tuple(_decibels(peak) for peak in self._mixer.peaks()[: self._channels])

    def hush(self) -> None:
        """Fade out now."""
        if (mixer := self._mixer) is not None:
            mixer.hush()

    # For the thread

    def play(self, sound: Sound, wish: Wish, is_stale: Callable[[Wish], bool]) -> None:
        """Let ``sound`` be heard as wished, unless meanwhile something else is.

        Raises:
            UserError: the sound or the device cannot be used.
        """
        source = self._load(sound, follows=wish.follows)
        if is_stale(wish):
            return
        mixer, output = self._reach(wish.device, source.sample_rate)
        old = self._reader is not None and self._reader.source is not source
        if self._reader is None or old or wish.at is not None or wish.loop != self._loop:
            self._turn_to(source, mixer, wish)
        self._close_retired()
        mixer.sound()
        if not self.started:
            self._since = self._clock()
            output.start(mixer.fill)
            self.started = True

    def rest(self, wish: Wish) -> None:
        """Stand still, and remember where to go on."""
        self.hush()
        if wish.at is not None:
            self.rewind(wish.at)
        elif wish.loop != self._loop:
            self.rewind(self.position())

    def rewind(self, place: float) -> None:
        """Forget what is prepared; go on at second ``place`` when the time comes."""
        self._place, self._reader, self._before = place, None, None

    def prepare(self) -> None:
        """Keep the buffer full."""
        reader = self._reader
        if reader is None or self._mixer is None:
            return
        reader.fill(round(BUFFER_SECONDS * self._mixer.rate))
        if reader.feed.ended and reader.feed.loop is None:
            self.seconds = reader.feed.place(reader.feed.made) / self._rate

    def look(self) -> bool:
        """Watch the device; whether the sound is over.

        Raises:
            UserError: the device is gone.
        """
        mixer, output = self._mixer, self._output
        if mixer is None or output is None:
            return False
        if not self.started:
            if self._clock() - self._since > IDLE_SECONDS:
                self.let_go()
            return False
        self._check(mixer, output)
        over = self._reader is not None and mixer.over()
        if over or mixer.rested:
            mixer.hush()
            self._stop(output)
        return over

    def let_go(self) -> None:
        """Give file and device back; the place is remembered."""
        self.rewind(self.position())
        self._close_output()
        if self._source is not None:
            self._source.close()
            self._source = None
        self._close_retired()

    def _close_retired(self) -> None:
        while self._retired:
            self._retired.pop().close()

    def _load(self, sound: Sound, *, follows: bool) -> Source:
        if self._source is not None and self.key == sound.key:
            return self._source
        source = open_source(sound)
        if not follows or source.sample_rate != self._rate:
            kept = follows or self.key == sound.key
            self.rewind(self.position() if kept else 0.0)
        if self._source is not None:
            self._retired.append(self._source)
        self._source, self.key = source, sound.key
        self._rate, self._channels = source.sample_rate, min(CHANNELS, source.channels)
        self.seconds = source.frames / source.sample_rate if source.frames is not None else None
        return source

    def _reach(self, device: str, rate: int) -> tuple[Mixer, Output]:
        """The device, open; another one, or another rate, means to begin anew there."""
        if self._mixer is None or self._output is None or self._asked != (device, rate):
            self.rewind(self.position())
            self._close_output()
            output = self._open(device, rate)
            self._mixer, self._output = Mixer(output.rate, self._clock), output
            self._asked = device, rate
        return self._mixer, self._output

    def _open(self, device: str, rate: int) -> Output:
        try:
            return self._outputs.open(device, rate)
        except UserError:  # it may have been connected since anybody looked
            self._outputs.look_again()
            return self._outputs.open(device, rate)

    def _turn_to(self, source: Source, mixer: Mixer, wish: Wish) -> None:
        start, at = self._where(mixer, wish)
        loop = _loop_frames(wish.loop, source)
        if loop is not None and not loop[0] <= start < loop[1]:
            start, at = loop[0], None
        before = self._reader.feed if self._reader and at is not None else None
        reader = Reader(source, start, loop, mixer.rate)
        reader.fill(round(READY_SECONDS * mixer.rate))
        if not start and not reader.feed.made and reader.feed.ended:
            raise UserError("There is no sound in this file.", "Leave it out.")
        self._place, self._loop = start / self._rate, wish.loop
        self._before, self._reader = before, reader
        if self.started:
            mixer.turn(reader.feed, at)
        else:
            mixer.put(reader.feed, at_once=start == 0)

    def _where(self, mixer: Mixer, wish: Wish) -> tuple[int, int | None]:
        """The frame to begin at, and after how many frames of the present feed (None: now)."""
        if wish.at is not None:
            return round(wish.at * self._rate), None
        if self._reader is None or not self.started or mixer.silent:
            return round(self.position() * self._rate), None
        feed = self._reader.feed
        latest = feed.made - math.ceil(FADE_SECONDS * mixer.rate)
        at = max(feed.taken, min(feed.taken + round(AHEAD_SECONDS * mixer.rate), latest))
        return round(feed.place(at)), at

    def _check(self, mixer: Mixer, output: Output) -> None:
        if mixer.fault is not None:
            raise mixer.fault
        last = max(mixer.last_callback or 0.0, self._since)
        if not output.alive or self._clock() - last > LOST_SECONDS:
            name = self._asked[0]
            raise UserError(
                f"The sound device {name} does not answer any more."
                if name
                else "The sound device does not answer any more.",
                "Connect it again, or choose another one in Settings; then press play.",
            )

    def _stop(self, output: Output) -> None:
        output.stop()
        self.started = False
        self._since = self._clock()

    def _close_output(self) -> None:
        output, mixer = self._output, self._mixer
        if output is None:
            return
        if mixer is not None and self.started and output.alive:
            mixer.hush()
            _until(lambda: mixer.rested)
        if self.started:
            self._stop(output)
        self._output = self._mixer = None
        output.close()


def _until(reached: Callable[[], bool]) -> None:
    """Give the device the moment that a fade takes."""
    pause = threading.Event()
    for _ in range(24):
        if reached():
            return
        pause.wait(_FAREWELL_SECONDS / 24)


def _loop_frames(loop: tuple[float, float] | None, source: Source) -> Loop | None:
    """None where the loop lies behind the end of the sound."""
    if loop is None:
        return None
    first, last = (round(second * source.sample_rate) for second in loop)
    if source.frames is not None:
        last = min(last, source.frames)
    return (first, last) if last > first else None


def _decibels(peak: float) -> float:
    return max(FLOOR_DB, 20 * math.log10(peak)) if peak > 0 else FLOOR_DB
