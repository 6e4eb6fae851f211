"""Records as JSON that can be read on another machine.

Paths inside the project are written relative to it, so that the folder can be moved.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from rave_gui.core.fields import Field, Kind, fields_of
from rave_gui.core.json_list import JsonList
from rave_gui.core.sidecars import Document, damaged

INSIDE = "project:"
"""Begins a text that is a path inside the project."""
LINKS = {"project_id", "dataset_id", "experiment_id", "parent_id", "model_id"}
"""Numbers that mean something in one database only; a sidecar names paths instead."""
_NOT_JSON = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_PLAIN: dict[Kind, type] = {Kind.TEXT: str, Kind.INTEGER: int, Kind.BOOLEAN: bool}
_INT64 = 2**63
Record = TypeVar("Record")


def to_document(record: Any, root: Path) -> Document:
    """The fields of a record as JSON can say them; ``root`` is the project folder."""
    return {
        field.name: _outward(field, getattr(record, field.name), root)
        for field in fields_of(type(record))
        if field.name not in LINKS
    }


def from_document(
    record: type[Record], document: Any, root: Path, source: Path, **given: Any
) -> Record:
    """The record in ``document``; a field that is not there has its default.

    Args:
        record: The class of the record.
        document: What ``to_document`` made.
        root: The project folder as it is now.
        source: The file that ``document`` was read from, for the message.
        given: Fields that no sidecar holds: those that link to other records, and the id.

    Raises:
        UserError: when a value is not of the kind that it must be, or one is missing.
    """
    if not isinstance(document, dict):
        raise damaged(source, "the record is missing")
    values: dict[str, Any] = {}
    for field in fields_of(record):
        if field.name in document and field.name not in LINKS:
            try:
                values[field.name] = _inward(field, document[field.name], root)
            except (ValueError, TypeError, OverflowError, RecursionError) as error:
                raise damaged(source, f"{field.name}: {error}") from error
    try:
        return record(**{**values, **given})
    except TypeError as error:
        raise damaged(source, str(error)) from error


def relative(path: Path, root: Path) -> str:
    """The path as a sidecar names it: relative to the project where it lies inside."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return str(path)


def absolute(text: Any, root: Path) -> Path:
    """The path that ``relative`` made; ValueError where it leads out of the project by ``..``."""
    if not isinstance(text, str) or not text or "\0" in text:
        raise ValueError("it is no path")
    if Path(text).is_absolute():
        return Path(text)
    if ".." in PurePosixPath(text).parts or ".." in Path(text).parts:
        raise ValueError("it leads out of the project folder")
    return root / text


def _outward(field: Field, value: Any, root: Path) -> Any:
    if value is None:
        return None
    if field.kind is Kind.PATH:
        return relative(value, root)
    if field.kind is Kind.CHOICE:
        return value.value
    return _portable(value, root) if field.kind in (Kind.OBJECT, Kind.LIST) else value


def _portable(value: Any, root: Path) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _portable(item, root) for key, item in value.items()}
    if isinstance(value, (list, tuple, JsonList)):
        return [_portable(item, root) for item in value]
    if _may_be_absolute(value) and Path(value).is_absolute():
        return INSIDE + relative(Path(value), root) if _is_inside(value, root) else str(value)
    return value


def _may_be_absolute(value: Any) -> bool:
    """Asked of every text in long manifests: making a path of each would take a hundred times."""
    return isinstance(value, Path) or (isinstance(value, str) and os.path.isabs(value))  # noqa: PTH117


def _is_inside(text: str | Path, root: Path) -> bool:
    return Path(text).is_relative_to(root)


def _inward(field: Field, value: Any, root: Path) -> Any:
    if value is None:
        if field.optional:
            return None
        raise ValueError("it must not be empty")
    if field.kind is Kind.PATH:
        return absolute(value, root)
    if field.kind is Kind.CHOICE and field.choices:
        return field.choices(value)
    if field.kind in (Kind.OBJECT, Kind.LIST):
        return _collection(field, value, root)
    return _plain(field, value)


def _collection(field: Field, value: Any, root: Path) -> Any:
    if field.kind is Kind.OBJECT:
        if not isinstance(value, dict):
            raise ValueError("it is no object")
        return _at_home(value, root)
    if not isinstance(value, list) or not all(isinstance(item, field.items) for item in value):
        raise ValueError("it is no list of the right things")
    return tuple(_at_home(value, root))


def _at_home(value: Any, root: Path) -> Any:
    if isinstance(value, dict):
        return {key: _at_home(item, root) for key, item in value.items()}
    if isinstance(value, list):
        return [_at_home(item, root) for item in value]
    if isinstance(value, str) and value.startswith(INSIDE):
        return str(absolute(value[len(INSIDE) :], root))
    return _NOT_JSON.get(value, value) if isinstance(value, str) else value


def _plain(field: Field, value: Any) -> Any:
    if field.kind is Kind.REAL:
        number: Any = _NOT_JSON.get(value) if isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            raise ValueError("it is no number")
        return float(number)
    if type(value) is not _PLAIN[field.kind]:
        raise ValueError(f"it is no {field.kind.value}")
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        raise ValueError("it is too big")
    return value
