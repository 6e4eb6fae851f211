"""Where lines and the cards between them stand in a view of equally high rows. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Place(NamedTuple):
    """What a row shows."""

    line: int
    """Number of the line, or of the one that the card belongs to."""
    card: int | None = None
    """Number of the card; None for a line."""
    part: int = 0
    """Which row of the card, from 0."""


class RowMap:
    """Rows of lines, with cards of several rows below some of them."""

    def __init__(self, lines: int = 0, cards: Iterable[tuple[int, int]] = ()) -> None:
        """Place the cards.

        Args:
            lines: How many there are.
            cards: Of each card the number of its line and how many rows it takes, in their order.
        """
        self._lines: list[int] = []
        self._tops: list[int] = []
        self._sums = [0]
        for line, rows in cards:
            self._lines.append(line)
            self._tops.append(line + 1 + self._sums[-1])
            self._sums.append(self._sums[-1] + rows)
        self.total = lines + self._sums[-1]
        """Rows in all."""

    def at(self, row: int) -> Place:
        """What row number ``row`` shows."""
        card = bisect_right(self._tops, row) - 1
        if card >= 0:
            part = row - self._tops[card]
            if part < self._sums[card + 1] - self._sums[card]:
                return Place(self._lines[card], card, part)
        return Place(row - self._sums[card + 1])

    def row_of(self, line: int) -> int:
        """The row of a line."""
        return line + self._sums[bisect_left(self._lines, line)]

    def top_of(self, card: int) -> int:
        """The first row of a card."""
        return self._tops[card]


@dataclass(frozen=True, order=True)
class Spot:
    """A place between two characters, which stays where it is while lines come and go."""

    offset: int
    """Where its line begins in the file."""
    column: int


@dataclass(frozen=True)
class Selection:
    """What is selected, from where it was begun to where it was drawn to."""

    anchor: Spot
    head: Spot

    @property
    def empty(self) -> bool:
        """Whether nothing is."""
        return self.anchor == self.head

    def columns(self, offset: int, length: int) -> tuple[int, int] | None:
        """From which column to which the line at ``offset`` is selected; None: not at all."""
        first, last = sorted((self.anchor, self.head))
        if self.empty or not first.offset <= offset <= last.offset:
            return None
        begin = first.column if first.offset == offset else 0
        end = last.column if last.offset == offset else length + 1
        return (begin, end) if end > begin else None

    def text(self, lines: Iterable[tuple[int, str]]) -> str:
        """What of ``lines`` (offset and text) is selected."""
        found = []
        for offset, text in lines:
            columns = self.columns(offset, len(text))
            first, last = sorted((self.anchor, self.head))
            if columns is not None:
                found.append(text[columns[0] : columns[1]])
            elif not self.empty and first.offset <= offset <= last.offset:
                found.append("")
        return "\n".join(found)
