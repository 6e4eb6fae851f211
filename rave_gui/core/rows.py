"""Rows of the database as records and back: one declaration for each table, no SQL by hand."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from rave_gui.core.errors import UserError
from rave_gui.core.fields import Field, Kind, fields_of
from rave_gui.core.json_list import LONG, JsonList, dump_list

Record = TypeVar("Record")
Fetch = Callable[[str, Any], str]
REINDEX = "Run `rave-gui project reindex` on the project folder to build the records anew."


@dataclass(frozen=True)
class Table(Generic[Record]):
    """A table whose columns bear the names of the fields of ``record``."""

    name: str
    record: type[Record]
    noun: str
    """What a person calls one of them."""
    status: str = ""
    """The field that ``transition`` compares and sets."""
    order: str = "created_at, id"

    @property
    def fields(self) -> tuple[Field, ...]:
        """One for each column."""
        return fields_of(self.record)

    @property
    def columns(self) -> str:
        """The columns as a select names them: of a long list only its length."""
        return ", ".join(map(_selected, self.fields))

    def field(self, name: str) -> Field:
        """The field ``name``; TypeError, as for any unknown keyword, where there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise TypeError(f"{self.record.__name__} has no field {name!r}")

    def to_row(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values of some fields as the database keeps them."""
        return {name: encode(self.field(name), value) for name, value in values.items()}

    def to_record(self, row: Sequence[Any], fetch: Fetch) -> Record:
        """The record of a row that was selected with ``columns``.

        Args:
            row: The values.
            fetch: Gets a long list when somebody looks at it; given its column and the row's id.

        Raises:
            UserError: when the row is damaged.
        """
        values: dict[str, Any] = {}
        fields = self.fields
        for field, read, value in zip(fields, _decoders(self.record), row, strict=True):
            try:
                values[field.name] = (
                    self._rare(field, value, row, fetch)
                    if value is None or (read is _list and isinstance(value, int))
                    else read(value)
                )
            except (ValueError, TypeError, RecursionError) as error:
                raise UserError(
                    f"The records hold a damaged {self.noun}: {field.name} cannot be read.",
                    REINDEX,
                    details=f"{self.name}: {error!r}",
                ) from error
        return self.record(**values)

    def _rare(self, field: Field, value: Any, row: Sequence[Any], fetch: Fetch) -> Any:
        """What is missing, and what is so long that only its length was selected."""
        if value is None:
            return decode(field, value)
        names = [item.name for item in self.fields]
        return JsonList(partial(fetch, field.name, row[names.index("id")]), value)

    def where(self, equals: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """The condition of a select and its parameters; a list or set means any of its values."""
        terms, parameters = [], {}
        for name, value in equals.items():
            field = self.field(name)
            wanted = value if _is_choice_of(field, value) else [value]
            term, values = _term(field, wanted)
            terms.append(term)
            parameters.update(values)
        return " AND ".join(terms) or "1", parameters


def encode(field: Field, value: Any) -> Any:
    """The value as SQLite keeps it."""
    return None if value is None else _ENCODERS[field.kind](field, value)


def decode(field: Field, value: Any) -> Any:
    """The value as the record holds it; ValueError or TypeError where the row is damaged."""
    if value is None:
        if field.optional or field.kind is Kind.TEXT:
            return None if field.optional else ""
        raise ValueError("it is missing")
    return _decoder(field)(value)


def _decoder(field: Field) -> Callable[[Any], Any]:
    """What reads a value of that field that is there."""
    if field.kind is Kind.CHOICE and field.choices:
        return field.choices
    return _DECODERS.get(field.kind, str)


_known: dict[type[Any], tuple[Callable[[Any], Any], ...]] = {}


def _decoders(record: type[Any]) -> tuple[Callable[[Any], Any], ...]:
    """One for each field: found once, since ten thousand rows are read at a time."""
    if record not in _known:
        _known[record] = tuple(map(_decoder, fields_of(record)))
    return _known[record]


def _object(value: Any) -> Any:
    return _expected(json.loads(value), dict)


def _list(value: Any) -> Any:
    return tuple(_expected(json.loads(value), list))


def _path(value: Any) -> Path:
    return Path(os.fsdecode(value))


_DECODERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.BOOLEAN: bool,
    Kind.INTEGER: int,
    Kind.REAL: float,
    Kind.PATH: _path,
    Kind.OBJECT: _object,
    Kind.LIST: _list,
}


def _selected(field: Field) -> str:
    if field.kind is not Kind.LIST:
        return field.name
    name = field.name
    return f"CASE WHEN length({name}) > {LONG} THEN length({name}) ELSE {name} END"


def _encode_path(path: Path) -> str | bytes:
    """Text; bytes where a file name is no valid UTF-8, which SQLite's text cannot hold."""
    raw = os.fsencode(path)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw


def _storable(text: str) -> str:
    """``text`` with the bytes of undecodable file names written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _plain(value: Any) -> Any:
    """``value`` as JSON can say it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    return value


def _list_text(value: Any) -> str:
    return value.text if isinstance(value, JsonList) else dump_list(map(_plain, value))


def _expected(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"it is no {kind.__name__}")
    return value


def _is_choice_of(field: Field, value: Any) -> bool:
    kinds = (list, set, frozenset) if field.kind is Kind.LIST else (list, set, frozenset, tuple)
    return isinstance(value, kinds)


def _term(field: Field, wanted: Collection[Any]) -> tuple[str, dict[str, Any]]:
    known = {f"{field.name}_{i}": encode(field, v) for i, v in enumerate(_without_none(wanted))}
    term = f"{field.name} IN ({', '.join(f':{name}' for name in known)})"
    if len(known) < len(wanted):
        term = f"({term} OR {field.name} IS NULL)"
    return term, known


def _without_none(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if value is not None]


_ENCODERS: dict[Kind, Callable[[Field, Any], Any]] = {
    Kind.TEXT: lambda _, value: _storable(str(value)),
    Kind.INTEGER: lambda _, value: int(value),
    Kind.REAL: lambda _, value: float(value),
    Kind.BOOLEAN: lambda _, value: int(bool(value)),
    Kind.PATH: lambda _, value: _encode_path(Path(value)),
    Kind.CHOICE: lambda field, value: field.choices(value).value if field.choices else value,
    Kind.OBJECT: lambda _, value: json.dumps(_plain(value)),
    Kind.LIST: lambda _, value: _list_text(value),
}
