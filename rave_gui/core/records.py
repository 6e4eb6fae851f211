"""The records of the application: frozen facts, as the database and the project folders hold them.

Times are POSIX seconds, durations seconds, sizes bytes, steps training batches. A record has the id
``None`` until the database gives it one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]


class DatasetStatus(str, Enum):
    """How far a dataset is."""

    PENDING = "pending"
    PREPROCESSING = "preprocessing"
    READY = "ready"
    FAILED = "failed"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


class ExperimentStatus(str, Enum):
    """How far a training is."""

    PENDING = "pending"
    QUEUED = "queued"
    RUNNING = "running"
    STOPPING = "stopping"
    COMPLETED = "completed"
    FAILED = "failed"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    OUTSIDE = "outside"
    """Another program trains it; we only watch."""

    @property
    def active(self) -> bool:
        """Whether a process of ours works on it now."""
        return self in {ExperimentStatus.RUNNING, ExperimentStatus.STOPPING}


class CheckpointKind(str, Enum):
    """Why a checkpoint was written."""

    BEST = "best"
    LAST = "last"
    EPOCH = "epoch"
    STOPPED = "stopped"
    SAVED = "saved-now"


class JobKind(str, Enum):
    """What a job does."""

    PREPROCESS = "preprocess"
    TRAIN = "train"
    TRIAL = "trial"
    EXPORT = "export"
    VERIFY = "verify"
    INSTALL = "install"


class JobState(str, Enum):
    """Where a job stands. ``INTERRUPTED``: neither a live process nor an exit record."""

    CREATED = "created"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"

    @property
    def ended(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self in {
            JobState.SUCCEEDED,
            JobState.FAILED,
            JobState.STOPPED,
            JobState.INTERRUPTED,
        }


@dataclass(frozen=True)
class Project:
    """A folder with ``datasets/``, ``runs/``, ``exports/``, ``renders/``, ``jobs/``."""

    name: str
    path: Path
    created_at: float
    id: int | None = None


@dataclass(frozen=True)
class Dataset:
    """A database that ``rave preprocess`` made, or will make."""

    project_id: int
    name: str
    path: Path
    sources: tuple[str, ...]
    created_at: float
    status: DatasetStatus = DatasetStatus.PENDING
    num_samples: int | None = None
    """Examples (chunks) counted in the LMDB."""
    duration_seconds: float | None = None
    channels: int = 1
    sample_rate: int = 44100
    num_signal: int = 131072
    """RAVE's ``--num_signal``; one example holds twice as many samples per channel."""
    lazy: bool = False
    file_format: str = "lmdb"
    statistics: Json = field(default_factory=dict)
    manifest: tuple[Json, ...] = ()
    """One entry a source file: path, verdict, reason, duration_seconds."""
    error: str = ""
    """Why it failed, in words."""
    id: int | None = None


@dataclass(frozen=True)
class Experiment:
    """One training: what was asked, how far it came."""

    project_id: int
    dataset_id: int | None
    name: str
    config: Json
    """The full ``TrainingSettings`` as launched, see ``backend.rave_cli``."""
    created_at: float
    status: ExperimentStatus = ExperimentStatus.PENDING
    output_path: Path | None = None
    """The folder given to RAVE as ``--out_path``; one for each experiment."""
    run_dir: Path | None = None
    """``output_path/NAME_<hash>``, known once RAVE has made it."""
    step: int = 0
    """Global step of the last thing known to have happened."""
    started_at: float | None = None
    completed_at: float | None = None
    final_metrics: Json = field(default_factory=dict)
    notes: str = ""
    parent_id: int | None = None
    tags: tuple[str, ...] = ()
    rating: int | None = None
    """Stars, 1 to 5; None while nobody has given any."""
    error: str = ""
    """Why it failed, in words."""
    archived: bool = False
    """Put away: kept with everything, but not in sight."""
    id: int | None = None


@dataclass(frozen=True)
class Checkpoint:
    """One ``.ckpt`` file of an experiment (the table ``models``)."""

    experiment_id: int
    name: str
    checkpoint_path: Path
    step: int
    kind: CheckpointKind
    created_at: float
    validation: float | None = None
    is_best: bool = False
    pinned: bool = False
    rating: int | None = None
    """Stars, 1 to 5; None while nobody has given any."""
    size: int = 0
    notes: str = ""
    id: int | None = None


@dataclass(frozen=True)
class Export:
    """One exported instrument."""

    project_id: int
    name: str
    format: str
    """``torchscript`` or ``onnx``."""
    export_path: Path
    created_at: float
    model_id: int | None = None
    streaming: bool = True
    channels: int = 1
    fidelity: float | None = None
    latent_size: int | None = None
    prior_model: str = ""
    verification: Json = field(default_factory=dict)
    """What ``verify`` answered: verdict, checks, hosts; empty until verified."""
    error: str = ""
    id: int | None = None


@dataclass(frozen=True)
class Preview:
    """Sound that a training rendered at one step, to hear it learn."""

    experiment_id: int
    step: int
    source_clip: str
    """What was put through the model."""
    path: Path
    created_at: float
    id: int | None = None


@dataclass(frozen=True)
class Job:
    """One piece of work in a process of its own; its directory is the truth."""

    id: str
    """Name of the job directory: unique, sortable by time."""
    kind: JobKind
    directory: Path
    state: JobState
    created_at: float
    title: str = ""
    project_id: int | None = None
    target_id: int | None = None
    """The dataset, experiment or export that it works for, by ``kind``."""
    pid: int | None = None
    process_token: str | None = None
    exit: Json = field(default_factory=dict)
