"""Any stretch of a log, however long the log is: what somebody scrolls or jumps to."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rave_gui.core.log_lines import LineCutter, LogLine

_BLOCK = 1 << 19
"""Bytes of a page."""
_MOST_LINES = 5000
"""Lines of a page, where they are short."""
_LONGEST = 1 << 22
"""A line without end is taken in pieces of that many bytes."""


@dataclass(frozen=True)
class LogPage:
    """Neighbouring lines."""

    lines: list[LogLine]
    resume: int
    """Where the next page begins."""


def page_before(path: Path, offset: int, most_lines: int = _MOST_LINES) -> LogPage:
    """The lines that end before ``offset``, the nearest last; none at the beginning of the file.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        begin, data = _back_to_a_line(file, offset)
    cutter = LineCutter(begin)
    lines = cutter.feed(data) + cutter.unfinished()
    return LogPage(lines[-most_lines:], offset)


def page_from(path: Path, offset: int) -> LogPage:
    """The lines from the one that begins at ``offset``, the unfinished one at the end included.

    Raises:
        OSError: the file cannot be read.
    """
    cutter, lines = LineCutter(offset), list[LogLine]()
    with path.open("rb") as file:
        file.seek(offset)
        for _ in range(_LONGEST // _BLOCK):
            data = file.read(_BLOCK)
            lines += cutter.feed(data)
            if lines or len(data) < _BLOCK:
                break
        at_end = file.read(1) == b""
    if at_end or not lines:
        lines += cutter.unfinished()
    if len(lines) > _MOST_LINES:
        return LogPage(lines[:_MOST_LINES], lines[_MOST_LINES].offset)
    return LogPage(lines, cutter.resume)


def page_around(path: Path, offset: int) -> LogPage:
    """The lines before and from ``offset``.

    Raises:
        OSError: the file cannot be read.
    """
    before, after = page_before(path, offset), page_from(path, offset)
    return LogPage(before.lines + after.lines, after.resume)


def last_page(path: Path, most_lines: int = 4 * _MOST_LINES) -> LogPage:
    """The lines at the end of the file.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
    return page_before(path, size, most_lines)


def _back_to_a_line(file: BinaryIO, offset: int) -> tuple[int, bytes]:
    """Where a line begins about a page before ``offset``, and the bytes from there to it."""
    size = _BLOCK
    while True:
        begin = max(0, offset - size)
        file.seek(begin)
        data = file.read(offset - begin)
        end = 0 if begin == 0 else data.find(b"\n", 0, max(len(data) - 1, 0)) + 1
        if end or begin == 0 or size >= _LONGEST:
            return begin + end, data[end:]
        size *= 2
