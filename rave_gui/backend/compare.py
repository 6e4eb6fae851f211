"""How the configurations of several trainings differ: only what is not the same in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rave_gui.core.records import Experiment

_NOT_TOLD = frozenset({"preset", "resume_from", "then_export", "then_taken"})
"""What does not make a difference to what is learnt."""


@dataclass(frozen=True)
class DifferenceRow:
    """One setting, with its value in each training; None where it is not set."""

    key: str
    values: tuple[Any, ...]


def differences(experiments: Sequence[Experiment]) -> list[DifferenceRow]:
    """Settings that are not the same in all ``experiments``, bindings one by one."""
    tables = [_flat(one) for one in experiments]
    keys = dict.fromkeys(key for table in tables for key in table)
    rows = [DifferenceRow(key, tuple(table.get(key) for table in tables)) for key in keys]
    return [row for row in rows if any(value != row.values[0] for value in row.values)]


def _flat(experiment: Experiment) -> dict[str, Any]:
    found: dict[str, Any] = {"dataset": experiment.dataset_id}
    for key, value in experiment.config.items():
        if key == "overrides":
            found.update(_bindings(value))
        elif key not in _NOT_TOLD:
            found[key] = tuple(value) if isinstance(value, list) else value
    return found


def _bindings(value: Any) -> Mapping[str, str]:
    texts = (
        [text for text in value if isinstance(text, str)]
        if isinstance(value, (list, tuple))
        else []
    )
    parted = (text.partition("=") for text in texts)
    return {name.strip(): bound.strip() for name, _, bound in parted}
