"""What was found in a project folder, before it has rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rave_gui.core.job_facts import JobExit, JobSpec, RunnerInfo
from rave_gui.core.jobs import JobDirectory
from rave_gui.core.records import (
    Checkpoint,
    Dataset,
    Experiment,
    Export,
    Preview,
    Project,
)


@dataclass(frozen=True)
class Found:
    """What every record that was found has beside itself. Times are POSIX seconds."""

    folder: Path
    saved_at: float
    """When its sidecar was written; infinite where there is none and its files say it all."""


@dataclass(frozen=True)
class FoundDataset(Found):
    """A dataset, not in the database yet: its ids are those of the sidecar."""

    record: Dataset


@dataclass(frozen=True)
class FoundExperiment(Found):
    """A training and what belongs to it."""

    record: Experiment
    dataset: Path | None = None
    parent: Path | None = None
    """Folder of the training it goes on from."""
    checkpoints: tuple[Checkpoint, ...] = ()
    previews: tuple[Preview, ...] = ()


@dataclass(frozen=True)
class FoundExport(Found):
    """An export."""

    record: Export
    model: Path | None = None


@dataclass(frozen=True)
class FoundJob:
    """A job directory."""

    directory: JobDirectory
    spec: JobSpec
    runner: RunnerInfo | None
    exit: JobExit | None
    live: bool
    ended_at: float
    """POSIX seconds; where nobody wrote that down, when it last gave a sign of life."""


@dataclass
class Findings:
    """Everything in a project folder."""

    root: Path
    project: Project | None = None
    datasets: list[FoundDataset] = field(default_factory=list)
    experiments: list[FoundExperiment] = field(default_factory=list)
    exports: list[FoundExport] = field(default_factory=list)
    jobs: list[FoundJob] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether this is no project at all."""
        return not (self.project or self.datasets or self.experiments or self.exports)
