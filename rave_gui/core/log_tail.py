"""The end of a log, read as it grows; nothing that was read is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from rave_gui.core.log_lines import LineCutter, LogLine

MOST_AT_ONCE = 1 << 23
"""Bytes that one look reads at most; what was written before them is left out."""
_CHUNK = 1 << 20
_HEAD = 64
_ALIGN = 1 << 16


@dataclass(frozen=True)
class Growth:
    """What one look brought."""

    lines: list[LogLine] = field(default_factory=list)
    """New and changed lines; the first may be the one that was unfinished before."""
    finished: int = 0
    """How many of them will not change any more."""
    resume: int = 0
    """Where the next growth will begin."""
    skipped: int = 0
    """Bytes that were left out before ``lines``."""
    anew: bool = False
    """The file was cut or replaced: nothing of before is true any more."""


class LogTail:
    """Follows one file. Not thread-safe.

    Args:
        path: The file; it may not be there yet.
        aligned: Begin behind the next line end where bytes are left out.
    """

    def __init__(self, path: Path, *, aligned: bool = False) -> None:
        self._path = path
        self._aligned = aligned
        self._seen: tuple[int, int] | None = None
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._offset, self._head = 0, b""
        self._before: list[LogLine] = []
        self._cutter = LineCutter()

    def poll(self) -> Growth | None:
        """What is new since the last time; None where nothing is."""
        try:
            status = self._path.stat()
            if (status.st_ino, status.st_size) == self._seen:
                return None
            with self._path.open("rb") as file:
                anew = self._was_replaced(file, status.st_ino, status.st_size)
                if anew:
                    self._begin_anew()
                growth = self._read(file, status.st_size, anew)
        except OSError:
            return None  # not there yet, or out of reach for now: there is nothing new to show
        self._seen = (status.st_ino, status.st_size)
        return growth if growth.lines or anew else None

    def _was_replaced(self, file: BinaryIO, identity: int, size: int) -> bool:
        """Whether the file is not the one that was read so far, or was written anew."""
        if self._seen is not None and self._seen[0] != identity:
            return True
        return size < self._offset or file.read(len(self._head)) != self._head

    def _read(self, file: BinaryIO, size: int, anew: bool) -> Growth:
        """Take in the bytes up to ``size``, only the last of them if there are too many."""
        file.seek(0)
        self._head = file.read(min(_HEAD, size))
        skipped = self._skip(file, size)
        lines = self._cut(file, size)
        finished, rest = len(lines), self._cutter.unfinished()
        changed, self._before = rest != self._before, rest
        shown = lines + rest if finished or changed or skipped else []
        return Growth(shown, finished, self._cutter.resume, skipped, anew)

    def _cut(self, file: BinaryIO, size: int) -> list[LogLine]:
        lines: list[LogLine] = []
        file.seek(self._offset)
        while self._offset < size:
            chunk = file.read(min(_CHUNK, size - self._offset))
            if not chunk:
                break
            self._offset += len(chunk)
            lines += self._cutter.feed(chunk)
        return lines

    def _skip(self, file: BinaryIO, size: int) -> int:
        """Leave out what nobody could read as fast as it comes; how many bytes that is."""
        begin = size - MOST_AT_ONCE
        if begin <= self._offset:
            return 0
        if self._aligned:
            file.seek(begin)
            begin += file.read(_ALIGN).find(b"\n") + 1
        skipped, self._offset = begin - self._offset, begin
        self._cutter, self._before = LineCutter(begin), []
        return skipped
