"""Places where a recording was cut off at full scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
        self._tail = np.zeros((0, channels), np.float32)

    def add(self, block: NDArray[np.float32]) -> None:
        """float32[frames, channels], the next frames."""
        import numpy as np  # noqa: PLC0415

        if float(np.abs(block).max(initial=0.0)) < RAIL and not self._at_rail():
            self._tail = block[-1:]
            return
        joined = np.concatenate([self._tail, block])
        for channel in range(joined.shape[1]):
            self._count(joined[:, channel])
        self._tail = joined[-self._kept(joined) :]

    def _at_rail(self) -> bool:
        return bool(len(self._tail)) and float(abs(self._tail[-1]).max()) >= RAIL

    def _count(self, wave: NDArray[np.float32]) -> None:
        """Runs that end within ``wave``; one that touches its end is counted with the next."""
        import numpy as np  # noqa: PLC0415

        flat = (wave[1:] == wave[:-1]) & (np.abs(wave[1:]) >= RAIL)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], flat, [False]]).astype(np.int8)))
        starts, ends = edges[::2], edges[1::2]
        for first, last in zip(starts, ends, strict=True):
            if last - first + 1 >= RUN and last < len(wave) - 1:
                before = abs(wave[first] - wave[first - 1]) if first else 0.0
                self.runs += max(before, abs(wave[last + 1] - wave[last])) >= STEEP

    def _kept(self, joined: NDArray[np.float32]) -> int:
        """Frames at the end that may belong to a run which goes on, and the one before them."""
        import numpy as np  # noqa: PLC0415

        same = np.any((joined[1:] == joined[:-1]) & (np.abs(joined[1:]) >= RAIL), axis=1)
        moving = np.flatnonzero(~same)
        run = len(same) - 1 - int(moving[-1]) if len(moving) else len(same)
        return min(len(joined), min(run, 4 * RUN) + 2)
