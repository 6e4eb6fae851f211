"""Long JSON lists: read when somebody looks, and never in one breath.

``json.loads`` of the manifest of 100,000 files holds Python's lock for half a second, in whatever
thread it runs; the window would stand still as long. With a hook the lock is free for others at
every object, and a list at which nobody looks costs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from rave_gui.core.errors import UserError

LONG = 1 << 16
"""Characters from which a list is worth the trouble."""


class JsonList(Sequence[Any]):
    """A list in JSON text that is fetched and read when it is first looked at.

    It is equal to a tuple of the same items. Looking raises ``UserError`` where the text is
    damaged.
    """

    def __init__(self, text: str | Callable[[], str], size: int | None = None) -> None:
        """Make one.

        Args:
            text: The list, or what fetches it.
            size: Characters of the text, where it is still to be fetched.
        """
        self._text = text
        self._items: tuple[Any, ...] | None = None
        self.size = len(text) if isinstance(text, str) else size or 0
        """Characters of the text: lists of other sizes are others."""

    @property
    def text(self) -> str:
        """The list as JSON."""
        if not isinstance(self._text, str):
            self._text = self._text()
        return self._text

    def __len__(self) -> int:
        return len(self._read())

    def __getitem__(self, index: Any) -> Any:
        return self._read()[index]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._read())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, JsonList):
            return self.text == other.text or self._read() == other._read()
        return self._read() == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._read())

    def drain(self) -> Iterator[Any]:
        """Every item once, in order; none is kept, and each is let go before the next.

        Letting a hundred thousand go at once would take as long as reading them, in one breath.
        """
        items = _items(self.text) if self._items is None else list(self._items)
        items.reverse()
        while items:
            yield items.pop()

    def _read(self) -> tuple[Any, ...]:
        if self._items is None:
            self._items = tuple(_items(self.text))
        return self._items


def load(text: str | bytes) -> Any:
    """``json.loads`` that lets other threads work in between; raises ``ValueError`` as it does."""
    return json.loads(text, object_hook=_same)


def dump_list(items: Iterable[Any]) -> str:
    """JSON of ``items``, made one by one."""
    return "[" + ", ".join(map(json.dumps, items)) + "]"


def _same(value: dict[str, Any]) -> dict[str, Any]:
    """A call into Python, at which the lock can change hands; that is all it is for."""
    return value


def _items(text: str) -> list[Any]:
    try:
        found = load(text)
        if not isinstance(found, list):
            raise ValueError("it is no list")
    except (ValueError, RecursionError) as error:
        raise UserError(
            "The records hold a list that cannot be read.",
            "Run `rave-gui project reindex` on the project folder to build the records anew.",
            details=repr(error),
        ) from error
    return found
