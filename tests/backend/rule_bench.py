"""A sound plan on a small RAVE of gin files, and what the rules find when a part of it changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rave_gui.backend.rave_findings import Finding
from rave_gui.backend.rave_rules import findings
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.rave_surroundings import Surroundings
from rave_gui.core.gin_config import ConfigManager
from rave_gui.core.records import Dataset


@dataclass(frozen=True)
class Gpu:
    index: int


@dataclass(frozen=True)
class Engine:
    gpus: tuple[Gpu, ...] = (Gpu(0),)


GOOD = TrainingSettings(configs=("v2",), device="gpu:0", workers=0)
DATASET = Dataset(
    project_id=1, name="d", path=Path("/d"), sources=(), created_at=0.0, num_samples=2000
)


def found(
    manager: ConfigManager,
    dataset: dict[str, Any] | None = None,
    /,
    done: int = 0,
    around: Surroundings | None = None,
    **changes: Any,
) -> dict[str, Finding]:
    """What speaks against the sound plan with these changes, by id."""
    what = replace(DATASET, **(dataset or {}))
    listed = findings(replace(GOOD, **changes), what, Engine(), manager, done, around)
    return {finding.id: finding for finding in listed}


def errors(
    manager: ConfigManager, dataset: dict[str, Any] | None = None, /, **changes: Any
) -> set[str]:
    """The ids of what refuses it."""
    every = found(manager, dataset, **changes)
    return {name for name, finding in every.items() if finding.severity == "error"}
