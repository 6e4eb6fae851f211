"""A picture of a sound's frequencies over time: log-spaced rows, bounded work for any length."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rave_gui.audio.play_source import Source, open_source, two_channels

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rave_gui.audio.sound import Sound

    Floats = NDArray[np.float32]

ScaleMaker = Callable[[int, int, int], "Scale"]
LOWEST_HZ = 40.0
HIGHEST_HZ = 20_000.0
FLOOR_DB = -96.0
"""Black; a sine at full scale (0 dBFS) is white."""
WINDOW_SECONDS = 0.09
_PER_COLUMN = 4
"""Windows that a column is made of, at least, where the sound is long enough."""
_FINEST_HOP = 256
_BLOCK = 65536
_BATCH = 64


@dataclass(frozen=True)
class SpectrumImage:
    """uint8[rows, columns]: 0 is ``FLOOR_DB`` and less, 255 is full scale; row 0 is the top."""

    pixels: NDArray[np.uint8]
    lowest_hz: float
    highest_hz: float
    seconds: float

    def height_of(self, hertz: float) -> float:
        """Where a frequency lies: 0 is the bottom, 1 the top."""
        import math  # noqa: PLC0415

        return math.log(hertz / self.lowest_hz) / math.log(self.highest_hz / self.lowest_hz)


def spectrum_image(
    sound: Sound,
    columns: int,
    rows: int = 256,
    cancel: threading.Event | None = None,
    scale: ScaleMaker | None = None,
) -> SpectrumImage | None:
    """Up to ``columns`` columns over the whole sound; None where ``cancel`` was set.

    Hann windows of about 90 ms of all channels' mean, as many as make it at most eight for each
    column however long the sound is; a column is the loudest of its windows. The rows are
    log-spaced, or as ``scale`` makes them of (rate, window, rows).

    Raises:
        UserError: it cannot be read as sound.
    """
    source = open_source(sound)
    try:
        analysis = _Analysis(source, max(1, columns), rows, scale or rows_of_bins)
        while len(block := source.read(_BLOCK)):
            if cancel is not None and cancel.is_set():
                return None
            stereo = two_channels(block)
            # Ten times faster than a mean along the short axis.
            analysis.add((stereo[:, 0] + stereo[:, 1]) * 0.5)
        return analysis.image()
    finally:
        source.close()


class Scale(Protocol):
    """How the bins of a transform become rows."""

    @property
    def rows(self) -> int:
        """How many."""

    @property
    def lowest_hz(self) -> float:
        """At the lower edge."""

    @property
    def highest_hz(self) -> float:
        """At the upper edge."""

    def gather(self, power: Floats) -> Floats:
        """float32[windows, bins] to float32[windows, rows], the lowest row first."""


class _Analysis:
    def __init__(self, source: Source, columns: int, rows: int, scale: ScaleMaker) -> None:
        import numpy as np  # noqa: PLC0415

        self._rate, self._columns = source.sample_rate, columns
        self._window = 1 << max(6, round(np.log2(self._rate * WINDOW_SECONDS)))
        self._shape = np.hanning(self._window).astype(np.float32)
        self._scale = scale(self._rate, self._window, rows)
        self._hop = max(_FINEST_HOP, (source.frames or 0) // (columns * _PER_COLUMN))
        self._found: list[Floats] = []
        self._count = self._frames = self._skip = 0
        # The first window is centred on the first frame.
        self._buffer = np.zeros(self._window // 2, np.float32)

    def add(self, mono: Floats) -> None:
        """What follows."""
        self._frames += len(mono)
        self._advance(mono)

    def image(self) -> SpectrumImage:
        """All that was added."""
        import numpy as np  # noqa: PLC0415

        self._advance(np.zeros(self._window // 2, np.float32))
        lowest, highest = self._scale.lowest_hz, self._scale.highest_hz
        power = np.concatenate([np.zeros((0, self._scale.rows), np.float32), *self._found])
        power = _fewer(power, self._columns)
        decibels = 10 * np.log10(np.maximum(power, 1e-12))
        grey = np.clip((decibels - FLOOR_DB) * (255 / -FLOOR_DB), 0, 255).astype(np.uint8)
        pixels = np.ascontiguousarray(grey.T[::-1])
        return SpectrumImage(pixels, lowest, highest, self._frames / self._rate)

    def _advance(self, mono: Floats) -> None:
        import numpy as np  # noqa: PLC0415

        self._buffer = np.concatenate((self._buffer, mono))
        while True:
            gone = min(self._skip, len(self._buffer))
            self._buffer, self._skip = self._buffer[gone:], self._skip - gone
            if self._skip or len(self._buffer) < self._window:
                return
            count = min(_BATCH, 1 + (len(self._buffer) - self._window) // self._hop)
            views = np.lib.stride_tricks.sliding_window_view(self._buffer, self._window)
            self._take(views[:: self._hop][:count])
            self._skip = count * self._hop
            self._thin_out()

    def _take(self, windows: Floats) -> None:
        """Power of each window in each row; a sine at full scale has 1."""
        import numpy as np  # noqa: PLC0415

        bins = np.abs(np.fft.rfft(windows * self._shape)) * (2 / self._shape.sum())
        self._found.append(self._scale.gather((bins * bins).astype(np.float32)))
        self._count += len(windows)

    def _thin_out(self) -> None:
        """The length was not known, and the sound is longer than thought: two become one."""
        import numpy as np  # noqa: PLC0415

        if self._count < 2 * _PER_COLUMN * self._columns:
            return
        power = np.concatenate(self._found)
        power = np.maximum(power[0:-1:2], power[1::2])
        self._found, self._count, self._hop = [power], len(power), self._hop * 2


@dataclass(frozen=True)
class RowScale:
    """How the bins of a transform become log-spaced rows, the lowest first."""

    lowest_hz: float
    highest_hz: float
    rows: int
    starts: NDArray[np.int_]
    """First bin of each row."""
    centres: Floats
    """The middle of each row, in bins."""
    narrow: NDArray[np.bool_]
    """Rows that are narrower than a bin: their value lies between two bins."""

    def gather(self, power: Floats) -> Floats:
        """float32[windows, bins] to float32[windows, rows]: the loudest bin of each row."""
        import numpy as np  # noqa: PLC0415

        found: Floats = np.maximum.reduceat(power, self.starts, axis=1)[:, : self.rows]
        below = self.centres[self.narrow].astype(int)
        part = (self.centres[self.narrow] - below).astype(np.float32)
        above = np.minimum(below + 1, power.shape[1] - 1)
        found[:, self.narrow] = power[:, below] * (1 - part) + power[:, above] * part
        return found


def rows_of_bins(rate: int, window: int, rows: int) -> RowScale:
    """Rows from ``LOWEST_HZ`` to ``HIGHEST_HZ``, or to what the rate can hold."""
    import numpy as np  # noqa: PLC0415

    highest = min(HIGHEST_HZ, rate / 2)
    lowest = min(LOWEST_HZ, highest / 10)
    edges = np.geomspace(lowest, highest, rows + 1) * window / rate
    starts = np.minimum(np.ceil(edges), window // 2).astype(int)
    centres = np.minimum(np.sqrt(edges[:-1] * edges[1:]), window // 2).astype(np.float32)
    return RowScale(lowest, highest, rows, starts, centres, np.diff(edges) < 1)


def _fewer(power: Floats, columns: int) -> Floats:
    """At most ``columns`` columns, each the loudest of those it stands for."""
    import numpy as np  # noqa: PLC0415

    if len(power) <= columns:
        return power
    starts = np.linspace(0, len(power), columns, endpoint=False).astype(int)
    fewer: Floats = np.maximum.reduceat(power, starts, axis=0)
    return fewer
