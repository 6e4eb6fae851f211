"""Sidecar files: what the database says of a project, kept inside the project folder.

``project.json``, ``datasets/*/dataset.json``, ``runs/*/experiment.json`` (with its checkpoints and
previews) and ``exports/*/export.json``; ``backend.reindex`` reads them back. Records refer to each
other by path, since numbers mean something in one database only. What lies outside the project
folder has its sidecar inside, in a folder of its own.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rave_gui.core import sidecars
from rave_gui.core.errors import UserError
from rave_gui.core.logger import system_logger
from rave_gui.core.portable import relative, to_document
from rave_gui.core.records import Dataset, Experiment, Export, Project
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import RecordChanged

PROJECT_FILE = "project.json"
DATASET_FILE = "dataset.json"
EXPERIMENT_FILE = "experiment.json"
EXPORT_FILE = "export.json"
DATASETS, RUNS, EXPORTS, RENDERS, JOBS = "datasets", "runs", "exports", "renders", "jobs"
_LINKED = "linked-"


def dataset_folder(dataset: Dataset) -> Path:
    """The folder of a dataset: ``path`` itself, or the one around RAVE's ``db``."""
    return dataset.path.parent if dataset.path.name == "db" else dataset.path


class Archive:
    """Writes sidecars from the records as they are in the database at that moment.

    Saving what belongs to a project never fails the work that it follows: a file that cannot be
    written is reported in the system log, and the next save makes up for it.
    """

    def __init__(self, repositories: Repositories) -> None:
        self._rows = repositories
        self._lock = threading.Lock()

    def save_project(self, project: Project) -> None:
        """Write ``project.json``.

        Raises:
            UserError: when it cannot be written.
        """
        body = {"record": {**to_document(project, project.path), "path": "."}}
        sidecars.write(project.path / PROJECT_FILE, "project", body)

    def save_dataset(self, dataset: Dataset) -> bool:
        """Write ``dataset.json``; returns whether it could be written."""
        with self._lock:
            row = self._rows.datasets.find(dataset.id or 0) or dataset
            project = self._rows.projects.find(row.project_id)
            if project is None:
                return False
            body = {"record": to_document(row, project.path)}
            return _write(self.dataset_file(row, project), "dataset", body)

    def save_experiment(self, experiment: Experiment) -> bool:
        """Write ``experiment.json`` with what is known of its checkpoints; whether it could be."""
        with self._lock:
            row = self._rows.experiments.find(experiment.id or 0) or experiment
            project = self._rows.projects.find(row.project_id)
            if project is None:
                return False
            body = self._experiment_body(row, project)
            return _write(self.experiment_file(row, project), "experiment", body)

    def save_export(self, export: Export) -> bool:
        """Write ``export.json``; returns whether it could be written."""
        with self._lock:
            row = self._rows.exports.find(export.id or 0) or export
            project = self._rows.projects.find(row.project_id)
            if project is None:
                return False
            model = self._rows.checkpoints.find(row.model_id) if row.model_id else None
            body = {
                "record": to_document(row, project.path),
                "model": relative(model.checkpoint_path, project.path) if model else None,
            }
            return _write(self.export_file(row, project), "export", body)

    def save_all(self, project: Project) -> None:
        """Write every sidecar of a project.

        Raises:
            UserError: when ``project.json`` cannot be written.
        """
        self.save_project(project)
        for dataset in self._rows.datasets.list(project_id=project.id):
            self.save_dataset(dataset)
        for experiment in self._rows.experiments.list(project_id=project.id):
            self.save_experiment(experiment)
        for export in self._rows.exports.list(project_id=project.id):
            self.save_export(export)

    def discard(self, record: Dataset | Experiment | Export) -> None:
        """Remove the sidecar of a record that was forgotten, so that no reindex brings it back."""
        project = self._rows.projects.find(record.project_id)
        if project is None:
            return
        if isinstance(record, Dataset):
            path = self.dataset_file(record, project)
        elif isinstance(record, Experiment):
            path = self.experiment_file(record, project)
        else:
            path = self.export_file(record, project)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            system_logger().warning("%s cannot be removed: %s", path, error)

    def on_model_changed(self, event: RecordChanged) -> None:
        """Keep what a person said of a checkpoint; a new file is found without it."""
        if event.action != "updated":
            return
        checkpoint = self._rows.checkpoints.find(int(event.id))
        row = self._rows.experiments.find(checkpoint.experiment_id) if checkpoint else None
        if row is not None:
            self.save_experiment(row)

    def dataset_file(self, dataset: Dataset, project: Project) -> Path:
        """Where the sidecar of a dataset lies."""
        folder = dataset_folder(dataset)
        return _inside(folder, project, DATASETS) / DATASET_FILE

    def experiment_file(self, experiment: Experiment, project: Project) -> Path:
        """Where the sidecar of a training lies."""
        folder = experiment.output_path or experiment.run_dir
        return _inside(folder, project, RUNS) / EXPERIMENT_FILE

    def export_file(self, export: Export, project: Project) -> Path:
        """Where the sidecar of an export lies."""
        path = export.export_path
        folder = path.parent if path.suffix else path
        return _inside(folder, project, EXPORTS) / EXPORT_FILE

    def _experiment_body(self, row: Experiment, project: Project) -> dict[str, Any]:
        dataset = self._rows.datasets.find(row.dataset_id) if row.dataset_id else None
        parent = self._rows.experiments.find(row.parent_id) if row.parent_id else None
        root = project.path
        checkpoints = self._rows.checkpoints.list(experiment_id=row.id)
        previews = self._rows.previews.list(experiment_id=row.id)
        return {
            "record": to_document(row, root),
            "dataset": relative(self.dataset_file(dataset, project), root) if dataset else None,
            "parent": relative(self.experiment_file(parent, project), root) if parent else None,
            "checkpoints": [to_document(checkpoint, root) for checkpoint in checkpoints],
            "previews": [to_document(preview, root) for preview in previews],
        }


def _inside(folder: Path | None, project: Project, kind: str) -> Path:
    """``folder`` where it is one of the project's own, else a folder that only holds a sidecar."""
    if folder is not None and folder.is_relative_to(project.path) and folder != project.path:
        return folder
    mark = hashlib.sha256(os.fsencode(folder or "")).hexdigest()[:10]
    return project.path / kind / f"{_LINKED}{mark}"


def _write(path: Path, kind: str, body: Mapping[str, Any]) -> bool:
    try:
        if path.parent.name.startswith(_LINKED):
            path.parent.mkdir(exist_ok=True)
        sidecars.write(path, kind, body)
    except (OSError, UserError) as error:
        system_logger().warning("%s", error)
        return False
    return True
