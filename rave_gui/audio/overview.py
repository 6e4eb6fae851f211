"""The shape of a sound at any width and zoom, gathered in one pass and in bounded memory."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rave_gui.audio.play_source import CHANNELS, Source, open_source, two_channels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rave_gui.audio.sound import Sound

    Floats = NDArray[np.float32]

BINS = 16384
"""Most bins that are kept: each stands for as many frames as that makes necessary."""
FINEST = 64
"""Frames of a bin at least; closer looks read the file again (:func:`read_columns`)."""
_BLOCK = 65536


@dataclass(frozen=True)
class Columns:
    """Lowest, highest and root mean square of each column: float32[1 or 2 channels, columns]."""

    low: Floats
    high: Floats
    rms: Floats
    first: float
    """Second at the left edge."""
    last: float
    """Second at the right edge."""


@dataclass(frozen=True)
class Overview:
    """Bins of equal length over a whole sound, or over as much of it as was read."""

    sample_rate: int
    frames: int
    bin_frames: int
    low: Floats
    """float32[1 or 2 channels, bins]."""
    high: Floats
    power: Floats
    """Mean square."""

    @property
    def seconds(self) -> float:
        """Length of what was read."""
        return self.frames / self.sample_rate

    def fine_enough(self, width: int, first: float, last: float) -> bool:
        """Whether ``width`` columns from second ``first`` to ``last`` hold a bin or more each."""
        return (last - first) * self.sample_rate >= width * self.bin_frames

    def columns(self, width: int, first: float, last: float) -> Columns:
        """``width`` columns from second ``first`` to ``last``; beyond the end they are silent."""
        import numpy as np  # noqa: PLC0415

        scale = self.sample_rate / self.bin_frames
        edges = np.floor(np.linspace(first * scale, last * scale, width + 1) + 1e-6).astype(int)
        edges[-1] = np.ceil(last * scale - 1e-6)  # the last bin is seldom full
        return Columns(
            _gathered(np.minimum, self.low, edges),
            _gathered(np.maximum, self.high, edges),
            np.sqrt(_means(self.power, edges)),
            first,
            last,
        )


class OverviewReader:
    """Reads a sound; what it has so far can be looked at from another thread."""

    def __init__(self, sound: Sound) -> None:
        self._sound = sound
        self._lock = threading.Lock()
        self._gatherer: _Gatherer | None = None

    def read(self, cancel: threading.Event | None = None) -> Overview | None:
        """The whole sound; None where ``cancel`` was set before the end.

        Raises:
            UserError: it cannot be read as sound.
        """
        source = open_source(self._sound)
        try:
            with self._lock:
                self._gatherer = _Gatherer(source)
            while len(block := source.read(_BLOCK)):
                if cancel is not None and cancel.is_set():
                    return None
                with self._lock:
                    self._gatherer.add(_drawn(block))
        finally:
            source.close()
        with self._lock:
            return self._gatherer.overview(whole=True)

    def so_far(self) -> Overview | None:
        """As much as was read by now; None before the first block."""
        with self._lock:
            return self._gatherer.overview() if self._gatherer else None


def read_columns(sound: Sound, width: int, first: float, last: float) -> Columns:
    """``width`` columns from second ``first`` to ``last``, from the samples themselves.

    Raises:
        UserError: it cannot be read as sound.
    """
    import numpy as np  # noqa: PLC0415

    source = open_source(sound)
    try:
        rate = source.sample_rate
        start, end = int(first * rate), int(np.ceil(last * rate)) + 1
        source.seek(start)
        data = _read(source, end - start)
    finally:
        source.close()
    edges = np.floor(np.linspace(first * rate, last * rate, width + 1) - start).astype(int)
    return Columns(
        _gathered(np.minimum, data, edges),
        _gathered(np.maximum, data, edges),
        np.sqrt(_means(data * data, edges)),
        first,
        last,
    )


class _Gatherer:
    """Bins whose length doubles whenever there would be too many of them."""

    def __init__(self, source: Source) -> None:
        import numpy as np  # noqa: PLC0415

        self._rate, self._channels = source.sample_rate, min(CHANNELS, source.channels)
        self._size, self._count, self._frames = FINEST, 0, 0
        while source.frames is not None and source.frames > self._size * BINS:
            self._size *= 2
        self._bins = np.zeros((3, self._channels, BINS), np.float32)
        self._rest = np.empty((self._channels, 0), np.float32)

    def add(self, data: Floats) -> None:
        """float32[channels, frames]: what follows."""
        import numpy as np  # noqa: PLC0415

        self._frames += data.shape[1]
        data = np.concatenate((self._rest, data), axis=1)
        at = 0
        while (room := self._room()) and data.shape[1] - at >= self._size:
            take = min(room, (data.shape[1] - at) // self._size) * self._size
            self._put(data[:, at : at + take])
            at += take
        self._rest = data[:, at:].copy()

    def overview(self, *, whole: bool = False) -> Overview:
        """A copy; ``whole`` adds the last bin, which is seldom full."""
        if whole and self._rest.shape[1] and self._room():
            self._put(self._rest, self._rest.shape[1])
            self._rest = self._rest[:, :0]
        low, high, power = self._bins[:, :, : self._count].copy()
        return Overview(self._rate, self._frames, self._size, low, high, power)

    def _room(self) -> int:
        if self._count == BINS:
            self._halve()
        return BINS - self._count

    def _put(self, data: Floats, size: int = 0) -> None:
        bins = data.reshape(self._channels, -1, size or self._size)
        end = self._count + bins.shape[1]
        self._bins[0, :, self._count : end] = bins.min(axis=2)
        self._bins[1, :, self._count : end] = bins.max(axis=2)
        self._bins[2, :, self._count : end] = (bins * bins).mean(axis=2)
        self._count = end

    def _halve(self) -> None:
        """Two bins become one."""
        pairs = self._bins.reshape(3, self._channels, BINS // 2, 2)
        half = BINS // 2
        self._bins[0, :, :half] = pairs[0].min(axis=2)
        self._bins[1, :, :half] = pairs[1].max(axis=2)
        self._bins[2, :, :half] = pairs[2].mean(axis=2)
        self._count, self._size = half, self._size * 2


def _drawn(block: Floats) -> Floats:
    """float32[1 or 2 channels, frames], all finite; mono is drawn once."""
    drawn: Floats = two_channels(block).T[: min(CHANNELS, block.shape[1])]
    return drawn


def _read(source: Source, count: int) -> Floats:
    import numpy as np  # noqa: PLC0415

    parts = [np.zeros((min(CHANNELS, source.channels), 0), np.float32)]
    while count > 0 and len(block := source.read(min(_BLOCK, count))):
        parts.append(_drawn(block))
        count -= len(block)
    return np.concatenate(parts, axis=1)


def _gathered(choose: np.ufunc, values: Floats, edges: NDArray[np.int_]) -> Floats:
    """The lowest (or highest) value between two edges each; at least one; 0 beyond the end."""
    import numpy as np  # noqa: PLC0415

    count = values.shape[1]
    padded = np.concatenate((values, np.zeros((values.shape[0], 1), values.dtype)), axis=1)
    starts = np.clip(edges[:-1], 0, count)
    found: Floats = choose.reduceat(padded, starts, axis=1)
    # The last column would take everything to the end.
    stop = max(int(starts[-1]) + 1, min(int(edges[-1]), count))
    found[:, -1] = choose.reduce(padded[:, starts[-1] : stop], axis=1)
    return found


def _means(values: Floats, edges: NDArray[np.int_]) -> Floats:
    """The mean between two edges each; of one value at least; 0 beyond the end."""
    import numpy as np  # noqa: PLC0415

    count = values.shape[1]
    sums = np.concatenate(
        (np.zeros((values.shape[0], 1)), np.cumsum(values, axis=1, dtype=np.float64)), axis=1
    )
    starts = np.clip(edges[:-1], 0, count)
    ends = np.clip(np.maximum(edges[1:], edges[:-1] + 1), 0, count)
    total = np.maximum(sums[:, ends] - sums[:, starts], 0.0)
    mean: Floats = (total / np.maximum(ends - starts, 1)).astype(np.float32)
    return mean
