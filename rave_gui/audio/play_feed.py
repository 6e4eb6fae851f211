"""Prepared sound between the thread that reads and the callback that must never wait."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from rave_gui.audio.lanes import LaneDesk, LaneMix
from rave_gui.audio.play_source import CHANNELS, Source, two_channels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Block = NDArray[np.float32]

BLOCK = 4096
"""Frames that are read at once."""
KEPT_SECONDS = 30.0
"""Loops up to this length stay in memory: no decoder is asked to go back every few milliseconds.

Of several lanes together as much as of one.
"""

Loop = tuple[int, int]
"""(first, behind last) frame of the sound."""


class Feed:
    """A queue of blocks at the rate of the device: one thread puts, the callback takes.

    Appending to and popping from a ``deque`` is atomic, so neither side needs a lock.
    """

    def __init__(
        self,
        start: int,
        loop: Loop | None,
        ratio: float,
        total: int | None = None,
        *,
        desk: LaneDesk | None = None,
        rate: int = 0,
    ) -> None:
        """``ratio``: frames of the sound for one frame of the device, whose ``rate`` is in Hz.

        With a ``desk`` its blocks are lanes side by side, of which the callback mixes two channels.
        """
        self.loop = loop
        self.made = self.taken = 0
        self.ended = False
        self.total, self.ratio, self.rate = total, ratio, rate
        self._start = start
        self._mix = LaneMix(desk, self, rate) if desk is not None else None
        self._blocks: deque[Block] = deque()
        self._rest: Block | None = None

    @property
    def buffered(self) -> int:
        """Frames that can be taken now."""
        return self.made - self.taken

    @property
    def exhausted(self) -> bool:
        """Whether everything was taken and nothing more will come."""
        return self.ended and not self.buffered

    def put(self, block: Block) -> None:
        """Append; for the reading thread."""
        self._blocks.append(block)
        self.made += len(block)

    def take(self, out: Block) -> int:
        """Copy the next frames into ``out``; how many there were. For the callback."""
        done = 0
        while done < len(out):
            if self._rest is None or not len(self._rest):
                if not self._blocks:
                    break
                self._rest = self._blocks.popleft()
            part = self._rest[: len(out) - done]
            if self._mix is None:
                out[done : done + len(part)] = part
            else:
                self._mix.mix(part, out[done : done + len(part)], self.taken + done)
            self._rest = self._rest[len(part) :]
            done += len(part)
        self.taken += done
        return done

    def place(self, taken: float) -> float:
        """The frame of the sound that is next when ``taken`` frames were taken."""
        at = self._start + taken * self.ratio
        if self.loop is not None and at >= self.loop[1] > self._start:
            first, last = self.loop
            return first + (at - last) % (last - first)
        return at if self.total is None else min(at, float(self.total))


class Reader:
    """Fills one feed from one source: from a place on, around the loop, at the device's rate."""

    def __init__(self, source: Source, start: int, loop: Loop | None, rate: int) -> None:
        """``loop`` must end behind ``start``; ``rate`` is the device's, in Hz.

        Raises:
            UserError: the source cannot go to ``start``.
        """
        self.source, self._at = source, start
        source.seek(start)
        ratio, desk = source.sample_rate / rate, source.desk
        self.feed = Feed(start, loop, ratio, source.frames, desk=desk, rate=rate)
        self._width = CHANNELS * (len(desk.lanes) if desk is not None else 1)
        self._kept: Block | None = None
        self._kept_at = 0
        self._resampler = _resampler(source.sample_rate, rate, self._width)

    def fill(self, wanted: int) -> None:
        """Prepare until ``wanted`` frames lie ready, or the sound is over."""
        while self.feed.buffered < wanted and not self.feed.ended:
            self.step()

    def step(self) -> None:
        """Prepare one block."""
        block = self._next()
        if self._resampler is not None:
            over = block is None
            rest = _nothing(self._width) if over else block
            block = self._resampler.resample_chunk(rest, last=over)
            self.feed.put(block)
            self.feed.ended = over
        elif block is None:
            self.feed.ended = True
        else:
            self.feed.put(block)

    def _next(self) -> Block | None:
        """The next frames at the rate of the sound; None when it is over."""
        if self._kept is not None:
            return self._around()
        block = self._plain()
        if block is None and self.feed.loop is not None:
            return self._go_back(self.feed.loop)
        return block

    def _plain(self) -> Block | None:
        loop = self.feed.loop
        room = BLOCK if loop is None else min(BLOCK, loop[1] - self._at)
        block = self.source.read(room) if room > 0 else None
        if block is None or not len(block):
            return None
        self._at += len(block)
        return two_channels(block) if self.source.desk is None else block

    def _go_back(self, loop: Loop) -> Block | None:
        """To the first frame of the loop; short ones are read once and kept."""
        import numpy as np  # noqa: PLC0415

        first, last = loop
        self.source.seek(first)
        self._at = first
        if last - first > KEPT_SECONDS * CHANNELS / self._width * self.source.sample_rate:
            return self._plain()
        parts: list[Block] = []
        while (block := self._plain()) is not None:
            parts.append(block)
        if not parts:
            return None
        self._kept = np.concatenate(parts)
        # A header may promise more than there is.
        self.feed.loop = (first, first + len(self._kept))
        return self._around()

    def _around(self) -> Block | None:
        """The next frames of the loop that is kept."""
        import numpy as np  # noqa: PLC0415

        if self._kept is None:
            return None
        places = (self._kept_at + np.arange(BLOCK)) % len(self._kept)
        self._kept_at = (self._kept_at + BLOCK) % len(self._kept)
        return self._kept[places]


def _resampler(source: int, device: int, width: int):  # type: ignore[no-untyped-def]  # soxr has no types
    if source == device:
        return None
    import soxr  # noqa: PLC0415

    return soxr.ResampleStream(source, device, width, dtype="float32")


def _nothing(width: int) -> Block:
    import numpy as np  # noqa: PLC0415

    return np.empty((0, width), np.float32)
