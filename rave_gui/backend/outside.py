"""Trainings that another program runs: seen to grow, watched, and noticed when they end."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rave_gui.backend.archive import Archive
from rave_gui.backend.metrics import RunMetrics
from rave_gui.backend.model import ModelManager
from rave_gui.backend.run_layouts import newest_change
from rave_gui.core.paths import AppPaths
from rave_gui.core.process_list import Seen, processes
from rave_gui.core.records import Experiment, ExperimentStatus
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, RecordChanged

QUIET = 180.0
"""Seconds without a new byte after which a training counts as ended, if it wrote often before."""
LONGEST_QUIET = 6 * 3600.0
_GAPS = 4.0
"""So many times its usual pause between two writes it may be silent."""
_LOOK_SECONDS = 5.0
_POINTS = 40
_DEFAULT_OUT = "runs"
"""Of ``rave train --out_path`` (scripts/train.py:38), relative to where it was started."""


@dataclass(frozen=True)
class Signs:
    """What can be seen of a run from outside. Times are POSIX seconds."""

    newest: float
    gap: float | None
    """Its usual pause between two writes in seconds; None while too little was written."""
    process: bool
    """Whether a process that trains it was found on this machine."""
    was_process: bool = False
    """Whether one was found before."""


def still_trains(signs: Signs, now: float) -> bool:
    """Whether somebody trains it now.

    A process that was there and is gone ended it. Where none was ever seen (another machine writes
    to a shared disk, or another person's processes are hidden) only the growing files tell.
    """
    if signs.process or signs.was_process:
        return signs.process
    patience = min(LONGEST_QUIET, max(QUIET, _GAPS * (signs.gap or 0.0)))
    return now - signs.newest < patience


def trains(seen: Seen, run: Path) -> bool:
    """Whether that process is a ``rave train`` that writes into ``run``."""
    words = [Path(word).stem.lower() for word in seen.argv[:4]]
    if "train" not in seen.argv[:5] or "rave" not in words:
        return False
    name, out = _flag(seen.argv, "name"), _flag(seen.argv, "out_path") or _DEFAULT_OUT
    folder = Path(os.path.normpath((seen.cwd or Path()) / out))
    return bool(name) and run.parent == folder and run.name.startswith(f"{name}_")


def usual_gap(times: Sequence[float]) -> float | None:
    """The longest of the last pauses between two writes, in seconds."""
    last = sorted(set(times))[-_POINTS:]
    gaps = [then - before for before, then in itertools.pairwise(last)]
    return max(gaps, default=None)


class OutsideWatch:
    """Keeps the records of trainings outside true. ``look`` is cheap where there are none."""

    def __init__(
        self,
        paths: AppPaths,
        repositories: Repositories,
        archive: Archive,
        models: ModelManager,
        signals: AppSignals,
        list_processes: Callable[[], Iterable[Seen]] = processes,
    ) -> None:
        self._paths, self._rows, self._archive = paths, repositories, archive
        self._models, self._signals = models, signals
        self._list_processes = list_processes
        self._metrics: dict[Path, RunMetrics] = {}
        self._had_process: set[Path] = set()
        self._next_look = 0.0

    def signs(self, run: Path, seen: Iterable[Seen] | None = None) -> Signs:
        """What is to be seen of one run now."""
        found = self._list_processes() if seen is None else seen
        process, before = any(trains(one, run) for one in found), run in self._had_process
        if process:
            self._had_process.add(run)
        return Signs(newest_change(run), usual_gap(self._write_times(run)), process, before)

    def is_training(self, run: Path) -> bool:
        """Whether another program trains this run now."""
        return still_trains(self.signs(run), time.time())

    def look(self) -> None:
        """Take in what the trainings outside wrote, and notice which have ended."""
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + _LOOK_SECONDS
        rows = self._rows.experiments.list(status=ExperimentStatus.OUTSIDE)
        seen = list(self._list_processes()) if rows else []
        for row in rows:
            self._look_at(row, seen)

    def _look_at(self, row: Experiment, seen: Sequence[Seen]) -> None:
        run = row.run_dir
        goes_on = run is not None and still_trains(self.signs(run, seen), time.time())
        values = self._last(run) if run is not None else {}
        step = max([row.step, *(step for step, _ in values.values())])
        if goes_on and step == row.step:
            return
        final = {tag: value for tag, (_, value) in values.items()}
        changes: dict[str, Any] = {"step": step, "final_metrics": final or row.final_metrics}
        if not goes_on:
            changes |= {"status": ExperimentStatus.STOPPED, "completed_at": time.time()}
        row = self._rows.experiments.update(row.id or 0, **changes)
        self._models.sync(row.id or 0)
        self._archive.save_experiment(row)
        self._signals.training_updated.emit(RecordChanged("experiments", row.id or 0, "updated"))

    def _last(self, run: Path) -> dict[str, tuple[int, float]]:
        metrics = self._reader(run)
        metrics.poll()
        return dict(metrics.last())

    def _write_times(self, run: Path) -> list[float]:
        metrics = self._reader(run)
        metrics.poll()
        tags = metrics.tags()
        return [float(at) for tag in tags[:3] for at in metrics.series(tag).wall_times[-_POINTS:]]

    def _reader(self, run: Path) -> RunMetrics:
        return self._metrics.setdefault(run, RunMetrics(run, self._paths.cache))


def _flag(argv: Sequence[str], name: str) -> str:
    """The value of ``--name v`` or ``--name=v``, the last one; empty where there is none."""
    value = ""
    for place, word in enumerate(argv):
        if word in (f"--{name}", f"-{name}") and place + 1 < len(argv):
            value = argv[place + 1]
        elif word.startswith((f"--{name}=", f"-{name}=")):
            value = word.partition("=")[2]
    return value
