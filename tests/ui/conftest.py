"""A window on real records: managers on a fresh home, background work done at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QObject, pyqtSignal

from rave_gui.backend.engine_record import Engine
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.services import build_services
from rave_gui.core.errors import UserError
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
    Project,
)
from rave_gui.core.settings import Settings
from rave_gui.ui.context import PageContext
from rave_gui.ui.theme import Theme


class PretendedState(QObject):
    """What the pages read of the application's state."""

    project_changed = pyqtSignal(object)
    engine_changed = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self.project: Project | None = None
        self.engine: Engine | None = None
        self.engine_problem = ""
        self.engine_busy = False
        self.settings = Settings()

    def change_settings(self, **changes: Any) -> None:
        self.settings = replace(self.settings, **changes)

    def select(self, project: Project | None) -> None:
        self.project = project
        self.project_changed.emit(project)

    def set_engine(
        self, engine: Engine | None = None, problem: str = "", busy: bool = False
    ) -> None:
        self.engine, self.engine_problem, self.engine_busy = engine, problem, busy
        self.engine_changed.emit(engine)


def at_once(
    work: Callable[[], Any],
    on_done: Callable[[Any], None] | None = None,
    on_error: Callable[[UserError], None] | None = None,
    *,
    owner: Any = None,
) -> bool:
    """Background work without a background."""
    try:
        result = work()
    except UserError as error:
        if on_error:
            on_error(error)
        return False
    if on_done:
        on_done(result)
    return False


@dataclass
class World:
    """Records to show, and what pages are built with."""

    services: Any
    state: PretendedState
    context: PageContext
    project: Project
    now: float = field(default_factory=time.time)

    def dataset(self, name: str = "bells", **changes: Any) -> Dataset:
        facts = {
            "status": DatasetStatus.READY,
            "num_samples": 1939,
            "duration_seconds": 11520.0,
            "manifest": (
                {"path": "/s/a.wav", "verdict": "use", "reason": "", "duration_seconds": 24.0},
                {"path": "/s/b.wav", "verdict": "warn", "reason": "only 2.1 s long"},
                {"path": "/s/c.wav", "verdict": "reject", "reason": "damaged"},
            ),
            **changes,
        }
        row = Dataset(
            project_id=self.project.id or 0,
            name=name,
            path=self.project.path / "datasets" / name,
            sources=("/s",),
            created_at=self.now - 9000,
            **facts,
        )
        return self.services.repositories.datasets.add(row)

    def experiment(self, name: str = "bells-v2", **changes: Any) -> Experiment:
        settings = TrainingSettings(
            configs=("v2", "causal"),
            overrides=("PHASE_1_DURATION=1000",),
            max_steps=1500,
            device="gpu:0",
        )
        folder = self.project.path / "runs" / name
        facts = {
            "status": ExperimentStatus.STOPPED,
            "step": 412,
            "config": settings.to_json(),
            "created_at": self.now - 5000,
            "dataset_id": None,
            "output_path": folder,
            "run_dir": folder / f"{name}_0123456789",
            **changes,
        }
        run = facts["run_dir"]
        run.mkdir(parents=True, exist_ok=True)
        (run / "config.gin").write_text("RAVE.phase_1_duration = 1000\n")
        row = Experiment(project_id=self.project.id or 0, name=name, **facts)
        return self.services.repositories.experiments.add(row)

    def checkpoint(self, experiment: Experiment, step: int = 400, **changes: Any) -> Checkpoint:
        path = (experiment.run_dir or Path("/nowhere")) / f"epoch_{step}.ckpt"
        facts = {"kind": CheckpointKind.LAST, "size": 487_000_000, **changes}
        row = Checkpoint(experiment.id or 0, path.stem, path, step, created_at=self.now, **facts)
        return self.services.repositories.checkpoints.add(row)

    def export(self, name: str = "bells", **changes: Any) -> Export:
        path = self.project.path / "exports" / name / f"{name}.ts"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 4096)
        row = Export(self.project.id or 0, name, "torchscript", path, self.now, **changes)
        return self.services.repositories.exports.add(row)

    def job(self, kind: JobKind, target: int | None, **changes: Any) -> Job:
        state = changes.pop("state", JobState.RUNNING)
        title = changes.pop("title", f"{kind.value} something")
        identity = changes.pop("id", f"20260101-{kind.value}-{target}")
        folder = self.project.path / "jobs" / identity
        folder.mkdir(parents=True)
        (folder / "output.log").write_text("first line\nlast line\n")
        row = Job(
            identity, kind, folder, state, self.now - 60, title, self.project.id, target, **changes
        )
        return self.services.repositories.jobs.add(row)


@pytest.fixture
def theme(qapp: Any) -> Iterator[Theme]:
    """The look, taken off again after the test."""
    made = Theme("dark")
    made.install(qapp)
    yield made
    qapp.setStyleSheet("")


@pytest.fixture
def world(qtbot: Any, theme: Theme, app_paths: AppPaths, monkeypatch: pytest.MonkeyPatch) -> World:
    """A project without anything in it, open; no engine, whatever the environment names."""
    monkeypatch.delenv("RAVE_GUI_ENGINE", raising=False)
    services = build_services(app_paths)
    project = services.projects.create("Glass and bells")
    state = PretendedState()
    state.project = project
    return World(services, state, PageContext(services, state, at_once, theme), project)
