"""What the device is given: one feed, faded over into the next; and what of it is heard by now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rave_gui.audio.play_feed import Feed
from rave_gui.audio.play_source import CHANNELS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Block = NDArray[np.float32]

FADE_SECONDS = 0.005
"""Long enough to hide a cut, too short to be heard as a fade."""
METER_SECONDS = 0.05
"""The meter shows the highest peak of this last stretch."""
_REMEMBERED = 2048


@dataclass(frozen=True)
class _Given:
    """A stretch that the device was given."""

    at: int
    """Its first frame, counted from the first that the device ever got."""
    frames: int
    feed: Feed | None
    first: int
    """How many frames of the feed had been taken before."""
    taken: int
    peaks: tuple[float, float]


class Mixer:
    """Only :meth:`fill` runs in the device's own thread: it takes no lock and raises nothing."""

    def __init__(self, rate: int, clock: Callable[[], float]) -> None:
        """``rate`` in Hz; ``clock`` in seconds."""
        import numpy as np  # noqa: PLC0415

        self.rate = rate
        self.fault: Exception | None = None
        """What went wrong inside the callback; silence was played instead."""
        self.underruns = 0
        """How often the reader was too slow."""
        self._clock = clock
        self._fade = max(1, round(rate * FADE_SECONDS))
        self._ramp = (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, self._fade + 1)))[:, None].astype(
            np.float32
        )
        self._feed: Feed | None = None
        self._old: Feed | None = None
        self._crossed = 0
        self._next: tuple[Feed, int | None] | None = None
        self._wanted = self._gain = 0
        self._given = self._silent_from = 0
        self._moment: tuple[int, float, float] | None = None
        self._past: list[_Given | None] = [None] * _REMEMBERED
        self._count = 0

    # For the player's thread

    @property
    def silent(self) -> bool:
        """Whether nothing is heard nor will be until :meth:`sound`."""
        return self._gain == 0 and self._wanted == 0

    @property
    def rested(self) -> bool:
        """Whether it is silent and the end of the fade was heard: the device may be stopped.

        Some systems throw away what a device holds when it is stopped, fade and all.
        """
        return self.silent and self.heard(running=True) >= self._silent_from

    @property
    def last_callback(self) -> float | None:
        """When the device last asked for sound."""
        return self._moment[1] if self._moment else None

    def put(self, feed: Feed, *, at_once: bool) -> None:
        """Play ``feed`` next; only while the device stands still. ``at_once`` fades nothing in."""
        self._feed, self._old, self._next = feed, None, None
        self._gain = self._fade if at_once else 0

    def turn(self, feed: Feed, at: int | None = None) -> None:
        """Fade over to ``feed``: now, or when ``at`` frames of the present feed were taken."""
        self._next = (feed, at)

    def sound(self) -> None:
        """Be heard."""
        self._wanted = self._fade

    def hush(self) -> None:
        """Fade out and stand still; from any thread."""
        self._wanted = 0

    # For the callback

    def fill(self, out: Block, latency: float) -> None:
        """Write the next frames into ``out`` (float32[frames, 1 or 2]).

        ``latency``: seconds until the first of them is heard.
        """
        out.fill(0.0)
        self._moment = (self._given, self._clock(), latency)
        try:
            if out.shape[1] == CHANNELS:
                self._fill(out)
            else:
                self._fill_mono(out)
        except Exception as error:  # must not reach the device's thread; the player tells
            self.fault = error
            out.fill(0.0)

    def _fill_mono(self, out: Block) -> None:
        import numpy as np  # noqa: PLC0415

        stereo = np.zeros((len(out), CHANNELS), np.float32)
        self._fill(stereo)
        out[:] = stereo.mean(axis=1, keepdims=True)

    def _fill(self, out: Block) -> None:
        done = 0
        while done < len(out):
            length = self._turn_if_due(len(out) - done)
            if self._gain != self._wanted:
                length = min(length, abs(self._wanted - self._gain))
            part = out[done : done + length]
            self._render(part)
            done += length

    def _turn_if_due(self, length: int) -> int:
        """Begin the fade into the next feed if it is time; how far nothing of the kind happens."""
        if self._next is None or self._old is not None:
            return length if self._old is None else min(length, self._fade - self._crossed)
        feed, at = self._next
        if self._gain == 0 or self._feed is None or self._feed.exhausted:
            self._feed, self._next = feed, None
            return length
        if at is not None and self._feed.taken < at:
            return min(length, at - self._feed.taken)
        self._old, self._feed, self._next, self._crossed = self._feed, feed, None, 0
        return min(length, self._fade)

    def _render(self, part: Block) -> None:
        feed = self._feed
        first = feed.taken if feed else 0
        if self._gain or self._wanted:
            self._take(part, feed)
        peaks = abs(part).max(axis=0)
        taken = (feed.taken if feed else 0) - first
        self._remember(
            _Given(self._given, len(part), feed, first, taken, (float(peaks[0]), float(peaks[1])))
        )
        self._given += len(part)

    def _take(self, part: Block, feed: Feed | None) -> None:
        taken = feed.take(part) if feed else 0
        if self._old is not None:
            self._cross(part, self._old)
        if self._gain != self._wanted:
            self._ramp_gain(part)
        if feed and taken < len(part) and not feed.ended:
            self._underrun(part, taken)

    def _cross(self, part: Block, old: Feed) -> None:
        last = part.copy()
        last.fill(0.0)
        old.take(last)
        end = self._crossed + len(part)
        weight = self._ramp[self._crossed + 1 : end + 1]
        part *= weight
        part += last * (1 - weight)
        self._crossed = end
        if end >= self._fade:
            self._old = None

    def _ramp_gain(self, part: Block) -> None:
        step = 1 if self._wanted > self._gain else -1
        end = self._gain + step * len(part)
        if step > 0:
            part *= self._ramp[self._gain + 1 : end + 1]
        else:
            part *= self._ramp[end : self._gain][::-1]
        self._gain = end
        if not end:
            self._silent_from = self._given + len(part)

    def _underrun(self, part: Block, taken: int) -> None:
        """The reader was too slow: fade what there is, and fade in again when there is more."""
        self.underruns += 1
        fade = min(taken, self._fade)
        part[taken - fade : taken] *= self._ramp[:fade][::-1]
        self._gain = 0

    def _remember(self, given: _Given) -> None:
        self._past[self._count % _REMEMBERED] = given
        self._count += 1

    # What is heard: for any thread

    def heard(self, *, running: bool) -> float:
        """Frames that have left the loudspeaker; all of them when the device stands still."""
        if self._moment is None:
            return 0.0
        given, when, latency = self._moment
        if not running:
            return float(self._given)
        return min(float(self._given), given + (self._clock() - when - latency) * self.rate)

    def place(self, *, running: bool) -> tuple[Feed | None, float]:
        """The feed that is heard now and the frame of its sound; no feed before the first."""
        heard = self.heard(running=running)
        found = next((given for given in self._back() if given.at <= heard), None)
        found = found or next(self._back(), None)
        if found is None or found.feed is None:
            return None, 0.0
        inside = min(max(0.0, heard - found.at), float(found.taken))
        return found.feed, found.feed.place(found.first + inside)

    def over(self) -> bool:
        """Whether the last frame of an ended feed was heard."""
        feed = self._feed
        if feed is None or not feed.exhausted or self._next is not None:
            return False
        last = next(
            (given for given in self._back() if given.taken or given.feed is not feed), None
        )
        if last is None or last.feed is not feed:
            return True
        return self.heard(running=True) >= last.at + last.taken

    def peaks(self) -> tuple[float, float]:
        """Largest absolute sample of left and right that is heard about now; 1 is full scale."""
        heard = self.heard(running=True)
        left = right = 0.0
        for given in self._back():
            if given.at + given.frames < heard - METER_SECONDS * self.rate:
                break
            if given.at <= heard:
                left, right = max(left, given.peaks[0]), max(right, given.peaks[1])
        return left, right

    def _back(self) -> Iterator[_Given]:
        """What was given, the last first."""
        count = self._count
        for index in range(count - 1, max(-1, count - _REMEMBERED - 1), -1):
            if (given := self._past[index % _REMEMBERED]) is not None:
                yield given
