"""Curves of any length at any zoom: coarser and coarser copies that keep every extreme."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rave_gui.backend import curves

Floats = NDArray[np.float64]
_GROUP = 8
_LEAST = 2048
"""Points below which no coarser copy is worth its memory."""


class Pyramid:
    """One curve, finite points only; ``x`` rises.

    Each level holds the lowest and the highest of every eight points of the level below, in their
    order: a spike of one point is in all of them.
    """

    def __init__(self, x: Floats, y: Floats) -> None:
        x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        known = np.isfinite(x) & np.isfinite(y)
        self._levels = [(x[known], y[known])]
        while len(self._levels[-1][0]) > _LEAST:
            self._levels.append(_coarser(*self._levels[-1]))

    def __len__(self) -> int:
        return len(self._levels[0][0])

    def view(self, low: float, high: float, pixels: int) -> tuple[Floats, Floats]:
        """What a line from ``low`` to ``high`` on so many pixel columns looks like.

        The points themselves where there are no more than the columns can show; one neighbour
        each side, so that lines run on to the edges.
        """
        for x, y in reversed(self._levels):
            part = curves.between(x, low, high)
            if part.stop - part.start >= 2 * pixels:
                return curves.thin(x[part], y[part], pixels)
        x, y = self._levels[0]
        part = curves.between(x, low, high)
        return x[part], y[part]

    def nearest(self, at: float) -> tuple[float, float] | None:
        """The point next to ``at``; None for no points."""
        x, y = self._levels[0]
        index = curves.nearest(x, at)
        return None if index is None else (float(x[index]), float(y[index]))

    @property
    def ends(self) -> tuple[float, float] | None:
        """First and last ``x``; None for no points."""
        x = self._levels[0][0]
        return (float(x[0]), float(x[-1])) if len(x) else None


def _coarser(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    whole = len(y) // _GROUP * _GROUP
    rows = y[:whole].reshape(-1, _GROUP)
    base = np.arange(len(rows)) * _GROUP
    keep = np.concatenate([base + rows.argmin(1), base + rows.argmax(1), np.arange(whole, len(y))])
    keep = np.unique(np.r_[0, keep, len(y) - 1])
    return x[keep], y[keep]
