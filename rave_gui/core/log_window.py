"""The stretch of a log that is kept in memory to be looked at; the file stays the truth."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from rave_gui.core.log_lines import LogLine
from rave_gui.core.log_pages import LogPage
from rave_gui.core.log_tail import Growth

MOST_LINES = 20_000
MOST_CHARACTERS = 8_000_000


class LogWindow:
    """Neighbouring lines of a file, never more than fit.

    What goes out at one end can be read again from the file. Every method that changes the front
    answers by how many lines what stayed has moved: what is looked at can stay where it is.
    """

    def __init__(
        self, most_lines: int = MOST_LINES, most_characters: int = MOST_CHARACTERS
    ) -> None:
        self._most, self._room = most_lines, most_characters
        self.lines: list[LogLine] = []
        self._characters = 0
        self.resume = 0
        """Where in the file the line begins that is to follow."""

    @property
    def start(self) -> int:
        """Where the first line begins in the file; 0: there is nothing before it."""
        return self.lines[0].offset if self.lines else 0

    @property
    def full(self) -> bool:
        """Whether another line would push one out."""
        return len(self.lines) >= self._most or self._characters >= self._room

    def index_of(self, offset: int) -> int | None:
        """The number of the line that holds the byte ``offset``; None where it is not here."""
        if not self.lines or offset < self.start:
            return None
        number = bisect_left(self.lines, (offset + 1,)) - 1
        last = number == len(self.lines) - 1
        return None if last and offset > self.lines[-1].offset else number

    def continues(self, growth: Growth) -> bool:
        """Whether ``growth`` begins where this ends, so that nothing would be missing between."""
        follows = not growth.lines or growth.lines[0].offset <= self.resume
        return follows and not growth.skipped and not growth.anew

    def show(self, lines: Sequence[LogLine], resume: int) -> None:
        """Hold these and nothing else; the last of them where they are too many."""
        self.lines, self.resume = list(lines), resume
        self._characters = sum(len(line.text) for line in self.lines)
        self._trim_front()

    def grow(self, growth: Growth) -> int:
        """Take what was written at the end of the file.

        Returns:
            By how many lines the others moved up.
        """
        if not self.continues(growth):
            before = len(self.lines)
            self.show(growth.lines, growth.resume)
            return before
        return self.put_after(LogPage(growth.lines, growth.resume))

    def put_after(self, page: LogPage) -> int:
        """Take lines behind the last, or instead of it where it was unfinished.

        Returns:
            By how many lines the others moved up.
        """
        if page.lines:
            self._drop(bisect_left(self.lines, (page.lines[0].offset,)), len(self.lines))
            self.lines += page.lines
            self._characters += sum(len(line.text) for line in page.lines)
            self.resume = page.resume
        return self._trim_front()

    def put_before(self, page: LogPage) -> int:
        """Take lines in front of the first; those at the end give way.

        Returns:
            By how many lines the others moved down.
        """
        new = [line for line in page.lines if not self.lines or line.offset < self.start]
        self.lines[:0] = new
        self._characters += sum(len(line.text) for line in new)
        end = len(self.lines)
        while end > len(new) and (end > self._most or self._characters > self._room):
            end -= 1
            self._characters -= len(self.lines[end].text)
        if end < len(self.lines):
            self.resume = self.lines[end].offset
            del self.lines[end:]
        return len(new)

    def _trim_front(self) -> int:
        gone = max(0, len(self.lines) - self._most)
        spare = self._characters - sum(len(line.text) for line in self.lines[:gone])
        while spare > self._room and gone < len(self.lines) - 1:
            spare -= len(self.lines[gone].text)
            gone += 1
        self._drop(0, gone)
        return gone

    def _drop(self, begin: int, end: int) -> None:
        self._characters -= sum(len(line.text) for line in self.lines[begin:end])
        del self.lines[begin:end]
