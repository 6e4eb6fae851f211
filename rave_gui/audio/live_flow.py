"""A stretch of live sound without a jump: asked for block behind block, at the device's rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Block = NDArray[np.float32]

_ASK = 4096
_CHANNELS = 2


class Maker(Protocol):
    """Makes a stretch of the sound as it is wished."""

    def __call__(self, first: int, frames: int, settings: object) -> Block:
        """float32[up to ``frames``, channels]: fewer at the end of the sound only.

        Stretches that follow each other must fit together. May take its time.

        Raises:
            UserError: it cannot be made.
        """


class LiveFlow:
    """Always asks for what follows, since a model with memory goes on faster than it begins."""

    def __init__(self, make: Maker, settings: object, first: int, rate: int, device: int) -> None:
        """``first``: frame at ``rate`` Hz; what is read is at the rate of the ``device``."""
        self._make, self._settings, self._next = make, settings, first
        self._ready: list[Block] = []
        self._over = False
        self._resampler = _resampler(rate, device)

    def read(self, count: int) -> Block:
        """float32[count, 2]; silence behind the end of the sound."""
        import numpy as np  # noqa: PLC0415

        while not self._over and sum(map(len, self._ready)) < count:
            have = sum(map(len, self._ready))
            self._ask(_ASK if self._resampler is not None else count - have)
        whole = np.concatenate([*self._ready, np.zeros((0, _CHANNELS), np.float32)])
        self._ready = [whole[count:]]
        out = np.zeros((count, _CHANNELS), np.float32)
        out[: len(whole[:count])] = whole[:count]
        return out

    def _ask(self, frames: int) -> None:
        import numpy as np  # noqa: PLC0415

        from rave_gui.audio.play_source import two_channels  # noqa: PLC0415  (a circle)

        made = self._make(self._next, frames, self._settings)
        self._next += len(made)
        self._over = len(made) < frames
        block = two_channels(made) if len(made) else np.zeros((0, _CHANNELS), np.float32)
        if self._resampler is not None:
            block = self._resampler.resample_chunk(block, last=self._over)
        self._ready.append(block)


def _resampler(rate: int, device: int) -> Any:
    if rate == device:
        return None
    import soxr  # noqa: PLC0415

    return soxr.ResampleStream(rate, device, _CHANNELS, dtype="float32")
