"""What the listening room needs of whatever plays models: whole renders, and blocks while heard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rave_gui.backend.latent_bend import LatentBend
from rave_gui.core.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Progress = Callable[[float], None]
"""Told how much is done, from 0 to 1."""
Cancelled = Callable[[], bool]


class LivePlay(Protocol):
    """A model that is ready to play one sound from anywhere; one thread at a time asks."""

    rate: int
    """Hz: of the model, whatever the sound has."""

    def block(self, first: int, frames: int, bend: LatentBend) -> NDArray[np.float32]:
        """float32[``frames``, channels] from frame ``first``; fewer at the end of the sound.

        Raises:
            UserError: it cannot be made any more.
        """

    def close(self) -> None:
        """Forget it; raises nothing."""


class NoModelPlayer:
    """Where nothing can play a model: says so."""

    def latents(self, model: Path) -> int:
        """None that could be bent."""
        raise _nobody(model)

    def render(self, model: Path, *_given: object) -> None:
        """Nobody can."""
        raise _nobody(model)

    def live(self, model: Path, _sound: Path) -> LivePlay:
        """Nobody can."""
        raise _nobody(model)


def _nobody(model: Path) -> UserError:
    return UserError(f"{model.name} cannot be played here.", "Install RAVE in Settings first.")


class ModelPlayer(Protocol):
    """Every call may take its time: none is for the main thread."""

    def latents(self, model: Path) -> int:
        """How many can be bent; 0 where none can.

        Raises:
            UserError: it holds no model that can be played.
        """

    def render(
        self,
        model: Path,
        sound: Path,
        out: Path,
        bend: LatentBend,
        progress: Progress,
        cancelled: Cancelled,
    ) -> None:
        """Write a WAV file that is as long as ``sound`` and at the same place in time.

        Raises:
            UserError: it cannot be done, or was cancelled.
        """

    def live(self, model: Path, sound: Path) -> LivePlay:
        """Get ready to play.

        Raises:
            UserError: it cannot be played.
        """
