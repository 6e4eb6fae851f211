"""Listening to whole files: hours of sound in a minute, and the memory of all processes."""

from __future__ import annotations

import subprocess
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.result import Result

_MINUTES = 20
_FILES = 9
_LEAST_HOURS, _MOST_MEMORY = 5.0, 300.0
_LONG_HOURS = 3


def run() -> list[Result]:
    """Throughput of plain and of lossy files, and peak memory, also with one very long file."""
    with tempfile.TemporaryDirectory() as folder:
        plain, lossy, long = _make(Path(folder))
        speed, memory = _listen(plain, _FILES * _MINUTES / 60)
        lossy_speed, _ = _listen(lossy, 3 * _MINUTES / 60)
        _, long_memory = _listen([long], _LONG_HOURS)
    many = f"{_FILES} files of {_MINUTES} minutes, 44.1 kHz"
    return [
        Result("deep scan of WAV and FLAC", speed, "h/min", _LEAST_HOURS, True, many),
        Result("deep scan of MP3 and M4A", lossy_speed, "h/min", 1.0, True),
        Result("deep scan, memory of all processes", memory, "MB", _MOST_MEMORY),
        Result(f"the same with one file of {_LONG_HOURS} hours", long_memory, "MB", _MOST_MEMORY),
    ]


def _make(folder: Path) -> tuple[list[Path], list[Path], Path]:
    import numpy as np
    import soundfile

    chance = np.random.default_rng(0)
    wave = chance.standard_normal(44100 * 60 * _MINUTES).astype(np.float32) * 0.1
    plain = []
    for number in range(_FILES):
        path = folder / f"{number}.{'flac' if number % 3 == 2 else 'wav'}"
        soundfile.write(path, wave, 44100)
        plain.append(path)
    lossy = []
    for name in ("a.mp3", "b.mp3", "c.m4a"):
        subprocess.run(
            ["ffmpeg", "-v", "error", "-i", str(plain[0]), str(folder / name)], check=True
        )
        lossy.append(folder / name)
    long = folder / "long.wav"
    with soundfile.SoundFile(long, "w", 44100, 1, "PCM_16") as file:
        for _ in range(_LONG_HOURS * 60 // _MINUTES):
            file.write(wave)
    return plain, lossy, long


def _listen(files: list[Path], hours: float) -> tuple[float, float]:
    """Hours of sound in a minute, and MB of our process and its workers at the most."""
    from rave_gui.backend.listening import Listener
    from rave_gui.backend.scan import scan

    with tempfile.TemporaryDirectory() as cache:
        listener, found = Listener(Path(cache) / "heard.sqlite3"), list(scan(files))
        memory = _Memory()
        began = time.perf_counter()
        heard = list(listener.listen(found))
        seconds = time.perf_counter() - began
        most = memory.end()
    if any(file.verdict == "reject" for file in heard):
        raise RuntimeError("a good file was rejected")
    return hours / seconds * 60, most


class _Memory:
    """Watches the resident memory of the workers, and what this process adds to its own."""

    def __init__(self) -> None:
        import psutil

        self._process = psutil.Process()
        self._before = self._process.memory_info().rss
        self._most = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def end(self) -> float:
        self._ended.set()
        self._thread.join()
        return self._most / 1e6

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            self._most = max(self._most, self._now())

    def _now(self) -> int:
        import psutil

        total = self._process.memory_info().rss - self._before
        for child in self._process.children(recursive=True):
            try:
                total += child.memory_info().rss
            except psutil.Error:
                continue
        return total
