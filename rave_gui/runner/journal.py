"""What the runner writes into the job directory; a full disk delays it, and never ends it."""

from __future__ import annotations

import contextlib
import logging
import time
from pathlib import Path
from typing import Any

from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core.job_facts import JobExit, RunnerInfo

END_RETRY_SECONDS = 3600.0
"""How long the end of a job waits for room on the disk."""
_PAUSE_SECONDS = 0.5
RESERVE = "exit.reserve"
_RESERVED_BYTES = 32 * 1024
_log = logging.getLogger("rave_gui.runner")


def never_started(error: str, stopped_by: str = "") -> JobExit:
    """The end of a job whose program never ran."""
    return JobExit(
        returncode=None,
        signal=None,
        stop_requested=bool(stopped_by),
        stopped_by=stopped_by,
        last_step=None,
        ended_at=time.time(),
        error=error,
    )


class Journal:
    """The writer of ``runner.json``, ``progress.jsonl`` and ``exit.json`` of one job."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def fact(self, kind: str, **fields: Any) -> None:
        """Add a fact; one that the disk refuses is lost, and noted in the runner's own log."""
        try:
            job_files.append_fact(self._path, kind, **fields)
        except OSError as error:
            _log.warning("a fact could not be written: %s: %s", kind, error)

    def answer(self, wish: str, ok: bool, text: str) -> None:
        """Say what became of a wish."""
        self.fact("answer", wish=wish, ok=ok, text=text)

    def beat(self, info: RunnerInfo) -> bool:
        """Renew ``runner.json``; False where the disk refuses: the next beat will do."""
        try:
            job_files.write_json(self._path / job_files.RUNNER, info.to_json(), durable=False)
        except OSError as error:
            _log.warning("the heartbeat could not be written: %s", error)
            return False
        return True

    def reserve(self) -> None:
        """Set room aside for the end: what the job writes may fill the disk until it is settled."""
        with contextlib.suppress(OSError):
            (self._path / RESERVE).write_bytes(bytes(_RESERVED_BYTES))

    def end(self, record: JobExit, retry_seconds: float = END_RETRY_SECONDS) -> bool:
        """Write ``exit.json``, again and again while the disk refuses; False if it never did."""
        deadline = time.monotonic() + retry_seconds
        while self._path.is_dir():
            self._free_reserve()
            try:
                job_files.write_json(self._path / job_files.EXIT, record.to_json())
            except OSError as error:
                if time.monotonic() > deadline:
                    _log.error("the end could not be written: %s", error)
                    return False
                time.sleep(_PAUSE_SECONDS)
            else:
                return True
        return False

    def _free_reserve(self) -> None:
        with contextlib.suppress(OSError):
            (self._path / RESERVE).unlink()
