"""The row of the project itself: known, moved, or new."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from rave_gui.backend.archive import PROJECT_FILE
from rave_gui.backend.reindex_findings import Findings
from rave_gui.backend.reindex_rows import free_name, keep, relocated
from rave_gui.core.records import Project
from rave_gui.core.repositories import Repositories


def bring_project(rows: Repositories, findings: Findings) -> Project:
    """The row for the folder that was looked through."""
    known = rows.projects.by_path(findings.root)
    if known is not None:
        return known
    found = findings.project or Project(findings.root.name, findings.root, time.time())
    moved = _moved(rows, found)
    if moved is not None:
        return _follow(rows, moved, findings.root)
    taken = [project.name for project in rows.projects.list()]
    return keep(rows.projects, replace(found, name=free_name(found.name, taken)))


def _moved(rows: Repositories, found: Project) -> Project | None:
    """The known project that this one is, where its folder is not any more what it was."""
    for known in rows.projects.list(created_at=found.created_at):
        if known.name == found.name and not (known.path / PROJECT_FILE).exists():
            return known
    return None


def _follow(rows: Repositories, project: Project, root: Path) -> Project:
    """Make every path of the project point to its new place; the records stay what they are."""
    key, old = project.id or 0, project.path
    for dataset in rows.datasets.list(project_id=key):
        rows.datasets.update(dataset.id or 0, **relocated(dataset, old, root))
    for experiment in rows.experiments.list(project_id=key):
        rows.experiments.update(experiment.id or 0, **relocated(experiment, old, root))
        _follow_parts(rows, experiment.id or 0, old, root)
    for export in rows.exports.list(project_id=key):
        rows.exports.update(export.id or 0, **relocated(export, old, root))
    for job in rows.jobs.list(project_id=key):
        rows.jobs.update(job.id, **relocated(job, old, root))
    return rows.projects.update(key, path=root)


def _follow_parts(rows: Repositories, experiment_id: int, old: Path, root: Path) -> None:
    for checkpoint in rows.checkpoints.list(experiment_id=experiment_id):
        rows.checkpoints.update(checkpoint.id or 0, **relocated(checkpoint, old, root))
    for preview in rows.previews.list(experiment_id=experiment_id):
        rows.previews.update(preview.id or 0, **relocated(preview, old, root))
