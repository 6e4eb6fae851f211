"""Curves made ready for drawing: raw points and trend, each at any zoom. No Qt, no matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rave_gui.ui.widgets.plot_data import Curve, PlotGroup

if TYPE_CHECKING:
    from rave_gui.backend.pyramid import Pyramid

MANY = 6
"""Curves above which raw points are left out: they would hide the trends."""


@dataclass(frozen=True, eq=False)
class Line:
    """One curve as it is drawn."""

    curve: Curve
    raw: Pyramid
    trend: Pyramid | None
    """None where the raw points are the line."""

    @property
    def main(self) -> Pyramid:
        """What is drawn strongly."""
        return self.trend or self.raw

    def shown(self, low: float, high: float, pixels: int) -> tuple[Any, Any]:
        """The strong line between ``low`` and ``high``."""
        return self.main.view(low, high, pixels)


class LineShop:
    """Prepares lines; what has not changed since the last time is not prepared again."""

    def __init__(self) -> None:
        self._known: list[tuple[float, Line]] = []

    def lines(self, group: PlotGroup, strength: float) -> list[Line]:
        """The lines of a group that have points."""
        made = [
            (strength, self._line(curve, strength)) for curve in group.curves if len(curve.values)
        ]
        self._known = made
        return [line for _, line in made]

    def _line(self, curve: Curve, strength: float) -> Line:
        for known_strength, line in self._known:
            if line.curve is curve and known_strength == strength:
                return line
        from rave_gui.backend.curves import trend_line  # noqa: PLC0415  brings numpy
        from rave_gui.backend.pyramid import Pyramid  # noqa: PLC0415

        raw = curve.pyramid or Pyramid(curve.x, curve.values)
        smooth = curve.smoothed and strength > 0
        trend = Pyramid(*trend_line(curve.x, curve.values, strength)) if smooth else None
        return Line(curve, raw, trend)


def ends(lines: Sequence[Line]) -> tuple[float, float]:
    """First and last place of all lines."""
    found = [end for line in lines if (end := line.raw.ends) is not None]
    return (min(end[0] for end in found), max(end[1] for end in found)) if found else (0.0, 1.0)
