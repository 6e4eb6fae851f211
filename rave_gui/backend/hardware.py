"""What the runner recorded of the hardware while an experiment trained, over all its jobs."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rave_gui.backend.rave_settings import CPU
from rave_gui.core.hardware_facts import GPU, HARDWARE, MACHINE, MOST_GPUS, Sample, Values, number
from rave_gui.core.records import JobKind
from rave_gui.core.repositories import Repositories

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Table = Mapping[str, Floats]

_MOST_JOBS = 64
_MOST_BYTES = 4 * 1024 * 1024
"""Of one job; the runner writes a tenth of it."""
_HEAD_BYTES = 64 * 1024
_GAP = 6.0
"""Samples further apart than so many times the usual: nobody looked between."""
_USUAL_INTERVAL = 5.0
_LATELY_SECONDS = 300.0
_LATELY_LEAST = 12
_LONGEST_WORDS = 300


@dataclass(frozen=True)
class Gpu:
    """One GPU: its name, bytes of memory."""

    name: str
    memory: float | None


@dataclass(frozen=True)
class Hardware:
    """What was measured on; None where that is not known."""

    cores: int | None = None
    memory: float | None = None
    """Bytes."""
    disk: float | None = None
    """Bytes of the disk that the job writes to."""
    gpus: tuple[Gpu, ...] = ()
    interval: float = _USUAL_INTERVAL
    """Seconds between two samples."""
    absent: Mapping[str, str] = field(default_factory=dict)
    """Sentences: why ``gpu`` or ``machine`` is not measured."""


@dataclass(frozen=True, eq=False)
class HardwareHistory:
    """All samples in the order of time; arrays of equal length, NaN where nothing was measured."""

    hardware: Hardware
    times: Floats
    """POSIX seconds."""
    hours: Floats
    """Hours of recorded time; what nobody recorded between two jobs takes none."""
    gaps: NDArray[np.bool_]
    """Whether nobody looked for a while before this sample."""
    machine: Table
    """By the names of ``MACHINE``."""
    gpus: tuple[Table, ...]
    """Each by the names of ``GPU``."""

    def lately(self, seconds: float = _LATELY_SECONDS) -> tuple[float | None, float | None]:
        """Shares, 0 to 1: how busy the busiest GPU and all cores were over the last ``seconds``.

        Medians; None where that was not measured, or not long enough.
        """
        import numpy as np  # noqa: PLC0415

        if not len(self.times):
            return None, None
        begin = int(np.searchsorted(self.times, self.times[-1] - seconds))
        gpu = [share for one in self.gpus if (share := _median(one["use"][begin:])) is not None]
        cpu = _median(self.machine["cpu"][begin:])
        return max(gpu, default=None), cpu


class HardwareReader:
    """Reads again only what has grown. For one background task at a time."""

    def __init__(self, folders: Callable[[], Sequence[Path]]) -> None:
        """``folders`` answers with the job directories, oldest first."""
        self._folders = folders
        self._records: dict[Path, _Record] = {}

    def read(self) -> HardwareHistory | None:
        """The whole history; None where nothing has changed since the last call.

        Missing, torn and damaged records are passed over: what can be read counts.
        """
        folders = list(self._folders())[-_MOST_JOBS:]
        grown = False
        kept: dict[Path, _Record] = {}
        for folder in folders:
            known = self._records.get(folder)
            kept[folder] = record = known or _Record(folder / HARDWARE)
            grown = record.poll() or known is None or grown
        grown = grown or not self._records or len(kept) != len(self._records)
        self._records = kept
        return _history([record for record in kept.values() if record.samples]) if grown else None


def open_hardware(repositories: Repositories, experiment_id: int) -> HardwareReader:
    """The reader of every training job of that experiment."""

    def folders() -> list[Path]:
        jobs = repositories.jobs.list(kind=JobKind.TRAIN, target_id=experiment_id)
        return [job.directory for job in sorted(jobs, key=lambda job: job.created_at)]

    return HardwareReader(folders)


class Workload:
    """How busy the machine of a training was lately. For one background task at a time."""

    def __init__(self, repositories: Repositories) -> None:
        self._rows = repositories
        self._open: tuple[int, HardwareReader] | None = None
        self._told: tuple[float | None, float | None] = (None, None)

    def __call__(self, experiment_id: int) -> tuple[float | None, float | None]:
        """See :meth:`HardwareHistory.lately`; a training on the processor leaves GPUs idle."""
        if self._open is None or self._open[0] != experiment_id:
            self._open = (experiment_id, open_hardware(self._rows, experiment_id))
        if (history := self._open[1].read()) is not None:
            self._told = history.lately()
        experiment = self._rows.experiments.find(experiment_id)
        device = experiment.config.get("device", CPU) if experiment else CPU
        gpu, cpu = self._told
        return (None if device == CPU else gpu), cpu


class _Record:
    """The record of one job, read as it grows; the runner replaces it when it thins it out."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] = (0, 0)
        self._offset = 0
        self._tail = b""
        self.hardware = Hardware()
        self.samples: list[Sample] = []

    def poll(self) -> bool:
        """Whether there is anything new."""
        try:
            with self._path.open("rb") as stream:
                told = os.fstat(stream.fileno())
                if told.st_ino != self._seen[0] or told.st_size < self._offset:
                    self._begin_anew()
                elif (told.st_ino, told.st_size) == self._seen:
                    return False
                self._seen = (told.st_ino, told.st_size)
                return self._take(self._unread(stream, told.st_size))
        except OSError:
            return False

    def _begin_anew(self) -> None:
        self._offset, self._tail, self.samples = 0, b"", []

    def _unread(self, stream: Any, size: int) -> bytes:
        """What was not read yet; of a monster its first line and its end."""
        head = b""
        if size - self._offset > _MOST_BYTES:
            if not self._offset:
                head = stream.read(_HEAD_BYTES).split(b"\n", 1)[0] + b"\n"
            self._offset, self._tail = size - _MOST_BYTES, b""
        stream.seek(self._offset)
        found: bytes = stream.read(_MOST_BYTES)
        self._offset += len(found)
        return head + found

    def _take(self, data: bytes) -> bool:
        *lines, self._tail = (self._tail + data).split(b"\n")
        before = len(self.samples)
        for line in _decoded(lines):
            if "hardware" in line:
                self.hardware = _hardware(line)
            elif (sample := Sample.from_json(line)) is not None:
                self.samples.append(sample)
        if len(self._tail) > _HEAD_BYTES:
            self._tail = b""
        return len(self.samples) > before


