"""Draws a group of curves into matplotlib axes: on the screen, or into a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from rave_gui.backend import curves
from rave_gui.ui.tokens import Tokens
from rave_gui.ui.widgets import plot_axes, plot_words
from rave_gui.ui.widgets.plot_data import PlotGroup
from rave_gui.ui.widgets.plot_lines import MANY, Line

DPI = 100.0
_POINT_ROOM = 7.0
"""Pixels that a marked point wants for itself."""
_FAINT = 0.22


@dataclass(frozen=True)
class Look:
    """Colours and fonts."""

    tokens: Tokens
    figures: str
    """Font family of figures."""
    words: str
    """Font family of words."""


@dataclass(frozen=True)
class Scope:
    """What part is drawn, and how finely."""

    limits: tuple[float, float]
    """Of the axis."""
    view: tuple[float, float] | None
    """What is zoomed in on."""
    pixels: int


def draw(
    axes: Axes,
    group: PlotGroup,
    lines: list[Line],
    look: Look,
    scope: Scope,
    *,
    smoothing: float,
    log: bool,
    clip: bool,
) -> None:
    """Draw everything anew."""
    axes.clear()
    whole = _is_whole(group)
    plot_axes.dress(axes, look.tokens, log=log, whole=whole, hours=group.by_hours)
    faint = smoothing > 0 and len(lines) <= MANY
    shown = [_draw_line(axes, line, look, scope, faint=faint) for line in lines]
    axes.set_xlim(*scope.limits)
    axes.set_ylim(*curves.limits(shown, log=log, clip=clip))
    if group.phase_change is not None:
        words = plot_axes.font_of(look.words, DPI)
        sentence = plot_words.phase_change(group.key)
        plot_axes.mark_phase(axes, group.phase_change, look.tokens, words, sentence)
    plot_axes.set_font(axes, plot_axes.font_of(look.figures, DPI))


def _draw_line(axes: Axes, line: Line, look: Look, scope: Scope, *, faint: bool) -> Any:
    """Faint raw points, the trend above them; returns the values that must be seen."""
    curve, colour = line.curve, look.tokens.colour(line.curve.role)
    low, high = scope.view or scope.limits
    raw = faint and line.trend is not None
    if raw:
        points = line.raw.view(low, high, scope.pixels)
        axes.plot(*points, color=colour, alpha=_FAINT, linewidth=0.9)
    x, y = line.shown(low, high, scope.pixels)
    axes.plot(
        x, y, color=colour, linewidth=1.6, linestyle=curve.dash, markersize=3.6,
        marker=_marker(line, len(x), scope.pixels), solid_joinstyle="round",
    )  # fmt: skip
    return _visible(curve.x, curve.values, scope.view) if raw else y


def _marker(line: Line, shown: int, pixels: int) -> str | None:
    """Points are marked where they stand apart; a single one is seen by its mark alone."""
    if len(line.raw) == 1:
        return "o"
    apart = pixels >= _POINT_ROOM * shown
    return "o" if apart and not line.curve.smoothed else None


def _visible(x: Any, values: Any, view: tuple[float, float] | None) -> Any:
    values = np.asarray(values, float)
    return values[curves.between(np.asarray(x, float), *view)] if view else values


def _is_whole(group: PlotGroup) -> bool:
    """Whether every value is a whole number, as counts of latents are."""
    return all(bool(np.all(curve.values == np.rint(curve.values))) for curve in group.curves)
