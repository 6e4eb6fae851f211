"""Runs of every RAVE: where they lie, what they are called, what can be read of them.

RAVE 2 writes ``NAME_<10 hex>/config.gin`` and ``version_N/{events,checkpoints/}``. RAVE 1 and plain
Lightning write ``NAME/rave/version_N`` or ``lightning_logs/version_N`` without a ``config.gin``.
Some runs were copied without their ``version_N``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from rave_gui.backend.run_files import event_files, version_dirs, version_number
from rave_gui.core.errors import UserError

CONFIG = "config.gin"
_CHECKPOINTS = "checkpoints"
_NAMELESS = frozenset({"lightning_logs", "rave", "prior", "tb_logs"})
_HASH = re.compile(r"_[0-9a-f]{10}$")
_DEEPEST = 12


def find_runs(folder: Path) -> Iterator[Path]:
    """Every run folder at or below ``folder``; a version folder stands for its run.

    Raises:
        UserError: when the folder does not exist.
    """
    if not folder.is_dir():
        raise UserError(f"{folder} is no folder.", "Choose the folder that RAVE wrote its runs to.")
    if version_number(folder) is not None and is_run(folder.parent):
        yield folder.parent
        return
    for here, subfolders, _ in os.walk(folder):
        path = Path(here)
        if is_run(path):
            subfolders.clear()
            yield path
        if len(path.relative_to(folder).parts) >= _DEEPEST:
            subfolders.clear()
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))


def is_run(folder: Path) -> bool:
    """Whether RAVE or Lightning trained into this very folder."""
    versions = version_dirs(folder)
    if versions:
        whole = (folder / CONFIG).is_file()
        return whole or any(_has_traces(version) for version in versions)
    beside = (folder / CONFIG).is_file() or (folder / _CHECKPOINTS).is_dir()
    return beside and _has_traces(folder)


def name_of(run: Path) -> str:
    """What a person called it: without RAVE's hash, and never only ``lightning_logs``."""
    while run.name in _NAMELESS and run.parent != run:
        run = run.parent
    return _HASH.sub("", run.name) or run.name or "run"


def newest_change(run: Path) -> float:
    """When anything of the run was last written, POSIX seconds; 0 where nothing can be read."""
    folders = version_dirs(run) or [run]
    files = [path for _, path in event_files(run)]
    files += [path for one in folders for path in (one / _CHECKPOINTS).glob("*.ckpt")]
    return max((_changed(path) for path in files), default=0.0)


def _has_traces(folder: Path) -> bool:
    if any(path.parent == folder for _, path in event_files(folder)):
        return True
    return next((folder / _CHECKPOINTS).glob("*.ckpt"), None) is not None


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
