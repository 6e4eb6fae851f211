"""What the Data page reads in another thread."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rave_gui.backend.dataset import Preparation
from rave_gui.backend.dataset_summary import Summary, summarize
from rave_gui.backend.dataset_verify import Verification
from rave_gui.backend.scan import scan_file
from rave_gui.backend.scanned import ScannedFile
from rave_gui.core.json_list import JsonList
from rave_gui.core.records import Dataset, DatasetStatus, Experiment, Job, Json, Project
from rave_gui.ui.readers import command_text, size_of

_KEPT = 3
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
        self._known: OrderedDict[int, tuple[Sequence[Json], float, Contents]] = OrderedDict()

    def of(self, dataset: Dataset) -> Contents:
        """What is in ``dataset``."""
        identity = dataset.id or 0
        seconds = 2 * dataset.num_signal / dataset.sample_rate if dataset.sample_rate else 0.0
        with self._lock:
            known = self._known.get(identity)
        if known is not None and known[1] == seconds and _alike(known[0], dataset.manifest):
            return known[2]
        files = tuple(ScannedFile.from_json(entry) for entry in dataset.manifest)
        made = Contents(files, summarize(files, seconds))
        with self._lock:
            self._known[identity] = (dataset.manifest, seconds, made)
            self._known.move_to_end(identity)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return made


def _alike(known: Sequence[Json], now: Sequence[Json]) -> bool:
    """Long manifests by their text: reading them only to compare would cost the most."""
    if isinstance(known, JsonList) and isinstance(now, JsonList):
        return known.text == now.text
    return known == now


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
    return {path: picture for path in paths if (picture := _thumbnail(services, path))}


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
        size=size_of(dataset.path / "db" / "data.mdb"),
        contents=contents,
        place=place_of(dataset, contents.files),
        verification=Verification.of(dataset),
        making=services.datasets.preparation(dataset) if _busy(dataset) else None,
    )


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


def _thumbnail(services: Any, path: Path) -> bytes:
    """Empty where there is none."""
    listener = services.datasets.listener
    facts = listener.facts(path)
    if facts is None:
        heard: Callable[..., Any] = listener.listen
        facts = next((file.facts for file in heard([scan_file(path)])), None)
    return facts.thumbnail if facts is not None else b""
