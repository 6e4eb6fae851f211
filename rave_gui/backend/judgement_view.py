"""Curves as the rules of judgement look at them: by phase, in robust pieces, with trends."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rave_gui.backend.judgement import Curves, RunMoment

Floats = NDArray[np.float64]
DISTANCES = ("fullband_spectral_distance", "distance")
"""The second name is that of RAVE 1."""
VALIDATION = "validation"
_BINS = 24
_SURE = 3.0
"""Standard errors beyond which a trend is one."""


@dataclass(frozen=True)
class Piece:
    """Some points of one curve, finite values only."""

    steps: Floats
    values: Floats
    times: Floats

    def __len__(self) -> int:
        return len(self.steps)

    def after(self, step: float) -> Piece:
        """The points from ``step`` on."""
        return self._cut(int(np.searchsorted(self.steps, step)), len(self))

    def before(self, step: float) -> Piece:
        """The points below ``step``."""
        return self._cut(0, int(np.searchsorted(self.steps, step)))

    def last(self, count: int) -> Piece:
        """The newest points."""
        return self._cut(max(0, len(self) - count), len(self))

    @property
    def span(self) -> float:
        """Steps from the first point to the last."""
        return float(self.steps[-1] - self.steps[0]) if len(self) > 1 else 0.0

    @property
    def median(self) -> float:
        """NaN for no points."""
        return float(np.median(self.values)) if len(self) else float("nan")

    def _cut(self, start: int, stop: int) -> Piece:
        return Piece(self.steps[start:stop], self.values[start:stop], self.times[start:stop])


@dataclass(frozen=True)
class Trend:
    """A straight line through medians, after Theil and Sen: single spikes do not bend it."""

    change: float
    """From the beginning of the line to its end, in the unit of the curve."""
    level: float
    """The value at its beginning."""
    error: float
    """Standard error of ``change``."""

    @property
    def relative(self) -> float:
        """``change`` as a share of the level; 0 where there is none."""
        return self.change / abs(self.level) if self.level else 0.0

    @property
    def sure(self) -> bool:
        """Whether it is more than the noise of the curve."""
        return abs(self.change) > _SURE * self.error


def trend(piece: Piece) -> Trend | None:
    """The trend of a piece; None for fewer than six points."""
    if len(piece) < 6:
        return None
    bins = min(_BINS, len(piece) // 2)
    edges = np.linspace(0, len(piece), bins + 1).astype(int)
    pairs = [slice(a, b) for a, b in itertools.pairwise(edges) if b > a]
    x = np.array([float(np.median(piece.steps[one])) for one in pairs])
    y = np.array([float(np.median(piece.values[one])) for one in pairs])
    first, second = np.triu_indices(len(x), 1)
    slope = float(np.median((y[second] - y[first]) / (x[second] - x[first])))
    start = float(np.median(y - slope * (x - x[0])))
    residuals = y - (start + slope * (x - x[0]))
    spread = 1.4826 * float(np.median(np.abs(residuals - np.median(residuals))))
    reach = float(x[-1] - x[0])
    scatter = float(np.sqrt(np.sum((x - x.mean()) ** 2))) or 1.0
    return Trend(slope * reach, start, spread * reach / scatter)


def percent(share: float) -> str:
    """``1.8 %``."""
    return f"{100 * share:.1f} %"


class View:
    """Everything that rules ask of curves, worked out once."""

    def __init__(self, curves: Curves, moment: RunMoment) -> None:
        self.curves = curves
        self.moment = moment

    @cached_property
    def step(self) -> int:
        """The newest step known."""
        ends = [int(curve.steps[-1]) for curve in self.curves.values() if len(curve.steps)]
        return max((self.moment.step, *ends))

    @cached_property
    def phase_2_at(self) -> int | None:
        """The step at which phase 2 began, if it has; its curves know it without a plan."""
        planned = self.moment.phase_1
        if planned is not None and self.step >= planned > 0:
            return planned
        judged = self.piece("loss_dis")
        return int(judged.steps[0]) if len(judged) and planned is None else None

    @property
    def phase(self) -> int:
        """1 or 2."""
        return 2 if self.phase_2_at is not None else 1

    @cached_property
    def distance(self) -> Piece:
        """The reconstruction, over the whole run."""
        return next((p for tag in DISTANCES if len(p := self.piece(tag))), self.piece(""))

    @cached_property
    def now(self) -> Piece:
        """The reconstruction in the present phase."""
        return self.of_phase(self.distance)

    def of_phase(self, piece: Piece) -> Piece:
        """The points of the present phase."""
        return piece.after(self.phase_2_at) if self.phase_2_at is not None else piece

    def piece(self, tag: str) -> Piece:
        """The finite points of a tag; empty where there is no such tag."""
        curve = self.curves.get(tag)
        if curve is None:
            return Piece(*(np.zeros(0) for _ in range(3)))
        values = np.asarray(curve.values, np.float64)
        known = np.isfinite(values)
        steps = np.asarray(curve.steps, np.float64)
        times = np.asarray(curve.wall_times, np.float64)
        return Piece(steps[known], values[known], times[known])

    def lately(self, piece: Piece, share: float = 0.25, least: float = 2000.0) -> Piece:
        """The newest ``share`` of a piece, but at least so many steps."""
        if not len(piece):
            return piece
        return piece.after(float(piece.steps[-1]) - max(piece.span * share, least))
