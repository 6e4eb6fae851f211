"""Signs that a child will not get on by itself: silence, and output known to come before a hang."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

_LONGEST_TICK = 5.0
"""Seconds; a tick that took longer means that we slept, not that the child was silent."""
_CHUNK = 1024 * 1024
_CHUNKS_A_POLL = 16
_TAIL = 8 * 1024
_LONGEST_TEXT = 1000
_log = logging.getLogger("rave_gui.runner")


class SilenceWatch:
    """Notices that none of some files has grown for too long; told the time, in seconds."""

    def __init__(self, paths: Iterable[Path], limit: float | None, now: float) -> None:
        self._paths = tuple(paths)
        self._limit = limit
        self._sizes = self._look()
        self._last = now
        self._told = False
        self.quiet = 0.0

    def forgive(self) -> None:
        """Take what was just written for our own words, not for a sign of life."""
        self._sizes = self._look()

    def tick(self, now: float, counts: bool) -> bool:
        """True once for each silence; time for which ``counts`` is false is no silence."""
        passed, self._last = min(now - self._last, _LONGEST_TICK), now
        sizes = self._look()
        if sizes != self._sizes:
            self._sizes, self.quiet, self._told = sizes, 0.0, False
        elif counts:
            self.quiet += passed
        if self._limit is None or self._told or self.quiet < self._limit:
            return False
        self._told = True
        return True

    def _look(self) -> tuple[int, ...]:
        return tuple(_size(path) for path in self._paths)


class StuckWatch:
    """Looks for patterns in a growing file, each byte once, in bounded memory.

    A match may lie across two reads. ``^`` and ``$`` match at line ends.
    """

    def __init__(self, path: Path, patterns: Sequence[str]) -> None:
        self._path = path
        self._patterns = [compiled for text in patterns if (compiled := _compiled(text))]
        self._offset = 0
        self._tail = b""

    def poll(self) -> str:
        """The line in which a pattern was found, "" while none was."""
        if not self._patterns:
            return ""
        with contextlib.suppress(OSError), self._path.open("rb") as stream:
            stream.seek(self._offset)
            for _ in range(_CHUNKS_A_POLL):
                chunk = stream.read(_CHUNK)
                if not chunk:
                    break
                self._offset += len(chunk)
                if text := self._search(chunk):
                    return text
        return ""

    def _search(self, chunk: bytes) -> str:
        seen = self._tail + chunk
        for pattern in self._patterns:
            if match := pattern.search(seen):
                return _line_around(seen, match.start(), match.end())
        self._tail = seen[max(_last_line(seen), len(seen) - _TAIL) :]
        return ""


def _compiled(text: str) -> re.Pattern[bytes] | None:
    try:
        return re.compile(text.encode(), re.MULTILINE)
    except (re.error, ValueError, OverflowError) as error:
        _log.warning("the pattern %r is left out: %s", text, error)
        return None


def _last_line(text: bytes) -> int:
    """Where the last line of ``text`` begins; a carriage return ends a line as well."""
    return max(text.rfind(b"\n"), text.rfind(b"\r")) + 1


def _line_around(text: bytes, start: int, end: int) -> str:
    begin = _last_line(text[:start])
    ends = [at for mark in (b"\n", b"\r") if (at := text.find(mark, end)) >= 0]
    line = text[begin : min(ends, default=len(text))]
    return line.decode("utf-8", "replace").strip()[:_LONGEST_TEXT]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
