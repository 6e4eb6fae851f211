"""From a batch of records to scalars and clips."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rave_gui.core.crc32c import masked_crc32c
from rave_gui.core.event_layout import LONGEST, Layout, Rows
from rave_gui.core.event_message import Audio, Event, read_event
from rave_gui.core.event_points import Points
from rave_gui.core.file_window import FileWindow
from rave_gui.core.protobuf_wire import WireError
from rave_gui.core.record_scan import FOOTER, HEADER, RecordBatch

_MOST_LAYOUTS = 64
"""For one length of record; a file with more tags of one length is read record by record."""
_CHECKED_BELOW = 1 << 24
_Order: TypeAlias = "NDArray[np.int64] | NDArray[np.float64]"


@dataclass(frozen=True)
class ClipRef:
    """A clip in an event file: where it lies, not what it holds.

    ``step`` is as recorded: for RAVE's ``audio_val`` the number of the validation since the
    process started (``model.py``, ``eval_number``), not the global step. ``offset`` and
    ``length`` are those of the encoded audio, ``record`` and ``record_length`` those of the
    payload around it, in bytes.
    """

    tag: str
    step: int
    wall_time: float
    offset: int
    length: int
    sample_rate: int
    channels: int
    frames: int
    record: int
    record_length: int


@dataclass
class Decoded:
    """What a batch says. ``damage``: payloads that are not what was written (offset, after)."""

    points: dict[str, Points] = field(default_factory=dict)
    clips: list[ClipRef] = field(default_factory=list)
    damage: list[tuple[int, int]] = field(default_factory=list)


class EventDecoder:
    """Reads batches; remembers the layouts that it has met."""

    def __init__(self) -> None:
        self._layouts: dict[int, list[Layout]] = defaultdict(list)

    def decode(self, batch: RecordBatch, file: BinaryIO) -> Decoded:
        """Everything in ``batch``; ``file`` is read only around long records' first bytes."""
        collected = _Collected(batch)
        starts, lengths = np.array(batch.starts, np.int64), np.array(batch.lengths, np.int64)
        for length in np.unique(lengths).tolist():
            self._read_equal(np.flatnonzero(lengths == length), length, starts, collected)
        for offset, length, before in batch.long:
            collected.add_long(file, offset, length, before)
        return collected.result()

    def _read_equal(
        self, order: NDArray[np.int64], length: int, starts: NDArray[np.int64], out: _Collected
    ) -> None:
        """Read the records number ``order``, all of one ``length``, by the layouts they share."""
        if length > LONGEST:
            return out.add_singly(order, length)
        for layout in self._layouts[length]:
            order = self._read_kin(layout, order, starts, out)
        while len(order) and len(self._layouts[length]) < _MOST_LAYOUTS:
            fresh = self._new_layout(out.add_one(int(order[0]), length), length)
            order = order[1:]
            if fresh is not None:
                order = self._read_kin(fresh, order, starts, out)
        return out.add_singly(order, length)

    def _new_layout(self, seen: tuple[Event, bytes] | None, length: int) -> Layout | None:
        layout = Layout.of(*seen) if seen else None
        if layout is not None:
            self._layouts[length].append(layout)
        return layout

    def _read_kin(
        self,
        layout: Layout,
        order: NDArray[np.int64],
        starts: NDArray[np.int64],
        out: _Collected,
    ) -> NDArray[np.int64]:
        """Take those records that have ``layout``; returns the others."""
        if not len(order):
            return order
        rows = _rows(out.bytes, starts[order], len(layout.pattern) + FOOTER)
        kin = layout.kin(rows)
        if not kin.any():
            return order
        out.add_kin(layout, rows[kin], order[kin])
        return order[~kin]


