"""Checkpoints that Lightning and RAVE write themselves: noticed, and kept from being deleted."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_saving import SUFFIX, is_ours
else:
    from rave_gui_saving import SUFFIX, is_ours


class OthersFiles:
    """Notices new checkpoints of Lightning's own ``ModelCheckpoint`` callbacks."""

    def __init__(self, trainer: Any) -> None:
        self._callbacks = list(trainer.checkpoint_callbacks)
        self._marks = self._read_marks()
        self._seen: dict[str, tuple[int, int]] = {}

    def new(self) -> list[tuple[Path, int]]:
        """Files written since the last call and the step they are of; costs nothing if none."""
        marks = self._read_marks()
        if marks == self._marks:
            return []
        self._marks = marks
        step = max(mark for mark in marks if mark is not None)
        folders = {c.dirpath for c in self._callbacks if getattr(c, "dirpath", None)}
        return [(path, step) for folder in sorted(folders) for path in self._changed(folder)]

    def _read_marks(self) -> list[Any]:
        return [getattr(c, "_last_global_step_saved", None) for c in self._callbacks]

    def _changed(self, folder: str) -> list[Path]:
        found = []
        with contextlib.suppress(FileNotFoundError):
            for entry in os.scandir(folder):
                if not entry.name.endswith(SUFFIX) or is_ours(entry.name):
                    continue
                stat = entry.stat()
                mark = (stat.st_mtime_ns, stat.st_size)
                if self._seen.get(entry.path) != mark:
                    self._seen[entry.path] = mark
                    found.append(Path(entry.path).absolute())
        return sorted(found)


def protect_earlier_versions(trainer: Any) -> None:
    """Make Lightning forget checkpoints outside the present run's folder.

    It restores the path of the last checkpoint it wrote, of the run that is resumed from, and
    deletes that file as "the previous one" when it next writes.
    """
    for callback in trainer.checkpoint_callbacks:
        path = getattr(callback, "best_model_path", "")
        folder = getattr(callback, "dirpath", None)
        if path and folder and Path(path).absolute().parent != Path(folder).absolute():
            callback.best_model_path = ""
