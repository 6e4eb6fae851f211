"""Processor, memory and disk: of the machine, and of the processes of one job.

Linux tells all of it through ``/proc`` (proc(5)); elsewhere psutil does, where it is installed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from rave_gui.core import process_tree
from rave_gui.core.hardware_facts import Value, Values

_PROC = Path("/proc")
_NOBODY = "Processor and memory cannot be measured on this system without the package psutil."


class Process(NamedTuple):
    """What one process has used up to now: seconds of processor, bytes."""

    cpu: float
    memory: float
    read: float
    written: float


class Source(Protocol):
    """Where the figures come from."""

    def busy(self) -> tuple[float, float]:
        """Seconds that all cores together were busy, and that passed on them."""

    def memory(self) -> tuple[float, float]:
        """Bytes in use, and all."""

    def process(self, pid: int) -> Process | None:
        """What that process has used; None where it is gone."""


class Machine:
    """Looks again and again; figures that are rates are those since the last look."""

    def __init__(self, folder: Path, pid: int, source: Source | None = None) -> None:
        self._folder, self._pid = folder, pid
        self._source = source or _source()
        self._before: tuple[float, float] | None = None
        self._processes: dict[int, Process] = {}
        self._time: float | None = None

    def about(self) -> dict[str, Any]:
        """What does not change: cores, bytes of memory and of the disk that the job writes to."""
        return {"cores": _cores(), "memory": self._memory()[1], "disk": self._disk()[1]}

    @property
    def absent(self) -> str:
        """A sentence where neither processor nor memory can be measured."""
        return "" if self._source else _NOBODY

    def sample(self, now: float) -> Values:
        """The figures in the order of ``MACHINE``; ``now`` in seconds of a monotonic clock."""
        passed = now - self._time if self._time is not None else 0.0
        self._time = now
        cpu, memory, read, written = self._tree()
        return (
            self._busy(),
            _per(cpu, passed, 100.0),
            self._memory()[0],
            memory,
            self._disk()[0],
            _per(read, passed),
            _per(written, passed),
        )

    def _busy(self) -> Value:
        if self._source is None:
            return None
        before, self._before = self._before, self._source.busy()
        if before is None or self._before[1] <= before[1]:
            return None
        share = (self._before[0] - before[0]) / (self._before[1] - before[1])
        return round(100 * min(1.0, max(0.0, share)), 1)

    def _tree(self) -> tuple[Value, Value, Value, Value]:
        """Seconds, bytes held, bytes read and written by the job since the last look.

        A process that is new, or that got the number of one that is gone, counts in full: it was
        born since. What one used between the last look and its end is not seen.
        """
        if self._source is None:
            return None, None, None, None
        now = {}
        for pid in process_tree.members(self._pid):
            if (found := self._source.process(pid)) is not None:
                now[pid] = found
        cpu = read = written = 0.0
        for pid, found in now.items():
            old = self._processes.get(pid)
            if old is None or found.cpu < old.cpu:
                old = Process(0.0, 0.0, 0.0, 0.0)
            cpu += found.cpu - old.cpu
            read += max(0.0, found.read - old.read)
            written += max(0.0, found.written - old.written)
        self._processes = now
        return cpu, sum(found.memory for found in now.values()), read, written

    def _memory(self) -> tuple[Value, Value]:
        return self._source.memory() if self._source else (None, None)

    def _disk(self) -> tuple[Value, Value]:
        try:
            usage = shutil.disk_usage(self._folder)
        except OSError:
            return None, None
        return float(usage.free), float(usage.total)


class ProcSource:
    """Linux."""

    def __init__(self) -> None:
        self._ticks = float(os.sysconf("SC_CLK_TCK"))
        self._page = float(os.sysconf("SC_PAGE_SIZE"))

    def busy(self) -> tuple[float, float]:
        """From the first line of ``stat``: idle and waiting for the disk is not busy."""
        words = (_PROC / "stat").read_bytes().split(b"\n", 1)[0].split()[1:9]
        counts = [float(word) for word in words]
        total = sum(counts)
        return (total - counts[3] - counts[4]) / self._ticks, total / self._ticks

    def memory(self) -> tuple[float, float]:
        """What is not available for new work counts as used."""
        found = _kilobytes(_PROC / "meminfo", (b"MemTotal:", b"MemAvailable:"))
        total = found.get(b"MemTotal:", 0.0)
        return total - found.get(b"MemAvailable:", 0.0), total

    def process(self, pid: int) -> Process | None:
        """Fields 14 and 15 of ``stat``, the share of memory, bytes that really hit the disk."""
        folder = _PROC / str(pid)
        try:
            stat = (folder / "stat").read_bytes()
            words = stat[stat.rindex(b")") + 1 :].split()
            cpu = (float(words[11]) + float(words[12])) / self._ticks
            memory = self._held(folder, float(words[21]) * self._page)
        except (OSError, ValueError, IndexError):
            return None
        read = written = 0.0
        with contextlib.suppress(OSError, ValueError, IndexError):
            lines = (folder / "io").read_bytes().split(b"\n")
            read, written = float(lines[4].split()[1]), float(lines[5].split()[1])
        return Process(cpu, memory, read, written)

    def _held(self, folder: Path, resident: float) -> float:
        """What workers share with their parent counts once (``Pss``), where the system tells."""
        try:
            return _kilobytes(folder / "smaps_rollup", (b"Pss:",)).get(b"Pss:", resident)
        except OSError:
            return resident


class PsutilSource:
    """Every other system; needs the package."""

    def __init__(self, psutil: Any) -> None:
        self._psutil = psutil

    def busy(self) -> tuple[float, float]:
        """As psutil counts."""
        times = self._psutil.cpu_times()
        total = float(sum(times))
        return total - float(times.idle) - float(getattr(times, "iowait", 0.0)), total

    def memory(self) -> tuple[float, float]:
        """What is not available for new work counts as used."""
        found = self._psutil.virtual_memory()
        return float(found.total - found.available), float(found.total)

    def process(self, pid: int) -> Process | None:
        """Counters of input and output are missing on macOS."""
        try:
            process = self._psutil.Process(pid)
            times, held = process.cpu_times(), process.memory_info().rss
        except self._psutil.Error:
            return None
        read = written = 0.0
        with contextlib.suppress(self._psutil.Error, AttributeError):
            counters = process.io_counters()
            read, written = counters.read_bytes, counters.write_bytes
        return Process(float(times.user + times.system), float(held), float(read), float(written))


def _source() -> Source | None:
    if (_PROC / "self" / "stat").exists():
        return ProcSource()
    try:
        import psutil  # noqa: PLC0415
    except ImportError:
        return None
    return PsutilSource(psutil)


def _cores() -> int:
    """As many as this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _kilobytes(path: Path, names: tuple[bytes, ...]) -> dict[bytes, float]:
    """The lines ``NAME: number kB`` of that file, in bytes."""
    found = {}
    for line in path.read_bytes().split(b"\n"):
        words = line.split()
        if len(words) >= 2 and words[0] in names:
            found[words[0]] = float(words[1]) * 1024
    return found


def _per(amount: Value, seconds: float, times: float = 1.0) -> Value:
    """``amount`` a second; None where no time has passed."""
    return None if amount is None or seconds <= 0 else round(amount / seconds * times, 1)
