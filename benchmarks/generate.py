"""A synthetic event file as a long training leaves it: scalars every 50 steps, clips between.

Records are laid down as torch's ``SummaryWriter`` lays them: one event for each scalar, in the
order in which RAVE logs them. The numbers are arbitrary; every checksum is right.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rave_gui.core.crc32c import masked_crc32c

TAGS = (
    "beta_factor",
    "multiband_spectral_distance",
    "fullband_spectral_distance",
    "regularization",
    "loss_dis",
    "pred_real",
    "pred_fake",
    "feature_matching",
    "adversarial",
    "epoch",
)
LOG_EVERY = 50
START = 1_700_000_000.0


def write_run(path: Path, steps: int = 3_000_000, clips: int = 300, samples: int = 1 << 20) -> None:
    """Write a run of ``steps`` with ``clips`` validations of one clip of ``samples`` each.

    The defaults make 600,300 scalars and 300 clips of 2 MB, 660 MB in all.
    """
    every = steps // clips if clips else steps + 1
    wave, random = _wave(samples), np.random.default_rng(0)
    with path.open("wb") as file:
        file.write(first_record())
        for last in range(LOG_EVERY, steps + 1, LOG_EVERY):
            values = random.standard_normal(len(TAGS)).astype("<f4")
            file.writelines(_scalars(last - 1, values))
            if last % every == 0:
                file.write(_clip(last // every - 1, last - 1, wave))
                file.write(scalar("validation", last - 1, float(values[0])))


def first_record() -> bytes:
    """What every event file begins with."""
    return _record(_field(1, 1, struct.pack("<d", START)) + _text(3, b"brain.Event:2"))


def _scalars(step: int, values: np.ndarray) -> Iterator[bytes]:
    for tag, value in zip(TAGS, values, strict=True):
        yield scalar(tag, step, float(value))


def scalar(tag: str, step: int, value: float) -> bytes:
    """One scalar as a whole record."""
    content = _text(1, tag.encode()) + _field(2, 5, struct.pack("<f", value))
    return _event(step, step, content)


def _clip(ordinal: int, step: int, wave: bytes) -> bytes:
    audio = _field(1, 5, struct.pack("<f", 44100)) + _field(2, 0, b"\x01")
    audio += _field(3, 0, _varint((len(wave) - 44) // 2)) + _text(4, wave) + _text(5, b"audio/wav")
    return _event(ordinal, step, _text(1, b"audio_val") + _text(6, audio))


def _event(step: int, time: int, value: bytes) -> bytes:
    head = _field(1, 1, struct.pack("<d", START + time * 0.1))
    head += _field(2, 0, _varint(step)) if step else b""
    return _record(head + _text(5, _text(1, value)))


def _record(payload: bytes) -> bytes:
    length = struct.pack("<Q", len(payload))
    crcs = (struct.pack("<I", masked_crc32c(part)) for part in (length, payload))
    return length + next(crcs) + payload + next(crcs)


def _field(number: int, wire: int, content: bytes) -> bytes:
    return bytes([number << 3 | wire]) + content


def _text(number: int, content: bytes) -> bytes:
    return _field(number, 2, _varint(len(content)) + content)


def _varint(value: int) -> bytes:
    parts = []
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def _wave(samples: int) -> bytes:
    """A mono 16-bit WAV file of noise, 44.1 kHz."""
    data = np.random.default_rng(1).integers(-9000, 9000, samples).astype("<i2").tobytes()
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 44100, 88200, 2, 16)
    body = b"WAVE" + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


if __name__ == "__main__":
    write_run(Path(sys.argv[1]))
