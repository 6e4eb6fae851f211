"""A small but whole project on disk and in the database, and facts to compare it by."""

from __future__ import annotations

import pickle
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import lmdb

from rave_gui.backend.archive import Archive
from rave_gui.backend.projects import ProjectManager
from rave_gui.companion.rave_gui_job_files import EXIT, write_json
from rave_gui.core.database import Database
from rave_gui.core.jobs import JobDirectory, JobSpec
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import (
    Checkpoint,
    CheckpointKind,
    Dataset,
    DatasetStatus,
    Experiment,
    ExperimentStatus,
    Export,
    Job,
    JobKind,
    JobState,
    Preview,
    Project,
)
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals


def application(paths: AppPaths) -> SimpleNamespace:
    """What an application that starts on this home has: rows, archive, projects, signals."""
    database = Database(paths.database)
    database.migrate()
    rows, signals = Repositories(database), AppSignals()
    archive = Archive(rows)
    projects = ProjectManager(paths, rows, archive, signals)
    return SimpleNamespace(rows=rows, archive=archive, projects=projects, signals=signals)


def lose_database(paths: AppPaths) -> None:
    """As if somebody had deleted it."""
    for path in paths.data.glob(paths.database.name + "*"):
        path.unlink()


def checkpoint_file(path: Path, step: int, epoch: int = 0) -> Path:
    """A checkpoint, as far as its first kilobytes go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        content = {"epoch": epoch, "global_step": step, "state_dict": {}}
        archive.writestr("archive/data.pkl", pickle.dumps(content, 2))
    return path


def lmdb_of_rave(folder: Path, examples: int = 2, samples: int = 64) -> None:
    """A stereo dataset as ``rave preprocess`` leaves it; ``samples`` per channel and example."""
    sound = bytes(2 * 2 * samples)
    shape = bytes([0x08, 2, 0x08, samples])  # repeated, not packed
    buffer = shape + _bytes(3, sound) + bytes([0x20, 3])
    message = _bytes(1, _bytes(1, b"waveform") + _bytes(2, buffer))
    folder.mkdir(parents=True)
    with (
        lmdb.open(str(folder), map_size=1 << 20, sync=False) as environment,
        environment.begin(write=True) as transaction,
    ):
        for number in range(examples):
            transaction.put(f"{number:08d}".encode(), message)
    (folder / "metadata.yaml").write_text("{channels: 2, lazy: false, n_seconds: 0.0, sr: 48000}\n")


def _bytes(number: int, value: bytes) -> bytes:
    """A field of protobuf's wire type 2."""
    size, length = len(value), b""
    while size > 127:
        length += bytes([size % 128 + 128])
        size //= 128
    return bytes([number * 8 + 2]) + length + bytes([size]) + value


def run_folder(folder: Path, name: str, steps: dict[str, int]) -> Path:
    """``folder/NAME_<hash>`` with checkpoints, as ``rave train`` leaves it."""
    run = folder / f"{name}_0123456789"
    run.mkdir(parents=True)
    (run / "config.gin").write_text("SAMPLING_RATE = 44100\n")
    for file, step in steps.items():
        checkpoint_file(run / "version_0" / "checkpoints" / file, step)
    return run


def ended_job(app: Any, project: Project, kind: JobKind, cwd: Path, target: int, **end: Any) -> Job:
    """A job that ended, in its directory and in its row."""
    spec = JobSpec(
        id=f"20250101-000000-{kind.value}-{target}",
        kind=kind,
        argv=("rave", kind.value),
        cwd=cwd,
        created_at=time.time() - 100,
        title=f"{kind.value} {target}",
        target_id=target,
        snapshot={"experiment": "second", "config": {"configs": ["v1"]}},
    )
    directory = JobDirectory.create(project.path / "jobs", spec)
    facts = {"returncode": 0, "stop_requested": False, "stopped_by": "", "error": ""}
    facts |= {"signal": None, "last_step": 20, "ended_at": time.time() - 50, **end}
    write_json(directory.path / EXIT, facts)
    state = JobState.STOPPED if facts["stopped_by"] == "user" else JobState.SUCCEEDED
    return app.rows.jobs.add(
        Job(spec.id, kind, directory.path, state, spec.created_at, spec.title, project.id, target)
    )


