"""A lane that is made while it is heard, from blocks that may come late."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from rave_gui.audio.live_flow import LiveFlow, Maker
from rave_gui.audio.live_take import LiveTake, LiveVoice

__all__ = ["BLOCK", "LiveLane", "LiveVoice", "Maker"]

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rave_gui.audio.play_feed import Feed

    Block = NDArray[np.float32]

BLOCK = 4096
"""Frames that are asked for at least: two steps of a usual model."""
AHEAD_SECONDS = 0.3
"""How much lies ready beyond what is heard."""
FIRST_GUESS_SECONDS = 0.03
"""What a block takes before any was timed."""
MOST_AHEAD_SECONDS = 0.1
"""A block that takes longer begins before it can be heard: what is late of it is left out."""
_BEAT = 0.01
_GIVE_UP = 3
"""Refusals in a row after which nothing is asked any more."""


class LiveLane:
    """Keeps some sound ready ahead of what is heard; one thread of its own asks for it.

    A new wish is asked for at the place where it can be heard first, and what was made of the old
    one is heard until then. Begins with the first wish and ends with :meth:`close`.
    """

    def __init__(
        self,
        lane: int,
        make: Maker,
        playing: Callable[[], Feed | None],
        rate: int,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Make one that waits for its first wish.

        Args:
            lane: in whose place it is heard.
            make: is asked in a thread of this.
            playing: what the device takes from.
            rate: of what ``make`` gives, in Hz.
            clock: in seconds.
        """
        self.lane = lane
        self.take: LiveTake | None = None
        """What is ready; replaced as a whole."""
        self.starved = False
        """Whether it was too late, and the lane itself is heard."""
        self.error: Exception | None = None
        """Why it was given up."""
        self.seconds = FIRST_GUESS_SECONDS
        """What a block takes, about."""
        self._make, self._playing, self._rate, self._clock = make, playing, rate, clock
        self._wish: tuple[int, object] = (0, None)
        self._refusals = 0
        self._closing = False
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    # Wishes

    def wish(self, settings: object) -> None:
        """Make it so from now on; returns at once."""
        self._wish = (self._wish[0] + 1, settings)
        self.error, self._refusals = None, 0
        if self._thread is None and not self._closing:
            self._thread = threading.Thread(target=self._run, name="live lane", daemon=True)
            self._thread.start()
        self._wake.set()

    def close(self) -> None:
        """Ask for nothing any more; the thread ends when the last answer has come."""
        self._closing = True
        self._wake.set()

    def join(self, seconds: float) -> bool:
        """Whether the thread ended within ``seconds``."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    # The thread

    def _run(self) -> None:
        while not self._closing:
            self._wake.wait(_BEAT if self.error is None else None)
            self._wake.clear()
            try:
                while self._beat():
                    pass
            except Exception as error:  # told by whoever looks; the lane itself is heard
                self._refused(error)

    def _refused(self, error: Exception) -> None:
        self._refusals += 1
        if self._refusals >= _GIVE_UP:
            self.error = error

    def _beat(self) -> bool:
        """Whether something was made: there may be more to do at once."""
        feed, (number, settings) = self._playing(), self._wish
        if feed is None or self._closing or self.error is not None or not number:
            return False
        take = self.take
        if take is None or take.feed is not feed or take.number != number:
            self._begin(feed, number, settings)
        elif not take.over and take.end - feed.taken < AHEAD_SECONDS * feed.rate:
            self._go_on(take, settings)
        else:
            return False
        return True

    def _begin(self, feed: Feed, number: int, settings: object) -> None:
        take = LiveTake(feed, number, self._earliest(feed))
        self._go_on(take, settings)
        if self._wish[0] == number or self.take is None or self.take.feed is not feed:
            self.take = take

    def _go_on(self, take: LiveTake, settings: object) -> None:
        if take.end < take.feed.taken:  # it was too late: no use in making what is over
            take.jump(self._earliest(take.feed))
        began = self._clock()
        wanted = max(BLOCK, math.ceil(2.5 * self.seconds * take.feed.rate / BLOCK) * BLOCK)
        take.add(self._made(take, min(wanted, 8 * BLOCK), settings))
        self._refusals = 0
        taken = self._clock() - began
        self.seconds += (min(taken, 1.0) - self.seconds) * (0.5 if taken > self.seconds else 0.2)

    def _earliest(self, feed: Feed) -> int:
        """Where a block can be heard first that is asked for now."""
        return feed.taken + round(min(self.seconds, MOST_AHEAD_SECONDS) * feed.rate)

    def _made(self, take: LiveTake, count: int, settings: object) -> Block | None:
        """Up to ``count`` frames; None where the sound is over. A loop is not read across."""
        feed = take.feed
        first = feed.place(take.end)
        looped = feed.loop is not None and first < feed.loop[1]
        end = feed.loop[1] if looped and feed.loop is not None else feed.total
        left = count if end is None else min(count, math.ceil((end - first) / feed.ratio - 1e-6))
        if left <= 0:
            return None
        flow = take.flow
        if flow is None:
            own = self._rate / (feed.ratio * feed.rate)  # of the maker, for a frame of the sound
            flow = LiveFlow(self._make, settings, round(first * own), self._rate, feed.rate)
        block = flow.read(left)
        take.flow = None if looped and left < count else flow
        return block
