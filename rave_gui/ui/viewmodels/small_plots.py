"""What a small plot shows: bars or shares with their words, decided without Qt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlotBar:
    """One bar of a histogram. Heights are in any unit, the highest fills the plot."""

    height: float
    marked: float = 0.0
    """Part of ``height`` that is drawn in the colour of a warning."""
    tip: str = ""


@dataclass(frozen=True)
class Histogram:
    """Bars side by side over a line with ticks."""

    bars: tuple[PlotBar, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()
    """Place, counted in bars from the left edge, and text."""
    mark: tuple[float, str] | None = None
    """A dashed line at a place, with its words."""


@dataclass(frozen=True)
class Part:
    """One part of a strip."""

    share: float
    """Of the whole, 0 to 1."""
    role: str
    """The token that colours it."""
    words: str


@dataclass(frozen=True)
class Plot:
    """A card: a title, a sentence that says what is seen, and a histogram or strips."""

    title: str
    sentence: str
    role: str = "secondary"
    """Of the sentence: ``warn`` or ``bad`` where it is one to mind."""
    histogram: Histogram | None = None
    strips: tuple[tuple[Part, ...], ...] = ()
