"""Where a training's traces lie: ``RUN/version_N/events.out.tfevents.*``.

Lightning begins another ``version_N`` each time a training is started or resumed under one name.
"""

from __future__ import annotations

import re
from pathlib import Path

_VERSION = re.compile(r"version_(\d{1,4})")
_EVENTS = "events.out.tfevents."


def version_number(folder: Path) -> int | None:
    """The N of ``version_N``; ``None`` for any other name."""
    match = _VERSION.fullmatch(folder.name)
    return int(match[1]) if match else None


def version_dirs(run_dir: Path) -> list[Path]:
    """The version folders of a run, oldest first; empty if there is no such run."""
    numbered = [(version_number(entry), entry) for entry in _entries(run_dir)]
    return [entry for number, entry in sorted(numbered, key=_by_number) if number is not None]


def event_files(run_dir: Path) -> list[tuple[int, Path]]:
    """Each event file with its version, in the order of their making.

    A version folder given for a run is read as a run of that one version.
    """
    folders = [(version_number(folder) or 0, folder) for folder in version_dirs(run_dir)]
    folders = folders or [(version_number(run_dir) or 0, run_dir)]
    return [(number, path) for number, folder in folders for path in _events_in(folder)]


def _events_in(folder: Path) -> list[Path]:
    # The name goes on with the time of making in seconds, so that names sort by age.
    return sorted(entry for entry in _entries(folder) if entry.name.startswith(_EVENTS))


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _by_number(numbered: tuple[int | None, Path]) -> int:
    return -1 if numbered[0] is None else numbered[0]
