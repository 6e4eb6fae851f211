"""Steps as hours of training: time that a run was stopped or paused does not count."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_PAUSE = 20.0
"""A gap so many times longer than usual, and longer than the seconds below, is a pause."""
_PAUSE_SECONDS = 300.0
_HOUR = 3600.0


class TrainedTime:
    """Made from the densest curve of a run; translates the steps of all of them."""

    def __init__(self, steps: Floats, wall_times: Floats) -> None:
        steps, times = np.asarray(steps, np.float64), np.asarray(wall_times, np.float64)
        known = np.isfinite(times)
        self._steps, times = steps[known], times[known]
        gaps = np.maximum(np.diff(times), 0.0)
        usual = float(np.median(gaps)) if len(gaps) else 0.0
        pause = gaps > max(_PAUSE * usual, _PAUSE_SECONDS)
        counted = np.where(pause, usual, gaps)
        begun = self._steps[0] * usual / np.median(np.diff(self._steps)) if len(gaps) else 0.0
        self._hours = (begun + np.r_[0.0, np.cumsum(counted)]) / _HOUR

    def hours(self, steps: Floats) -> Floats:
        """Hours of training at ``steps``; beyond what is known, as at its ends."""
        if not len(self._steps):
            return np.zeros(len(steps))
        return np.asarray(np.interp(steps, self._steps, self._hours))
