"""A few curves of a training as one SVG picture, for whoever reads a model card. No matplotlib.

Raw points are thinned so that no spike is lost, with the trend over them; where phase 2 begins
there is a line, since distances rise there by design.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from rave_gui.backend.curves import limits, thin, trend_line
from rave_gui.backend.metrics_records import Series

if TYPE_CHECKING:
    from rave_gui.backend.curves import Floats

_WIDTH, _HEIGHT, _HEAD, _LEFT, _FOOT, _GAP = 760, 150, 26, 56, 22, 18
_SMOOTHING = 0.5
_POINTS = 400
_INK, _FAINT, _LINE, _BACK = "#1d1f23", "#8a9099", "#e0dcd4", "#fbfaf8"
_RAW, _TREND, _PHASE_2 = "#b9cdf2", "#2f6fdb", "#b27600"


@dataclass(frozen=True)
class Panel:
    """One curve with its title."""

    title: str
    series: Series


def curves_svg(panels: Sequence[Panel], phase_2_at: int | None) -> str:
    """The picture, the panels below each other; empty where nothing was recorded."""
    drawn = [one for one in panels if len(one.series) > 1]
    if not drawn:
        return ""
    last = max(float(one.series.steps[-1]) for one in drawn)
    height = len(drawn) * (_HEIGHT + _GAP) + _GAP
    parts = [_panel(one, _GAP + at * (_HEIGHT + _GAP), last, phase_2_at)
             for at, one in enumerate(drawn)]  # fmt: skip
    size = f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif">'
    back = f'<rect width="{_WIDTH}" height="{height}" fill="{_BACK}"/>'
    return "\n".join([head, back, *parts, "</svg>", ""])


def _panel(panel: Panel, top: float, last: float, phase_2_at: int | None) -> str:
    x, y = panel.series.steps.astype(float), panel.series.values
    low, high = limits([y])
    place = _Place(top + _HEAD, top + _HEIGHT - _FOOT, last, low, high)
    smooth = trend_line(x, y, _SMOOTHING)
    parts = [
        _text(_LEFT, top + 14, panel.title, _INK, 13),
        *_grid(place),
        _path(place, *thin(x, y, _POINTS), _RAW, 1.0),
        _path(place, *thin(*smooth, _POINTS), _TREND, 1.8),
    ]
    if phase_2_at is not None and 0 < phase_2_at < last:
        at = place.x(phase_2_at)
        parts.append(_stroke(at, place.top, at, place.bottom, _PHASE_2))
        parts.append(_text(at + 4, place.top + 10, "phase 2", _PHASE_2, 10))
    return "\n".join(parts)


@dataclass(frozen=True)
class _Place:
    """Where values lie in the picture."""

    top: float
    bottom: float
    last: float
    low: float
    high: float

    def x(self, step: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _GAP) * step / (self.last or 1.0)

    def y(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.bottom - (self.bottom - self.top) * min(max(share, 0.0), 1.0)


def _grid(place: _Place) -> list[str]:
    """The edges of both axes with their values."""
    right = _WIDTH - _GAP
    lines = [_stroke(_LEFT, at, right, at, _LINE) for at in (place.top, place.bottom)]
    values = [(place.high, place.top + 4), (place.low, place.bottom + 4)]
    said = [_text(_LEFT - 6, at, f"{value:.3g}", _FAINT, 10, "end") for value, at in values]
    foot = place.bottom + 14
    last = _text(right, foot, f"step {place.last:,.0f}", _FAINT, 10, "end")
    steps = [_text(_LEFT, foot, "0", _FAINT, 10), last]
    return [*lines, *said, *steps]


def _path(place: _Place, x: Floats, y: Floats, colour: str, width: float) -> str:
    points = " ".join(
        f"{place.x(step):.1f},{place.y(value):.1f}"
        for step, value in zip(x, y, strict=True)
        if math.isfinite(value)
    )
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _stroke(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="1"/>'


def _text(x: float, y: float, text: str, colour: str, size: int, anchor: str = "start") -> str:
    look = f'font-size="{size}" fill="{colour}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(text)}</text>'
