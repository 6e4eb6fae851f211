"""What the chunks of WAV and AIFF files promise, against the bytes that are there.

libsndfile and ffmpeg read a file that was cut short without a word, up to where it ends.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_MOST_CHUNKS = 200
_STREAMED = (0, 0xFFFFFFFF, 0xFFFFFFFE, 0x7FFFFFFF, 0x7FFFF000, 0x7FFFFF00)
"""Sizes that recorders write who do not know the length yet."""


@dataclass(frozen=True)
class Promise:
    """Bytes of sound that the header tells of, and those that the file has from there on."""

    promised: int
    present: int
    bytes_a_second: float

    @property
    def promised_seconds(self) -> float:
        """Length by the header."""
        return self.promised / self.bytes_a_second if self.bytes_a_second else 0.0

    @property
    def present_seconds(self) -> float:
        """Length by what is there."""
        return min(self.promised, self.present) / self.bytes_a_second if self.bytes_a_second else 0


def read_promise(path: Path, size: int) -> Promise | None:
    """What the header of a WAV, RF64 or AIFF file of ``size`` bytes promises.

    None for other files, for headers that promise nothing, and for those that cannot be read.
    """
    try:
        with path.open("rb") as file:
            return _read(file, size)
    except (OSError, struct.error, ValueError, ZeroDivisionError, OverflowError):
        return None


def _read(file: BinaryIO, size: int) -> Promise | None:
    form = file.read(12)
    if form[:4] in (b"RIFF", b"RF64") and form[8:] == b"WAVE":
        return _wave(file, size)
    if form[:4] == b"FORM" and form[8:] in (b"AIFF", b"AIFC"):
        return _aiff(file, size)
    return None


def _wave(file: BinaryIO, size: int) -> Promise | None:
    rate, wide = 0, None
    for _ in range(_MOST_CHUNKS):
        name, length = struct.unpack("<4sI", file.read(8))
        if name == b"data":
            promised = wide if wide is not None and length == 0xFFFFFFFF else length
            return _promise(promised, size - file.tell(), rate)
        start = file.tell()
        if name == b"fmt ":
            rate = struct.unpack("<I", file.read(12)[8:])[0]
        elif name == b"ds64":
            wide = struct.unpack("<QQ", file.read(16))[1]
        file.seek(start + length + length % 2)
    return None


def _aiff(file: BinaryIO, size: int) -> Promise | None:
    frames, width, rate = 0, 0, 0.0
    sound: int | None = None
    for _ in range(_MOST_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            break
        name, length = struct.unpack(">4sI", head)
        start = file.tell()
        if name == b"COMM":
            channels, frames, bits = struct.unpack(">hIh", file.read(8))
            width, rate = channels * -(-bits // 8), _extended(file.read(10))
        elif name == b"SSND":
            sound = size - start - 8
        file.seek(start + length + length % 2)
    if sound is None or not width:
        return None
    return _promise(frames * width, sound, rate * width)


def _promise(promised: int, present: int, rate: float) -> Promise | None:
    return None if promised in _STREAMED else Promise(promised, max(0, present), rate)


def _extended(data: bytes) -> float:
    """The 80-bit number in which AIFF keeps its rate."""
    exponent, mantissa = struct.unpack(">HQ", data)
    return float(mantissa * 2.0 ** ((exponent & 0x7FFF) - 16383 - 63))
