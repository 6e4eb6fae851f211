"""Plays models without an engine: a model is a file that says how loud it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from rave_gui.backend.latent_bend import OFFSET, LatentBend
from rave_gui.core.errors import UserError


class ToyLive:
    """The sound, louder by the offset of the first latent."""

    def __init__(self, player: ToyPlayer, sound: Path) -> None:
        self._player = player
        data, self.rate = soundfile.read(sound, dtype="float32", always_2d=True)
        self._data = data
        self.closed = False

    def block(self, first: int, frames: int, bend: LatentBend) -> np.ndarray:
        self._player.blocks.append((first, frames, bend))
        return self._data[first : first + frames] * (1 + bend.value(OFFSET, 0))

    def close(self) -> None:
        self.closed = True


class ToyPlayer:
    """What the worker is to the room."""

    def __init__(self, latents: int = 16) -> None:
        self._latents = latents
        self.rendered: list[tuple[str, str, LatentBend]] = []
        self.blocks: list[tuple[int, int, LatentBend]] = []
        self.opened: list[ToyLive] = []

    def latents(self, model: Path) -> int:
        return self._latents

    def render(self, model, sound, out, bend, progress, cancelled) -> None:
        factor = _factor(model)
        data, rate = soundfile.read(sound, dtype="float32", always_2d=True)
        for part in (0.0, 0.5, 1.0):
            if cancelled():
                raise UserError("It was cancelled.")
            progress(part)
        self.rendered.append((model.name, sound.name, bend))
        soundfile.write(out, data * factor * (1 + bend.value(OFFSET, 0)), rate, subtype="FLOAT")

    def live(self, model: Path, sound: Path) -> ToyLive:
        _factor(model)
        self.opened.append(ToyLive(self, sound))
        return self.opened[-1]


def toy_model(path: Path, factor: float | str) -> Path:
    """A model that makes everything so many times as loud."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(factor))
    return path


def _factor(model: Path) -> float:
    try:
        return float(model.read_text())
    except (OSError, ValueError) as error:
        raise UserError(f"{model.name} holds no model.", "Choose another file.") from error


def toy_sound(path: Path, seconds: float = 1.0, rate: int = 44100, hertz: float = 440.0) -> Path:
    """A sine at a quarter of full scale."""
    time = np.arange(round(seconds * rate)) / rate
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.25 * np.sin(2 * np.pi * hertz * time), rate, subtype="FLOAT")
    return path
