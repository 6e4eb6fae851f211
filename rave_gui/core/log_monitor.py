"""A job's log as a person would see it in a terminal, read as it grows: its last lines.

Whatever the file holds (a flood, a line without end, bytes that are no text), memory and the time
of one poll are bounded. How bytes become lines is told in :mod:`rave_gui.core.log_lines`.
"""

from __future__ import annotations

from collections import deque
from itertools import islice
from pathlib import Path

from rave_gui.core.log_errors import last_exception
from rave_gui.core.log_lines import plain
from rave_gui.core.log_tail import Growth, LogTail

__all__ = ["LogMonitor", "last_exception", "plain"]


class LogMonitor:
    """The last ``max_lines`` lines of a log. Not thread-safe."""

    def __init__(self, path: Path, max_lines: int = 20_000) -> None:
        self._tail = LogTail(path)
        self._lines: deque[str] = deque(maxlen=max_lines)
        self._open: list[str] = []
        self.first = 0
        """How many lines have gone out at the front: the number of ``lines()[0]``."""
        self.restarts = 0
        """How often the file was cut or replaced, so that ``lines`` began anew."""

    def poll(self) -> int:
        """Read what is new; how many lines at the end of ``lines()`` are new or changed."""
        growth = self._tail.poll()
        if growth is None:
            return 0
        if growth.anew:
            self.restarts += 1
            self.first = 0
            self._lines.clear()
            self._open = []
        return self._take(growth)

    def lines(self) -> list[str]:
        """Every line that is kept, the unfinished one at the end included."""
        return [*self._lines, *self._open]

    def tail(self, count: int) -> list[str]:
        """The last ``count`` lines."""
        whole = len(self._lines)
        kept = islice(self._lines, max(whole - count, 0), whole)
        return [*kept, *self._open][-count:] if count > 0 else []

    def _take(self, growth: Growth) -> int:
        texts = [line.text for line in growth.lines]
        new = texts[: growth.finished]
        if growth.skipped:
            new[:0] = [*self._open, f"[{growth.skipped:,} bytes of output are left out here]"]
        self.first += max(len(self._lines) + len(new) - (self._lines.maxlen or 0), 0)
        self._lines.extend(new)
        self._open = texts[growth.finished :]
        return min(len(new), len(self._lines)) + len(self._open)
