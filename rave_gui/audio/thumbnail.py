"""A waveform of fixed width, made in one pass over sound whose length nobody knows before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rave_gui.audio.facts import THUMBNAIL_BINS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FINEST = 64
"""Frames of one column at first."""
_MOST = 1 << 14
"""Columns held; with more, pairs of them become one."""


class Thumbnail:
    """Keeps lowest and highest samples of columns that grow with the length."""

    def __init__(self) -> None:
        import numpy as np  # noqa: PLC0415

        self._width = _FINEST
        self._columns = np.zeros((2, 0), np.float32)
        self._tail = np.zeros((2, 0), np.float32)

    def add(self, block: NDArray[np.float32]) -> None:
        """float32[frames, channels], the next frames."""
        import numpy as np  # noqa: PLC0415

        if block.shape[1] == 1:
            wave = np.stack([block[:, 0], block[:, 0]])
        else:
            wave = np.stack([block.min(axis=1), block.max(axis=1)])
        wave = np.concatenate([self._tail, wave], axis=1)
        whole = wave.shape[1] // self._width * self._width
        parts = wave[:, :whole].reshape(2, -1, self._width)
        self._tail = wave[:, whole:]
        ends = np.stack([parts[0].min(axis=1), parts[1].max(axis=1)])
        self._columns = np.concatenate([self._columns, ends], axis=1)
        while self._columns.shape[1] > _MOST:
            self._fold()

    def _fold(self) -> None:
        """Make one column of two; an odd one goes back to what is not yet a column."""
        pairs = self._columns.shape[1] // 2 * 2
        kept, odd = self._columns[:, :pairs].reshape(2, -1, 2), self._columns[:, pairs:]
        self._columns = _outermost(kept)
        self._tail = _joined(odd, self._tail)
        self._width *= 2

    def columns(self) -> bytes:
        """int8[2, bins]: lowest and highest sample of each column, -127..127 for -1..1."""
        import numpy as np  # noqa: PLC0415

        low, high = _joined(self._columns, self._tail)
        if not len(low):
            return b""
        edges = np.linspace(0, len(low), THUMBNAIL_BINS, endpoint=False).astype(int)
        rows = np.stack([np.minimum.reduceat(low, edges), np.maximum.reduceat(high, edges)])
        scaled = np.clip(np.rint(rows * 127), -127, 127).astype(np.int8)
        return bytes(scaled.tobytes())


def _outermost(pairs: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np  # noqa: PLC0415

    return np.stack([pairs[0].min(axis=1), pairs[1].max(axis=1)])


def _joined(first: NDArray[np.float32], rest: NDArray[np.float32]) -> NDArray[np.float32]:
    """``rest`` behind ``first``, as one more column where there is any."""
    import numpy as np  # noqa: PLC0415

    if not rest.shape[1]:
        return first
    last = np.array([[rest[0].min()], [rest[1].max()]], np.float32)
    return np.concatenate([first, last], axis=1)
