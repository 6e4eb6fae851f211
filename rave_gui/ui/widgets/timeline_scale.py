"""Steps and pixels of the timeline: which part is seen, and where round numbers lie. No widget."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rave_gui.ui import formats

_FEWEST = 20
"""Steps: as far as one can go near."""
_ROOM = 92
"""Pixels between two numbers of the ruler."""


@dataclass(frozen=True)
class Scale:
    """A part of the steps on so many pixels."""

    whole: int
    """The last step that there is."""
    first: float = 0.0
    last: float = 0.0
    left: float = 0.0
    """The pixel of ``first``."""
    width: float = 1.0

    @property
    def zoomed(self) -> bool:
        """Whether only a part is seen."""
        return self.last - self.first < self.whole - 1e-6

    def x(self, step: float) -> float:
        """The pixel of a step."""
        span = max(1e-9, self.last - self.first)
        return self.left + (step - self.first) / span * self.width

    def step(self, x: float) -> float:
        """The step at a pixel, inside the whole."""
        step = self.first + (x - self.left) / max(1.0, self.width) * (self.last - self.first)
        return min(max(0.0, step), float(self.whole))

    def of(self, whole: int) -> Scale:
        """The same part of more or fewer steps; the whole where the whole was seen."""
        if not self.zoomed or whole <= self.first:
            return self._seen(whole, 0.0, float(whole))
        return self._seen(whole, self.first, self.last)

    def on(self, left: float, width: float) -> Scale:
        """The same steps on other pixels."""
        return Scale(self.whole, self.first, self.last, left, max(1.0, width))

    def nearer(self, factor: float, around: float) -> Scale:
        """Come nearer by ``factor``; ``around``, a step, stays where it is."""
        span = max(1e-9, self.last - self.first)
        length = min(max(span / factor, min(_FEWEST, self.whole)), float(self.whole))
        begin = around - (around - self.first) / span * length
        return self._seen(self.whole, begin, begin + length)

    def moved(self, share: float) -> Scale:
        """Look further along by a share of what is seen."""
        by = share * (self.last - self.first)
        return self._seen(self.whole, self.first + by, self.last + by)

    def all(self) -> Scale:
        """Look at the whole."""
        return self._seen(self.whole, 0.0, float(self.whole))

    def showing(self, step: int) -> Scale:
        """The same, moved as far as is needed to see ``step``."""
        if self.first <= step <= self.last:
            return self
        half = (self.last - self.first) / 2
        return self._seen(self.whole, step - half, step + half)

    def ticks(self) -> list[tuple[int, str]]:
        """Round steps and how they are written, with room between them."""
        span = self.last - self.first
        if span <= 0:
            return []
        every = max(1, _round_up(span / max(1.0, self.width / _ROOM)))
        begin = math.ceil(self.first / every)
        count = int(self.last // every) - begin + 1
        return [((begin + n) * every, _written((begin + n) * every, every)) for n in range(count)]

    def _seen(self, whole: int, first: float, last: float) -> Scale:
        length = min(last - first, float(whole))
        first = min(max(0.0, first), max(0.0, whole - length))
        return Scale(whole, first, first + length, self.left, self.width)


def _round_up(least: float) -> int:
    """The next of 1, 2, 5, 10, 20, 50, ..."""
    power = 10 ** math.floor(math.log10(least)) if least > 0 else 1
    return math.ceil(next(n * power for n in (1, 2, 5, 10) if n * power >= least * (1 - 1e-9)))


def _written(step: int, every: int) -> str:
    """Short where that says it all: ``120k``, but ``120,500`` where the next is ``121,000``."""
    fine = every % 1000 if step < 1_000_000 else every % 100_000
    return formats.count(step) if fine else formats.short_count(step)
