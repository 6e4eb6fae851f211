"""What a person may export: every checkpoint of a project, with what its files say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from rave_gui.backend.export_draft import ExportPlan
from rave_gui.backend.export_source import Source, source_of
from rave_gui.backend.model import ModelManager
from rave_gui.backend.rave_cli import RaveCommand, export_argv, exported_file, shell_line
from rave_gui.core.paths import slug
from rave_gui.core.records import Project
from rave_gui.core.repositories import Repositories


class Records(Protocol):
    """The managers that are asked."""

    @property
    def repositories(self) -> Repositories:
        """All rows."""

    @property
    def models(self) -> ModelManager:
        """The checkpoints."""


def read_sources(services: Records, project: Project) -> list[Source]:
    """Every checkpoint of the project; reads a small file for each training."""
    runs = services.repositories.experiments.list(project_id=project.id)
    return [
        source_of(point, run)
        for run in runs
        for point in services.models.list_checkpoints(run.id or 0)
    ]


def plan_files(plans: Sequence[ExportPlan], exports: Path) -> list[Path]:
    """Where the file of each export will lie in the folder ``exports``; nothing is made."""
    taken: set[Path] = set()
    found = []
    for plan in plans:
        folder = _fresh(exports, slug(plan.settings.name), taken)
        taken.add(folder)
        found.append(exported_file(_staged(plan, folder), folder, plan.settings))
    return found


def plan_commands(
    engine: RaveCommand | None, plans: Sequence[ExportPlan], exports: Path
) -> list[str]:
    """The command line of each export; empty ones without an engine."""
    if engine is None:
        return [""] * len(plans)
    files = plan_files(plans, exports)
    return [
        shell_line(export_argv(engine, _staged(plan, file.parent), file.parent, plan.settings))
        for plan, file in zip(plans, files, strict=True)
    ]


def _staged(plan: ExportPlan, folder: Path) -> Path:
    return folder / "staging" / plan.source.checkpoint.checkpoint_path.name


def _fresh(parent: Path, stem: str, taken: set[Path]) -> Path:
    candidate, number = parent / stem, 2
    while candidate in taken or candidate.exists():
        candidate, number = parent / f"{stem}-{number}", number + 1
    return candidate