def _decoded(lines: Sequence[bytes]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if not line or len(line) > _HEAD_BYTES:
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            yield found


def _hardware(line: Mapping[str, Any]) -> Hardware:
    cores, interval = number(line.get("cores")), number(line.get("interval"))
    gpus, absent = line.get("gpus"), line.get("absent")
    return Hardware(
        cores=int(cores) if cores and 0 < cores < 1e6 else None,
        memory=number(line.get("memory")),
        disk=number(line.get("disk")),
        gpus=tuple(
            Gpu(str(gpu.get("name") or "GPU")[:_LONGEST_WORDS], number(gpu.get("memory")))
            for gpu in (gpus[:MOST_GPUS] if isinstance(gpus, list) else ())
            if isinstance(gpu, dict)
        ),
        interval=interval if interval and interval > 0 else _USUAL_INTERVAL,
        absent={
            str(part): str(why)[:_LONGEST_WORDS]
            for part, why in (absent.items() if isinstance(absent, dict) else ())
        },
    )


def _history(records: Sequence[_Record]) -> HardwareHistory:
    import numpy as np  # noqa: PLC0415

    samples = [sample for record in records for sample in record.samples]
    hardware = records[-1].hardware if records else Hardware()
    times = np.array([sample.time for sample in samples], np.float64)
    weights = np.array([sample.weight for sample in samples], np.float64)
    gaps = _gaps(times, weights, hardware.interval)
    passed = np.where(gaps, 0.0, np.diff(times, prepend=times[:1]))
    count = max((len(sample.gpus) for sample in samples), default=0)
    unknown = (None,) * len(GPU)
    return HardwareHistory(
        hardware,
        times,
        np.cumsum(passed) / 3600.0,
        gaps,
        _table(MACHINE, [sample.machine for sample in samples]),
        tuple(
            _table(GPU, [(*sample.gpus, *[unknown] * count)[place] for sample in samples])
            for place in range(count)
        ),
    )


def _gaps(times: Floats, weights: Floats, interval: float) -> NDArray[np.bool_]:
    """Merged samples lie further apart; a clock that was set back leaves a gap as well."""
    import numpy as np  # noqa: PLC0415

    apart = np.diff(times)
    usual = interval * np.maximum(weights[1:], weights[:-1])
    found = np.zeros(len(times), np.bool_)
    found[1:] = (apart > _GAP * usual) | (apart < 0)
    return found


def _table(names: Sequence[str], rows: Sequence[Values]) -> Table:
    import numpy as np  # noqa: PLC0415

    table = np.array(rows, np.float64).reshape(len(rows), len(names))  # None becomes NaN
    return {name: table[:, place] for place, name in enumerate(names)}


def _median(values: Floats) -> float | None:
    """Of percent, as a share; None for too few of them."""
    import numpy as np  # noqa: PLC0415

    known = values[np.isfinite(values)]
    return float(np.median(known)) / 100.0 if len(known) >= _LATELY_LEAST else None
