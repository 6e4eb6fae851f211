"""What the machine has to offer a training, looked at once and then a plain fact."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from rave_gui.core.errors import UserError
from rave_gui.core.lmdb_reader import DatasetDatabase
from rave_gui.core.records import Dataset


@dataclass(frozen=True)
class Surroundings:
    """Facts about the machine; None or empty where nobody has looked."""

    cores: int | None = None
    platform: str = ""
    """As ``sys.platform``."""
    disk_free: int | None = None
    """Bytes, where the runs are written."""
    gpu_free: Mapping[int, int] = field(default_factory=dict, hash=False)
    """Bytes of memory by the number of the GPU."""
    gone: tuple[str, ...] = ()
    """Files that a lazy dataset refers to and that are not there."""
    missing: str = ""
    """The folder of the dataset, where that is not there."""
    sox: bool = False
    """Whether the engine can use sox; false as well where nobody has looked."""


class GpuMemory(Protocol):
    """The part of a GPU that counts here."""

    @property
    def index(self) -> int:
        """As ``--gpu`` takes it."""

    @property
    def memory_free(self) -> int:
        """Bytes."""


class WithGpus(Protocol):
    """The part of an engine that counts here."""

    @property
    def gpus(self) -> Sequence[GpuMemory]:
        """NVIDIA GPUs that its torch can use."""

    @property
    def sox(self) -> bool:
        """Whether its torchaudio can use sox."""


def look_around(dataset: Dataset, engine: WithGpus, runs: Path) -> Surroundings:
    """The machine as it is now; reads the names of all files of a lazy dataset.

    ``runs`` is where the training will write, or would be made.
    """
    return Surroundings(
        cores=os.cpu_count(),
        platform=sys.platform,
        disk_free=_free(runs),
        gpu_free={gpu.index: gpu.memory_free for gpu in engine.gpus},
        gone=_gone(database_folder(dataset)) if dataset.lazy else (),
        missing="" if dataset.path.is_dir() else str(dataset.path),
        sox=engine.sox,
    )


def database_folder(dataset: Dataset) -> Path:
    """Where RAVE's own files of the dataset are: in ``db``, or in the folder itself if foreign."""
    own = dataset.path / "db"
    return own if own.is_dir() else dataset.path


def _free(folder: Path) -> int | None:
    """Bytes; of the nearest folder that exists."""
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free
        except OSError:
            continue
    return None


def _gone(database: Path) -> tuple[str, ...]:
    try:
        paths = [item.path for item in DatasetDatabase(database).lazy_items()]
    except UserError:
        return ()  # that it cannot be read is told elsewhere
    return tuple(path for path in paths if not Path(path).is_file())
