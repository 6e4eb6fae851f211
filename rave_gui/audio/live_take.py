"""What was made of one wish, block behind block, and how the callback reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rave_gui.audio.live_flow import LiveFlow
    from rave_gui.audio.play_feed import Feed

    Block = NDArray[np.float32]

_ENDLESS = 1 << 40
_KEPT = 3
"""Blocks behind the last that was heard stay, for fades that come late."""
_CHANNELS = 2


class LiveTake:
    """One thread adds at the end, the callback reads; whole tuples are replaced, nothing locks.

    Places are frames of the feed, counted as the device takes them.
    """

    def __init__(self, feed: Feed, number: int, start: int) -> None:
        """``number``: of the wish."""
        self.feed, self.number = feed, number
        self.start = self.end = start
        self.over = False
        """Whether it reaches to the end of the sound."""
        self.flow: LiveFlow | None = None
        """Where the next frames come from; None where they begin elsewhere."""
        self._blocks: tuple[tuple[int, Block], ...] = ()

    def add(self, block: Block | None) -> None:
        """The next frames; None: there are no more."""
        if block is None:
            self.over = True
            return
        passed = [start + len(old) <= self.feed.taken for start, old in self._blocks]
        self._blocks = (*self._blocks[max(0, sum(passed) - _KEPT) :], (self.end, block))
        self.end += len(block)

    def jump(self, place: int) -> None:
        """Go on at a later place: nothing of before is of use."""
        self.start = self.end = place
        self._blocks, self.flow = (), None

    def ready(self, at: int) -> int:
        """How many frames lie ready from ``at`` on without a hole."""
        if not self.start <= at:
            return 0
        return _ENDLESS if self.over else max(0, self.end - at)

    def read(self, at: int, out: Block) -> None:
        """Copy from ``at`` on; silence where nothing is."""
        out.fill(0.0)
        last = at + len(out)
        for start, block in self._blocks:
            low, high = max(at, start), min(last, start + len(block))
            if low < high:
                out[low - at : high - at] = block[low - start : high - start]


class LiveVoice:
    """Reads the newest take for one feed, and fades from one into the next; for the callback."""

    def __init__(self, feed: Feed, ramp: Block) -> None:
        """``ramp``: float32[fade + 1, 1] from 0 to 1."""
        self._feed, self._ramp, self._fade = feed, ramp, len(ramp) - 1
        self._take: LiveTake | None = None
        self._old: LiveTake | None = None
        self._crossed = 0

    def turn(self, newest: LiveTake | None, at: int, length: int) -> None:
        """Go over to ``newest`` if it is for this feed and reaches far enough from ``at``."""
        if newest is None or newest is self._take or newest.feed is not self._feed:
            return
        if newest.ready(at) >= length + self._fade:
            self._old, self._take, self._crossed = self._take, newest, 0

    def ready(self, at: int) -> int:
        """How many frames can be read from ``at`` on."""
        return self._take.ready(at) if self._take is not None else 0

    def read(self, at: int, length: int) -> Block:
        """float32[length, 2]."""
        import numpy as np  # noqa: PLC0415

        out = np.zeros((length, _CHANNELS), np.float32)
        if self._take is not None:
            self._take.read(at, out)
        if self._old is not None:
            self._cross(at, out)
        return out

    def _cross(self, at: int, out: Block) -> None:
        import numpy as np  # noqa: PLC0415

        length = min(len(out), self._fade - self._crossed)
        old = np.zeros((length, _CHANNELS), np.float32)
        if self._old is not None:
            self._old.read(at, old)
        weight = self._ramp[self._crossed + 1 : self._crossed + 1 + length]
        out[:length] = out[:length] * weight + old * (1 - weight)
        self._crossed += length
        if self._crossed >= self._fade:
            self._old = None
