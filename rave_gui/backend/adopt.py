"""Bringing in runs that were made without this application: in place, nothing copied or changed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from rave_gui.backend.archive import Archive
from rave_gui.backend.metrics import RunMetrics
from rave_gui.backend.model import ModelManager
from rave_gui.backend.outside import OutsideWatch
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.run_layouts import CONFIG, find_runs, name_of
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import read_run
from rave_gui.core.logger import get_logger
from rave_gui.core.paths import fresh_folder, slug
from rave_gui.core.records import Experiment, ExperimentStatus, Project
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, RecordChanged

_log = get_logger(__name__)


class Adopter:
    """Makes experiments of run folders."""

    def __init__(
        self,
        repositories: Repositories,
        archive: Archive,
        models: ModelManager,
        signals: AppSignals,
        outside: OutsideWatch | None = None,
    ) -> None:
        self._outside = outside
        self._rows = repositories
        self._archive = archive
        self._models = models
        self._signals = signals

    def adopt(self, folder: Path, project: Project) -> list[Experiment]:
        """Record every run below ``folder`` that is not known yet; answers with the new ones.

        One that another program trains in this moment is recorded as training outside.

        Raises:
            UserError: when the folder does not exist or holds no run.
        """
        runs = self.require_runs(folder)
        known = {row.run_dir for row in self._rows.experiments.list()}
        return [self._adopt(run, project) for run in runs if run not in known]

    @staticmethod
    def require_runs(folder: Path) -> list[Path]:
        """Every run below ``folder``.

        Raises:
            UserError: when the folder does not exist or holds no run.
        """
        runs = list(find_runs(folder.expanduser().absolute()))
        if not runs:
            raise UserError(
                f"There is no RAVE run in {folder}.",
                "A run is a folder with version_0 in it, or with checkpoints and event files.",
            )
        return runs

    def _adopt(self, run: Path, project: Project) -> Experiment:
        name = self._free_name(project, name_of(run))
        folder = fresh_folder(project.path / "runs", slug(name, "adopted"))
        step, metrics = _curves_end(run)
        settings, trouble = _settings(run)
        row = self._rows.experiments.add(
            Experiment(
                project_id=project.id or 0,
                dataset_id=None,
                name=name,
                config={**settings.to_json(), "adopted": True},
                created_at=_born(run),
                status=self._status(run),
                output_path=folder,
                run_dir=run,
                step=step,
                final_metrics=metrics,
                notes=" ".join(filter(None, (f"Brought in from {run}.", trouble))),
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

    def _status(self, run: Path) -> ExperimentStatus:
        trains = self._outside is not None and self._outside.is_training(run)
        return ExperimentStatus.OUTSIDE if trains else ExperimentStatus.STOPPED

    def _free_name(self, project: Project, wanted: str) -> str:
        name, number = wanted, 2
        while self._rows.experiments.by_name(project.id or 0, name):
            name, number = f"{wanted} {number}", number + 1
        return name


def _settings(run: Path) -> tuple[TrainingSettings, str]:
    """What config.gin tells, and what is amiss with it, as a sentence.

    RAVE does not write the window, batch or channels anywhere.
    """
    rate, trouble = None, ""
    if not (run / CONFIG).is_file():
        trouble = (
            "It has no config.gin, as runs of RAVE 1 do not: its curves and checkpoints can be "
            "seen, but this RAVE can neither go on with it nor export it."
        )
    else:
        try:
            rate = read_run(run / CONFIG).sampling_rate
        except UserError as error:
            _log.warning("%s", error)
            trouble = "Its config.gin cannot be read, so it can be seen but not gone on with."
    return TrainingSettings(configs=(), sample_rate=int(rate or 44100)), trouble


def _curves_end(run: Path) -> tuple[int, dict[str, Any]]:
    metrics = RunMetrics(run)
    metrics.poll()
    last = metrics.last()
    step = max((step for step, _ in last.values()), default=0)
    return int(step), {tag: value for tag, (_, value) in last.items()}


def _born(run: Path) -> float:
    for path in (run / CONFIG, run):
        try:
            return path.stat().st_mtime
        except OSError:
            continue
    return time.time()
