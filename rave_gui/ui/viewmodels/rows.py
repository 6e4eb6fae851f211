"""What a list or a table shows of one record."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Row:
    """One entry of a list column: two lines of two texts each, and a bar where work is going on."""

    id: int | str
    title: str
    status: str
    role: str = "secondary"
    """What the status means: good, bad, warn, accent, secondary."""
    left: str = ""
    right: str = ""
    fraction: float | None = None
    bar_role: str = "phase1"
    search: str = ""
    """Further words by which the filter finds it."""
    stars: int = 0
    archived: bool = False
    keys: tuple[Any, ...] = ()
    """What the list may be sorted by, in the order in which it offers that."""

    @cached_property
    def text(self) -> str:
        """All that the filter looks at."""
        return f"{self.title} {self.status} {self.left} {self.right} {self.search}".casefold()

    def matches(self, words: str) -> bool:
        """Whether every one of ``words`` occurs somewhere in it."""
        return all(word in self.text for word in words.casefold().split())


@dataclass(frozen=True)
class Order:
    """One way to sort a list."""

    title: str
    key: int | None = None
    """Which of the keys of a row; None: as the page gives the rows."""
    descending: bool = False


@dataclass(frozen=True)
class Fact:
    """A name and a value of a record, for the rows of figures in a detail view."""

    name: str
    value: str
    role: str = ""
    tip: str = ""
