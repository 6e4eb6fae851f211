"""Bringing in a checkpoint or an instrument that was made elsewhere."""

from __future__ import annotations

import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from rave_gui.backend.archive import Archive
from rave_gui.backend.file_copy import Progress, copy_whole
from rave_gui.backend.import_look import CHECKPOINT, Stranger, look_at
from rave_gui.backend.model import ModelManager
from rave_gui.backend.model_facts import ModelFacts, ModelShelf
from rave_gui.backend.projects import checked_name
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.run_layouts import CONFIG, name_of
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import read_run
from rave_gui.core.paths import fresh_folder, slug
from rave_gui.core.records import Experiment, ExperimentStatus, Export, Project
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, RecordChanged

IMPORT_KEY = "imported"
"""In ``Experiment.config``: where its checkpoint is from, and whether it was copied."""
TAG = "imported"
_NAMED_BY_RAVE = re.compile(r".+_[0-9a-f]{10}")


@dataclass(frozen=True)
class ImportWish:
    """What is brought in, and how."""

    stranger: Stranger
    name: str
    copy: bool = True
    """False: it stays where it is, and the project holds a link to it."""
    trusted: bool = False
    """The person vouches for where it is from."""


class Importer:
    """Makes records of models from elsewhere. Synchronous; windows call it in background."""

    def __init__(
        self,
        repositories: Repositories,
        archive: Archive,
        models: ModelManager,
        shelf: ModelShelf,
        signals: AppSignals,
    ) -> None:
        self._rows, self._archive, self._models = repositories, archive, models
        self._shelf, self._signals = shelf, signals

    def look(self, path: Path, config: Path | None = None) -> Stranger:
        """What a file is, as far as it can be told without opening it.

        Raises:
            UserError: it is no model, too old, or damaged.
        """
        return look_at(path, config)

    def inspect(self, stranger: Stranger, *, trusted: bool = False) -> ModelFacts:
        """What the engine says of it; seconds.

        Raises:
            UserError: it is damaged, not trusted, or there is no engine.
        """
        return self._shelf.look(stranger.path, trusted=trusted)

    def suggested_name(self, project: Project, stranger: Stranger) -> str:
        """A name that is free, made of the run's or the file's."""
        wanted = name_of(stranger.run) if stranger.run else stranger.path.stem
        taken = {row.name.casefold() for row in self._rows.experiments.list(project_id=project.id)}
        name, number = wanted, 2
        while name.casefold() in taken:
            name, number = f"{wanted} {number}", number + 1
        return name

    def bring_checkpoint(
        self, wish: ImportWish, project: Project, progress: Progress | None = None
    ) -> Experiment:
        """Make a training of one checkpoint, in RAVE's own layout.

        Raises:
            UserError: its ``config.gin`` is missing, the name is taken, the engine or the disk
                refuses; nothing is left behind then.
        """
        stranger, name = wish.stranger, checked_name(wish.name, "training")
        if stranger.kind != CHECKPOINT or stranger.config is None:
            raise UserError(stranger.problem or f"{stranger.path.name} is no checkpoint.")
        if self._rows.experiments.by_name(project.id or 0, name) is not None:
            raise UserError(f"There is a training called {name} already.", "Choose another name.")
        facts = self.inspect(stranger, trusted=wish.trusted)
        folder = fresh_folder(project.path / "runs", slug(name, TAG))
        try:
            run = _lay_out(wish, folder, progress)
            return self._record_training(wish, project, (name, folder, run), facts)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def bring_instrument(
        self, wish: ImportWish, project: Project, progress: Progress | None = None
    ) -> Export:
        """Make an export, not yet verified, of a ``.ts`` file.

        Raises:
            UserError: the engine or the disk refuses; nothing is left behind then.
        """
        name = checked_name(wish.name, "export")
        facts = self.inspect(wish.stranger, trusted=wish.trusted)
        folder = fresh_folder(project.path / "exports", slug(name, TAG))
        try:
            path = folder / f"{slug(name, TAG)}.ts"
            _place(wish.stranger.path, path, wish.copy, progress)
            return self._record_export(name, path, project, facts)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _record_training(
        self,
        wish: ImportWish,
        project: Project,
        place: tuple[str, Path, Path],
        facts: ModelFacts,
    ) -> Experiment:
        (name, folder, run), stranger = place, wish.stranger
        rate = read_run(run / CONFIG).sampling_rate or facts.sample_rate or 44100
        settings = TrainingSettings(configs=(), sample_rate=int(rate), channels=facts.channels or 1)
        origin = {"from": str(stranger.path), "copied": wish.copy}
        row = self._rows.experiments.add(
            Experiment(
                project_id=project.id or 0,
                dataset_id=None,
                name=name,
                config={**settings.to_json(), "adopted": True, IMPORT_KEY: origin},
                created_at=time.time(),
                status=ExperimentStatus.STOPPED,
                output_path=folder,
                run_dir=run,
                step=stranger.step or 0,
                notes=f"Brought in from {stranger.path}.",
                tags=(TAG,),
            )
        )
        self._models.sync(row.id or 0)
        self._archive.save_experiment(row)
        self._signals.training_created.emit(RecordChanged("experiments", row.id or 0, "created"))
        return row

    def _record_export(self, name: str, path: Path, project: Project, facts: ModelFacts) -> Export:
        row = self._rows.exports.add(
            Export(
                project_id=project.id or 0,
                name=name,
                format="torchscript",
                export_path=path,
                created_at=time.time(),
                streaming=bool(facts.streaming),
                channels=facts.channels or 1,
                latent_size=facts.latent_size,
            )
        )
        self._archive.save_export(row)
        self._signals.model_exported.emit(RecordChanged("exports", row.id or 0, "created"))
        return row


def _lay_out(wish: ImportWish, folder: Path, progress: Progress | None) -> Path:
    """``RUN/config.gin`` and ``RUN/version_0/checkpoints/FILE``, where RAVE looks for them.

    A run folder that RAVE named keeps its name: it holds the hash of the configuration, so that
    going on with the same one leads to the same folder (scripts/train.py:201).
    """
    stranger, config = wish.stranger, wish.stranger.config
    assert config is not None
    named = _NAMED_BY_RAVE.fullmatch(config.parent.name)
    run = folder / (config.parent.name if named else f"{folder.name}_{TAG}")
    target = run / "version_0" / "checkpoints" / stranger.path.name
    try:
        target.parent.mkdir(parents=True)
        shutil.copyfile(config, run / CONFIG)
    except OSError as error:
        raise UserError(
            f"{config} cannot be copied to {run}: {error.strerror or error}.",
            "Free some space, or make the project folder writable.",
        ) from error
    _place(stranger.path, target, wish.copy, progress)
    return run


def _place(source: Path, target: Path, copy: bool, progress: Progress | None) -> None:
    if copy:
        copy_whole(source, target, progress)
        return
    try:
        target.symlink_to(source.resolve())
    except OSError as error:
        raise UserError(
            f"This system lets no link to {source} be made: {error.strerror or error}.",
            "Copy the file into the project instead.",
        ) from error
