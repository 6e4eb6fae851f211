"""The listening set of a training: files that were prepared for it, else validation examples."""

from __future__ import annotations

import copy
import hashlib
import os
import re
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_job_files import LISTENING_VARIABLE, PathLike, read_json
else:
    from rave_gui_job_files import LISTENING_VARIABLE, PathLike, read_json

LISTENING_SET = "previews.json"
"""A file in the job directory, else one named by the environment:
``{"clips": [{"clip", "name", "path"}]}``, WAV files of 16 bits at the rate of the model."""
MOST_CLIPS, MOST_SECONDS = 8, 10.0
_USUAL_CLIPS = 4
_LOOKED_THROUGH = 32
_QUIET = 1e-3
"""Root mean square below which an example says nothing about a model."""


@dataclass(frozen=True)
class Clip:
    """One sound that is put through the model again and again."""

    clip: str
    """Name of its files: letters, digits and hyphens."""
    name: str
    """For people."""
    sound: np.ndarray
    """float32[channels, samples] at the rate of the model."""

    @property
    def samples(self) -> int:
        """Its length."""
        return int(self.sound.shape[-1])


def load_clips(job_dir: PathLike, trainer: Any) -> tuple[list[Clip], list[str]]:
    """What to listen to, and in sentences what could not be read."""
    module = trainer.lightning_module
    rate, channels = int(module.sr), int(module.n_channels)
    named = os.environ.get(LISTENING_VARIABLE, "")
    asked = read_json(Path(job_dir) / LISTENING_SET) or (read_json(named) if named else None)
    entries = (asked or {}).get("clips")
    clips: list[Clip] = []
    problems: list[str] = []
    for entry in entries[:MOST_CLIPS] if isinstance(entries, list) else []:
        try:
            clips.append(_from_file(entry, rate, channels))
        except (OSError, EOFError, wave.Error, ValueError, KeyError, TypeError) as error:
            problems.append(f"A listening clip cannot be used: {error}")
    return clips or list(_examples(trainer, rate, channels)), problems


def _from_file(entry: dict[str, Any], rate: int, channels: int) -> Clip:
    path = Path(str(entry["path"]))
    with wave.open(str(path), "rb") as file:
        if file.getsampwidth() != 2 or file.getframerate() != rate:
            raise ValueError(f"{path.name} is not a WAV of 16 bits at {rate} Hz")
        given = file.getnchannels()
        data = file.readframes(int(MOST_SECONDS * rate))
    sound = np.frombuffer(data, "<i2").reshape(-1, given).T.astype(np.float32) / 32768
    if not sound.shape[1]:
        raise ValueError(f"{path.name} is empty")
    key = re.sub(r"[^\w-]+", "-", str(entry["clip"]), flags=re.ASCII)[:80].strip("-")
    if not key:
        raise ValueError(f"{path.name} has no name")
    return Clip(key, str(entry.get("name") or key), sound[np.arange(channels) % given])


def _examples(trainer: Any, rate: int, channels: int) -> Iterator[Clip]:
    """The first examples of the validation that are not silent."""
    given = trainer.val_dataloaders[0].dataset
    examples, found = _plain(given), 0
    for index in range(min(len(examples), _LOOKED_THROUGH)):
        sound = np.asarray(examples[index], np.float32).reshape(channels, -1)
        if examples is given:
            sound = through_filter(trainer.lightning_module, sound, back=True)
        sound = np.ascontiguousarray(sound[:, : int(MOST_SECONDS * rate)])
        if not sound.shape[1] or float(np.sqrt(np.mean(sound**2))) < _QUIET:
            continue
        found += 1
        mark = hashlib.sha256(sound.tobytes()).hexdigest()[:6]
        yield Clip(f"validation-{index + 1}-{mark}", f"validation example {index + 1}", sound)
        if found == _USUAL_CLIPS:
            return


def _plain(subset: Any) -> Any:
    """The same examples whole and without augmentation, unless they must change their rate."""
    inner = getattr(subset, "dataset", None)
    steps = getattr(getattr(inner, "_transforms", None), "transform_list", None)
    if steps is None or any(type(step).__name__ == "Resample" for step in steps):
        return subset
    plain = copy.copy(subset)
    plain.dataset = copy.copy(inner)
    plain.dataset._transforms = None
    return plain


def through_filter(module: Any, sound: np.ndarray, *, back: bool) -> np.ndarray:
    """Sound as a model hears it that was given ``--derivative``; ``back``: as people hear it."""
    if getattr(module, "integrator", None) is None:
        return sound
    from rave.dataset import get_derivator_integrator  # type: ignore[import-not-found]  # noqa: PLC0415

    made: np.ndarray = get_derivator_integrator(module.sr)[back](sound).astype(np.float32)
    return made
