"""The program of a preprocess job: fills the staging folder, then becomes ``rave preprocess``.

It is one job, so that it goes on to its end whether a window is open or not, and a stop ends
whatever it is at.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path

from rave_gui.audio.condition import Cancelled, make_item
from rave_gui.audio.staging_plan import Item, StagingPlan
from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core.errors import UserError
from rave_gui.core.process import become

FLAG = "--prepare"
"""The argument with which the application becomes this program."""
COPYING, PREPROCESSING = "copying", "preprocessing"
FAILED, INTERRUPTED = 3, 130
_TELL_SECONDS = 0.5
_MOST_COPIERS = 8


def main(arguments: list[str]) -> int:
    """``PLAN STAGING -- COMMAND...``: 3 where the folder cannot be filled, else the command's."""
    plan, staging, _, *command = arguments
    try:
        Preparation(read_plan(Path(plan)), Path(staging)).run()
    except UserError as error:
        print(f"rave-gui: {error}", flush=True)
        return FAILED
    except KeyboardInterrupt:
        print("rave-gui: stopped while the files were being prepared", flush=True)
        return INTERRUPTED
    print("rave-gui: the files are ready; RAVE takes over", flush=True)
    return become(command)


def read_plan(path: Path) -> StagingPlan:
    """The plan in the file ``path``.

    Raises:
        UserError: it is missing or damaged.
    """
    try:
        return StagingPlan.from_json(json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise UserError(
            f"The plan {path} cannot be read: {error}.", "Make the dataset again."
        ) from error


class Preparation:
    """Carries out one plan and tells how far it is, in frames that are written."""

    def __init__(self, plan: StagingPlan, folder: Path) -> None:
        self._plan, self._folder = plan, folder
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._frames = self._files = 0
        self._told: tuple[int, int] | None = None
        self._job = os.environ.get(job_files.JOB_VARIABLE)
        self._copies = [item for item in plan.items if not item.link]
        self._all_frames = sum(item.frames for item in self._copies)

    def run(self) -> None:
        """Fill the folder.

        Raises:
            UserError: an original is gone, or the folder cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._fact("stage", stage=COPYING)
        for item in self._plan.items:
            if item.link:
                make_item(item, self._plan, self._folder, self._wrote, self._stop)
        self._copy()
        self._fact("stage", stage=PREPROCESSING)

    def _copy(self) -> None:
        copiers = min(_MOST_COPIERS, os.cpu_count() or 1)
        pool = ThreadPoolExecutor(copiers, "copying")
        left = iter(self._copies)  # the interpreter gives each item to one thread
        try:
            self._await([pool.submit(self._work, left) for _ in range(copiers)])
        finally:
            self._stop.set()
            pool.shutdown()

    def _work(self, left: Iterator[Item]) -> None:
        with contextlib.suppress(Cancelled):
            for item in left:
                make_item(item, self._plan, self._folder, self._wrote, self._stop)
                with self._lock:
                    self._files += 1

    def _await(self, futures: Sequence[Future[None]]) -> None:
        """Wait in short steps, so that a signal is heard and progress is told."""
        waiting: set[Future[None]] = set(futures)
        while waiting:
            ended, waiting = wait(waiting, _TELL_SECONDS, return_when=FIRST_EXCEPTION)
            for future in ended:
                future.result()
            self._tell()

    def _wrote(self, frames: int) -> None:
        with self._lock:
            self._frames += frames

    def _tell(self) -> None:
        """Say how far it is; silent while nothing moves, so that a disk that hangs is noticed."""
        now = (self._frames, self._files)
        if self._copies and now != self._told:
            self._told, rate = now, self._plan.sample_rate
            self._fact(
                "progress",
                stage=COPYING,
                done=round(self._frames / rate, 3),
                total=round(self._all_frames / rate, 3),
                files=self._files,
                all_files=len(self._copies),
            )

    def _fact(self, kind: str, **fields: object) -> None:
        """Tell those who watch the job; a full disk must not end it here."""
        if self._job is None:
            return
        try:
            job_files.append_fact(self._job, kind, **fields)
        except OSError as error:
            print(f"rave-gui: progress cannot be told: {error}", file=sys.stderr)
