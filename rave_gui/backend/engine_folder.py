"""The folder of an engine that we make: whose it is, how far it is, who works on it."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rave_gui.backend.engine_search import BEGUN, MARKER, python_of
from rave_gui.companion.rave_gui_job_files import Lock, read_json, write_json
from rave_gui.core.errors import UserError
from rave_gui.core.process import is_alive, kill_tree


class EngineFolder:
    """One environment's folder from nothing over half-made to complete.

    Half-made is what holds ``BEGUN`` and no ``MARKER``. Only such a folder, an empty one or none at
    all is ever made anew: somebody's own folder is refused.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Own the folder; UserError where another installer does, or it cannot be written."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = Lock.take(self.path.parent / f".{self.path.name}.lock")
        except OSError as error:
            raise self._unwritable(error) from error
        if lock is None:
            raise UserError(
                f"Another installation is at work on {self.path}.",
                "Wait until it has finished, or stop it.",
            )
        try:
            yield
        finally:
            lock.release()

    def marker(self) -> dict[str, Any] | None:
        """What was noted when it was complete; None where it is not."""
        return read_json(self.path / MARKER)

    def begin(self) -> None:
        """An empty folder that is known to be ours and half-made.

        Raises:
            UserError: it holds what we did not make, or it cannot be written.
        """
        try:
            self._clear()
            self.path.mkdir(parents=True, exist_ok=True)
            write_json(self.path / BEGUN, {"t": time.time()})
        except OSError as error:
            raise self._unwritable(error) from error

    def reopen(self) -> None:
        """A complete environment that no longer works counts as half-made from here on."""
        write_json(self.path / BEGUN, {"t": time.time()})
        (self.path / MARKER).unlink()

    def note_worker(self, pid: int, token: str | None) -> None:
        """Remember the process that fills it, in case we do not live to see its end."""
        write_json(self.path / BEGUN, {"t": time.time(), "pid": pid, "token": token})

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Declare it complete: the very last thing, in one step."""
        write_json(self.path / MARKER, dict(facts))
        (self.path / BEGUN).unlink(missing_ok=True)

    def python(self) -> Path:
        """Its Python, or where it would be."""
        return python_of(self.path) or self.path / "bin" / "python"

    def check_room(self, needed: int) -> None:
        """UserError where the disk has less than ``needed`` bytes free."""
        place = self.path
        while not place.exists() and place != place.parent:
            place = place.parent
        free = shutil.disk_usage(place).free
        if free < needed:
            raise UserError(
                f"The engine needs about {needed / 1e9:.0f} GB, and {free / 1e9:.1f} GB are free "
                f"at {place}.",
                "Make room, or choose a folder on another disk with --path.",
            )

    def _clear(self) -> None:
        """Remove what an earlier attempt left, ending whoever still fills it.

        What says that the folder is ours goes last, so that this can be interrupted as well.
        """
        drafts = f".{BEGUN}"
        left = [path for path in _entries(self.path) if not path.name.startswith(drafts)]
        if not left:
            return
        begun = read_json(self.path / BEGUN)
        if begun is None:
            raise UserError(
                f"The folder {self.path} is not empty, and not an engine that was made here.",
                "Choose an empty folder, or one that does not exist yet.",
            )
        pid, token = begun.get("pid"), begun.get("token")
        if isinstance(pid, int) and isinstance(token, str) and is_alive(pid, token):
            kill_tree(pid, token)
        for path in left:
            if path.name != BEGUN:
                _remove(path)

    def _unwritable(self, error: OSError) -> UserError:
        return UserError(
            f"The folder {self.path} cannot be written: {error.strerror or error}.",
            "Check its permissions, or choose another folder with --path.",
        )


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.exists() else []


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
