"""Datasets on disk as ``rave preprocess`` leaves them, made without it."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lmdb
import numpy as np

from rave_gui.backend.scanned import USE, ScannedFile
from rave_gui.core.records import Dataset, DatasetStatus, Project

NUM_SIGNAL = 2048
RATE = 44100


def sound(seed: int, channels: int = 1, frames: int = 2 * NUM_SIGNAL) -> np.ndarray:
    """int16[channels, frames], different for every seed."""
    return np.random.default_rng(seed).integers(-9000, 9000, (channels, frames)).astype("<i2")


def wav(path: Path, samples: np.ndarray, rate: int = RATE) -> Path:
    """A 16-bit file of int16[channels, frames]."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(samples))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.T.tobytes())
    return path


def entry(path: Path, verdict: str = USE, **changes: Any) -> ScannedFile:
    """The manifest's view of a file that ``wav`` made."""
    with wave.open(str(path), "rb") as file:
        seconds, channels = file.getnframes() / file.getframerate(), file.getnchannels()
        rate = file.getframerate()
    told = path.stat()
    facts = {"format": "WAV PCM_16", "size": told.st_size, "modified": told.st_mtime_ns, **changes}
    return ScannedFile(path, verdict, "", seconds, rate, channels, **facts)


def write_database(folder: Path, entries: Sequence[bytes], *, lazy: bool, channels: int) -> None:
    """``db`` with these messages."""
    folder.mkdir(parents=True)
    with (
        lmdb.open(str(folder), map_size=1 << 26, sync=False) as environment,
        environment.begin(write=True) as transaction,
    ):
        for number, entry in enumerate(entries):
            transaction.put(f"{number:08d}".encode(), entry)
    (folder / "metadata.yaml").write_text(
        f"{{channels: {channels}, lazy: {str(lazy).lower()}, n_seconds: 1.0, sr: {RATE}}}\n"
    )


def chunk(samples: np.ndarray) -> bytes:
    """An entry that holds its sound."""
    shape = bytes([0x08, len(samples), 0x08, 0])
    buffer = shape + _field(3, samples.tobytes()) + b"\x20\x03"
    return _field(1, _field(1, b"waveform") + _field(2, buffer))


def reference(path: Path, seconds: float, channels: int = 1) -> bytes:
    """An entry of a lazy dataset."""
    told = {"path": str(path), "length": str(seconds), "channels": str(channels)}
    return b"".join(
        _field(2, _field(1, key.encode()) + _field(2, value.encode()))
        for key, value in told.items()
    )


def whole_dataset(rows: Any, project: Project, name: str = "bells", **changes: Any) -> Dataset:
    """Three mono examples in a database, one source file of each, and the record."""
    folder = project.path / "datasets" / name
    samples = [sound(seed) for seed in range(3)]
    write_database(folder / "db", [chunk(one) for one in samples], lazy=False, channels=1)
    sources = project.path.parent / f"sounds of {name}"
    files = [wav(sources / f"{n}.wav", one) for n, one in enumerate(samples)]
    return _record(rows, project, name, folder, sources, files, lazy=False, **changes)


def lazy_dataset(rows: Any, project: Project, name: str = "river", **changes: Any) -> Dataset:
    """Two files of 2 and 3 windows, linked into the staging folder."""
    folder = project.path / "datasets" / name
    sources = project.path.parent / f"sounds of {name}"
    lengths = (2, 3)
    files = [
        wav(sources / f"take {n}.wav", sound(n, 1, windows * NUM_SIGNAL))
        for n, windows in enumerate(lengths)
    ]
    staging = folder / "staging"
    staging.mkdir(parents=True)
    links = [staging / f"{n:06d}-take.wav" for n in range(len(files))]
    for link, file in zip(links, files, strict=True):
        link.symlink_to(file)
    entries = [
        reference(link, windows * NUM_SIGNAL / RATE)
        for link, windows in zip(links, lengths, strict=True)
    ]
    write_database(folder / "db", entries, lazy=True, channels=1)
    return _record(rows, project, name, folder, sources, files, lazy=True, **changes)


def _record(
    rows: Any, project: Project, name: str, folder: Path, sources: Path, files: list[Path],
    *, lazy: bool, **changes: Any,
) -> Dataset:  # fmt: skip
    facts = {
        "status": DatasetStatus.READY,
        "num_samples": 2 if lazy else 3,
        "duration_seconds": 3 * 2 * NUM_SIGNAL / RATE,
        "manifest": tuple(entry(path).to_json() for path in files),
        **changes,
    }
    return rows.datasets.add(
        Dataset(
            project_id=project.id or 0,
            name=name,
            path=folder,
            sources=(str(sources),),
            created_at=1.5,
            num_signal=NUM_SIGNAL,
            lazy=lazy,
            **facts,
        )
    )


def _field(number: int, content: bytes) -> bytes:
    length, head = len(content), b""
    while length >= 0x80:
        head, length = head + bytes([length & 0x7F | 0x80]), length >> 7
    return bytes([number << 3 | 2]) + head + bytes([length]) + content