def whole_project(app: Any, name: str = "Étude") -> Project:
    """A dataset, two trainings, checkpoints, an export, a preview and jobs, with their sidecars."""
    project = app.projects.create(name)
    with app.rows.database.transaction():
        _fill(app, project)
    app.archive.save_all(project)
    return project


def _fill(app: Any, project: Project) -> None:
    dataset = _dataset(app, project)
    first = _training(app, project, dataset, "first", {"best.ckpt": 10, "final-step=20.ckpt": 20})
    second = _training(app, project, dataset, "second", {"stopped-step=42.ckpt": 42}, first.id)
    best = app.rows.checkpoints.list(experiment_id=first.id)[0]
    app.rows.checkpoints.update(
        best.id, pinned=True, rating=5, name="the warm one", validation=1.5, notes="rings"
    )
    preview = project.path / "renders" / "10.wav"
    app.rows.previews.add(Preview(first.id, 10, "bells.wav", preview, 5.0))
    export = _export(app, project, best)
    ended_job(app, project, JobKind.PREPROCESS, dataset.path, dataset.id)
    ended_job(app, project, JobKind.TRAIN, first.output_path, first.id)
    ended_job(app, project, JobKind.TRAIN, second.output_path, second.id, stopped_by="user")
    ended_job(app, project, JobKind.EXPORT, export.export_path.parent, export.id)


def _dataset(app: Any, project: Project) -> Dataset:
    folder = project.path / "datasets" / "strings"
    lmdb_of_rave(folder / "db")
    return app.rows.datasets.add(
        Dataset(
            project_id=project.id,
            name="Strings",
            path=folder,
            sources=("/sounds/strings", str(project.path / "renders")),
            created_at=2.25,
            status=DatasetStatus.READY,
            num_samples=64,
            statistics={"examples": 64},
            manifest=({"path": str(folder / "staging" / "a.wav"), "verdict": "ok"},),
        )
    )


def _training(
    app: Any,
    project: Project,
    dataset: Dataset,
    name: str,
    steps: dict[str, int],
    parent_id: int | None = None,
) -> Experiment:
    folder = project.path / "runs" / name
    run = run_folder(folder, name, steps)
    row = app.rows.experiments.add(
        Experiment(
            project_id=project.id,
            dataset_id=dataset.id,
            name=name,
            config={"configs": ["v1"], "device": "gpu:0"},
            created_at=3.5,
            status=ExperimentStatus.COMPLETED if parent_id is None else ExperimentStatus.STOPPED,
            output_path=folder,
            run_dir=run,
            step=max(steps.values()),
            final_metrics={"validation": 1.5},
            notes="like glass",
            tags=("night",),
            parent_id=parent_id,
            rating=4,
        )
    )
    kinds = {"best": CheckpointKind.BEST, "final": CheckpointKind.LAST}
    for file, step in steps.items():
        path = run / "version_0" / "checkpoints" / file
        kind = kinds.get(file.split(".")[0].split("-")[0], CheckpointKind.STOPPED)
        status = path.stat()
        app.rows.checkpoints.add(
            Checkpoint(
                row.id, path.stem, path, step, kind, status.st_mtime,
                is_best=kind is CheckpointKind.BEST, size=status.st_size,
            )
        )  # fmt: skip
    return row


def _export(app: Any, project: Project, checkpoint: Checkpoint) -> Export:
    path = project.path / "exports" / "strings" / "strings_streaming.ts"
    path.parent.mkdir()
    path.write_bytes(b"torchscript")
    return app.rows.exports.add(
        Export(
            project_id=project.id,
            name="strings",
            format="torchscript",
            export_path=path,
            created_at=4.5,
            model_id=checkpoint.id,
            fidelity=0.95,
            latent_size=4,
            verification={"verdict": "pass", "checks": [{"id": "plays", "figure": 1.0}]},
        )
    )


def everything(rows: Repositories) -> dict[str, list[Any]]:
    """Every row of every table that a project folder can bring back."""
    tables = ("projects", "datasets", "experiments", "checkpoints", "exports", "previews")
    found = {name: getattr(rows, name).list() for name in tables}
    found["jobs"] = [
        (job.id, job.kind, job.directory, job.state, job.title, job.project_id, job.target_id)
        for job in rows.jobs.list()
    ]
    return found
