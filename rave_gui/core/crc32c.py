"""CRC-32C (Castagnoli), the checksum of event files, in numpy and without a compiled helper.

A CRC is linear over XOR: what a byte adds to the result depends only on the byte and on how many
bytes come after it. One table of 256 entries for each such distance therefore turns the serial
algorithm into independent look-ups, which numpy does for thousands of records at once. The
polynomial (0x1EDC6F41, reflected 0x82F63B78) is that of RFC 3720; the mask is TensorFlow's, from
its record format.
"""

from __future__ import annotations

import threading
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

UInt32s: TypeAlias = NDArray[np.uint32]
Bytes: TypeAlias = "bytes | bytearray | memoryview"

_POLYNOMIAL = 0x82F63B78
_ALL_ONES = 0xFFFFFFFF
_MASK_DELTA = 0xA282EAD8
_LANE = 256
_LANES_AT_ONCE = 4096
_SERIAL_BELOW = 4096


def _first_table() -> UInt32s:
    """What one byte with nothing after it adds, for each of its 256 values."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(_POLYNOMIAL), table >> 1)
    return table.astype(np.uint32)


_tables: list[UInt32s] = [_first_table()]
_serial: list[int] = _tables[0].tolist()
_growing = threading.Lock()


def distance_table(distance: int) -> UInt32s:
    """uint32[256]: what a byte that has ``distance`` bytes after it adds to the CRC."""
    if distance >= len(_tables):
        with _growing:
            while len(_tables) <= distance:
                last = _tables[-1]
                _tables.append((last >> 8) ^ _tables[0][last & 0xFF])
    return _tables[distance]


def crc32c(data: Bytes) -> int:
    """The CRC-32C of ``data``."""
    view = memoryview(data)
    state, done = _ALL_ONES, 0
    if len(view) >= _SERIAL_BELOW:
        state, done = _lanes(view, state)
    for byte in view[done:]:
        state = _serial[(state ^ byte) & 0xFF] ^ (state >> 8)
    return state ^ _ALL_ONES


def mask(crc: int) -> int:
    """The form in which a record stores its CRC (TensorFlow, ``core/lib/hash/crc32c.h``)."""
    return (((crc >> 15) | (crc << 17)) + _MASK_DELTA) & _ALL_ONES


def masked_crc32c(data: Bytes) -> int:
    """``mask(crc32c(data))``."""
    return mask(crc32c(data))


def mask_many(crcs: UInt32s) -> UInt32s:
    """``mask`` of each element; uint32 arithmetic wraps as the format wants."""
    masked: UInt32s = ((crcs >> np.uint32(15)) | (crcs << np.uint32(17))) + np.uint32(_MASK_DELTA)
    return masked


def _lanes(view: memoryview, state: int) -> tuple[int, int]:
    """Take whole lanes of 256 bytes; returns the state after them and how many bytes they were."""
    whole = len(view) // _LANE * _LANE
    step = _LANE * _LANES_AT_ONCE
    for start in range(0, whole, step):
        lanes = np.frombuffer(view[start : min(start + step, whole)], np.uint8).reshape(-1, _LANE)
        state = _chain(_crc_of_rows(lanes), state)
    return state, whole


def _crc_of_rows(rows: NDArray[np.uint8]) -> UInt32s:
    """uint32[n] from uint8[n, _LANE]: the CRC of each row, begun from zero."""
    columns = np.ascontiguousarray(rows.T)
    total = np.zeros(len(rows), np.uint32)
    for position, column in enumerate(columns):
        total ^= distance_table(_LANE - 1 - position)[column]
    return total


def _chain(crcs: UInt32s, state: int) -> int:
    """Join the CRCs of neighbouring lanes: a state counts like the first four bytes of the next."""
    first, second, third, fourth = (distance_table(_LANE - 1 - k).tolist() for k in range(4))
    for crc in crcs.tolist():
        state = (
            crc
            ^ first[state & 0xFF]
            ^ second[(state >> 8) & 0xFF]
            ^ third[(state >> 16) & 0xFF]
            ^ fourth[state >> 24]
        )
    return state
