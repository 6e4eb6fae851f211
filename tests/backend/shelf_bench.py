"""A project with trainings of many checkpoints, real files on the disk."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from project_maker import checkpoint_file

from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.services import Services
from rave_gui.core.records import Checkpoint, Experiment, ExperimentStatus, Project

RAVE_GIN = "model.RAVE.latent_size = 8\nmodel.RAVE.sampling_rate = 48000\n"


def training(
    services: Services, project: Project, name: str, steps: dict[str, int], **changes: Any
) -> Experiment:
    """A stopped training with these files, each a minute younger than the one before."""
    out = project.path / "runs" / name
    run = out / f"{name}_0123456789"
    run.mkdir(parents=True)
    begun = time.time() - 60 * len(steps)
    for number, (file, step) in enumerate(steps.items()):
        path = checkpoint_file(run / "version_0" / "checkpoints" / file, step)
        os.utime(path, (begun + 60 * number,) * 2)
    (run / "config.gin").write_text(RAVE_GIN)
    facts = {"status": ExperimentStatus.STOPPED, "config": TrainingSettings(("v1",)).to_json()}
    row = services.repositories.experiments.add(
        Experiment(
            project_id=project.id or 0,
            dataset_id=None,
            name=name,
            created_at=begun,
            output_path=out,
            run_dir=run,
            step=max(steps.values(), default=0),
            **(facts | changes),
        )
    )
    services.models.sync(row.id or 0)
    return row


def regular(last: int, every: int) -> dict[str, int]:
    """RAVE's own regular checkpoints."""
    return {f"epoch_{step}.ckpt": step for step in range(every, last + 1, every)}


def at(services: Services, run: Experiment, step: int) -> Checkpoint:
    """The checkpoint of that step."""
    rows = services.models.list_checkpoints(run.id or 0)
    return next(row for row in rows if row.step == step)


def steps(services: Services, run: Experiment) -> list[int]:
    """Of the recorded checkpoints."""
    return [row.step for row in services.models.list_checkpoints(run.id or 0)]


class Bin:
    """A trash that remembers what was thrown into it."""

    def __init__(self, place: Path) -> None:
        self.place, self.thrown = place, list[Path]()
        place.mkdir()

    def __call__(self, path: Path) -> None:
        self.thrown.append(path)
        path.rename(self.place / f"{len(self.thrown)}-{path.name}")
