"""One TensorBoard event: its scalars, and where its audio lies.

Field numbers are those of TensorFlow's ``event.proto``, ``summary.proto`` and ``tensor.proto``.
torch's ``SummaryWriter.add_scalar`` writes one event with one ``simple_value`` a call, or, asked
for the new style, one tensor with a single number in it. Audio, which is nearly all of a RAVE event
file, is never copied: only its place is told. Everything else (text, images) is passed over.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import NamedTuple

from rave_gui.core.protobuf_wire import (
    BYTES,
    FIXED32,
    FIXED64,
    VARINT,
    Field,
    Sliceable,
    WireError,
    fields,
    read_varint,
    signed,
)

_EVENT_WALL_TIME, _EVENT_STEP, _EVENT_SUMMARY = 1, 2, 5
_SUMMARY_VALUE = 1
_VALUE_TAG, _VALUE_SIMPLE, _VALUE_AUDIO, _VALUE_TENSOR = 1, 2, 6, 8
_AUDIO_SAMPLE_RATE, _AUDIO_CHANNELS, _AUDIO_FRAMES, _AUDIO_ENCODED = 1, 2, 3, 4
_TENSOR_TYPE, _TENSOR_CONTENT = 1, 4
_LONGEST_TAG = 4096

FLOAT, DOUBLE = "<f4", "<f8"
# The types of a tensor that can be a scalar: DataType of types.proto -> struct code of its content.
_CONTENT_CODES = {1: "f", 2: "d", 3: "i", 4: "B", 5: "h", 6: "b", 9: "q", 10: "?"} | {
    17: "H",
    19: "e",
    22: "I",
    23: "Q",
}
# The typed fields of a tensor: field number -> struct code, where it has a fixed width.
_TENSOR_FIXED = {5: "f", 6: "d"}
_TENSOR_VARINTS = frozenset({7, 10, 11, 16, 17})


class Place(NamedTuple):
    """Where a number is stored, and how (a numpy type)."""

    start: int
    kind: str


class Scalar(NamedTuple):
    """One number. ``place`` is ``None`` where it is not stored with a fixed width."""

    tag: str
    value: float
    place: Place | None


class Audio(NamedTuple):
    """One clip: its encoded file (RAVE: 16-bit WAV) is ``data[start:end]``."""

    tag: str
    start: int
    end: int
    sample_rate: float
    channels: int
    frames: int


@dataclass
class Event:
    """What one record says. Positions count from the beginning of the data it was read from."""

    wall_time: float = 0.0
    step: int = 0
    wall_time_at: int = -1
    step_at: range = field(default_factory=lambda: range(0))
    values: int = 0
    scalars: list[Scalar] = field(default_factory=list)
    audio: list[Audio] = field(default_factory=list)


def read_event(data: Sliceable, start: int, end: int) -> Event:
    """Read the event in ``data[start:end]``.

    Raises:
        WireError: It is no event.
    """
    event = Event()
    for item in fields(data, start, end):
        if item.number == _EVENT_WALL_TIME and item.wire == FIXED64:
            event.wall_time, event.wall_time_at = _number(data, item, "d"), item.start
        elif item.number == _EVENT_STEP and item.wire == VARINT:
            event.step, event.step_at = signed(item.value), range(item.start, item.end)
        elif item.number == _EVENT_SUMMARY and item.wire == BYTES:
            _read_summary(data, item, event)
    return event


def _read_summary(data: Sliceable, summary: Field, event: Event) -> None:
    """Add what the summary holds to ``event``."""
    for item in fields(data, summary.start, summary.end):
        if item.number == _SUMMARY_VALUE and item.wire == BYTES:
            event.values += 1
            _read_value(data, item, event)


def _read_value(data: Sliceable, value: Field, event: Event) -> None:
    """Add one tagged value; the tag may come after what it names."""
    tag, content = "", None
    for item in fields(data, value.start, value.end):
        if item.number == _VALUE_TAG and item.wire == BYTES:
            if item.end - item.start > _LONGEST_TAG:
                raise WireError("a tag of absurd length")
            tag = data[item.start : item.end].decode("utf-8", "replace")
        elif (item.number, item.wire) in {
            (_VALUE_SIMPLE, FIXED32),
            (_VALUE_AUDIO, BYTES),
            (_VALUE_TENSOR, BYTES),
        }:
            content = item
    if content is not None:
        _add_content(data, tag, content, event)


def _add_content(data: Sliceable, tag: str, content: Field, event: Event) -> None:
    """Add a scalar or a clip, by the kind of its field."""
    if content.number == _VALUE_SIMPLE:
        place = Place(content.start, FLOAT)
        event.scalars.append(Scalar(tag, _number(data, content, "f"), place))
    elif content.number == _VALUE_AUDIO:
        event.audio.append(_read_audio(data, tag, content))
    else:
        scalar = _read_tensor(data, tag, content)
        if scalar is not None:
            event.scalars.append(scalar)


def _read_audio(data: Sliceable, tag: str, audio: Field) -> Audio:
    """Where the encoded audio lies."""
    rate, numbers, encoded = 0.0, {}, range(audio.end, audio.end)
    for item in fields(data, audio.start, audio.end):
        if item.number == _AUDIO_SAMPLE_RATE and item.wire == FIXED32:
            rate = _number(data, item, "f")
        elif item.number == _AUDIO_ENCODED and item.wire == BYTES:
            encoded = range(item.start, item.end)
        elif item.wire == VARINT:
            numbers[item.number] = signed(item.value)
    channels, frames = numbers.get(_AUDIO_CHANNELS, 0), numbers.get(_AUDIO_FRAMES, 0)
    return Audio(tag, encoded.start, encoded.stop, rate, channels, frames)


def _read_tensor(data: Sliceable, tag: str, tensor: Field) -> Scalar | None:
    """The one number of a tensor; ``None`` for text and for anything with more than one."""
    kind, found = 0, None
    for item in fields(data, tensor.start, tensor.end):
        if item.number == _TENSOR_TYPE and item.wire == VARINT:
            kind = item.value
        elif item.number == _TENSOR_CONTENT or item.number in _TENSOR_FIXED | dict.fromkeys(
            _TENSOR_VARINTS
        ):
            if found is not None:
                return None
            found = item
    return None if found is None else _tensor_scalar(data, tag, kind, found)


def _tensor_scalar(data: Sliceable, tag: str, kind: int, item: Field) -> Scalar | None:
    """The scalar in one field of a tensor, packed or not; ``None`` unless it is exactly one."""
    if item.number in _TENSOR_VARINTS:
        value = _single_varint(data, item)
        return None if value is None else Scalar(tag, float(value), None)
    code = _TENSOR_FIXED.get(item.number) or _CONTENT_CODES.get(kind, "")
    if not code or item.end - item.start != struct.calcsize(f"<{code}"):
        return None
    stored = {"f": FLOAT, "d": DOUBLE}.get(code)
    place = Place(item.start, stored) if stored else None
    return Scalar(tag, _number(data, item, code), place)


def _single_varint(data: Sliceable, item: Field) -> int | None:
    """The number of an integer field, bare or packed alone; ``None`` if several are packed."""
    if item.wire == VARINT:
        return signed(item.value)
    value, after = read_varint(data, item.start, item.end)
    return signed(value) if after == item.end else None


def _number(data: Sliceable, item: Field, code: str) -> float:
    """The little-endian number that fills ``item``."""
    number: float = struct.unpack(f"<{code}", data[item.start : item.end])[0]
    return float(number)
