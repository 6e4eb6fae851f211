"""What a log tells that is known or alarming, each with its place in the file."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rave_gui.backend.explain import UNKNOWN, Explainer, Match, explain, unknown
from rave_gui.backend.explain_file import WELL
from rave_gui.backend.explain_table import KNOWN, TELLING
from rave_gui.core.log_blocks import Block, BlockReader
from rave_gui.core.log_errors import last_exception_at
from rave_gui.core.log_lines import shown
from rave_gui.core.log_pages import last_page

_MOST_BYTES = 1 << 26
"""How much of the end of a log is looked through: what failed is told there."""
_MOST_REMEMBERED = 512
_MOST_IN_A_BLOCK = 300
"""Telling lines of a block that are looked at: of a flood the last ones."""
_SIFT = re.compile(b"|".join(re.escape(word.encode()) for word in TELLING))
_EXCUSES = tuple(word for item in KNOWN for word in item.unless)


@dataclass(frozen=True)
class LogFinding:
    """One line of a log, and what it means."""

    offset: int
    """Where the line begins in the file."""
    match: Match

    @property
    def known(self) -> bool:
        """Whether its cause is known."""
        return self.match.id != UNKNOWN


class LogFindings:
    """Looks through the end of a log once, and then only through what is new. Not thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader = BlockReader(path, _late_start(path))
        self._explainer = Explainer()
        self._places: dict[str, LogFinding] = {}
        self._seen: dict[str, tuple[Match, ...]] = {}
        self._well = False

    def advance(self, stop: Callable[[], bool] = lambda: False) -> tuple[LogFinding, ...]:
        """Look through what is new; everything that holds now, in the order of the file.

        Raises:
            OSError: the file cannot be read.
        """
        for block in self._reader.blocks():
            if stop():
                break
            self._look(block)
        valid = {match.id for match in self._explainer.matches()}
        known = [place for id_, place in self._places.items() if id_ in valid]
        return tuple(sorted(known or self._last_exception(), key=lambda place: place.offset))

    def _look(self, block: Block) -> None:
        """Only lines with a telling word are looked at closely."""
        data = block.data
        self._well = self._well or any(word.encode() in data for word in WELL)
        self._explainer.add(word for word in _EXCUSES if word.encode() in data)
        for begin, end in deque(_telling(data), maxlen=_MOST_IN_A_BLOCK):
            self._look_at(block.offset + begin, data[begin:end])

    def _look_at(self, offset: int, line: bytes) -> None:
        for piece in line.split(b"\r"):
            if _SIFT.search(piece) is not None:
                for match in self._matches(shown(piece)):
                    self._places[match.id] = LogFinding(offset, match)

    def _matches(self, text: str) -> tuple[Match, ...]:
        """The same lines come again and again in a flood: their meaning is remembered."""
        known = self._seen.get(text)
        if known is None:
            known = tuple(explain([text]))
            self._explainer.add([text] if known else [])
            if len(self._seen) >= _MOST_REMEMBERED:
                self._seen.clear()
            self._seen[text] = known
        return known

    def _last_exception(self) -> list[LogFinding]:
        """An exception at the end that nobody has explained, unless all went well."""
        if self._well:
            return []
        lines = last_page(self._path).lines
        found = last_exception_at([line.text for line in lines])
        if found is None:
            return []
        number, text = found
        told = replace(unknown(text), cause=text)
        return [LogFinding(lines[number].offset, told)]


def _telling(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the lines with a telling word begin and end."""
    hit = _SIFT.search(data)
    while hit is not None:
        begin, end = data.rfind(b"\n", 0, hit.start()) + 1, data.find(b"\n", hit.start())
        end = len(data) if end < 0 else end
        yield begin, end
        hit = _SIFT.search(data, end)


def _late_start(path: Path) -> int:
    try:
        return max(0, path.stat().st_size - _MOST_BYTES)
    except OSError:
        return 0
