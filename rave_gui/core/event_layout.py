"""Scalar events that look alike, read many at a time.

A training writes the same few tags over and over: within one tag and one width of the step only
the wall time, the step and the value differ from record to record. A layout is what one record
showed of this; all records of the same length are laid under it as a matrix, those that agree in
every other byte are its kin, and their three numbers are columns. The CRC of kin differs only by
what the differing bytes add, so it is checked at the cost of those bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rave_gui.core.crc32c import UInt32s, crc32c, distance_table, mask_many
from rave_gui.core.event_message import Event, Place
from rave_gui.core.event_points import Points, Steps

Rows: TypeAlias = NDArray[np.uint8]
"""uint8[n, length + 4]: payloads of one length, each with its stored CRC."""

LONGEST = 4096
"""Longer records are read one by one: a layout costs memory by its length."""
_WALL_TIME = 8


@dataclass(frozen=True, eq=False)
class Layout:
    """How the events of one tag with one width of the step are stored."""

    tag: str
    pattern: Rows
    """uint8[length]: the first such record."""
    fixed: Rows
    """uint8[length]: the bits in which every such record agrees with the pattern."""
    wall_time_at: int
    step_at: range
    value_at: Place
    crc: int

    @classmethod
    def of(cls, event: Event, payload: bytes) -> Layout | None:
        """The layout that a sound record shows; ``None`` if it is not one plain scalar."""
        if len(payload) > LONGEST or event.values != 1 or len(event.scalars) != 1:
            return None
        scalar = event.scalars[0]
        if scalar.place is None or event.wall_time_at < 0:
            return None
        fixed = np.full(len(payload), 0xFF, np.uint8)
        fixed[_span(event.wall_time_at, _WALL_TIME)] = 0
        fixed[_span(scalar.place.start, np.dtype(scalar.place.kind).itemsize)] = 0
        # The upper bit of a byte of the step says whether another follows: the width is fixed.
        fixed[event.step_at.start : event.step_at.stop] = 0x80
        pattern = np.frombuffer(payload, np.uint8)
        place = (event.wall_time_at, event.step_at, scalar.place)
        return cls(scalar.tag, pattern, fixed, *place, crc32c(payload))

    def kin(self, rows: Rows) -> NDArray[np.bool_]:
        """bool[n]: which rows have this layout."""
        different = rows[:, : len(self.pattern)] ^ self.pattern
        different &= self.fixed
        kin: NDArray[np.bool_] = np.logical_not(different.any(axis=1))
        return kin

    def sound(self, rows: Rows) -> NDArray[np.bool_]:
        """bool[n]: which of the rows, all of them kin, have the CRC that is stored with them."""
        length = len(self.pattern)
        crcs: UInt32s = np.full(len(rows), self.crc, np.uint32)
        for position in np.flatnonzero(self.fixed != 0xFF).tolist():
            added = rows[:, position] ^ self.pattern[position]
            crcs ^= distance_table(length - 1 - position)[added]
        stored = np.ascontiguousarray(rows[:, length:]).view("<u4")[:, 0]
        agree: NDArray[np.bool_] = mask_many(crcs) == stored
        return agree

    def points(self, rows: Rows) -> Points:
        """The scalars of the rows, all of them sound kin."""
        return Points(
            self._steps(rows),
            self._numbers(rows, self.value_at),
            self._numbers(rows, Place(self.wall_time_at, "<f8")),
        )

    def _numbers(self, rows: Rows, place: Place) -> NDArray[np.float64]:
        """float64[n] of the numbers at one place."""
        size = np.dtype(place.kind).itemsize
        column = np.ascontiguousarray(rows[:, _span(place.start, size)])
        return column.view(place.kind)[:, 0].astype(np.float64)

    def _steps(self, rows: Rows) -> Steps:
        """int64[n] from varints of one width; the tenth byte carries the sign."""
        steps = np.zeros(len(rows), np.uint64)
        for count, position in enumerate(self.step_at):
            part = (rows[:, position] & np.uint8(0x7F)).astype(np.uint64)
            steps |= part << np.uint64(7 * count)
        return steps.view(np.int64)


def _span(start: int, size: int) -> slice:
    return slice(start, start + size)
