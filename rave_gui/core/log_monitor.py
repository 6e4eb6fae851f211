"""A job's log as a person would see it in a terminal, read as it grows.

Progress bars write over their own line (a carriage return): such a line is one line whose text
changes. Colours and other control sequences are taken out. Whatever the file holds (a flood, a line
without end, bytes that are no text), memory and the time of one poll are bounded.
"""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from rave_gui.core.log_errors import last_exception

__all__ = ["LogMonitor", "last_exception", "plain"]

_LONGEST_LINE = 4096
_CHUNK = 1 << 20
_MOST_AT_ONCE = 1 << 23
_HEAD = 64
_CONTROL = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles and links, up to their end
    r"|\x1b\[[0-?]*[ -/]*[@-~]?"  # colours, movements of the cursor
    r"|\x1b[@-Z\\-_]?"
    r"|[\x00-\x08\x0b-\x1f\x7f]"
)


class LogMonitor:
    """The last ``max_lines`` lines of a log. Not thread-safe."""

    def __init__(self, path: Path, max_lines: int = 20_000) -> None:
        self._path = path
        self._lines: deque[str] = deque(maxlen=max_lines)
        self._seen: tuple[int, int] | None = None
        self.first = 0
        """How many lines have gone out at the front: the number of ``lines()[0]``."""
        self.restarts = 0
        """How often the file was cut or replaced, so that ``lines`` began anew."""
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._lines.clear()
        self.first, self._offset, self._head, self._pending = 0, 0, b"", ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def poll(self) -> int:
        """Read what is new; how many lines at the end of ``lines()`` are new or changed."""
        try:
            status = self._path.stat()
            if (status.st_ino, status.st_size) == self._seen:
                return 0
            with self._path.open("rb") as file:
                if self._was_replaced(file, status.st_ino, status.st_size):
                    self._begin_anew()
                    self.restarts += 1
                changed = self._read(file, status.st_size)
        except OSError:
            return 0  # not there yet, or out of reach for now: there is nothing new to show
        self._seen = (status.st_ino, status.st_size)
        return changed

    def lines(self) -> list[str]:
        """Every line that is kept, the unfinished one at the end included."""
        return [*self._lines, *self._unfinished()]

    def tail(self, count: int) -> list[str]:
        """The last ``count`` lines."""
        whole = len(self._lines)
        kept = islice(self._lines, max(whole - count, 0), whole)
        return [*kept, *self._unfinished()][-count:] if count > 0 else []

    def _was_replaced(self, file: BinaryIO, identity: int, size: int) -> bool:
        """Whether the file is not the one that was read so far, or was written anew."""
        if self._seen is not None and self._seen[0] != identity:
            return True
        return size < self._offset or file.read(len(self._head)) != self._head

    def _read(self, file: BinaryIO, size: int) -> int:
        """Take in the bytes up to ``size``, only the last of them if there are too many."""
        before, finished = self._pending, 0
        file.seek(0)
        self._head = file.read(min(_HEAD, size))
        if size - self._offset > _MOST_AT_ONCE:
            finished += self._skip_to(size - _MOST_AT_ONCE)
        file.seek(self._offset)
        while self._offset < size:
            chunk = file.read(min(_CHUNK, size - self._offset))
            if not chunk:
                break
            self._offset += len(chunk)
            finished += self._take(self._decoder.decode(chunk))
        return self._changed(finished, before)

    def _changed(self, finished: int, before: str) -> int:
        """How many lines at the end are not what they were."""
        if not finished and self._pending == before:
            return 0
        unfinished = 1 if self._pending else 0
        return min(finished, len(self._lines)) + unfinished

    def _skip_to(self, offset: int) -> int:
        """Leave out what nobody could read anyway, and say so in a line; how many lines that is."""
        missing = offset - self._offset
        added = self._take("\n") if self._pending else 0
        added += self._take(f"[{missing:,} bytes of output are left out here]\n")
        self._offset = offset
        self._decoder.reset()
        return added

    def _take(self, text: str) -> int:
        """Split ``text`` into lines; how many were finished."""
        pieces = (self._pending + text).split("\n")
        self._pending = _shortened(pieces.pop())
        overflow = len(self._lines) + len(pieces) - (self._lines.maxlen or 0)
        self.first += max(overflow, 0)
        self._lines.extend(_shown(piece) for piece in pieces)
        return len(pieces)

    def _unfinished(self) -> Iterator[str]:
        if self._pending:
            yield _shown(self._pending)


def _shortened(piece: str) -> str:
    """What has to be kept of an unfinished line: its last overwriting, and not too much."""
    start = piece.rfind("\r", 0, len(piece) - 1) + 1
    return piece[start : start + _LONGEST_LINE]


def _shown(piece: str) -> str:
    """A line as a terminal would show it: what was written last, without control sequences.

    A carriage return at the very end is half of a line end, or waits to be written over.
    """
    piece = piece.removesuffix("\r")
    return plain(piece[piece.rfind("\r") + 1 :][:_LONGEST_LINE])


def plain(text: str) -> str:
    """``text`` without colours, movements of the cursor and other control signs but tabs."""
    return text if text.isprintable() else _CONTROL.sub("", text)
