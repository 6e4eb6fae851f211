"""Whether a training would work, asked before it is made: on any dataset, also a foreign one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rave_gui.backend.engine import EngineManager
from rave_gui.backend.engine_record import Engine
from rave_gui.backend.rave_findings import ERROR, Finding, error
from rave_gui.backend.rave_rules import findings
from rave_gui.backend.rave_settings import CPU, TrainingSettings
from rave_gui.backend.rave_surroundings import database_folder, look_around
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import ConfigManager
from rave_gui.core.lmdb_reader import DatasetDatabase
from rave_gui.core.records import Dataset, DatasetStatus, Json
from rave_gui.core.repositories import Repositories

_LONGEST_NUMBER = 19


@dataclass(frozen=True)
class Checked:
    """The answer to one choice."""

    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether RAVE should be able to train and export like this."""
        return not self.errors


def refused(id_: str, reason: UserError) -> Checked:
    """The answer where not even the question could be asked."""
    return Checked((error(id_, reason.what, reason.remedy or "See `rave-gui doctor`."),), ())


def check(
    dataset: Dataset, settings: TrainingSettings, engines: EngineManager, runs: Path
) -> Checked:
    """Everything that speaks against the training, with this machine as it is now.

    ``runs`` is the folder that the training would write to. Never raises: what cannot be found out
    is an error of the answer.
    """
    if dataset.status is not DatasetStatus.READY:
        reason = UserError(f"The dataset {dataset.name} is not ready.", "Wait for it, or redo it.")
        return refused("dataset", reason)
    try:
        engine = engines.now(engines.current())
        configs = _configs(engine)
    except UserError as reason:
        return refused("engine", reason)
    around = look_around(dataset, engine, runs)
    found = findings(settings, dataset, engine, configs, surroundings=around)
    serious = tuple(one for one in found if one.severity == ERROR)
    return Checked(serious, tuple(one for one in found if one.severity != ERROR))


def _configs(engine: Engine) -> ConfigManager:
    if engine.configs_dir is None:
        raise UserError(
            "This engine does not say which configurations it has.",
            "Install it anew: rave-gui engine install.",
        )
    return ConfigManager(engine.configs_dir)


def usual_device(engines: EngineManager) -> str:
    """The first GPU that the engine can use, else the CPU."""
    try:
        gpus = engines.current().gpus
    except UserError:
        return CPU
    return gpus[0].device if gpus else CPU


def dataset_of(rows: Repositories, word: str) -> Dataset:
    """The dataset that ``word`` means: its number, its name, or a folder with one of RAVE's.

    Raises:
        UserError: nothing or more than one thing is meant, or the folder holds no whole dataset.
    """
    known = rows.datasets.list()
    if word.isascii() and word.isdigit() and len(word) < _LONGEST_NUMBER:
        numbered = [row for row in known if row.id == int(word)]
        if numbered:
            return numbered[0]
    named = [row for row in known if row.name == word]
    if len(named) > 1:
        numbers = ", ".join(str(row.id) for row in named)
        raise UserError(f"Several datasets are called {word}.", f"Give a number: {numbers}.")
    return named[0] if named else _in_folder(Path(word).expanduser().absolute(), known)


def _in_folder(folder: Path, known: Sequence[Dataset]) -> Dataset:
    for row in known:
        if folder in {row.path, row.path / "db"}:
            return row
    if not folder.is_dir():
        raise UserError(
            f"There is no dataset {folder.name}.",
            "See `rave-gui list datasets`, or give a folder that holds metadata.yaml.",
        )
    return read_foreign(folder)


def read_foreign(folder: Path) -> Dataset:
    """What RAVE's own files tell of a dataset that nobody has recorded; nothing is written.

    Raises:
        UserError: they are missing or damaged.
    """
    bare = Dataset(0, folder.name, folder, sources=(), created_at=time.time())
    database = DatasetDatabase(database_folder(bare))
    told = database.metadata()
    found = replace(
        bare,
        status=DatasetStatus.READY,
        channels=told["channels"],
        sample_rate=told["sr"],
        lazy=told["lazy"],
        num_samples=database.examples(),
    )
    return _with_files(found, database) if found.lazy else _with_length(found, database)


def _with_length(found: Dataset, database: DatasetDatabase) -> Dataset:
    """The first example tells how long all are."""
    if not found.num_samples:
        return replace(found, duration_seconds=0.0)
    window = int(database.read_example(0).size) // (2 * found.channels)
    seconds = found.num_samples * 2 * window / found.sample_rate
    return replace(found, num_signal=window, duration_seconds=seconds)


def _with_files(found: Dataset, database: DatasetDatabase) -> Dataset:
    """A lazy dataset is cut anew by each training, file by file."""
    items = database.lazy_items()
    manifest: tuple[Json, ...] = tuple(
        {"path": item.path, "duration_seconds": item.length} for item in items
    )
    return replace(found, manifest=manifest, duration_seconds=sum(item.length for item in items))
