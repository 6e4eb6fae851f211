"""Forks: new trainings that go on from a checkpoint of another one, with changes."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rave_gui.backend.archive import Archive
from rave_gui.backend.engine import EngineManager
from rave_gui.backend.fork_plan import (
    FORK_KEY,
    ForkRequest,
    changed_settings,
    differences,
    gin_changes,
)
from rave_gui.backend.projects import checked_name
from rave_gui.backend.rave_cli import train_argv
from rave_gui.backend.rave_findings import ERROR
from rave_gui.backend.rave_rules import findings
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.rave_surroundings import look_around
from rave_gui.backend.resume_point import RESUME_KEY, config_beside, is_whole
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import ConfigManager, GinModel
from rave_gui.core.gin_edit import with_values
from rave_gui.core.paths import fresh_folder, slug
from rave_gui.core.records import (
    Checkpoint,
    CheckpointKind,
    Dataset,
    DatasetStatus,
    Experiment,
    Project,
)
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, RecordChanged

ORIGIN = "origin"
_CONFIG = "config.gin"
_LARGEST_GIN = 256 * 1024


@dataclass(frozen=True)
class _Draft:
    """A fork that was thought through, before anything is written."""

    parent: Experiment
    project: Project
    checkpoint: Checkpoint
    dataset: Dataset
    name: str
    settings: TrainingSettings
    changes: Mapping[str, Any]
    gin: str

    @property
    def known(self) -> bool:
        """Whether the application made the parent, and so knows what it was trained with."""
        return bool(self.settings.configs)

    @property
    def origin_name(self) -> Path:
        """Where the checkpoint will lie in the fork's folder.

        Two folders deep: whatever has a ``config.gin`` one folder deep is a run.
        """
        return Path(ORIGIN) / f"step-{self.checkpoint.step}" / f"step={self.checkpoint.step}.ckpt"

    def place(self, folder: Path) -> Path:
        """Put checkpoint and config.gin into ``folder``; returns the checkpoint's new path.

        Raises:
            UserError: when the disk refuses.
        """
        target = folder / self.origin_name
        try:
            target.parent.mkdir(parents=True)
            _keep(self.checkpoint, target)
            (target.parent / _CONFIG).write_text(self.gin, encoding="utf-8")
        except OSError as error:
            raise UserError(
                f"The checkpoint cannot be kept in {target.parent}: {error.strerror or error}.",
                "Free some space, or make the project folder writable.",
            ) from error
        return target


class Forker:
    """Makes forks; starting them is the queue's business. Synchronous."""

    def __init__(
        self,
        repositories: Repositories,
        archive: Archive,
        engines: EngineManager,
        signals: AppSignals,
    ) -> None:
        self._rows, self._archive = repositories, archive
        self._engines, self._signals = engines, signals

    def fork(self, request: ForkRequest) -> Experiment:
        """Record a fork, its checkpoint and its config.gin in a folder of its own; not started.

        Raises:
            UserError: a change cannot be made, the name is taken, RAVE would fail, or the disk
                refuses; nothing is left behind then.
        """
        draft = self._draft(request)
        folder = fresh_folder(draft.project.path / "runs", slug(draft.name, "fork"))
        try:
            origin = draft.place(folder)
            return self._record(draft, folder, origin)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def command(self, request: ForkRequest) -> list[str]:
        """The arguments that the fork would be started with, as far as they can be known.

        Raises:
            UserError: as :meth:`fork`.
        """
        draft = self._draft(request)
        folder = draft.project.path / "runs" / slug(draft.name, "fork")
        return train_argv(
            self._engines.current(),
            draft.settings,
            draft.name,
            draft.dataset.path / "db",
            folder,
            folder / draft.origin_name,
        )

    def _draft(self, request: ForkRequest) -> _Draft:
        parent = self._rows.experiments.get(request.experiment_id)
        checkpoint = self._rows.checkpoints.get(request.checkpoint_id)
        project = self._rows.projects.get(parent.project_id)
        name = checked_name(request.name, "training")
        other = self._rows.experiments.by_name(parent.project_id, name)
        if other is not None:
            raise UserError(
                f"There is a training called {other.name} already.", "Choose another name."
            )
        dataset = self._dataset(parent, request.dataset_id)
        old = TrainingSettings.from_json(parent.config)
        model = self._model(old)
        draft = _Draft(
            parent=parent,
            project=project,
            checkpoint=checkpoint,
            dataset=dataset,
            name=name,
            settings=changed_settings(old, request.changes, model),
            changes=differences(old, request.changes),
            gin=_edited_gin(checkpoint, request),
        )
        self._refuse(draft, old)
        return draft

    def _dataset(self, parent: Experiment, wanted: int | None) -> Dataset:
        number = wanted or parent.dataset_id
        if number is None:
            raise UserError(
                f"The dataset of {parent.name} is not known.", "Choose one to go on with."
            )
        dataset = self._rows.datasets.get(number)
        if dataset.status is not DatasetStatus.READY:
            raise UserError(f"The dataset {dataset.name} is not ready.", "Choose another one.")
        return dataset

    def _refuse(self, draft: _Draft, old: TrainingSettings) -> None:
        """Whatever RAVE would stumble over."""
        point, settings = draft.checkpoint, draft.settings
        if not is_whole(point.checkpoint_path):
            raise UserError(
                f"The checkpoint {point.checkpoint_path} is gone or not complete.",
                "Choose another one.",
            )
        if point.step >= settings.max_steps:
            raise UserError(
                f"The checkpoint has {point.step:,} steps, and no more than "
                f"{settings.max_steps:,} are wanted.",
                "Give a larger number of steps.",
            )
        trained_on = (old.channels, old.sample_rate)
        if trained_on != (draft.dataset.channels, draft.dataset.sample_rate) and draft.known:
            raise UserError(
                f"The dataset {draft.dataset.name} has another sample rate or other channels than "
                "the network was trained on.",
                "Choose one that agrees.",
            )
        reasons = self._reasons(draft)
        if reasons:
            raise UserError(" ".join(reasons))

    def _reasons(self, draft: _Draft) -> list[str]:
        engine = self._engines.current()
        if engine.configs_dir is None or not draft.known:
            return []
        around = look_around(draft.dataset, engine, draft.dataset.path)
        found = findings(
            draft.settings,
            draft.dataset,
            engine,
            ConfigManager(engine.configs_dir),
            draft.checkpoint.step,
            around,
        )
        return [one.sentence for one in found if one.severity == ERROR]

    def _model(self, settings: TrainingSettings) -> GinModel | None:
        configs_dir = self._engines.current().configs_dir
        if configs_dir is None or not settings.configs:
            return None
        configs = ConfigManager(configs_dir)
        try:
            return configs.describe(configs.ordered(settings.configs))
        except UserError:
            return None

    def _record(self, draft: _Draft, folder: Path, origin: Path) -> Experiment:
        point = draft.checkpoint
        config = {
            **draft.settings.to_json(),
            RESUME_KEY: str(origin),
            FORK_KEY: {
                "checkpoint": str(point.checkpoint_path),
                "step": point.step,
                "changes": dict(draft.changes),
            },
        }
        row = self._rows.experiments.add(
            Experiment(
                project_id=draft.parent.project_id,
                dataset_id=draft.dataset.id,
                name=draft.name,
                config=config,
                created_at=time.time(),
                output_path=folder,
                step=point.step,
                parent_id=draft.parent.id,
                tags=draft.parent.tags,
            )
        )
        self._archive.save_experiment(row)
        self._signals.training_created.emit(RecordChanged("experiments", row.id or 0, "created"))
        return row


def _keep(checkpoint: Checkpoint, target: Path) -> None:
    """A second name for the file where that is safe, else a copy.

    Lightning writes a new ``best.ckpt`` over the old one in place, so that one is copied; all
    others are only ever removed, which leaves a second name alone.
    """
    source = checkpoint.checkpoint_path
    if checkpoint.kind is not CheckpointKind.BEST:
        try:
            os.link(source, target)
            return
        except OSError:
            pass  # another disk, or one that knows no links
    draft = target.with_name(f"{target.name}.part")
    try:
        shutil.copyfile(source, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _edited_gin(checkpoint: Checkpoint, request: ForkRequest) -> str:
    """The config.gin that the fork begins with."""
    values = gin_changes(request.changes)
    path = config_beside(checkpoint.checkpoint_path)
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(_LARGEST_GIN + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"The file {path} cannot be read, and RAVE cannot rebuild the model without it.",
            "Put it back from a backup, or choose another checkpoint.",
        ) from error
    return with_values(text, values) if values else text
