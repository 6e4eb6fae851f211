"""The file that the hardware of a job is written to: one line a sample, of bounded size.

Samples of the last hour stay as they are; older ones are merged, the coarser the longer the job
runs, so that weeks take no more room than a few hours.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core.hardware_facts import HARDWARE, Sample, merged

MOST_LINES = 3000
"""About half a megabyte with one GPU."""
FINE_SAMPLES = 720
"""So many of the newest are never merged: an hour at one sample every five seconds."""
_GAP = 4.0
"""Samples further apart than so many times the usual are never merged: nobody looked between."""
_MOST_BYTES = 16 * 1024 * 1024


class HardwareFile:
    """Adds samples to the record of a job, and thins it out. Raises OSError."""

    def __init__(
        self,
        job_dir: Path,
        interval: float,
        most: int = MOST_LINES,
        fine: int = FINE_SAMPLES,
    ) -> None:
        self.path = job_dir / HARDWARE
        self.interval, self._most, self._fine = interval, most, fine
        self._head: dict[str, Any] = {}
        self._lines = 0
        self._torn = False

    def begin(self, head: dict[str, Any]) -> None:
        """Write the first line: what is measured on, and what cannot be measured."""
        self._head = head
        self._append(head)

    def add(self, sample: Sample) -> None:
        """Write one sample; a torn line of an earlier attempt cannot swallow it."""
        self._append(sample.to_json())
        self._lines += 1
        if self._lines >= self._most:
            self._thin()

    def _append(self, line: dict[str, Any]) -> None:
        data = _encoded(line)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        descriptor = os.open(self.path, flags, 0o644)
        try:
            whole = b"\n" + data if self._torn else data
            self._torn = True
            self._torn = os.write(descriptor, whole) < len(whole)
        finally:
            os.close(descriptor)

    def _thin(self) -> None:
        """Merge what is old; a file that resists is left alone until it has grown once more."""
        kept = thinned(list(self._samples()), self.interval, self._most // 2, self._fine)
        lines = [self._head, *(sample.to_json() for sample in kept)]
        self._lines = min(len(kept), self._most // 2)
        job_files.write_whole(self.path, [_encoded(line) for line in lines], durable=False)

    def _samples(self) -> Iterator[Sample]:
        with self.path.open("rb") as stream:
            lines = stream.read(_MOST_BYTES).split(b"\n")
        for line in lines:
            with contextlib.suppress(ValueError, RecursionError):
                found = json.loads(line)
                sample = Sample.from_json(found) if isinstance(found, dict) else None
                if sample is not None:
                    yield sample


def thinned(samples: Sequence[Sample], interval: float, most: int, fine: int) -> list[Sample]:
    """The last ``fine`` samples as they are, the older ones merged until all are ``most``.

    Args:
        samples: in the order of time.
        interval: seconds between two samples that were not merged yet.
        most: how many may stay; gaps, across which nothing is merged, may leave a few more.
        fine: how many of the newest stay as they are; less than ``most``.
    """
    old, new = samples[:-fine], samples[-fine:]
    weight, reach = 1, 0.0
    while len(old) + len(new) > most and weight < 1 << 30:
        weight *= 2
        reach = _GAP * weight * interval
        old = [merged(group) for group in _groups(old, weight, reach)]
    return [*old, *new]


def _groups(samples: Sequence[Sample], weight: int, reach: float) -> Iterator[list[Sample]]:
    group: list[Sample] = []
    for sample in samples:
        heavy = sum(one.weight for one in group) + sample.weight > weight
        if group and (heavy or abs(sample.time - group[-1].time) > reach):
            yield group
            group = []
        group.append(sample)
    if group:
        yield group


def _encoded(line: dict[str, Any]) -> bytes:
    return json.dumps(line, separators=(",", ":"), allow_nan=False).encode("ascii") + b"\n"
