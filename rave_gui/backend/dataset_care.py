"""What can be done with a dataset that exists: rename, find again, check, keep one example."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from rave_gui.backend.archive import Archive
from rave_gui.backend.dataset_example import ExampleReader, save_wav
from rave_gui.backend.dataset_moved import Moved, find_moved, lead_there, link_anew
from rave_gui.backend.dataset_verify import KEY, Told, Verification, verify
from rave_gui.backend.projects import checked_name
from rave_gui.core import sidecars
from rave_gui.core.errors import UserError
from rave_gui.core.lmdb_reader import DatasetDatabase
from rave_gui.core.records import Dataset, DatasetStatus, Experiment
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, RecordChanged

Hear = Callable[[Path], str]
"""The digest of what is heard in a file; empty where it cannot be told."""


@dataclass(frozen=True)
class Stakes:
    """What is lost with a dataset, and who needs it."""

    dataset: Dataset
    users: Sequence[Experiment]
    bytes: int
    """On disk, what is linked not counted."""


class DatasetCare:
    """Changes records and folders of datasets. Synchronous; windows call it in the background."""

    def __init__(self, repositories: Repositories, archive: Archive, signals: AppSignals) -> None:
        self._rows, self._archive, self._signals = repositories, archive, signals

    def rename(self, dataset_id: int, name: str) -> Dataset:
        """Call it otherwise; its folder stays as it is.

        Raises:
            UserError: the name is taken, or none.
        """
        name = checked_name(name, "dataset")
        with self._rows.database.transaction():
            dataset = self._rows.datasets.get(dataset_id)
            other = self._rows.datasets.by_name(dataset.project_id, name)
            if other is not None and other.id != dataset_id:
                raise UserError(
                    f"There is a dataset called {other.name} already.", "Choose another name."
                )
            changed = self._rows.datasets.update(dataset_id, name=name)
        return self._told(changed)

    def stakes(self, dataset_id: int) -> Stakes:
        """What deleting it would mean.

        Raises:
            UserError: there is none any more.
        """
        dataset = self._rows.datasets.get(dataset_id)
        users = self._rows.experiments.list(dataset_id=dataset_id)
        return Stakes(dataset, users, folder_bytes(dataset.path))

    def relocate(self, dataset_id: int, folder: Path) -> Dataset:
        """Its folder was moved to ``folder``: take that from now on.

        Raises:
            UserError: there is no such dataset there, or what is there is another one.
        """
        dataset = self._rows.datasets.get(dataset_id)
        _refuse_busy(dataset)
        home = _home_in(folder.expanduser().absolute())
        _refuse_other(dataset, home)
        if dataset.lazy:
            lead_there(DatasetDatabase(home / "db"), home / "staging")
        moved = self._rows.datasets.update(dataset_id, path=home)
        if home != dataset.path:
            self._archive.discard(dataset)
        for experiment in self._rows.experiments.list(dataset_id=dataset_id):
            self._archive.save_experiment(experiment)  # they name it by its folder
        return self._told(moved)

    def find_sounds(
        self,
        dataset_id: int,
        folder: Path,
        hear: Hear | None = None,
        told: Told | None = None,
        cancel: Event | None = None,
    ) -> Moved:
        """Its sound files were moved to somewhere in ``folder``: take them from there.

        A file is taken for the same where name and size are, and either the time of its last
        change or, where ``hear`` is given, what is heard in it. The links of the staging folder
        lead to the new places then; whatever is not found stays as it was.

        Raises:
            UserError: no file was missing, or none was found there.
        """
        dataset = self._rows.datasets.get(dataset_id)
        _refuse_busy(dataset)
        moved = find_moved(dataset.manifest, folder.expanduser().absolute(), hear, told, cancel)
        if not moved.found:
            raise _nothing_found(moved, folder)
        if dataset.lazy:
            lead_there(DatasetDatabase(dataset.path / "db"), dataset.path / "staging")
        link_anew(dataset.path / "staging", moved.found)
        changes = {"manifest": moved.manifest, "sources": _sources(dataset, folder, moved)}
        self._told(self._rows.datasets.update(dataset_id, **changes))
        return moved

    def verify(
        self, dataset_id: int, told: Told | None = None, cancel: Event | None = None
    ) -> Verification | None:
        """Read every entry, and keep what was found in the record; None where it was cancelled.

        Raises:
            UserError: it is being made, or there is none any more.
        """
        dataset = self._rows.datasets.get(dataset_id)
        _refuse_busy(dataset)
        found = verify(dataset, told, cancel)
        if found is not None:
            with self._rows.database.transaction():
                now = self._rows.datasets.get(dataset_id)
                kept = {**now.statistics, KEY: found.to_json()}
                now = self._rows.datasets.update(dataset_id, statistics=kept)
            self._told(now)
        return found

    def save_example(self, dataset_id: int, index: int, target: Path) -> Path:
        """Write one example as a 16-bit WAV file.

        Raises:
            UserError: it cannot be read or written.
        """
        dataset = self._rows.datasets.get(dataset_id)
        save_wav(ExampleReader(dataset).read(index), target)
        return target

    def _told(self, dataset: Dataset) -> Dataset:
        self._archive.save_dataset(dataset)
        self._signals.dataset_updated.emit(RecordChanged("datasets", dataset.id or 0, "updated"))
        return dataset


def folder_bytes(folder: Path) -> int:
    """Bytes that a folder takes on the disk, holes in files and what links lead to not counted."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                told = (Path(place) / name).lstat()
            except OSError:
                continue
            blocks = getattr(told, "st_blocks", None)
            total += blocks * 512 if blocks is not None else told.st_size
    return total


