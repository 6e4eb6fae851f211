"""Scalars in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Steps: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Points:
    """Scalars of one tag, in the order in which they were recorded.

    ``steps`` int64[n], ``values`` float64[n] (a float32 keeps its very value), ``wall_times``
    float64[n] in POSIX seconds.
    """

    steps: Steps
    values: Floats
    wall_times: Floats

    def __len__(self) -> int:
        return len(self.steps)

    @classmethod
    def of(
        cls, steps: Sequence[int], values: Sequence[float], wall_times: Sequence[float]
    ) -> Points:
        """Columns from lists."""
        return cls(np.array(steps, np.int64), np.array(values, float), np.array(wall_times, float))

    @classmethod
    def joined(cls, parts: Sequence[Points]) -> Points:
        """One after the other; a single part is handed back as it is."""
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return cls.of([], [], [])
        return cls(
            np.concatenate([part.steps for part in parts]),
            np.concatenate([part.values for part in parts]),
            np.concatenate([part.wall_times for part in parts]),
        )


@dataclass(frozen=True)
class ScalarBatch:
    """What one poll brought: new points by tag."""

    points: Mapping[str, Points] = field(default_factory=dict)
    restarted: bool = False
    """The file was replaced or cut: what earlier polls brought is void."""

    @property
    def count(self) -> int:
        """How many scalars there are."""
        return sum(len(points) for points in self.points.values())
