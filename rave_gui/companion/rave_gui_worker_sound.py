"""Sound of any format, rate and number of channels, as a model takes it, piece by piece."""

from __future__ import annotations

import contextlib
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_worker_talk import UNREADABLE, Fault
else:
    from rave_gui_worker_talk import UNREADABLE, Fault

BLOCK = 65536
_AU = struct.Struct(">4sIIIII")
"""Sun's header: magic, where the samples begin, size, encoding, rate, channels."""
_AU_FLOAT = 6
_OTHER = "Choose a sound file that a player can play."


class Reading(Protocol):
    """An open sound."""

    rate: int
    channels: int
    frames: int | None
    """None where only reading it whole would tell."""

    def read(self, count: int) -> np.ndarray:
        """The next float32[frames, channels], fewer at the end, none after it."""

    def close(self) -> None:
        """Let go of the file."""


class _BySoundfile:
    def __init__(self, path: Path) -> None:
        import soundfile  # noqa: PLC0415

        self._file = soundfile.SoundFile(str(path))
        self.rate, self.channels = int(self._file.samplerate), int(self._file.channels)
        frames = int(self._file.frames)
        self.frames: int | None = frames if 0 <= frames < 2**62 else None

    def read(self, count: int) -> np.ndarray:
        made: np.ndarray = self._file.read(count, dtype="float32", always_2d=True)
        return made

    def close(self) -> None:
        self._file.close()


class _ByFfmpeg:
    """What libsndfile does not know; ffmpeg writes Sun's format, whose header is six numbers."""

    frames: int | None = None

    def __init__(self, path: Path) -> None:
        program = shutil.which("ffmpeg")
        if program is None:
            raise Fault(
                f"{path.name} cannot be read without ffmpeg.", "Install ffmpeg.", UNREADABLE
            )
        self._process = subprocess.Popen(
            _ffmpeg(program, path),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            self.rate, self.channels = self._header()
        except (struct.error, ValueError) as error:
            self.close()
            raise Fault(
                f"{path.name} holds no sound that can be read.", _OTHER, UNREADABLE
            ) from error

    def _header(self) -> tuple[int, int]:
        assert self._process.stdout is not None
        magic, begin, _, encoding, rate, channels = _AU.unpack(self._process.stdout.read(_AU.size))
        if magic != b".snd" or encoding != _AU_FLOAT or not 0 < channels < 256 or not rate:
            raise ValueError("not the header that was asked for")
        self._process.stdout.read(begin - _AU.size)
        return int(rate), int(channels)

    def read(self, count: int) -> np.ndarray:
        assert self._process.stdout is not None
        data = self._process.stdout.read(count * self.channels * 4)
        whole = len(data) // (4 * self.channels) * self.channels
        return np.frombuffer(data, ">f4", whole).reshape(-1, self.channels).astype(np.float32)

    def close(self) -> None:
        self._process.kill()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process.wait()


def _ffmpeg(program: str, path: Path) -> list[str]:
    # A play list could make ffmpeg fetch from anywhere.
    given = ["-protocol_whitelist", "file,pipe", "-i", f"file:{path}"]
    made = ["-map", "0:a:0", "-c:a", "pcm_f32be", "-f", "au", "-"]
    return [program, "-v", "error", "-nostdin", *given, *made]


def open_sound(path: Path) -> Reading:
    """The sound in ``path``; libsndfile first, since it starts no program.

    Raises:
        Fault: it is missing or holds no sound (code ``unreadable``).
    """
    if not path.is_file():
        what = "is a folder, not a sound." if path.is_dir() else "does not exist."
        raise Fault(f"{path.name} {what}", _OTHER, UNREADABLE)
    with contextlib.suppress(RuntimeError, OSError):  # libsndfile's own error is a RuntimeError
        return _BySoundfile(path)
    return _ByFfmpeg(path)


class Stretch:
    """From one moment to another of a sound, at the rate and with the channels of a model.

    Its length, known once it was read, is that of the sound, rounded to a sample of the new rate.
    """

    def __init__(
        self, path: Path, rate: int, channels: int, begin: float = 0.0, end: float | None = None
    ) -> None:
        self.path, self.rate, self.channels = path, rate, channels
        self._reading = open_sound(path)
        self.source_rate, self.source_channels = self._reading.rate, self._reading.channels
        self._begin = round(max(0.0, begin) * self.source_rate)
        self._left = None if end is None else max(0, round(end * self.source_rate) - self._begin)
        self.read = 0
        """Frames of the file that were used."""

    @property
    def seconds(self) -> float | None:
        """How long it will be, None where that is not known."""
        frames = self._reading.frames
        if frames is None:
            return None if self._left is None else self._left / self.source_rate
        rest = max(0, frames - self._begin)
        return (rest if self._left is None else min(rest, self._left)) / self.source_rate

    @property
    def most_seconds(self) -> float:
        """The same, or what a file of this size could hold at 32 kbit/s."""
        return self.seconds if self.seconds is not None else self.path.stat().st_size / 4000

    @property
    def length(self) -> int:
        """Samples at the rate of the model that belong to what was read so far."""
        return (2 * self.read * self.rate + self.source_rate) // (2 * self.source_rate)

    def blocks(self) -> Iterator[np.ndarray]:
        """float32[channels, samples], together ``length`` samples; closes the file at the end."""
        try:
            if self.rate == self.source_rate:
                yield from self._fitted()
            else:
                yield from self._resampled()
        finally:
            self._reading.close()

    def _fitted(self) -> Iterator[np.ndarray]:
        self._skip()
        while self._left is None or self._left > 0:
            count = BLOCK if self._left is None else min(BLOCK, self._left)
            block = self._reading.read(count)
            if not len(block):
                return
            self.read += len(block)
            self._left = None if self._left is None else self._left - len(block)
            yield fitted(np.nan_to_num(block.T, posinf=0.0, neginf=0.0), self.channels)

    def _skip(self) -> None:
        left = self._begin
        while left > 0 and len(block := self._reading.read(min(BLOCK, left))):
            left -= len(block)

    def _resampled(self) -> Iterator[np.ndarray]:
        import soxr  # noqa: PLC0415

        stream = soxr.ResampleStream(self.source_rate, self.rate, self.channels, "float32")
        made = 0
        for block in self._fitted():
            piece = stream.resample_chunk(np.ascontiguousarray(block.T)).T
            made += piece.shape[-1]
            yield piece
        rest = stream.resample_chunk(np.zeros((0, self.channels), np.float32), last=True).T
        missing = self.length - made
        yield np.pad(rest, ((0, 0), (0, max(0, missing - rest.shape[-1]))))[:, : max(0, missing)]


def fitted(block: np.ndarray, channels: int) -> np.ndarray:
    """float32[channels, samples]: several into one are averaged, missing ones repeated."""
    given: int = block.shape[0]
    if given == channels:
        return np.ascontiguousarray(block, np.float32)
    if given < channels:
        return np.ascontiguousarray(block[np.arange(channels) % given], np.float32)
    groups = [block[first::channels].mean(0) for first in range(channels)]
    return np.stack(groups).astype(np.float32)
