"""Several sounds on one time base, of which one is heard: switched in the callback, not before it.

All lanes are read in parallel and lie ready side by side; which of them is heard is decided when
the device asks. So a switch is as fast as the device, needs no disk, and leaves no gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rave_gui.audio.live_lane import LiveLane, LiveVoice
from rave_gui.audio.play_source import CHANNELS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rave_gui.audio.play_feed import Feed
    from rave_gui.audio.sound import Sound

    Block = NDArray[np.float32]
    Weights = NDArray[np.float32]

LANE_FADE_SECONDS = 0.005
"""From one lane to the next: too short to be heard as a fade."""


class LaneDesk:
    """Says which lane is heard and how loud each is. Any thread may turn its knobs.

    The callback reads whole arrays that are replaced and never changed, so nobody locks.
    """

    def __init__(self, lanes: Sequence[Sound], heard: int = 0) -> None:
        """``lanes``: the first sets the rate of all."""
        self.lanes = tuple(lanes)
        self.live: LiveLane | None = None
        """What is made while it is heard, in the place of one lane."""
        self.playing: Feed | None = None
        """What the device took from last."""
        self._heard = min(max(0, heard), len(self.lanes) - 1)
        self._gains = [1.0] * len(self.lanes)
        self.plain: Weights
        """One weight a lane and one, always 0, for what is live."""
        self.bent: Weights | None
        """The same with the live sound in the place of its lane; None where that is not heard."""
        self._turn()

    @property
    def heard(self) -> int:
        """Which lane is heard, from 0."""
        return self._heard

    @property
    def gains(self) -> tuple[float, ...]:
        """Factor of each lane."""
        return tuple(self._gains)

    def hear(self, lane: int) -> None:
        """Let that lane be heard from the next block of the device on."""
        self._heard = min(max(0, lane), len(self.lanes) - 1)
        self._turn()

    def set_gains(self, factors: Sequence[float]) -> None:
        """How loud each lane is; 1 leaves it as it is."""
        self._gains = [float(factor) for factor in factors][: len(self.lanes)]
        self._gains += [1.0] * (len(self.lanes) - len(self._gains))
        self._turn()

    def set_live(self, live: LiveLane | None) -> None:
        """Put what is made while it is heard in the place of its lane; None: nothing."""
        self.live = live
        self._turn()

    def _turn(self) -> None:
        import numpy as np  # noqa: PLC0415

        gain, live = self._gains[self._heard], self.live
        plain = np.zeros(len(self.lanes) + 1, np.float32)
        plain[self._heard] = gain
        bent = np.zeros_like(plain)
        bent[-1] = gain
        self.bent = bent if live is not None and live.lane == self._heard else None
        self.plain = plain


class LaneMix:
    """What one feed gives of its lanes: follows the desk, with a short fade."""

    def __init__(self, desk: LaneDesk, feed: Feed, rate: int) -> None:
        """``rate``: of the device, in Hz."""
        import numpy as np  # noqa: PLC0415

        self._desk, self._feed = desk, feed
        self._fade = max(1, round(rate * LANE_FADE_SECONDS))
        ramp = 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, self._fade + 1))
        self._ramp: Weights = ramp[:, None].astype(np.float32)
        self._from: Weights | None = None
        self._to: Weights = desk.plain
        self._done = self._fade
        self._voice = LiveVoice(feed, self._ramp)

    def mix(self, wide: Block, out: Block, taken: int) -> None:
        """Write two channels; for the callback.

        Args:
            wide: float32[frames, two for each lane].
            out: float32[frames, 2].
            taken: frames of the feed that were taken before.
        """
        self._desk.playing = self._feed
        self._follow(self._wanted(len(out), taken))
        done = 0
        while done < len(out):
            length = len(out) - done
            if self._done < self._fade:
                length = min(length, self._fade - self._done)
            part = slice(done, done + length)
            self._part(wide[part], out[part], taken + done)
            done += length

    def _wanted(self, length: int, taken: int) -> Weights:
        """The live sound only where enough of it lies ready to fade out of it again."""
        desk = self._desk
        live, bent = desk.live, desk.bent
        if live is None or bent is None:
            return desk.plain
        self._voice.turn(live.take, taken, length)
        heard = self._to is bent
        need = length + self._fade if heard else 2 * length + self._fade
        ready = self._voice.ready(taken) >= need
        live.starved = not ready
        return bent if ready else desk.plain

    def _follow(self, wanted: Weights) -> None:
        if wanted is self._to and self._from is not None:
            return
        if self._from is None:  # the first block: whoever plays this feed fades it in
            self._from, self._to, self._done = wanted, wanted, self._fade
        else:
            self._from, self._to, self._done = self._now(), wanted, 0

    def _now(self) -> Weights:
        if self._from is None or self._done >= self._fade:
            return self._to
        weight = self._ramp[self._done, 0]
        now: Weights = self._from + (self._to - self._from) * weight
        return now

    def _part(self, wide: Block, out: Block, taken: int) -> None:
        """A stretch that is inside one fade, or behind it."""
        start = self._from if self._from is not None else self._to
        fading = self._done < self._fade
        ramp = self._ramp[self._done + 1 : self._done + 1 + len(out)] if fading else self._ramp[:0]
        out.fill(0.0)
        for lane in range(len(self._to)):
            low, high = float(start[lane]), float(self._to[lane])
            if not high and not (fading and low):
                continue
            block = self._lane(wide, lane, len(out), taken)
            out += block * (low + (high - low) * ramp if fading else high)
        self._done = min(self._fade, self._done + len(out))

    def _lane(self, wide: Block, lane: int, length: int, taken: int) -> Block:
        if lane == len(self._desk.lanes):
            return self._voice.read(taken, length)
        return wide[:, CHANNELS * lane : CHANNELS * (lane + 1)]
