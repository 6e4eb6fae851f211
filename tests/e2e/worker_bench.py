"""What the tests of the worker measure with, and the hostile files that they hand to it."""

from __future__ import annotations

import hashlib
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

RATE = 44100


def noise(path: Path, seconds: float, channels: int = 1, rate: int = RATE, seed: int = 1) -> Path:
    """A sound that no two places have in common."""
    frames = round(seconds * rate)
    samples = 0.1 * np.random.default_rng(seed).standard_normal((frames, channels))
    soundfile.write(path, samples.astype(np.float32), rate, subtype="FLOAT")
    return path


def heard(path: Path) -> np.ndarray:
    """float32[frames, channels]."""
    return soundfile.read(path, dtype="float32", always_2d=True)[0]


def decibels(a: np.ndarray, b: np.ndarray) -> float:
    """How loud the difference is beside ``a``."""
    assert a.shape == b.shape
    power = float((a.astype(float) ** 2).mean())
    return 10 * np.log10(float(((a.astype(float) - b) ** 2).mean()) / power + 1e-20)


def digests(folder: Path) -> dict[Path, str]:
    """Every file below ``folder`` and what is in it, through links as well."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


class Touch:
    """Unpickled, it makes a file: what it may be is up to the stranger who wrote it."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> Any:
        return Path.touch, (self.marker,)


def hostile_checkpoint(path: Path, marker: Path, *, bare: bool = False) -> Path:
    """A checkpoint as torch reads it, whose pickle does something; ``bare``: of an old torch."""
    content = {"state_dict": {"encoder.x": Touch(marker)}, "global_step": 1}
    data = pickle.dumps(content, protocol=2)
    if bare:
        path.write_bytes(data)
        return path
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", data)
        archive.writestr("archive/version", "3\n")
    return path
