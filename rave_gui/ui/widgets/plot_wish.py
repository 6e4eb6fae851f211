"""What is to be saved of the curves, and how it is seen at that moment. No Qt, no matplotlib."""

from __future__ import annotations

from dataclasses import dataclass

from rave_gui.ui.widgets.plot_data import PlotGroup

PNG, SVG, CSV = "png", "svg", "csv"


@dataclass(frozen=True, eq=False)
class Drawn:
    """One plot as it is shown."""

    group: PlotGroup
    smoothing: float = 0.5
    log: bool = False
    clip: bool = True
    view: tuple[float, float] | None = None
    """The part that is zoomed in on, None for all."""


@dataclass(frozen=True, eq=False)
class SaveWish:
    """A picture of what is drawn, or a table of everything that was recorded."""

    kind: str
    """``png``, ``svg`` or ``csv``."""
    experiments: tuple[int, ...]
    """The trainings whose curves are shown; the first one gives the name."""
    drawn: tuple[Drawn, ...] = ()
