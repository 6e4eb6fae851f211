"""Datasets, trainings, checkpoints and exports that were found, as rows of a project."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rave_gui.backend.reindex_findings import Findings, FoundDataset, FoundExperiment, FoundExport
from rave_gui.backend.reindex_rows import free_name, keep
from rave_gui.core.checkpoint_files import FoundCheckpoint, scan_checkpoints
from rave_gui.core.errors import UserError
from rave_gui.core.records import Checkpoint, CheckpointKind, Dataset, Experiment, Export, Project
from rave_gui.core.repositories import Repositories

Scans = Mapping[Path, Sequence[FoundCheckpoint]]


@dataclass
class Brought:
    """The rows of what was found, by folder (checkpoints and exports by file)."""

    datasets: dict[Path, Dataset] = field(default_factory=dict)
    experiments: dict[Path, Experiment] = field(default_factory=dict)
    checkpoints: dict[Path, Checkpoint] = field(default_factory=dict)
    exports: dict[Path, Export] = field(default_factory=dict)
    added: set[Path] = field(default_factory=set)
    """The folders of datasets and trainings that were not known before."""


def scan_all(findings: Findings) -> Scans:
    """The checkpoint files of every training that was found, by its folder."""
    return {
        found.folder: scan_checkpoints(found.record.run_dir or found.folder)
        for found in findings.experiments
    }


def bring_records(
    rows: Repositories, project: Project, findings: Findings, scans: Scans
) -> Brought:
    """Add to the project what its rows lack; what they have stays as it is."""
    bringer = _Bringer(rows, project, findings)
    for dataset in findings.datasets:
        bringer.bring_dataset(dataset)
    for experiment in findings.experiments:
        bringer.bring_experiment(experiment)
    for experiment in findings.experiments:
        bringer.tie_to_parent(experiment)
        bringer.bring_parts(experiment, scans[experiment.folder])
    for export in findings.exports:
        bringer.bring_export(export)
    return bringer.brought


class _Bringer:
    def __init__(self, rows: Repositories, project: Project, findings: Findings) -> None:
        self._rows = rows
        self._project_id = project.id or 0
        self._warnings = findings.warnings
        self.brought = Brought()

    def bring_dataset(self, found: FoundDataset) -> None:
        """The row is known by the path."""
        rows, record = self._rows.datasets, found.record
        row = rows.first(project_id=self._project_id, path=record.path)
        if row is None:
            name = free_name(record.name, [d.name for d in rows.list(project_id=self._project_id)])
            new = replace(record, project_id=self._project_id, name=name)
            try:
                row = keep(rows, new)
            except UserError as error:
                self._warn(found.folder, error)
                return
            self.brought.added.add(found.folder)
        self.brought.datasets[found.folder] = row

    def bring_experiment(self, found: FoundExperiment) -> None:
        """The row is known by the folder that was RAVE's ``--out_path``."""
        rows, record = self._rows.experiments, found.record
        place = record.output_path or found.folder
        row = rows.first(project_id=self._project_id, output_path=place)
        if row is None:
            dataset = self.brought.datasets.get(found.dataset) if found.dataset else None
            name = free_name(record.name, [e.name for e in rows.list(project_id=self._project_id)])
            new = replace(
                record,
                project_id=self._project_id,
                name=name,
                dataset_id=dataset.id if dataset else None,
                output_path=place,
            )
            row = keep(rows, new)
            self.brought.added.add(found.folder)
        self.brought.experiments[found.folder] = row

    def tie_to_parent(self, found: FoundExperiment) -> None:
        """Say again which training this one went on from."""
        row = self.brought.experiments[found.folder]
        parent = self.brought.experiments.get(found.parent) if found.parent else None
        if parent is not None and row.parent_id is None and parent.id != row.id:
            row = self._rows.experiments.update(row.id or 0, parent_id=parent.id)
            self.brought.experiments[found.folder] = row

    def bring_parts(self, found: FoundExperiment, files: Sequence[FoundCheckpoint]) -> None:
        """Checkpoints that lie there or were recorded, previews, and how far that makes it."""
        row = self.brought.experiments[found.folder]
        for checkpoint in _checkpoints(found, files, self._warnings):
            self._bring_checkpoint(replace(checkpoint, experiment_id=row.id or 0), found.folder)
        for preview in found.previews:
            if self._rows.previews.by_path(preview.path) is None:
                keep(self._rows.previews, replace(preview, experiment_id=row.id or 0))
        step = max((file.step or 0 for file in files), default=0)
        if step > row.step:
            row = self._rows.experiments.update(row.id or 0, step=step)
            self.brought.experiments[found.folder] = row

    def bring_export(self, found: FoundExport) -> None:
        """The row is known by the exported file."""
        rows, record = self._rows.exports, found.record
        row = rows.first(project_id=self._project_id, export_path=record.export_path)
        if row is None:
            model = self.brought.checkpoints.get(found.model) if found.model else None
            model_id = model.id if model else None
            row = keep(rows, replace(record, project_id=self._project_id, model_id=model_id))
        self.brought.exports[row.export_path] = row

    def _bring_checkpoint(self, checkpoint: Checkpoint, folder: Path) -> None:
        path = checkpoint.checkpoint_path
        row = self._rows.checkpoints.by_path(path) or keep(self._rows.checkpoints, checkpoint)
        if row.experiment_id == checkpoint.experiment_id:
            self.brought.checkpoints[path] = row
        else:
            self._warnings.append(f"{path} belongs to another training than the one in {folder}.")

    def _warn(self, folder: Path, error: UserError) -> None:
        self._warnings.append(f"What lies in {folder} is left out. {error}")


def _checkpoints(
    found: FoundExperiment, files: Sequence[FoundCheckpoint], warnings: list[str]
) -> list[Checkpoint]:
    """The files that lie there with what was said of them, then what was recorded and is gone."""
    said = {record.checkpoint_path: record for record in found.checkpoints}
    result = []
    for file in files:
        known = [said.pop(path) for path in (file.path, *file.aliases) if path in said]
        if known or file.complete:
            result.append(_checkpoint(file, known[0] if known else None))
        else:
            warnings.append(f"{file.path} is not complete and is left out.")
    return result + list(said.values())


def _checkpoint(file: FoundCheckpoint, known: Checkpoint | None) -> Checkpoint:
    """What the file shows, with what a person said of it."""
    step = file.step if file.step is not None else (known.step if known else 0)
    fresh = Checkpoint(
        experiment_id=0,
        name=file.path.stem,
        checkpoint_path=file.path,
        step=step,
        kind=file.kind,
        created_at=file.mtime,
        is_best=file.kind is CheckpointKind.BEST,
        size=file.size,
    )
    if known is None:
        return fresh
    measured = known.validation if known.step == step else None
    return replace(
        fresh,
        name=known.name,
        validation=measured if measured is None or math.isfinite(measured) else None,
        is_best=known.is_best,
        pinned=known.pinned,
        rating=known.rating,
        notes=known.notes,
        id=known.id,
    )
