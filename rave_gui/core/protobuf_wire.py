"""Protocol buffers on the level of bytes: fields and where they lie, without any schema.

Enough to read a few numbers out of messages whose bulk is never touched: the content of a field is
not copied, only its place is told. See https://protobuf.dev/programming-guides/encoding/.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_FIXED_SIZES = {FIXED64: 8, FIXED32: 4}
_LONGEST_VARINT = 10
_MOST_FIELDS = 100_000


class WireError(ValueError):
    """The bytes are no message: cut short, or damaged."""


class Sliceable(Protocol):
    """What a message can be read from: ``bytes``, or a window on a file."""

    def __getitem__(self, span: slice, /) -> bytes: ...


class Field(NamedTuple):
    """One field: its content is ``data[start:end]``; ``value`` is the number of a varint."""

    number: int
    wire: int
    value: int
    start: int
    end: int


def read_varint(data: Sliceable, position: int, limit: int) -> tuple[int, int]:
    """The unsigned 64-bit number at ``position`` and the position after it.

    Raises:
        WireError: It does not end before ``limit``, or within ten bytes.
    """
    value = 0
    for count, byte in enumerate(data[position : min(position + _LONGEST_VARINT, limit)]):
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, position + count + 1
    raise WireError(f"no number at {position}")


def signed(value: int) -> int:
    """A varint as the int64 that it stands for."""
    return value - (1 << 64) if value >= 1 << 63 else value


def fields(data: Sliceable, start: int, end: int) -> Iterator[Field]:
    """The fields of the message ``data[start:end]``, in the order in which they are stored.

    Raises:
        WireError: Something does not fit into the message, is of no known kind, or there are more
            fields than any message that we read can have.
    """
    position = start
    for _ in range(_MOST_FIELDS):
        if position >= end:
            return
        field = _field(data, position, end)
        yield field
        position = field.end
    raise WireError("too many fields")


def _field(data: Sliceable, position: int, limit: int) -> Field:
    """The field whose key is at ``position``."""
    key, begin = read_varint(data, position, limit)
    number, wire = key >> 3, key & 7
    value = 0
    if wire == VARINT:
        value, finish = read_varint(data, begin, limit)
    elif wire == BYTES:
        length, begin = read_varint(data, begin, limit)
        finish = begin + length
    elif wire in _FIXED_SIZES:
        finish = begin + _FIXED_SIZES[wire]
    else:
        raise WireError(f"unknown kind of field at {position}")
    if number == 0 or finish > limit:
        raise WireError(f"no field at {position}")
    return Field(number, wire, value, begin, finish)
