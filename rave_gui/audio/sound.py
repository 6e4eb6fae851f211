"""Something that can be heard: a file, or samples that are fetched when they are wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rave_gui.audio.lanes import LaneDesk


@dataclass(frozen=True)
class Samples:
    """float32[frames, channels] at ``sample_rate`` Hz."""

    data: NDArray[np.float32]
    sample_rate: int


@dataclass(frozen=True)
class Sound:
    """What a player is given. Equal ``key`` means the same sound."""

    key: str
    """The path, or e.g. ``dataset:3:example:12``."""
    title: str
    path: Path | None = None
    load: Callable[[], Samples] | None = None
    """Called in a thread of the player where there is no ``path``; may raise ``UserError``."""
    seconds: float | None = None
    """Length where it is known."""
    desk: LaneDesk | None = None
    """Where it is several sounds at once: says which of them is heard."""
