"""What every table can do, written once."""

from __future__ import annotations

import builtins
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from rave_gui.core.database import Database
from rave_gui.core.database_errors import explain_conflict
from rave_gui.core.errors import UserError
from rave_gui.core.rows import Table

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record", bound="DataclassInstance")
Key = TypeVar("Key", int, str)


class Repository(Generic[Record, Key]):
    """Records of one kind. Every method is one transaction of its own, or part of the caller's."""

    def __init__(self, database: Database, table: Table[Record]) -> None:
        self.database = database
        self.table = table

    def add(self, record: Record) -> Record:
        """Keep a new record; returns it with its id. An id that it brings along is kept.

        Raises:
            UserError: when its name, path or id is taken, or what it refers to is gone.
        """
        row = self.table.to_row({f.name: getattr(record, f.name) for f in self.table.fields})
        if row["id"] is None:
            del row["id"]
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        with self._using() as connection:
            cursor = connection.execute(
                f"INSERT INTO {self.table.name} ({names}) VALUES ({marks})", row
            )
            return replace(record, id=row.get("id", cursor.lastrowid))

    def find(self, key: Key) -> Record | None:
        """The record, or None where there is none any more."""
        return self.first(id=key)

    def get(self, key: Key) -> Record:
        """The record.

        Raises:
            UserError: when there is none any more.
        """
        record = self.find(key)
        if record is None:
            raise self._gone(key)
        return record

    def list(self, **equals: Any) -> list[Record]:
        """The records whose fields equal these, oldest first; a list means any of its values."""
        return [self.record_of(row) for row in self.rows(**equals)]

    def rows(self, **equals: Any) -> builtins.list[tuple[Any, ...]]:
        """The same as the database keeps them: equal rows are equal records."""
        condition, parameters = self.table.where(equals)
        query = (
            f"SELECT {self.table.columns} FROM {self.table.name} "
            f"WHERE {condition} ORDER BY {self.table.order}"
        )
        with self._using() as connection:
            return connection.execute(query, parameters).fetchall()

    def record_of(self, row: tuple[Any, ...]) -> Record:
        """The record of one of ``rows``."""
        return self.table.to_record(row, self._fetch)

    def first(self, **equals: Any) -> Record | None:
        """The oldest of ``list``, or None."""
        return next(iter(self.list(**equals)), None)

    def update(self, key: Key, **changes: Any) -> Record:
        """Change these fields; returns the record as it is now.

        Raises:
            UserError: when there is none any more, or a name or path is taken.
        """
        with self.database.transaction():
            if changes and not self._set(key, changes, "", {}):
                raise self._gone(key)
            return self.get(key)

    def transition(
        self, key: Key, from_states: Collection[Enum], to_state: Enum, **changes: Any
    ) -> bool:
        """Set the status, if it is one of ``from_states`` now: of several callers one succeeds."""
        field = self.table.status
        if not field:
            raise TypeError(f"a {self.table.noun} has no status")
        condition, parameters = self.table.where({field: builtins.list(from_states)})
        return self._set(key, {**changes, field: to_state}, f" AND {condition}", parameters)

    def delete(self, key: Key) -> bool:
        """Forget the record and what hangs on it; returns whether it was there.

        Raises:
            UserError: when something that must stay depends on it.
        """
        with self._using() as connection:
            query = f"DELETE FROM {self.table.name} WHERE id = ?"
            return connection.execute(query, (key,)).rowcount == 1

    def _set(
        self, key: Key, changes: Mapping[str, Any], condition: str, parameters: Mapping[str, Any]
    ) -> bool:
        row = self.table.to_row(changes)
        assignments = ", ".join(f"{name} = :{name}" for name in row)
        query = f"UPDATE {self.table.name} SET {assignments} WHERE id = :the_key{condition}"
        with self._using() as connection:
            cursor = connection.execute(query, {**row, **parameters, "the_key": key})
            return cursor.rowcount == 1

    def _fetch(self, column: str, key: Key) -> str:
        """A long list as JSON, when somebody looks at it; empty where its row is gone meanwhile."""
        with self._using() as connection:
            query = f"SELECT {column} FROM {self.table.name} WHERE id = ?"
            row = connection.execute(query, (key,)).fetchone()
        return str(row[0]) if row else "[]"

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self.database.connect() as connection:
            try:
                yield connection
            except sqlite3.IntegrityError as error:
                told = explain_conflict(str(error), self.table.noun)
                if told is None:
                    raise
                raise told from error

    def _gone(self, key: Key) -> UserError:
        return UserError(
            f"There is no {self.table.noun} {key} any more.",
            "It was deleted meanwhile, here or in another window.",
        )
