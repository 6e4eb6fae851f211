"""From a path to a supervised job: one owner for each directory, and each job starts once."""

from __future__ import annotations

import logging
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core.errors import UserError
from rave_gui.core.jobs import JobDirectory
from rave_gui.runner.journal import Journal, never_started
from rave_gui.runner.supervisor import Orders, supervise

OK, FAILED, USAGE, NOT_MINE = 0, 1, 2, 3
_LOCK_SECONDS = 1.0
"""Somebody who only asks whether the lock is held takes it for a moment."""

_log = logging.getLogger("rave_gui.runner")


def main(arguments: Sequence[str]) -> int:
    """Run the job in the directory ``arguments[0]`` to its end.

    Returns 0 when its end is written down, 2 without a directory, 3 where another runner owns or
    owned the job (nothing is touched then), 1 where the directory cannot be used at all.
    """
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    if len(arguments) != 1:
        _log.error("one argument is needed: the job directory")
        return USAGE
    path = Path(arguments[0]).absolute()
    try:
        lock = _own(path)
    except OSError as error:
        _log.error("%s cannot be used: %s", path, error)
        return FAILED
    if lock is None:
        return NOT_MINE
    try:
        return _run(JobDirectory(path))
    finally:
        lock.release()


def _own(path: Path) -> job_files.Lock | None:
    """The lock of the job; None where it is taken, or the job was begun before."""
    deadline = time.monotonic() + _LOCK_SECONDS
    while (lock := job_files.Lock.take(path / job_files.LOCK)) is None:
        if time.monotonic() > deadline:
            return None
        time.sleep(0.05)
    if any((path / name).exists() for name in (job_files.RUNNER, job_files.EXIT)):
        lock.release()
        return None
    return lock


def _run(directory: JobDirectory) -> int:
    journal = Journal(directory.path)
    try:
        spec = directory.spec()
    except UserError as error:
        return OK if journal.end(never_started(str(error))) else FAILED
    orders = Orders()
    _obey_signals(orders)
    return OK if supervise(directory, spec, journal, orders) else FAILED


def _obey_signals(orders: Orders) -> None:
    """The end of a terminal is nothing to us; a request to end is a request to stop the job.

    Handlers, not SIG_IGN, and an empty mask: the child would inherit both of the others.
    """

    def stop(*_: object) -> None:
        orders.stop = True

    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda *_: None)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
