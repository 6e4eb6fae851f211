"""How a record from another database gets a place in this one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from rave_gui.core.records import (
    Checkpoint,
    Dataset,
    Experiment,
    Export,
    Job,
    Preview,
    Project,
)
from rave_gui.core.repositories import Repository, same_name

BIGGEST_KEPT_ID = 1_000_000_000
"""A bigger id is a damaged one; kept, it would leave no room for the next."""
Record = TypeVar("Record", Project, Dataset, Experiment, Checkpoint, Export, Preview)
Moved = TypeVar("Moved", Dataset, Experiment, Checkpoint, Export, Preview, Job)


def keep(repository: Repository[Record, int], record: Record) -> Record:
    """Add the record under the id that it brings, where that is free, else under a new one.

    Raises:
        UserError: when its path is taken by another one.
    """
    key = record.id
    if key is None or not 0 < key <= BIGGEST_KEPT_ID or repository.find(key) is not None:
        record = replace(record, id=None)
    return repository.add(record)


def free_name(name: str, taken: Collection[str]) -> str:
    """``name``, or ``name 2`` and so on where another one is called so."""
    used = {same_name(other) for other in taken}
    candidate, number = name, 2
    while same_name(candidate) in used:
        candidate, number = f"{name} {number}", number + 1
    return candidate


def relocated(record: Moved, old: Path, new: Path) -> dict[str, Any]:
    """The fields of the record that change when the folder ``old`` is now ``new``."""
    changes = {}
    for item in fields(record):
        value = getattr(record, item.name)
        moved = _moved(value, old, new)
        if moved != value:
            changes[item.name] = moved
    return changes


def _moved(value: Any, old: Path, new: Path) -> Any:
    if isinstance(value, Path):
        return new / value.relative_to(old) if value.is_relative_to(old) else value
    if isinstance(value, Mapping):
        return {key: _moved(item, old, new) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(_moved(item, old, new) for item in value)
    if isinstance(value, str) and Path(value).is_absolute() and Path(value).is_relative_to(old):
        return str(new / Path(value).relative_to(old))
    return value
