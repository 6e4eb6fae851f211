"""The header scan against ffprobe the way RAVE calls it, on the same files in one run.

RAVE runs ``ffprobe -i FILE -v error -show_entries format=duration`` in a pool of as many processes
as there are cores (acids-rave 2.3.1, scripts/preprocess.py, ``get_audio_length``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.result import Result

_COPIES = 25
_PROBED = 3
"""ffprobe sees one in so many files: it would take minutes otherwise."""
_RATIO = 40.0
_LOSSY = {
    "cbr.mp3": ["-b:a", "128k"], "vbr.mp3": ["-q:a", "4"], "a.m4a": [], "a.aac": [], "a.ogg": [],
    "a.opus": [], "a.wma": [], "a.wv": [],
}  # fmt: skip


def run() -> list[Result]:
    """The ratio, and files a second of both."""
    with tempfile.TemporaryDirectory() as folder:
        files = _make(Path(folder))
        ours = min(_scan(Path(folder), len(files)) for _ in range(3))
        probed = files[::_PROBED]
        theirs = _probe(probed) / len(probed) * len(files)
    detail = (
        f"{len(files)} files of {len(files) // _COPIES} kinds: {len(files) / ours:,.0f} files a "
        f"second, ffprobe on {os.cpu_count()} cores {len(files) / theirs:,.0f}"
    )
    return [
        Result("header scan, as fast as ffprobe times", theirs / ours, "x", _RATIO, True, detail)
    ]


def _make(folder: Path) -> list[Path]:
    """A few seconds in each kind, and one long file, each many times over."""
    import numpy as np
    import soundfile

    chance = np.random.default_rng(0)
    for name, rate, channels, subtype in (
        ("16.wav", 44100, 2, "PCM_16"),
        ("24.wav", 48000, 1, "PCM_24"),
        ("f.wav", 96000, 1, "FLOAT"),
        ("a.flac", 44100, 2, "PCM_16"),
        ("a.aiff", 22050, 1, "PCM_16"),
        ("low.wav", 8000, 1, "PCM_U8"),
    ):
        soundfile.write(
            folder / name, chance.standard_normal((rate * 4, channels)) * 0.1, rate, subtype
        )
    soundfile.write(folder / "long.wav", chance.standard_normal(44100 * 300) * 0.1, 44100)
    for name, options in _LOSSY.items():
        command = ["ffmpeg", "-v", "error", "-y", "-i", str(folder / "16.wav"), *options]
        subprocess.run([*command, str(folder / name)], check=True)
    kinds = sorted(folder.iterdir())
    for number in range(1, _COPIES):
        for path in kinds:
            shutil.copyfile(path, folder / f"{number:02d}-{path.name}")
    return sorted(folder.iterdir())


def _scan(folder: Path, expected: int) -> float:
    from rave_gui.backend.scan import scan

    began = time.perf_counter()
    found = list(scan([folder]))
    seconds = time.perf_counter() - began
    good = sum(file.verdict == "use" for file in found)
    if good != expected:
        raise RuntimeError(f"{good} of {expected} files were understood")
    return seconds


def _probe(files: Sequence[Path]) -> float:
    def ask(path: Path) -> None:
        command = ["ffprobe", "-i", str(path), "-v", "error", "-show_entries", "format=duration"]
        subprocess.run(command, check=True, capture_output=True)

    began = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(ask, files))
    return time.perf_counter() - began
