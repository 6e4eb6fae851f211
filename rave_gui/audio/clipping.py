"""Places where a recording was cut off at full scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RAIL = 0.98
"""From this level on a flat top counts: converters and limiters clip there."""
RUN = 3
"""Equal samples in a row that make a flat top."""
STEEP = 4 / 32768
"""Least step into or out of a flat top. A slow wave rests at its summit for some samples too, but
arrives there within one or two steps of 16 bits; a cut one runs into the rail at full slope."""


class ClipCounter:
    """Counts flat tops, also those that lie across two blocks."""

    def __init__(self, channels: int) -> None:
        import numpy as np  # noqa: PLC0415

        self.runs = 0
        self._last = np.full(channels, np.nan, np.float32)
        self._open: list[_Run | None] = [None] * channels

    def add(self, block: NDArray[np.float32]) -> None:
        """float32[frames, channels], the next frames."""
        import numpy as np  # noqa: PLC0415

        if any(self._open) or float(np.abs(block).max(initial=0.0)) >= RAIL:
            for channel in range(block.shape[1]):
                wave = np.concatenate([self._last[channel : channel + 1], block[:, channel]])
                self._open[channel] = self._count(wave, self._open[channel])
        self._last = block[-1].copy()

    def _count(self, wave: NDArray[np.float32], run: _Run | None) -> _Run | None:
        """Count the runs that end in ``wave``, which begins with the last sample known before.

        Takes the run that was open there, and returns the one that is open at the end.
        """
        starts, ends = _flat_stretches(wave)
        if run is not None and (not len(starts) or starts[0] > 0):
            self.runs += run.counts(abs(float(wave[1] - wave[0])))
            run = None
        for first, last in zip(starts, ends, strict=True):
            if run is None:
                run = _Run(1, abs(float(wave[first] - wave[first - 1])) if first else 0.0)
            run = _Run(run.length + int(last - first), run.step)
            if last == len(wave) - 1:
                return run
            self.runs += run.counts(abs(float(wave[last + 1] - wave[last])))
            run = None
        return _Run(1, abs(float(wave[-1] - wave[-2]))) if abs(wave[-1]) >= RAIL else None


class _Run(NamedTuple):
    """Equal samples at the rail: how many, and how large the step into them was."""

    length: int
    step: float

    def counts(self, step_out: float) -> bool:
        return self.length >= RUN and max(self.step, step_out) >= STEEP


def _flat_stretches(wave: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First and last positions of the stretches of equal samples at the rail."""
    import numpy as np  # noqa: PLC0415

    flat = (wave[1:] == wave[:-1]) & (np.abs(wave[1:]) >= RAIL)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flat, [False]]).astype(np.int8)))
    return edges[::2], edges[1::2]