class _Collected:
    """Scalars by tag, each with the number of its record, until they are put in order."""

    def __init__(self, batch: RecordBatch) -> None:
        self._batch = batch
        self.bytes: Rows = np.frombuffer(batch.data, np.uint8)
        self._parts: dict[str, list[tuple[_Order, Points]]] = defaultdict(list)
        self._loose: dict[str, list[tuple[float, int, float, float]]] = defaultdict(list)
        self._clips: list[ClipRef] = []
        self._damage: list[tuple[int, int]] = []

    def add_kin(self, layout: Layout, rows: Rows, order: NDArray[np.int64]) -> None:
        """Add records of one layout; those with a wrong CRC are noted instead."""
        sound = layout.sound(rows)
        if not sound.all():
            for number in order[~sound].tolist():
                self._note_damage(number)
            rows, order = rows[sound], order[sound]
        self._parts[layout.tag].append((order, layout.points(rows)))

    def add_singly(self, order: NDArray[np.int64], length: int) -> None:
        """Add records one by one."""
        for number in order.tolist():
            self.add_one(number, length)

    def add_one(self, number: int, length: int) -> tuple[Event, bytes] | None:
        """Add record ``number``; returns what it is, or ``None`` if it is damaged."""
        start = self._batch.starts[number]
        payload = bytes(self._batch.data[start : start + length])
        stored = self._batch.data[start + length : start + length + FOOTER]
        try:
            if masked_crc32c(payload) != int.from_bytes(stored, "little"):
                raise WireError("not what was written")
            event = read_event(payload, 0, length)
        except WireError:
            self._note_damage(number)
            return None
        self._add_event(event, number)
        offset = self._batch.file_offset(start) if event.audio else 0
        self._clips += [_clip(event, clip, offset, offset, length) for clip in event.audio]
        return event, payload

    def add_long(self, file: BinaryIO, offset: int, length: int, before: int) -> None:
        """Add a record that was stepped over, reading no more of it than its small fields."""
        window = FileWindow(file)
        try:
            event = read_event(window, offset, offset + length)
            if event.scalars and not _is_sound(file, offset, length):
                raise WireError("not what was written")
        except WireError:
            self._damage.append((offset - HEADER, offset + length + FOOTER))
            return
        self._add_event(event, before - 0.5)
        self._clips += [_clip(event, clip, 0, offset, length) for clip in event.audio]

    def result(self) -> Decoded:
        """Everything, each tag in the order of its records."""
        for tag, loose in self._loose.items():
            order, steps, values, wall_times = zip(*loose, strict=True)
            self._parts[tag].append(
                (np.array(order, np.float64), Points.of(steps, values, wall_times))
            )
        points = {tag: _in_order(parts) for tag, parts in self._parts.items()}
        points = {tag: some for tag, some in points.items() if len(some)}
        return Decoded(points, self._clips, sorted(self._batch.damage + self._damage))

    def _add_event(self, event: Event, number: float) -> None:
        for scalar in event.scalars:
            self._loose[scalar.tag].append((number, event.step, scalar.value, event.wall_time))

    def _note_damage(self, number: int) -> None:
        start, length = self._batch.starts[number], self._batch.lengths[number]
        offset = self._batch.file_offset(start)
        self._damage.append((offset - HEADER, offset + length + FOOTER))


def _rows(data: Rows, starts: NDArray[np.int64], width: int) -> Rows:
    """uint8[n, width]: the stretch of ``data`` that begins at each of ``starts``, as copies."""
    windows = np.lib.stride_tricks.sliding_window_view(data, width)
    rows: Rows = windows[starts]
    return rows


def _in_order(parts: list[tuple[_Order, Points]]) -> Points:
    """Join parts by the number of their records; several scalars of one record keep their order."""
    points = Points.joined([part for _, part in parts])
    order = np.concatenate([numbers for numbers, _ in parts])
    if np.all(order[1:] >= order[:-1]):
        return points
    by_record = np.argsort(order, kind="stable")
    return Points(points.steps[by_record], points.values[by_record], points.wall_times[by_record])


def _clip(event: Event, audio: Audio, base: int, record: int, record_length: int) -> ClipRef:
    """A clip whose positions count from ``base`` in the file."""
    return ClipRef(
        tag=audio.tag,
        step=event.step,
        wall_time=event.wall_time,
        offset=base + audio.start,
        length=audio.end - audio.start,
        sample_rate=round(audio.sample_rate) if 0 < audio.sample_rate < 1e7 else 0,
        channels=audio.channels,
        frames=audio.frames,
        record=record,
        record_length=record_length,
    )


def _is_sound(file: BinaryIO, offset: int, length: int) -> bool:
    """Whether a long record that holds scalars has its CRC; too long a one is not believed."""
    if length > _CHECKED_BELOW:
        return False
    file.seek(offset)
    payload = file.read(length)
    return masked_crc32c(payload) == int.from_bytes(file.read(FOOTER), "little")
