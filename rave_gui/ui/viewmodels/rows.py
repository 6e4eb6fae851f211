"""What a list or a table shows of one record."""

from __future__ import annotations

from dataclasses import dataclass


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

    def matches(self, words: str) -> bool:
        """Whether every one of ``words`` occurs somewhere in it."""
        text = f"{self.title} {self.status} {self.left} {self.right} {self.search}".casefold()
        return all(word in text for word in words.casefold().split())


@dataclass(frozen=True)
class Fact:
    """A name and a value of a record, for the rows of figures in a detail view."""

    name: str
    value: str
    role: str = ""
    tip: str = ""
