"""Event files made with TensorBoard's own writer and messages."""

from __future__ import annotations

import io
import struct
import wave
from collections.abc import Iterable, Sequence
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
from tensorboard.summary.writer.record_writer import RecordWriter

Point = tuple[str, int, float, float]
"""Tag, step, wall time, value."""


def framed(payload: bytes) -> bytes:
    """One record."""
    buffer = io.BytesIO()
    RecordWriter(buffer).write(payload)
    return buffer.getvalue()


def header(length: int) -> bytes:
    """The header of a record of that length, with a right CRC."""
    number = struct.pack("<Q", length)
    return number + struct.pack("<I", masked_crc32c(number))


def scalar(tag: str, step: int, value: float, wall_time: float = 1.5e9) -> bytes:
    """One scalar as torch's ``add_scalar`` writes it."""
    summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
    return event(summary, step, wall_time)


def event(summary: Summary, step: int, wall_time: float = 1.5e9) -> bytes:
    """One event with a summary."""
    return Event(wall_time=wall_time, step=step, summary=summary).SerializeToString()


def wav(samples: int) -> bytes:
    """A mono 16-bit WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(44100)
        file.writeframes(bytes(range(256)) * (samples // 128))
    return buffer.getvalue()


def clip(ordinal: int, samples: int = 1024, wall_time: float = 1.5e9) -> bytes:
    """A clip as torch's ``add_audio`` writes it."""
    audio = Summary.Audio(
        sample_rate=44100,
        num_channels=1,
        length_frames=samples,
        encoded_audio_string=wav(samples),
        content_type="audio/wav",
    )
    summary = Summary(value=[Summary.Value(tag="audio_val", audio=audio)])
    return event(summary, ordinal, wall_time)


def write(path: Path, payloads: Iterable[bytes]) -> Path:
    """An event file with these records after TensorBoard's first one."""
    first = Event(wall_time=1.5e9, file_version="brain.Event:2").SerializeToString()
    path.write_bytes(b"".join(framed(payload) for payload in [first, *payloads]))
    return path


def training(points: Sequence[Point]) -> list[bytes]:
    """The payloads of these scalars."""
    return [scalar(tag, step, value, wall_time) for tag, step, wall_time, value in points]
