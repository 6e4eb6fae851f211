"""Bytes of a log as the lines that a terminal would show, each with its place in the file.

A progress bar writes over its own line (a carriage return): such a line is one line whose text
changes. Colours and other control sequences are taken out, and a line is as long as a person may
want to read.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST_LINE = 4096
"""Characters of a line that are kept."""
_MOST_BYTES = 4 * LONGEST_LINE
_CONTROL = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles and links, up to their end
    r"|\x1b\[[0-?]*[ -/]*[@-~]?"  # colours, movements of the cursor
    r"|\x1b[@-Z\\-_]?"
    r"|[\x00-\x08\x0b-\x1f\x7f]"
)


class LogLine(NamedTuple):
    """One line."""

    offset: int
    """Where it begins in the file, in bytes: its name for as long as the file lives."""
    text: str


class LineCutter:
    """Cuts bytes into lines as they come; holds back the one that is not finished."""

    def __init__(self, offset: int = 0) -> None:
        self._start = self._at = offset
        self._pending = b""

    @property
    def resume(self) -> int:
        """Where the line begins that is not finished, or the next one will."""
        return self._start

    def feed(self, data: bytes) -> list[LogLine]:
        """Take in the next bytes; the lines that they finish."""
        parts = data.split(b"\n")
        rest = parts.pop()
        if not parts:
            self._pending = _shortened(self._pending + rest)
            self._at += len(rest)
            return []
        lines = [LogLine(self._start, shown(self._pending + parts[0]))]
        at = self._at + len(parts[0]) + 1
        for part in parts[1:]:
            lines.append(LogLine(at, shown(part)))
            at += len(part) + 1
        self._start, self._at = at, at + len(rest)
        self._pending = _shortened(rest)
        return lines

    def unfinished(self) -> list[LogLine]:
        """The line at the end as it is by now, where there is one."""
        return [LogLine(self._start, shown(self._pending))] if self._pending else []


def shown(piece: bytes) -> str:
    """A line as a terminal would show it: what was written last, without control sequences.

    A carriage return at the very end is half of a line end, or waits to be written over.
    """
    piece = piece.removesuffix(b"\r")
    begin = piece.rfind(b"\r") + 1
    text = piece[begin : begin + _MOST_BYTES].decode("utf-8", "replace")
    return plain(text[:LONGEST_LINE])


def plain(text: str) -> str:
    """``text`` without colours, movements of the cursor and other control signs but tabs."""
    return text if text.isprintable() else _CONTROL.sub("", text)


def _shortened(piece: bytes) -> bytes:
    """What has to be kept of an unfinished line: its last overwriting, and not too much."""
    start = piece.rfind(b"\r", 0, len(piece) - 1) + 1
    kept = piece[start : start + _MOST_BYTES]
    # What comes after a return writes over all this, however long it was.
    cut = len(piece) - start > _MOST_BYTES and piece.endswith(b"\r")
    return kept + b"\r" if cut else kept
