"""The framing of event files: which records there are, without reading the long ones.

TensorFlow's record format: a little-endian uint64 length, its masked CRC-32C, the payload, the
payload's masked CRC-32C. The scanner reads small records in blocks, steps over long ones (audio) by
their length, waits for the rest of a record that is not all there yet, and finds its way again
after damage. It never allocates by a length that a file states.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from rave_gui.core.crc32c import distance_table, mask_many, masked_crc32c

HEADER, FOOTER = 12, 4
SMALL = 1 << 16
"""Payloads up to this many bytes are read; longer ones are stepped over."""
_LONGEST = 1 << 40
_BLOCK = 1 << 18
_BATCH = 1 << 21
_SEARCH_BLOCK = 1 << 20


@dataclass
class RecordBatch:
    """Some records of a file, in order within each kind.

    The payload of small record ``k`` is ``data[starts[k]:starts[k] + lengths[k]]``, its CRC the
    four bytes after it.
    """

    data: bytearray = field(default_factory=bytearray)
    starts: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    runs: list[tuple[int, int]] = field(default_factory=list)
    """Where stretches of ``data`` come from: (index in data, offset in the file)."""
    long: list[tuple[int, int, int]] = field(default_factory=list)
    """Payloads that were not read: (offset in the file, length, small records before it)."""
    damage: list[tuple[int, int]] = field(default_factory=list)
    """Stretches of the file that hold no records: (offset, offset after)."""
    end: int = 0
    """Offset of the first record after this batch."""

    def file_offset(self, index: int) -> int:
        """Where the byte ``data[index]`` lies in the file."""
        begin, offset = self.runs[bisect_right(self.runs, index, key=itemgetter(0)) - 1]
        return offset + index - begin


class RecordScanner:
    """Walks over the records of a file that may be growing; keeps its place between calls."""

    def __init__(self, offset: int = 0) -> None:
        self.offset = offset
        """The first record not handed out yet."""
        self._lengths: dict[bytes, int] = {}
        self._searched_to = 0

    @property
    def lost_at(self) -> int | None:
        """Where damage begins after which no record was found yet."""
        return self.offset if self._searched_to else None

    def scan(self, file: BinaryIO, size: int) -> Iterator[RecordBatch]:
        """Hand out what is complete below ``size``; a torn tail is left for a later call.

        Raises:
            OSError: The file cannot be read. What was handed out before stays valid.
        """
        batch = RecordBatch(end=self.offset)
        while self._advance(file, size, batch):
            if len(batch.data) >= _BATCH:
                self.offset = batch.end
                yield batch
                batch = RecordBatch(end=self.offset)
        self._leave_torn_payload(batch, size)
        if batch.end > self.offset:
            self.offset = batch.end
            yield batch

    def _advance(self, file: BinaryIO, size: int, batch: RecordBatch) -> bool:
        """Take the next stretch into ``batch``; whether there may be more."""
        file.seek(batch.end)
        block = file.read(min(_BLOCK, max(size - batch.end, 0)))
        taken = self._take_small(block, batch)
        if taken:
            batch.end += taken
            return True
        if len(block) < HEADER:
            return False
        length = self._length(block[:HEADER])
        if length is None:
            return self._step_over_damage(file, size, batch)
        if length <= SMALL or batch.end + HEADER + length + FOOTER > size:
            return False
        batch.long.append((batch.end + HEADER, length, len(batch.starts)))
        batch.end += HEADER + length + FOOTER
        return True

    def _take_small(self, block: bytes, batch: RecordBatch) -> int:
        """Add the small records at the front of ``block``; how many bytes they take.

        The one loop that runs for each record. A header is 12 bytes that repeat for every record
        of the same length, so one look-up both reads and verifies it.
        """
        base, position, size = len(batch.data) + HEADER, 0, len(block)
        known, starts, lengths = self._lengths, batch.starts, batch.lengths
        while position + HEADER <= size:
            header = block[position : position + HEADER]
            length = known.get(header)
            if length is None:
                length = self._length(header)
                if length is None or length > SMALL:
                    break
                known[header] = length
            after = position + length + (HEADER + FOOTER)
            if after > size:
                break
            starts.append(base + position)
            lengths.append(length)
            position = after
        if position:
            batch.runs.append((len(batch.data), batch.end))
            batch.data += memoryview(block)[:position]
        return position

    def _length(self, header: bytes) -> int | None:
        """The length that a header states; ``None`` if it is damaged or absurd."""
        length, crc = struct.unpack("<QI", header)
        if crc != masked_crc32c(header[:8]) or length > _LONGEST:
            return None
        return int(length)

    def _step_over_damage(self, file: BinaryIO, size: int, batch: RecordBatch) -> bool:
        """Go on at the next sound header; without one stay, for the bytes may still change."""
        found = find_header(file, max(batch.end + 1, self._searched_to), size)
        if found is None:
            self._searched_to = max(size - HEADER + 1, 0)
            return False
        batch.damage.append((batch.end, found))
        batch.end, self._searched_to = found, 0
        return True

    def _leave_torn_payload(self, batch: RecordBatch, size: int) -> None:
        """Put the very last record back if its payload is not what was written, yet."""
        if not batch.starts or batch.end != size:
            return
        start, length = batch.starts[-1], batch.lengths[-1]
        if batch.file_offset(start) + length + FOOTER != size:
            return
        if masked_crc32c(batch.data[start : start + length]) == int.from_bytes(
            batch.data[start + length : start + length + FOOTER], "little"
        ):
            return
        batch.end -= HEADER + length + FOOTER
        del batch.starts[-1], batch.lengths[-1]


def find_header(file: BinaryIO, start: int, size: int) -> int | None:
    """The offset of the first sound record header at or after ``start``."""
    while start + HEADER <= size:
        file.seek(start)
        block = file.read(min(_SEARCH_BLOCK, size - start))
        if len(block) < HEADER:
            return None
        found = _first_header(np.frombuffer(block, np.uint8))
        if found is not None:
            return start + found
        start += len(block) - HEADER + 1
    return None


def _any_of(block: NDArray[np.uint8], positions: range, count: int) -> NDArray[np.uint8]:
    """uint8[count]: for each place the bits that any byte at these distances from it has."""
    bits = np.zeros(count, np.uint8)
    for position in positions:
        bits |= block[position : position + count]
    return bits


def _first_header(block: NDArray[np.uint8]) -> int | None:
    """Index of the first eight bytes that are a plausible length followed by their own CRC."""
    count = len(block) - HEADER + 1
    low, high = _any_of(block, range(5), count), _any_of(block, range(5, 8), count)
    # No event is empty; without this a stretch of zeros is nothing but candidates.
    places = np.flatnonzero((low != 0) & (high == 0))
    crcs = np.full(len(places), _CRC_OF_ZEROS, np.uint32)
    for position in range(8):
        crcs ^= distance_table(7 - position)[block[places + position]]
    stored = np.zeros(len(places), np.uint32)
    for position in range(4):
        stored |= block[places + 8 + position].astype(np.uint32) << np.uint32(8 * position)
    sound = np.flatnonzero(mask_many(crcs) == stored)
    return int(places[sound[0]]) if len(sound) else None


_CRC_OF_ZEROS = 0x8C28B28A
"""The CRC-32C of eight zero bytes: what the distance tables are relative to."""
