"""What the metrics of a run are told in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rave_gui.core.event_file import ClipRef


@dataclass(frozen=True, eq=False)
class Series:
    """One curve in columns, all of the same length n.

    ``steps`` int64, global steps; ``values`` float64, each the very float32 that was recorded;
    ``wall_times`` float64, POSIX seconds; ``versions`` int16, the ``version_N`` it comes from.
    """

    steps: NDArray[np.int64]
    values: NDArray[np.float64]
    wall_times: NDArray[np.float64]
    versions: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.steps)


@dataclass(frozen=True)
class Clip:
    """One audio clip of a run: for RAVE's ``audio_val`` originals and their reconstructions."""

    ref: ClipRef
    path: Path
    """The event file that holds it."""
    version: int
    step: int | None
    """The global step of its validation; ``None`` until that is known."""
    superseded: bool
    """A resumed training went over this step again."""
