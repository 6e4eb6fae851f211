"""Long JSON lists: read when somebody looks, and never in one breath.

``json.loads`` of the manifest of 100,000 files holds Python's lock for half a second, in whatever
thread it runs; the window would stand still as long. With a hook the lock is free for others at
every object, and a list at which nobody looks costs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rave_gui.core.errors import UserError

LONG = 1 << 16
"""Characters from which a list is worth the trouble."""


class JsonList(Sequence[Any]):
    """A list in JSON text that is read when it is first looked at; equal to a tuple of the same.

    Looking raises ``UserError`` where the text is damaged.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._items: tuple[Any, ...] | None = None

    @property
    def text(self) -> str:
        """The list as JSON."""
        return self._text

    def __len__(self) -> int:
        return len(self._read())

    def __getitem__(self, index: Any) -> Any:
        return self._read()[index]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._read())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, JsonList):
            return self._text == other._text or self._read() == other._read()
        return self._read() == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._read())

    def _read(self) -> tuple[Any, ...]:
        if self._items is None:
            self._items = _items(self._text)
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


def _items(text: str) -> tuple[Any, ...]:
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
    return tuple(found)
