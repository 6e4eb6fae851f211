"""A list of records for who asks again and again: only what changed is read anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from rave_gui.core.repositories.base import Repository

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record", bound="DataclassInstance")


class Listing(Generic[Record]):
    """Remembers the records of the last reading. One reading at a time.

    Making a record of a row takes ten times as long as fetching the row, most of it for JSON: of
    rows that are as they were, the very same record is given again, which also tells whoever shows
    it that nothing changed.
    """

    def __init__(self, repository: Repository[Record, Any]) -> None:
        self._repository = repository
        self._known: dict[Any, tuple[tuple[Any, ...], Record]] = {}
        self._key = next(
            number for number, field in enumerate(repository.table.fields) if field.name == "id"
        )

    def read(self, **equals: Any) -> list[Record]:
        """The same as ``Repository.list``."""
        known, now = self._known, {}
        for row in self._repository.rows(**equals):
            key = row[self._key]
            before = known.get(key)
            same = before is not None and before[0] == row
            now[key] = before if before and same else (row, self._repository.record_of(row))
        self._known = now
        return [record for _, record in now.values()]
