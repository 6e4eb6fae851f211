"""Several sounds read in parallel at one rate: two columns for each, silent where one is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rave_gui.audio.play_source import CHANNELS, Source, open_source, two_channels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rave_gui.audio.lanes import LaneDesk

    Block = NDArray[np.float32]

_BLOCK = 4096


class LanesSource:
    """As long as the longest of its sounds, at the rate of the first."""

    def __init__(self, desk: LaneDesk) -> None:
        """Open all of them.

        Raises:
            UserError: one cannot be read; none stays open then.
        """
        self.desk: LaneDesk | None = desk
        self._lanes: list[_Lane] = []
        try:
            for sound in desk.lanes:
                source = open_source(sound)
                rate = self._lanes[0].rate if self._lanes else source.sample_rate
                self._lanes.append(_Lane(source, rate))
        except BaseException:
            self.close()
            raise
        self.sample_rate = self._lanes[0].rate
        self.channels = max(min(CHANNELS, lane.channels) for lane in self._lanes)
        known = [lane.frames for lane in self._lanes]
        lengths = [frames for frames in known if frames is not None]
        self.frames: int | None = max(lengths) if len(lengths) == len(known) else None

    def read(self, count: int) -> Block:
        """float32[up to ``count``, two for each lane]."""
        import numpy as np  # noqa: PLC0415

        parts = [lane.read(count) for lane in self._lanes]
        wide = np.zeros((max(map(len, parts)), CHANNELS * len(parts)), np.float32)
        for index, part in enumerate(parts):
            wide[: len(part), CHANNELS * index : CHANNELS * (index + 1)] = part
        return wide

    def seek(self, frame: int) -> None:
        """Go on at ``frame`` in all of them."""
        for lane in self._lanes:
            lane.seek(frame)

    def close(self) -> None:
        """Let go of every file."""
        for lane in self._lanes:
            lane.close()


class _Lane:
    """One sound as two channels at the rate of all."""

    def __init__(self, source: Source, rate: int) -> None:
        self.rate, self.channels = rate, source.channels
        self._source, self._ratio = source, source.sample_rate / rate
        self._rest: list[Block] = []
        self._over = False
        self._at = 0
        self._resampler = self._fresh()

    @property
    def frames(self) -> int | None:
        """All there is, at the rate of all."""
        frames = self._source.frames
        return None if frames is None else round(frames / self._ratio)

    def read(self, count: int) -> Block:
        """Less than ``count`` frames at the end only."""
        import numpy as np  # noqa: PLC0415

        found, missing = [np.zeros((0, CHANNELS), np.float32)], count
        while missing > 0 and (block := self._next()) is not None:
            found.append(block[:missing])
            if len(block) > missing:
                self._rest.append(block[missing:])
            missing -= len(found[-1])
        self._at += count - missing
        return np.concatenate(found)

    def seek(self, frame: int) -> None:
        """Go on at ``frame``; nothing is opened anew where it is there already."""
        if frame == self._at:
            return
        self._source.seek(round(frame * self._ratio))
        self._at, self._rest, self._over = frame, [], False
        self._resampler = self._fresh()

    def close(self) -> None:
        self._source.close()

    def _next(self) -> Block | None:
        if self._rest:
            return self._rest.pop()
        if self._over:
            return None
        block = self._source.read(_BLOCK)
        self._over = not len(block)
        if self._resampler is None:
            return None if self._over else two_channels(block)
        ready: Block = self._resampler.resample_chunk(_stereo(block), last=self._over)
        return ready

    def _fresh(self) -> Any:
        if self._ratio == 1:
            return None
        import soxr  # noqa: PLC0415

        return soxr.ResampleStream(self._ratio * self.rate, self.rate, CHANNELS, dtype="float32")


def _stereo(block: Block) -> Block:
    """Two channels also of nothing."""
    import numpy as np  # noqa: PLC0415

    return two_channels(block) if len(block) else np.zeros((0, CHANNELS), np.float32)
