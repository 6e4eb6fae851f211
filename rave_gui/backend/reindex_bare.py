"""Records of what has no sidecar (any more), as far as RAVE's own files tell."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rave_gui.backend.training_state import find_run_dir
from rave_gui.core.errors import UserError
from rave_gui.core.job_facts import JobSpec
from rave_gui.core.lmdb_reader import DatasetDatabase
from rave_gui.core.records import (
    Dataset,
    DatasetStatus,
    Experiment,
    ExperimentStatus,
    Export,
    JobKind,
)

FORMATS = {".ts": "torchscript", ".onnx": "onnx"}


def dataset(folder: Path) -> Dataset | None:
    """The dataset in ``folder/db``; RAVE writes ``metadata.yaml`` last, so it is a whole one."""
    database = DatasetDatabase(folder / "db")
    try:
        metadata = database.metadata()
    except UserError:
        return None
    found = Dataset(
        project_id=0,
        name=folder.name,
        path=folder,
        sources=(),
        created_at=_changed_at(database.folder / "metadata.yaml"),
        status=DatasetStatus.READY,
        channels=metadata["channels"],
        sample_rate=metadata["sr"],
        lazy=metadata["lazy"],
    )
    return _counted(found, database)


def experiment(folder: Path, jobs: Sequence[JobSpec]) -> Experiment | None:
    """The training whose run folder lies in ``folder``; its settings are told by its newest job.

    With a job it counts as running: whoever settles that job judges how it ended.
    """
    run = find_run_dir(folder)
    if run is None:
        return None
    job = _newest_training(folder, jobs)
    snapshot: Mapping[str, Any] = job.snapshot if job else {}
    name, config = snapshot.get("experiment"), snapshot.get("config")
    return Experiment(
        project_id=0,
        dataset_id=None,
        name=name if isinstance(name, str) and name else run.name.rpartition("_")[0] or run.name,
        config=config if isinstance(config, dict) else {},
        created_at=_changed_at(run / "config.gin"),
        status=ExperimentStatus.RUNNING if job else ExperimentStatus.STOPPED,
        output_path=folder,
        run_dir=run,
        notes="Found again without its description.",
        id=job.target_id if job else None,
    )


def exports(folder: Path) -> Iterator[Export]:
    """The exported files in ``folder``."""
    for path in sorted(folder.iterdir()):
        half = Path(path.stem).suffix in (".encode", ".decode")  # beside the whole way, in ONNX
        if path.suffix in FORMATS and path.is_file() and not half:
            yield Export(
                project_id=0,
                name=path.stem.removesuffix("_streaming"),
                format=FORMATS[path.suffix],
                export_path=path,
                created_at=_changed_at(path),
                streaming=path.stem.endswith("_streaming"),
            )


def same_place(cwd: Path, folder: Path) -> bool:
    """Whether a job that worked in ``cwd`` worked in ``folder``, wherever the project was then."""
    return cwd.parts[-2:] == folder.parts[-2:]


def _newest_training(folder: Path, jobs: Sequence[JobSpec]) -> JobSpec | None:
    own = [job for job in jobs if job.kind is JobKind.TRAIN and same_place(job.cwd, folder)]
    return max(own, key=lambda job: job.created_at, default=None)


def _counted(found: Dataset, database: DatasetDatabase) -> Dataset:
    """With the number and length of the examples; a lazy one tells only how many files."""
    try:
        examples = database.examples()
        if found.lazy or not examples:
            return replace(found, num_samples=examples)
        window = int(database.read_example(0).shape[-1]) // 2
    except UserError as error:
        return replace(found, status=DatasetStatus.FAILED, error=str(error))
    seconds = examples * 2 * window / found.sample_rate
    return replace(found, num_samples=examples, num_signal=window, duration_seconds=seconds)


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()
