"""Every line of a log, however long, that holds some words."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from pathlib import Path

from rave_gui.core.log_blocks import Block, BlockReader
from rave_gui.core.log_lines import LineCutter, LogLine, shown

MOST_LINES = 1_000_000
"""Places that are remembered."""


def pattern_of(words: str, *, case: bool = False) -> re.Pattern[str]:
    """What finds ``words`` in a shown line, as they stand there."""
    return re.compile(re.escape(words), 0 if case else re.IGNORECASE)


class LogSearch:
    """Looks through the whole file once, and then only through what is new.

    Blocks in which the bytes of the words do not occur are passed over unread, which is as fast as
    the disk; of the others only the lines that may match are cut out.
    """

    def __init__(self, path: Path, words: str, *, case: bool = False) -> None:
        self.words, self.case = words, case
        self._reader = BlockReader(path)
        self._pattern = pattern_of(words, case=case)
        self._case = case or not words.isascii()
        self._bytes = words.encode() if self._case else words.encode().lower()
        self._sifts = case or words.isascii()
        self._places = array("Q")
        self._open: int | None = None

    @property
    def count(self) -> int:
        """Lines found so far."""
        return len(self._places) + (self._open is not None)

    @property
    def full(self) -> bool:
        """Whether so many were found that no more are remembered."""
        return len(self._places) >= MOST_LINES

    def advance(self, stop: Callable[[], bool] = lambda: False) -> Iterator[int]:
        """Look through what is new; tells the count after each block.

        Raises:
            OSError: the file cannot be read.
        """
        self._open = None
        for block in self._reader.blocks():
            if stop() or self.full:
                return
            places = [line.offset for line in self._found(block)]
            if block.whole:
                self._places.extend(places)
            else:
                self._open = places[0] if places else None
            yield self.count

    def next_after(self, offset: int) -> int | None:
        """The first place behind ``offset``, or the very first where there is none."""
        places = self._all()
        number = bisect_right(places, offset)
        return places[number % len(places)] if places else None

    def last_before(self, offset: int) -> int | None:
        """The last place before ``offset``, or the very last where there is none."""
        places = self._all()
        return places[bisect_left(places, offset) - 1] if places else None

    def number_of(self, offset: int) -> int | None:
        """Which of the places that is, from 1."""
        places = self._all()
        number = bisect_left(places, offset)
        return number + 1 if number < len(places) and places[number] == offset else None

    def _all(self) -> array[int]:
        return self._places if self._open is None else self._places + array("Q", [self._open])

    def _found(self, block: Block) -> Iterator[LogLine]:
        """The matching lines of ``block``."""
        data = block.data if self._case else block.data.lower()
        if not self._sifts or b"\x1b" in data:  # words may stand apart that are shown together
            yield from self._by_line(block)
        else:
            yield from self._by_bytes(block, data)

    def _by_line(self, block: Block) -> Iterator[LogLine]:
        cutter = LineCutter(block.offset)
        for line in cutter.feed(block.data) + cutter.unfinished():
            if self._pattern.search(line.text):
                yield line

    def _by_bytes(self, block: Block, data: bytes) -> Iterator[LogLine]:
        at = data.find(self._bytes)
        while at >= 0:
            begin = data.rfind(b"\n", 0, at) + 1
            end = data.find(b"\n", at)
            end = len(data) if end < 0 else end
            text = shown(block.data[begin:end])
            if self._pattern.search(text):
                yield LogLine(block.offset + begin, text)
            at = data.find(self._bytes, end + 1)