def _refuse_busy(dataset: Dataset) -> None:
    if dataset.status is DatasetStatus.PREPROCESSING:
        raise UserError(f"{dataset.name} is being made.", "Wait until that is done, or stop it.")


def _home_in(folder: Path) -> Path:
    """The folder around ``db``, whichever of the two was chosen."""
    for home in (folder, folder.parent if folder.name == "db" else folder):
        if (home / "db" / "data.mdb").is_file():
            return home
    raise UserError(
        f"There is no dataset in {folder}.", "Choose the folder that holds “db”, with data.mdb."
    )


def _refuse_other(dataset: Dataset, home: Path) -> None:
    """Raises ``UserError`` where the dataset in ``home`` is not ``dataset``."""
    database = DatasetDatabase(home / "db")
    told, count = database.metadata(), database.examples()
    facts = {
        "channels": (told["channels"], dataset.channels),
        "Hz": (told["sr"], dataset.sample_rate),
        "examples": (count, dataset.num_samples if dataset.num_samples is not None else count),
        "lazy": (told["lazy"], dataset.lazy),
        "made at": (_made_at(home), dataset.created_at),
    }
    for name, (found, wanted) in facts.items():
        if found is not None and found != wanted:
            raise UserError(
                f"The dataset in {home} is another one ({name}: {found}, not {wanted}).",
                f"Choose the folder to which {dataset.name} was moved.",
            )


def _made_at(home: Path) -> float | None:
    """When the dataset in ``home`` was made, by its sidecar; None where that says nothing."""
    try:
        record: Mapping[str, Any] = sidecars.read(home / "dataset.json", "dataset")["record"]
        return float(record["created_at"])
    except (UserError, KeyError, TypeError, ValueError):
        return None


def _sources(dataset: Dataset, folder: Path, moved: Moved) -> tuple[str, ...]:
    """The sources as they are now: those that are gone are replaced by where files were found."""
    kept = [source for source in dataset.sources if Path(source).exists() or moved.missing]
    return tuple(dict.fromkeys((*kept, str(folder.expanduser().absolute()))))


def _nothing_found(moved: Moved, folder: Path) -> UserError:
    if not moved.missing:
        return UserError("All sound files of this dataset are where they were.")
    return UserError(
        f"None of the {len(moved.missing)} missing files is in {folder}: no file there has the "
        f"name, the size and the sound of {moved.missing[0].name}.",
        "Choose the folder to which they were moved.",
    )
