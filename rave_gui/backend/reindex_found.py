"""What a project folder holds, read from its files alone; nothing is written, no database asked."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from rave_gui.backend import reindex_bare as bare
from rave_gui.backend.archive import (
    DATASET_FILE,
    DATASETS,
    EXPERIMENT_FILE,
    EXPORT_FILE,
    EXPORTS,
    JOBS,
    PROJECT_FILE,
    RUNS,
    dataset_folder,
)
from rave_gui.backend.reindex_findings import (
    Findings,
    FoundDataset,
    FoundExperiment,
    FoundExport,
    FoundJob,
)
from rave_gui.backend.training_state import find_run_dir
from rave_gui.core import sidecars
from rave_gui.core.errors import UserError
from rave_gui.core.job_facts import JobSpec
from rave_gui.core.jobs import JobDirectory, Liveness
from rave_gui.core.portable import absolute, from_document
from rave_gui.core.records import (
    Checkpoint,
    Dataset,
    Experiment,
    Export,
    Preview,
    Project,
)

Record = TypeVar("Record", Dataset, Experiment, Export, Checkpoint, Preview)


def look_through(root: Path) -> Findings:
    """Read the project folder ``root``.

    Raises:
        UserError: when it was written by a newer version of the application.
    """
    findings = Findings(root)
    findings.project = _project(findings)
    findings.jobs = list(_jobs(findings))
    for folder in _folders(root / DATASETS, findings):
        _add_dataset(folder, findings)
    for folder in _folders(root / RUNS, findings):
        _add_experiment(folder, findings)
    for folder in _folders(root / EXPORTS, findings):
        _add_export(folder, findings)
    return findings


def _project(findings: Findings) -> Project | None:
    path = findings.root / PROJECT_FILE
    if not path.exists():
        return None
    try:
        document = sidecars.read(path, "project")
        record = from_document(Project, document.get("record"), findings.root, path)
    except UserError as error:
        if sidecars.is_newer(error):
            raise
        findings.warnings.append(str(error))
        return None
    return replace(record, path=findings.root)


def _add_dataset(folder: Path, findings: Findings) -> None:
    document = _document(folder / DATASET_FILE, "dataset", findings)
    record = _record(Dataset, document, findings.root, folder / DATASET_FILE, findings)
    if record is not None and document is not None:
        record = _rebased(record, dataset_folder(record), folder, findings.root)
        findings.datasets.append(FoundDataset(folder, document["saved_at"], record))
    elif not _refused(document):
        found = bare.dataset(folder)
        if found is not None:
            findings.datasets.append(FoundDataset(folder, math.inf, found))


def _add_experiment(folder: Path, findings: Findings) -> None:
    path = folder / EXPERIMENT_FILE
    document = _document(path, "experiment", findings)
    record = _record(Experiment, document, findings.root, path, findings)
    if record is not None and document is not None:
        findings.experiments.append(_experiment(folder, record, document, findings))
    elif not _refused(document):
        found = bare.experiment(folder, [job.spec for job in findings.jobs])
        if found is not None:
            settled = 0.0 if found.status.active else math.inf
            findings.experiments.append(FoundExperiment(folder, settled, found))


def _experiment(
    folder: Path, record: Experiment, document: sidecars.Document, findings: Findings
) -> FoundExperiment:
    path, root = folder / EXPERIMENT_FILE, findings.root
    old = record.output_path or folder
    checkpoints = _several(Checkpoint, document, "checkpoints", path, findings)
    return FoundExperiment(
        folder,
        document["saved_at"],
        _with_run_dir(_rebased(record, old, folder, root), folder),
        dataset=_folder_of(document.get("dataset"), root),
        parent=_folder_of(document.get("parent"), root),
        checkpoints=tuple(_rebased(item, old, folder, root) for item in checkpoints),
        previews=tuple(_several(Preview, document, "previews", path, findings)),
    )


def _with_run_dir(record: Experiment, folder: Path) -> Experiment:
    """RAVE makes the run folder some time after the sidecar was first written."""
    return replace(record, run_dir=record.run_dir or find_run_dir(folder))


def _add_export(folder: Path, findings: Findings) -> None:
    path, root = folder / EXPORT_FILE, findings.root
    document = _document(path, "export", findings)
    record = _record(Export, document, root, path, findings)
    if record is not None and document is not None:
        old = record.export_path.parent if record.export_path.suffix else record.export_path
        record = _rebased(record, old, folder, root)
        model = _link(document.get("model"), root)
        findings.exports.append(FoundExport(folder, document["saved_at"], record, model))
    elif not _refused(document):
        for found in bare.exports(folder):
            findings.exports.append(FoundExport(folder, math.inf, found))


def _jobs(findings: Findings) -> Iterator[FoundJob]:
    for folder in _folders(findings.root / JOBS, findings):
        directory = JobDirectory(folder)
        try:
            spec = directory.spec()
        except UserError as error:
            findings.warnings.append(f"{folder}: {error}")
            continue
        if spec.id == folder.name:
            yield _job(directory, spec)
        else:
            findings.warnings.append(f"{folder} is a copy of another job and is left out.")


def _job(directory: JobDirectory, spec: JobSpec) -> FoundJob:
    live = directory.liveness() in (Liveness.LIVE, Liveness.WAITING)
    end, runner = directory.exit(), directory.runner()
    heartbeat = runner.heartbeat if runner else 0.0
    return FoundJob(
        directory,
        spec,
        runner=runner,
        exit=end,
        live=live,
        ended_at=end.ended_at if end else max(spec.created_at, heartbeat),
    )


def _folders(parent: Path, findings: Findings) -> list[Path]:
    try:
        return sorted(path for path in parent.iterdir() if path.is_dir())
    except FileNotFoundError:
        return []
    except OSError as error:
        findings.warnings.append(f"{parent} cannot be read ({error.strerror or error}).")
        return []


def _document(path: Path, kind: str, findings: Findings) -> sidecars.Document | None:
    """The sidecar; None where there is none or it is damaged, empty where it is not for us."""
    if not path.exists():
        return None
    try:
        document = sidecars.read(path, kind)
    except UserError as error:
        findings.warnings.append(str(error))
        return {} if sidecars.is_newer(error) else None
    saved = document.get("saved_at")
    document["saved_at"] = saved if isinstance(saved, float) and math.isfinite(saved) else 0.0
    return document


def _refused(document: sidecars.Document | None) -> bool:
    return document == {}


def _record(
    kind: type[Record], document: Any, root: Path, source: Path, findings: Findings
) -> Record | None:
    if not document:
        return None
    links: dict[type, dict[str, Any]] = {
        Dataset: {"project_id": 0},
        Experiment: {"project_id": 0, "dataset_id": None},
        Export: {"project_id": 0},
    }
    try:
        return from_document(kind, document.get("record"), root, source, **links[kind])
    except UserError as error:
        findings.warnings.append(str(error))
        return None


def _several(
    kind: type[Record], document: sidecars.Document, name: str, source: Path, findings: Findings
) -> Iterator[Record]:
    items = document.get(name)
    for item in items if isinstance(items, list) else []:
        try:
            yield from_document(kind, item, findings.root, source, experiment_id=0)
        except UserError as error:
            findings.warnings.append(f"One of the {name} in {source} is damaged: {error.details}.")


def _link(text: Any, root: Path) -> Path | None:
    try:
        return absolute(text, root)
    except ValueError:
        return None


def _folder_of(text: Any, root: Path) -> Path | None:
    """The folder of the sidecar that a link names."""
    path = _link(text, root)
    return path.parent if path else None


def _rebased(record: Record, old: Path, new: Path, root: Path) -> Record:
    """The record with its paths below ``new``, where the folder was renamed inside the project."""
    if old in (new, root) or not old.is_relative_to(root):
        return record
    changes: dict[str, Any] = {}
    for item in fields(record):
        value = getattr(record, item.name)
        if isinstance(value, Path) and value.is_relative_to(old):
            changes[item.name] = new / value.relative_to(old)
    return replace(record, **changes)
