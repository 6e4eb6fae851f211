"""Curves over several versions of a run, joined where one was resumed from another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rave_gui.backend.metrics_records import Series
from rave_gui.core.event_points import Points

Parts: TypeAlias = Sequence[tuple[int, Points]]
"""Points with the version that they come from, oldest first."""
_NEVER = int(np.iinfo(np.int64).max)


def raw(parts: Parts) -> Series:
    """Everything, one version after the other."""
    points = Points.joined([some for _, some in parts])
    versions = [np.full(len(some), version, np.int16) for version, some in parts]
    joined = np.concatenate(versions) if versions else np.zeros(0, np.int16)
    return Series(points.steps, points.values, points.wall_times, joined)


def cuts(firsts: Mapping[int, int]) -> dict[int, int]:
    """For each version the step from which on later versions overwrite it.

    ``firsts`` holds the first step that each version recorded, of any tag: a resumed training
    records from there on, and a curve that is recorded seldom (validation) must not keep points
    of the past that the training went back behind.
    """
    found, lowest = {}, _NEVER
    for version in sorted(firsts, reverse=True):
        found[version] = lowest
        lowest = min(lowest, firsts[version])
    return found


def joined(parts: Parts, cut: Mapping[int, int]) -> Series:
    """The curve without what was overwritten; its steps strictly rise."""
    series = raw(parts)
    if not len(series):
        return series
    limits = np.array([cut.get(version, _NEVER) for version, _ in parts], np.int64)
    keep = series.steps < np.repeat(limits, [len(some) for _, some in parts])
    series = _only(series, keep)
    return _only(series, _rising(series.steps))


def _rising(steps: NDArray[np.int64]) -> NDArray[np.bool_]:
    """bool[n]: which steps are below every later one; the last word on a step counts."""
    keep = np.ones(len(steps), np.bool_)
    lowest_after = np.minimum.accumulate(steps[::-1])[::-1]
    keep[:-1] = steps[:-1] < lowest_after[1:]
    return keep


def _only(series: Series, keep: NDArray[np.bool_]) -> Series:
    if keep.all():
        return series
    return Series(
        series.steps[keep], series.values[keep], series.wall_times[keep], series.versions[keep]
    )
