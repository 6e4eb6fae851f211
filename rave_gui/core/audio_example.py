"""One entry of RAVE's dataset: a chunk of sound, or, in a lazy dataset, a reference to a file.

The message is ``AudioExample`` of udls (``audio_example.proto``): a map of buffers and a map of
texts. ``rave preprocess`` writes the one buffer ``waveform``, 16-bit, channel after channel
(``scripts/preprocess.py``, ``process_audio_array``); the second number of its shape counts bytes,
not samples, and is not used here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rave_gui.core.protobuf_wire import BYTES, VARINT, Field, WireError, fields, read_varint

_BUFFERS, _METADATA = 1, 2
_KEY, _VALUE = 1, 2
_SHAPE, _SAMPLE_RATE, _DATA, _PRECISION = 1, 2, 3, 4
_WAVEFORM = "waveform"
INT16 = 3


@dataclass(frozen=True)
class AudioExample:
    """What an entry holds. ``data``: int16, little-endian, channel after channel; may be empty."""

    channels: int = 0
    sample_rate: int = 0
    precision: int = 0
    data: bytes = b""
    metadata: dict[str, str] = field(default_factory=dict)


def read_audio_example(message: bytes) -> AudioExample:
    """Read one entry.

    Raises:
        WireError: It is no such message.
    """
    metadata: dict[str, str] = {}
    waveform: Field | None = None
    for item in fields(message, 0, len(message)):
        if item.wire == BYTES and item.number in {_BUFFERS, _METADATA}:
            key, value = _entry(message, item)
            if item.number == _METADATA:
                metadata[key] = message[value.start : value.end].decode("utf-8", "replace")
            elif key == _WAVEFORM:
                waveform = value
    return _with_sound(message, waveform, metadata)


def _with_sound(message: bytes, waveform: Field | None, metadata: dict[str, str]) -> AudioExample:
    """The example with the numbers and bytes of its waveform, where it has one."""
    if waveform is None:
        return AudioExample(metadata=metadata)
    shape: list[int] = []
    numbers: dict[int, int] = {}
    data = b""
    for item in fields(message, waveform.start, waveform.end):
        if item.number == _SHAPE:
            shape += _numbers(message, item)
        elif item.number == _DATA and item.wire == BYTES:
            data = message[item.start : item.end]
        elif item.wire == VARINT:
            numbers[item.number] = item.value
    rate, precision = numbers.get(_SAMPLE_RATE, 0), numbers.get(_PRECISION, 0)
    return AudioExample(shape[0] if shape else 1, rate, precision, data, metadata)


def _entry(message: bytes, entry: Field) -> tuple[str, Field]:
    """Key and value of one entry of a map."""
    key, value = "", None
    for item in fields(message, entry.start, entry.end):
        if item.number == _KEY and item.wire == BYTES:
            key = message[item.start : item.end].decode("utf-8", "replace")
        elif item.number == _VALUE and item.wire == BYTES:
            value = item
    if value is None:
        raise WireError("a map entry without a value")
    return key, value


def _numbers(message: bytes, item: Field) -> Iterator[int]:
    """The numbers of a repeated field, stored one by one or packed."""
    if item.wire == VARINT:
        yield item.value
    elif item.wire == BYTES:
        position = item.start
        while position < item.end:
            value, position = read_varint(message, position, item.end)
            yield value
