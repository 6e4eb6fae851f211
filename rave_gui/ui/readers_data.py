"""What the Data page reads in another thread."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rave_gui.backend.dataset import Preparation
from rave_gui.backend.dataset_care import folder_bytes
from rave_gui.backend.dataset_summary import Summary, summarize
from rave_gui.backend.dataset_verify import Verification
from rave_gui.backend.scan import scan_file
from rave_gui.backend.scanned import ScannedFile
from rave_gui.core.collector import MANY, FullCollections
from rave_gui.core.json_list import JsonList
from rave_gui.core.records import Dataset, DatasetStatus, Experiment, Job, Project
from rave_gui.ui.readers import command_text, size_of

_KEPT = 3
_ENTRY = 600
"""Characters that an entry of a manifest takes at most, as a rule."""
_SAMPLE = 200
"""Files of a long manifest that are looked for; verifying looks for all of them."""


@dataclass(frozen=True)
class Place:
    """What is where it should be."""

    folder: bool = True
    database: bool = True
    sources_gone: tuple[str, ...] = ()
    files_gone: int = 0
    """Of ``files_looked``, sound files that are not where they were."""
    files_looked: int = 0
    first_gone: str = ""

    @property
    def gone(self) -> bool:
        """Whether there is nothing to work with."""
        return not (self.folder and self.database)


@dataclass(frozen=True, eq=False)
class Contents:
    """The files of a dataset and what they are like; the same object as long as they are same."""

    files: tuple[ScannedFile, ...] = ()
    summary: Summary = field(default_factory=Summary)


@dataclass(frozen=True)
class DatasetDetail:
    """Everything about one dataset."""

    dataset: Dataset
    job: Job | None
    users: Sequence[Experiment]
    command: str
    size: int | None
    contents: Contents = field(default_factory=Contents)
    place: Place = field(default_factory=Place)
    verification: Verification | None = None
    making: Preparation | None = None
    """How far it is, while it is being made."""


@dataclass(frozen=True)
class Datasets:
    """The Data page."""

    datasets: Sequence[Dataset] = ()
    jobs: Mapping[int, Job] = field(default_factory=dict)
    """The newest preprocess job by dataset, for those that are being made."""
    users: Mapping[int, int] = field(default_factory=dict)
    """Trainings by dataset."""
    gone: frozenset[int] = frozenset()
    """Datasets whose folder is not there."""
    detail: DatasetDetail | None = None


class ContentsCache:
    """The last few contents; counting a hundred thousand files again each time would show."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[int, tuple[object, Contents]] = OrderedDict()
        self._collections = FullCollections()

    def of(self, dataset: Dataset) -> Contents:
        """What is in ``dataset``."""
        identity, mark = dataset.id or 0, _mark(dataset)
        with self._lock:
            known = self._known.get(identity)
        if known is not None and known[0] == mark:
            return known[1]
        if isinstance(dataset.manifest, JsonList):
            self._collections.put_off(dataset.manifest.size // _ENTRY)
        entries = dataset.manifest
        drained = entries.drain() if isinstance(entries, JsonList) else iter(entries)
        files = tuple(map(ScannedFile.from_json, drained))
        made = Contents(files, summarize(files, _example_seconds(dataset)))
        with self._lock:
            self._known[identity] = (mark, made)
            self._known.move_to_end(identity)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
            if sum(len(contents.files) for _, contents in self._known.values()) < MANY:
                self._collections.allow()
        return made


def _mark(dataset: Dataset) -> object:
    """Changes whenever the contents do. A long manifest is not read for it.

    What changes one afterwards is files found in another place; then the sources change as well.
    """
    manifest = dataset.manifest
    told = manifest.size if isinstance(manifest, JsonList) else manifest
    return told, dataset.sources, dataset.created_at, _example_seconds(dataset)


def _example_seconds(dataset: Dataset) -> float:
    return 2 * dataset.num_signal / dataset.sample_rate if dataset.sample_rate else 0.0


def read_datasets(
    services: Any,
    project: Project | None,
    selected: int | None,
    cache: ContentsCache | None = None,
) -> Datasets:
    """The datasets of a project, and all about the selected one."""
    if project is None:
        return Datasets()
    found = services.repositories.datasets.list(project_id=project.id)
    found.sort(key=lambda item: -item.created_at)
    chosen = next((item for item in found if item.id == selected), found[0] if found else None)
    making = [item for item in found if _busy(item)]
    jobs = {item.id: services.datasets.job(item.id) for item in making}
    return Datasets(
        tuple(found),
        {key: job for key, job in jobs.items() if job},
        _users(services, project),
        frozenset(item.id for item in found if not item.path.is_dir()),
        _detail(services, chosen, cache or ContentsCache()) if chosen else None,
    )


def read_making(services: Any, dataset_ids: Sequence[int]) -> dict[int, Preparation]:
    """How far datasets are that are being made."""
    rows = services.repositories.datasets
    found = [row for row in map(rows.find, dataset_ids) if row is not None]
    return {row.id: services.datasets.preparation(row) for row in found}


def thumbnails(services: Any, paths: Sequence[Path]) -> dict[Path, bytes]:
    """Small waveforms of files, heard anew where nothing is known of them any more."""
    listener = services.datasets.listener
    known = {path: listener.facts(path) for path in paths}
    lost = [path for path, facts in known.items() if facts is None and _there(path)]
    for file in listener.listen([scan_file(path) for path in lost]) if lost else ():
        known[file.path] = file.facts
    return {path: facts.thumbnail for path, facts in known.items() if facts is not None}


def _users(services: Any, project: Project) -> dict[int, int]:
    counted: dict[int, int] = {}
    for run in services.repositories.experiments.list(project_id=project.id):
        if run.dataset_id is not None:
            counted[run.dataset_id] = counted.get(run.dataset_id, 0) + 1
    return counted


def _detail(services: Any, dataset: Dataset, cache: ContentsCache) -> DatasetDetail:
    identity = dataset.id or 0
    contents = cache.of(dataset)
    return DatasetDetail(
        dataset=dataset,
        job=services.datasets.job(identity),
        users=tuple(services.repositories.experiments.list(dataset_id=identity)),
        command=command_text(lambda: services.datasets.command_line(identity)),
        size=_size(dataset),
        contents=contents,
        place=place_of(dataset, contents.files),
        verification=Verification.of(dataset),
        making=services.datasets.preparation(dataset) if _busy(dataset) else None,
    )


def _size(dataset: Dataset) -> int | None:
    """Bytes of what RAVE reads: the database and, where it only lists files, the copies as well."""
    database = size_of(dataset.path / "db" / "data.mdb")
    if database is None or not dataset.lazy:
        return database
    return folder_bytes(dataset.path)


def _busy(dataset: Dataset) -> bool:
    return dataset.status is DatasetStatus.PREPROCESSING


def place_of(dataset: Dataset, files: Sequence[ScannedFile]) -> Place:
    """What of the dataset is where it should be."""
    chosen = [file.path for file in files if file.chosen]
    step = max(1, -(-len(chosen) // _SAMPLE))
    looked = chosen[::step]
    gone = [path for path in looked if not _there(path)]
    ready = dataset.status is DatasetStatus.READY
    return Place(
        folder=_there(dataset.path),
        database=not ready or _there(dataset.path / "db" / "data.mdb"),
        sources_gone=tuple(source for source in dataset.sources if not _there(Path(source))),
        files_gone=len(gone),
        files_looked=len(looked),
        first_gone=str(gone[0]) if gone else "",
    )


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
