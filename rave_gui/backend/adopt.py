"""Bringing in runs that were made without this application: in place, nothing copied or changed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rave_gui.backend.archive import Archive
from rave_gui.backend.metrics import RunMetrics, version_dirs
from rave_gui.backend.model import ModelManager
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import read_run
from rave_gui.core.logger import get_logger
from rave_gui.core.paths import fresh_folder, slug
from rave_gui.core.records import Experiment, ExperimentStatus, Project
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, RecordChanged

_log = get_logger(__name__)
CONFIG = "config.gin"


def find_runs(folder: Path) -> Iterator[Path]:
    """Every run folder at or below ``folder``: one with RAVE's ``config.gin`` and a version.

    Raises:
        UserError: when the folder does not exist.
    """
    if not folder.is_dir():
        raise UserError(f"{folder} is no folder.", "Choose the folder that RAVE wrote its runs to.")
    for here, subfolders, names in os.walk(folder):
        if CONFIG in names and version_dirs(Path(here)):
            subfolders.clear()
            yield Path(here)
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))


class Adopter:
    """Makes experiments of run folders."""

    def __init__(
        self,
        repositories: Repositories,
        archive: Archive,
        models: ModelManager,
        signals: AppSignals,
    ) -> None:
        self._rows = repositories
        self._archive = archive
        self._models = models
        self._signals = signals

    def adopt(self, folder: Path, project: Project) -> list[Experiment]:
        """Record every run below ``folder`` that is not known yet; answers with the new ones.

        Raises:
            UserError: when the folder does not exist or holds no run.
        """
        runs = list(find_runs(folder.expanduser().absolute()))
        if not runs:
            raise UserError(
                f"There is no RAVE run in {folder}.",
                "A run is a folder NAME_1234567890 with config.gin and version_0 in it.",
            )
        known = {row.run_dir for row in self._rows.experiments.list()}
        return [self._adopt(run, project) for run in runs if run not in known]

    def _adopt(self, run: Path, project: Project) -> Experiment:
        name = self._free_name(project, run.name.rpartition("_")[0] or run.name)
        folder = fresh_folder(project.path / "runs", slug(name, "adopted"))
        step, metrics = _curves_end(run)
        row = self._rows.experiments.add(
            Experiment(
                project_id=project.id or 0,
                dataset_id=None,
                name=name,
                config={**_settings(run).to_json(), "adopted": True},
                created_at=_born(run),
                status=ExperimentStatus.STOPPED,
                output_path=folder,
                run_dir=run,
                step=step,
                final_metrics=metrics,
                notes=f"Brought in from {run}.",
            )
        )
        return self._with_checkpoints(row)

    def _with_checkpoints(self, row: Experiment) -> Experiment:
        checkpoints = self._models.sync(row.id or 0)
        step = max([row.step, *(checkpoint.step for checkpoint in checkpoints)])
        row = self._rows.experiments.update(row.id or 0, step=step)
        self._archive.save_experiment(row)
        self._signals.training_created.emit(RecordChanged("experiments", row.id or 0, "created"))
        return row

    def _free_name(self, project: Project, wanted: str) -> str:
        name, number = wanted, 2
        while self._rows.experiments.by_name(project.id or 0, name):
            name, number = f"{wanted} {number}", number + 1
        return name


def _settings(run: Path) -> TrainingSettings:
    """What config.gin tells; RAVE does not write the window, batch or channels anywhere."""
    try:
        rate = read_run(run / CONFIG).sampling_rate
    except UserError as error:
        _log.warning("%s", error)
        rate = None
    return TrainingSettings(configs=(), sample_rate=int(rate or 44100))


def _curves_end(run: Path) -> tuple[int, dict[str, Any]]:
    metrics = RunMetrics(run)
    metrics.poll()
    last = metrics.last()
    step = max((step for step, _ in last.values()), default=0)
    return int(step), {tag: value for tag, (_, value) in last.items()}


def _born(run: Path) -> float:
    try:
        return (run / CONFIG).stat().st_mtime
    except OSError:
        return time.time()
