"""What kind of value each field of a record holds, read once from its annotations.

The database and the sidecar files of a project both follow this description, so a record is
declared in one place: ``core.records``.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints


class Kind(Enum):
    """How a value travels."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    BOOLEAN = "boolean"
    PATH = "path"
    CHOICE = "choice"
    OBJECT = "object"
    LIST = "list"


_KINDS: dict[Any, Kind] = {
    str: Kind.TEXT,
    int: Kind.INTEGER,
    float: Kind.REAL,
    bool: Kind.BOOLEAN,
    Path: Kind.PATH,
}


@dataclass(frozen=True)
class Field:
    """One field of a record."""

    name: str
    kind: Kind
    optional: bool
    """Whether it may be None."""
    choices: type[Enum] | None = None
    items: type = object
    """What a list holds: ``str`` or ``Mapping``."""


_known: dict[type[Any], tuple[Field, ...]] = {}


def fields_of(record: type[Any]) -> tuple[Field, ...]:
    """The fields of the dataclass ``record`` in their order; TypeError on one we cannot keep."""
    if record not in _known:
        hints = get_type_hints(record)
        _known[record] = tuple(_field(item.name, hints[item.name]) for item in fields(record))
    return _known[record]


def _field(name: str, hint: Any) -> Field:
    inner, optional = _without_none(hint)
    if isinstance(inner, type) and issubclass(inner, Enum):
        return Field(name, Kind.CHOICE, optional, inner)
    origin = get_origin(inner) or inner
    if origin is Mapping:
        return Field(name, Kind.OBJECT, optional)
    if origin is tuple:
        item = get_args(inner)[0]
        return Field(name, Kind.LIST, optional, items=get_origin(item) or item)
    if inner not in _KINDS:
        raise TypeError(f"{name}: a field of type {hint} cannot be kept")
    return Field(name, _KINDS[inner], optional)


def _without_none(hint: Any) -> tuple[Any, bool]:
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    rest = [item for item in get_args(hint) if item is not type(None)]
    if len(rest) != 1:
        raise TypeError(f"{hint} has more than one meaning")
    return rest[0], True
