"""Very many objects at once: the collector would stop the whole program to walk through them.

Python's collector looks through everything that lives long whenever a quarter more of it has come;
with a hundred thousand files in memory that takes half a second, in which no thread runs. Files
and their facts hold no cycles, so they are freed without it.
"""

from __future__ import annotations

import gc

_NEVER = 1_000_000
MANY = 5_000
"""Things from which on a full collection is felt."""


class FullCollections:
    """Puts them off while somebody holds very many things. Any thread; one holder each."""

    _holders: set[int] = set()  # noqa: RUF012  shared on purpose: there is one collector
    _usual = gc.get_threshold()

    def put_off(self, things: int) -> None:
        """From now on where ``things`` are very many; until :meth:`allow`."""
        if things >= MANY and id(self) not in self._holders:
            self._holders.add(id(self))
            gc.set_threshold(*self._usual[:2], _NEVER)

    def allow(self) -> None:
        """The things are gone."""
        self._holders.discard(id(self))
        if not self._holders:
            gc.set_threshold(*self._usual)
