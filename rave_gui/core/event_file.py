"""A TensorBoard event file, read as it grows: scalars in columns, clips on demand.

A long training's file is gigabytes of audio around a few megabytes of scalars; only the scalars are
read. Nothing that a file holds makes this raise: what is damaged is stepped over and told in
``problems``; a record that is not all there yet is read by a later poll.
"""

from __future__ import annotations

import stat
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from rave_gui.core.crc32c import masked_crc32c
from rave_gui.core.errors import UserError
from rave_gui.core.event_decode import ClipRef, Decoded, EventDecoder
from rave_gui.core.event_points import Points, ScalarBatch
from rave_gui.core.record_scan import FOOTER, RecordScanner

__all__ = ["ClipRef", "EventFileReader", "Points", "ScalarBatch", "load_clip"]

_MOST_PROBLEMS = 100
_LONGEST_CLIP = 1 << 28


@dataclass(frozen=True)
class FileStamp:
    """What tells that a file is still the one it was, and whether it grew."""

    identity: int
    size: int
    modified: int
    """Nanoseconds."""


class EventFileReader:
    """Follows one event file. Not thread-safe; give each thread its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._begin_anew()
        self._seen: FileStamp | None = None

    def _begin_anew(self) -> None:
        self._scanner, self._decoder = RecordScanner(), EventDecoder()
        self._clips: list[ClipRef] = []
        self._problems: list[str] = []
        self._trouble = ""

    @property
    def offset(self) -> int:
        """How far it has been read, in bytes."""
        return self._scanner.offset

    @property
    def clips(self) -> list[ClipRef]:
        """Every clip so far, in the order of the file."""
        return list(self._clips)

    @property
    def problems(self) -> list[str]:
        """What could not be read, in sentences."""
        problems = list(self._problems)
        if self._scanner.lost_at is not None:
            problems.append(
                f"{self.path.name} is damaged from byte {self._scanner.lost_at} on: "
                "nothing after it could be read."
            )
        return problems + ([self._trouble] if self._trouble else [])

    def poll(self) -> ScalarBatch | None:
        """Read what is new; ``None`` if no scalar is, and the file is the one it was."""
        stamp = self._stamp()
        if stamp is None or stamp == self._seen:
            return None
        restarted = self._was_replaced(stamp)
        if restarted:
            self._begin_anew()
        self._seen = stamp
        points = self._read(stamp.size)
        return ScalarBatch(points, restarted) if points or restarted else None

    def load_clip(self, clip: ClipRef) -> bytes:
        """The encoded audio of one of ``clips``: for RAVE a whole WAV file.

        Raises:
            UserError: It is damaged, or the file is gone.
        """
        return load_clip(self.path, clip)

    def state(self) -> dict[str, Any]:
        """What a later process needs to go on from here (JSON)."""
        return {
            "offset": self.offset,
            "clips": [list(asdict(clip).values()) for clip in self._clips],
            "problems": self._problems,
        }

    @classmethod
    def resume(cls, path: Path, state: Mapping[str, Any]) -> EventFileReader:
        """A reader that goes on where ``state()`` was taken.

        Raises:
            ValueError, TypeError, KeyError: That is no such state.
        """
        reader = cls(path)
        reader._scanner = RecordScanner(int(state["offset"]))
        reader._clips = [ClipRef(*clip) for clip in state["clips"]]
        reader._problems = [str(problem) for problem in state["problems"]]
        return reader

    def _stamp(self) -> FileStamp | None:
        """The file as it is now; ``None`` if it is not there, or no file."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        return FileStamp(status.st_ino, status.st_size, status.st_mtime_ns)

    def _was_replaced(self, stamp: FileStamp) -> bool:
        """Whether this is another file than the one that was read before."""
        other = self._seen is not None and stamp.identity != self._seen.identity
        return other or stamp.size < self.offset

    def _read(self, size: int) -> dict[str, Points]:
        """New points by tag; a file that cannot be read is noted and tried again."""
        parts: dict[str, list[Points]] = defaultdict(list)
        self._trouble = ""
        try:
            with self.path.open("rb") as file:
                for batch in self._scanner.scan(file, size):
                    self._take(self._decoder.decode(batch, file), parts)
        except OSError as error:
            self._trouble = f"{self.path.name} cannot be read: {error.strerror or error}."
            self._seen = None
        return {tag: Points.joined(some) for tag, some in parts.items()}

    def _take(self, decoded: Decoded, parts: dict[str, list[Points]]) -> None:
        """Keep what one batch brought."""
        for tag, points in decoded.points.items():
            parts[tag].append(points)
        self._clips += decoded.clips
        for start, end in decoded.damage[: _MOST_PROBLEMS - len(self._problems)]:
            self._problems.append(
                f"{self.path.name} is damaged between bytes {start} and {end}: "
                "what was recorded there is missing."
            )


def load_clip(path: Path, clip: ClipRef) -> bytes:
    """The encoded audio of ``clip`` in the event file ``path``.

    Raises:
        UserError: It is damaged, or the file is gone.
    """
    try:
        with path.open("rb") as file:
            payload = _sound_payload(file, clip)
    except OSError as error:
        raise UserError(
            f"The clip of step {clip.step} cannot be read: {error.strerror or error}.",
            f"Check that {path} is still there.",
        ) from error
    if payload is None:
        raise UserError(
            f"The clip of step {clip.step} is damaged in {path.name}.",
            "Choose the clip of another validation.",
        )
    begin = clip.offset - clip.record
    return payload[begin : begin + clip.length]


def _sound_payload(file: BinaryIO, clip: ClipRef) -> bytes | None:
    """The record around a clip; ``None`` if it is not what was written."""
    if not 0 <= clip.record_length <= _LONGEST_CLIP:
        return None
    file.seek(clip.record)
    payload, stored = file.read(clip.record_length), file.read(FOOTER)
    sound = len(stored) == FOOTER and masked_crc32c(payload) == int.from_bytes(stored, "little")
    return payload if sound else None
