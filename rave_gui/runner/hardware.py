"""Samples the hardware while a job runs, in a thread of its own, at a cost that nobody feels."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rave_gui.core.hardware_facts import GPU, MACHINE, Sample
from rave_gui.runner.hardware_file import HardwareFile
from rave_gui.runner.hardware_gpu import Gpus
from rave_gui.runner.hardware_machine import Machine

INTERVAL_SECONDS = 5.0
FIRST_SECONDS = 1.0
"""The first sample comes early, so that a short job has one too."""
_IDLE_FOR_COST = 200.0
"""A sample that took long is followed by so many times its own time of rest: half a percent."""
_END_SECONDS = 1.0
_MOST_FAULTS = 5
_log = logging.getLogger("rave_gui.runner")


@contextlib.contextmanager
def sampling(job_dir: Path, pid: int) -> Iterator[None]:
    """Sample while the body runs, which no fault of the sampling can reach."""
    sampler = HardwareSampler(job_dir, pid)
    sampler.start()
    try:
        yield
    finally:
        sampler.stop()


class HardwareSampler:
    """Writes ``hardware.jsonl`` in ``job_dir`` about the machine and the tree of ``pid``.

    A driver or a network disk that hangs holds up its thread, and neither the job nor its end.
    """

    def __init__(
        self,
        job_dir: Path,
        pid: int,
        interval: float = INTERVAL_SECONDS,
        first: float = FIRST_SECONDS,
    ) -> None:
        self._job_dir, self._pid = job_dir, pid
        self._interval, self._first = interval, first
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hardware", daemon=True)

    def start(self) -> None:
        """Begin; a system that starts no more threads only costs the record."""
        try:
            self._thread.start()
        except RuntimeError:
            _log.warning("the hardware is not recorded: no thread could be started")

    def stop(self) -> None:
        """End, without waiting long for something that hangs."""
        self._done.set()
        if self._thread.is_alive():
            self._thread.join(_END_SECONDS)

    def _run(self) -> None:
        try:
            self._sample_on()
        except Exception:
            _log.exception("the hardware is not recorded any more")

    def _sample_on(self) -> None:
        """A disk that is full is not asked at every turn."""
        gpus, machine = Gpus(), Machine(self._job_dir, self._pid)
        record = _Record(machine, gpus, HardwareFile(self._job_dir, self._interval))
        wait, faults = self._first, 0
        try:
            while not self._done.wait(wait):
                cost = time.thread_time()
                faults = 0 if record.add() else min(faults + 1, _MOST_FAULTS)
                rest = _IDLE_FOR_COST * (time.thread_time() - cost)
                wait = max(self._interval, rest) * 2**faults
        finally:
            gpus.close()


class _Record:
    """One sample after another, into the file."""

    def __init__(self, machine: Machine, gpus: Gpus, file: HardwareFile) -> None:
        self._machine, self._gpus, self._file = machine, gpus, file
        self._begun = self._complained = False
        with contextlib.suppress(Exception):
            machine.sample(time.monotonic())  # rates are those since the look before

    def add(self) -> bool:
        """Whether a sample was taken and written."""
        try:
            if not self._begun:
                self._file.begin(self._head())
                self._begun = True
            machine = self._machine.sample(time.monotonic())
            self._file.add(Sample(time.time(), machine, self._gpus.sample()))
        except Exception:
            if not self._complained:
                _log.warning("the hardware could not be recorded", exc_info=True)
            self._complained = True
            return False
        return True

    def _head(self) -> dict[str, Any]:
        """The first line: what there is, in which order it is told, and what is absent and why."""
        absent = {"gpu": self._gpus.absent, "machine": self._machine.absent}
        return {
            "hardware": 1,
            "t": round(time.time(), 1),
            "interval": self._file.interval,
            "machine": list(MACHINE),
            "gpu": list(GPU),
            **self._machine.about(),
            "gpus": self._gpus.about(),
            "absent": {part: why for part, why in absent.items() if why},
        }
