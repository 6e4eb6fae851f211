"""The order in which points on a line can be given up, the least missed first. Pure."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

_FINENESS = 63.0
"""The end of a run is seen 64 times as large as its beginning."""
_END = 2.0
"""More than any hole: what was there first and last is given up after all others."""


class Spacing(str, Enum):
    """How what is kept lies over the steps."""

    EVEN = "even"
    RECENT = "recent"
    """Denser towards the end: the logarithm of the age in steps is even."""


@dataclass(frozen=True)
class Loss:
    """One point that may be given up."""

    index: int
    gap: float
    """The hole that it leaves, as a share of the whole line; never less than of the one before."""


def order(steps: Sequence[int], fixed: Sequence[bool], spacing: Spacing) -> list[Loss]:
    """All points that are not ``fixed``, in the order in which they are given up.

    Args:
        steps: Places of the points, ascending.
        fixed: For each, whether it stays whatever happens.
        spacing: What counts as an even distance.
    """
    return _Line(_places(steps, spacing), fixed).order()


def _places(steps: Sequence[int], spacing: Spacing) -> list[float]:
    """Where the points lie, the whole line being 1 long."""
    if not steps:
        return []
    span = max(1, steps[-1] - steps[0])
    if spacing is Spacing.EVEN:
        return [(step - steps[0]) / span for step in steps]
    whole = math.log1p(_FINENESS)
    return [1 - math.log1p(_FINENESS * (steps[-1] - step) / span) / whole for step in steps]


class _Line:
    """A chain from which links are taken; each knows its neighbours."""

    def __init__(self, places: Sequence[float], fixed: Sequence[bool]) -> None:
        self._places, self._fixed = places, fixed
        count = len(places)
        self._before = [index - 1 for index in range(count)]
        self._after = [index + 1 if index + 1 < count else -1 for index in range(count)]
        self._gone = [False] * count

    def order(self) -> list[Loss]:
        """See :func:`order`."""
        heap = [(self._gap(i), i) for i in range(len(self._places)) if not self._fixed[i]]
        heapq.heapify(heap)
        found: list[Loss] = []
        while heap:
            gap, index = heapq.heappop(heap)
            if self._gone[index] or gap != self._gap(index):
                continue  # a neighbour went meanwhile: a later entry tells the hole it leaves now
            found.append(Loss(index, max(gap, found[-1].gap if found else 0.0)))
            for touched in self._take(index):
                heapq.heappush(heap, (self._gap(touched), touched))
        return found

    def _gap(self, index: int) -> float:
        before, after = self._before[index], self._after[index]
        if before < 0 or after < 0:
            return _END
        return self._places[after] - self._places[before]

    def _take(self, index: int) -> list[int]:
        """Give it up; answers with the neighbours that may be given up next."""
        before, after = self._before[index], self._after[index]
        self._gone[index] = True
        if before >= 0:
            self._after[before] = after
        if after >= 0:
            self._before[after] = before
        return [one for one in (before, after) if one >= 0 and not self._fixed[one]]
