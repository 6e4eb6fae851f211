"""The last failure of each way of telling, on the disk: it may have happened without a window."""

from __future__ import annotations

import contextlib
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from rave_gui.backend.notify_channel import Outcome
from rave_gui.companion.rave_gui_job_files import read_json, write_json
from rave_gui.core.logger import get_logger

_log = get_logger(__name__)


@dataclass(frozen=True)
class Trouble:
    """Why the last news could not be told."""

    text: str
    time: float
    """POSIX seconds."""


class TroubleBook:
    """One small file for each channel whose last try failed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, outcome: Outcome) -> None:
        """Keep a failure; a success takes the earlier one back."""
        try:
            if outcome.ok:
                self._file(outcome.channel).unlink(missing_ok=True)
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            trouble = Trouble(outcome.text, time.time())
            write_json(self._file(outcome.channel), asdict(trouble), durable=False)
        except OSError as error:
            _log.warning("%s cannot be written: %s", self._file(outcome.channel), error)

    def troubles(self) -> dict[str, Trouble]:
        """What failed at the last try, by channel."""
        found = {}
        with contextlib.suppress(OSError):
            for path in sorted(self._folder.glob("*.json")):
                data = read_json(path) or {}
                text, moment = data.get("text"), data.get("time")
                if isinstance(text, str) and isinstance(moment, (int, float)):
                    found[path.stem] = Trouble(text, float(moment))
        return found

    def _file(self, channel: str) -> Path:
        return self._folder / f"{channel}.json"
