"""All that is measured of a file, in one pass over its blocks."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from rave_gui.audio.bandwidth import BandwidthMeter
from rave_gui.audio.clipping import ClipCounter
from rave_gui.audio.facts import SoundFacts
from rave_gui.audio.loudness import HOPS_A_SECOND, LoudnessMeter, hop_frames
from rave_gui.audio.spans import SpanFinder
from rave_gui.audio.thumbnail import Thumbnail

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Block = NDArray[np.float32]

_SAME = 1e-4
"""Channels that differ by no more hold the same (-80 dB)."""
_CANCELLED = 0.01
"""Share of the power that is left when the channels are mixed, below which they cancel."""


class Measure:
    """Told block after block of whole hops (the last one may end anywhere)."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._rate, self._channels = sample_rate, channels
        self._loudness = LoudnessMeter(sample_rate, channels)
        self._clips = ClipCounter(channels)
        self._bandwidth = BandwidthMeter(sample_rate)
        self._spans = SpanFinder(hop_frames(sample_rate))
        self._thumbnail = Thumbnail()
        self._balance = _Balance()
        self._content = hashlib.blake2b(f"{channels}".encode(), digest_size=20)
        self._sums: list[NDArray[np.float64]] = []
        self._peak = 0.0
        self.frames = 0
        self.bad_values = 0

    def add(self, block: Block) -> None:
        """float32[frames, channels]."""
        block = self._numbers_only(block)
        self.frames += len(block)
        self._peak = max(self._peak, float(block.max()), -float(block.min()))
        self._sums.append(block.sum(axis=0, dtype=float))
        self._content.update(_as_integers(block))
        for meter in (
            self._loudness, self._clips, self._bandwidth, self._spans, self._thumbnail,
            self._balance,
        ):  # fmt: skip
            meter.add(block)

    def facts(self, decoder: str, promised: int | None = None, error: str = "") -> SoundFacts:
        """What was found."""
        bandwidth, brickwall = self._bandwidth.result()
        heard = self._spans.spans()
        return SoundFacts(
            frames=self.frames,
            sample_rate=self._rate,
            channels=self._channels,
            decoder=decoder,
            peak=self._peak,
            loudness=self._loudness.integrated(),
            dc=self._offset(),
            clipped_runs=self._clips.runs,
            silent_seconds=min(self._spans.silent_hops / HOPS_A_SECOND, self.frames / self._rate),
            spans=heard,
            bandwidth_hz=bandwidth,
            brickwall=brickwall,
            dual_mono=self._channels > 1 and self._balance.same and bool(heard),
            cancels=self._channels > 1 and self._balance.cancels and bool(heard),
            bad_values=self.bad_values,
            promised_frames=promised,
            error=error,
            content=self._content.hexdigest(),
            thumbnail=self._thumbnail.columns(),
        )

    def _offset(self) -> float:
        import numpy as np  # noqa: PLC0415

        return float(np.abs(np.sum(self._sums, axis=0)).max() / self.frames) if self.frames else 0.0

    def _numbers_only(self, block: Block) -> Block:
        """The block with silence for what is no number."""
        import numpy as np  # noqa: PLC0415

        if np.isfinite(block.sum(dtype=float)):  # one bad value spoils the sum: usually all is well
            return block
        good = np.isfinite(block)
        self.bad_values += int(block.size - good.sum())
        return np.where(good, block, np.float32(0.0))


class _Balance:
    """Whether the channels hold the same, or cancel each other."""

    def __init__(self) -> None:
        self._difference = self._single = self._mixed = 0.0

    @property
    def same(self) -> bool:
        return self._difference <= _SAME

    @property
    def cancels(self) -> bool:
        return self._mixed < _CANCELLED * self._single

    def add(self, block: Block) -> None:
        import numpy as np  # noqa: PLC0415

        channels = block.shape[1]
        if channels == 1:
            return
        mean = block.mean(axis=1)
        self._single += float(np.vdot(block, block)) / channels
        self._mixed += float(np.vdot(mean, mean))
        if self.same:
            self._difference = max(self._difference, float(np.abs(block - block[:, :1]).max()))


def _as_integers(block: Block) -> bytes:
    """16 bits of every sample, so that the same sound in another container counts as the same."""
    import numpy as np  # noqa: PLC0415

    return bytes(np.clip(block * 32768.0, -32768, 32767).astype("<i2").tobytes())
