"""Where there is sound in a file, and where long silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

THRESHOLD = 1e-3
"""RMS of a tenth of a second below which it is silent (-60 dBFS)."""
LONG = 2.0
"""Seconds; shorter pauses belong to the sound."""
_MARGIN_HOPS = 1
"""What is kept around sound, so that no attack and no end is cut."""


class SpanFinder:
    """Told the sound hop by hop (a tenth of a second); finds the stretches with sound in it."""

    def __init__(self, hop: int) -> None:
        self._hop = hop
        self._frames = 0
        self._loud: list[NDArray[np.bool_]] = []

    def add(self, block: NDArray[np.float32]) -> None:
        """float32[frames, channels]; only the last block may be other than whole hops."""
        import numpy as np  # noqa: PLC0415

        self._frames += len(block)
        whole = len(block) // self._hop * self._hop
        hops = block[:whole].reshape(-1, self._hop, block.shape[1])
        power = np.einsum("hfc,hfc->hc", hops, hops).max(axis=1, initial=0.0) / self._hop
        rest = block[whole:]
        if len(rest):
            power = np.append(power, (rest.astype(np.float64) ** 2).mean(axis=0).max())
        self._loud.append(power >= THRESHOLD**2)

    @property
    def silent_hops(self) -> int:
        """Tenths of a second without sound."""
        return int(sum((~loud).sum() for loud in self._loud))

    def spans(self) -> tuple[tuple[int, int], ...]:
        """(first, behind last) frames of each stretch; pauses longer than ``LONG`` lie between."""
        import numpy as np  # noqa: PLC0415

        where = np.flatnonzero(np.concatenate([*self._loud, np.zeros(0, bool)]))
        if not len(where):
            return ()
        gaps = np.flatnonzero(np.diff(where) > LONG * 10)
        starts = where[np.concatenate([[0], gaps + 1])]
        ends = where[np.concatenate([gaps, [len(where) - 1]])] + 1
        return tuple(
            (
                max(0, int(a) - _MARGIN_HOPS) * self._hop,
                min(self._frames, (int(b) + _MARGIN_HOPS) * self._hop),
            )
            for a, b in zip(starts, ends, strict=True)
        )
