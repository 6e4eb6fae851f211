"""What models made of sounds, kept so that a room opens at once; bounded, nothing stale stays."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rave_gui.backend.latent_bend import LatentBend
from rave_gui.companion.rave_gui_job_files import read_json, write_json
from rave_gui.core.errors import UserError

FOLDER = "listening"
BUDGET_BYTES = 2_000_000_000
_PROBE = 65536
_MADE_BY = 1
"""Raised when renders of before are made differently."""


@dataclass(frozen=True)
class RenderKey:
    """What a render is of. Equal facts give an equal name."""

    model: Path
    sound: Path
    bend: LatentBend = field(default_factory=LatentBend)

    def name(self) -> str:
        """Of its file, from the content of both files.

        Raises:
            UserError: one of them cannot be read.
        """
        facts = [_MADE_BY, identity(self.model), identity(self.sound), self.bend.to_json()]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


def identity(path: Path) -> str:
    """What changes when a file becomes another one, wherever it lies.

    Size, time of change, beginning and end: reading a checkpoint of 500 MB whole would take
    longer than what it is asked for.

    Raises:
        UserError: it cannot be read.
    """
    try:
        state = path.stat()
        with path.open("rb") as stream:
            digest = hashlib.sha256(stream.read(_PROBE))
            stream.seek(max(0, state.st_size - _PROBE))
            digest.update(stream.read(_PROBE))
    except OSError as error:
        raise UserError(
            f"{path.name} cannot be read ({error.strerror or error}).",
            "Check that the file is still there.",
        ) from error
    return f"{state.st_size}:{state.st_mtime_ns}:{digest.hexdigest()[:24]}"


class RenderCache:
    """Sounds below a project's ``renders/listening``; each with a small file that says of what."""

    def __init__(self, renders: Path, budget: int = BUDGET_BYTES) -> None:
        """``renders``: the folder of the project; ``budget`` in bytes."""
        self.folder = renders / FOLDER
        self._budget = budget

    def find(self, key: RenderKey) -> Path | None:
        """The render, if it is there; it counts as used now.

        Raises:
            UserError: model or sound cannot be read.
        """
        path = self._path(key)
        if not path.is_file() or not path.stat().st_size:
            return None
        with contextlib.suppress(OSError):
            os.utime(_facts_of(path))
        return path

    def make(self, key: RenderKey, render: Callable[[Path], None]) -> Path:
        """Let ``render`` write it and keep it; a render that fails leaves nothing.

        Raises:
            UserError: it cannot be made or kept.
        """
        path = self._path(key)
        draft = path.with_name(f".{path.stem}.{os.getpid()}.wav")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft.unlink(missing_ok=True)
            render(draft)
            draft.replace(path)
            write_json(_facts_of(path), self._facts(key), durable=False)
        except OSError as error:
            raise UserError(
                f"What the model made cannot be kept ({error.strerror or error}).",
                "Free some space on the disk of the project.",
            ) from error
        finally:
            with contextlib.suppress(OSError):
                draft.unlink()
        self.tidy(keep={path})
        return path

    def tidy(self, keep: Collection[Path] = ()) -> int:
        """Delete what is stale, then the longest unused beyond the budget; how many went."""
        entries = sorted(self._entries(), key=lambda entry: -entry[1])
        left, gone = self._budget, 0
        for path, _used, size, stale in entries:
            over = left < size
            if path not in keep and (stale or over):
                gone += 1
                self._delete(path)
            else:
                left -= size
        return gone

    def size(self) -> int:
        """Bytes of all renders."""
        return sum(size for _path, _used, size, _stale in self._entries())

    def _path(self, key: RenderKey) -> Path:
        return self.folder / f"{key.name()}.wav"

    def _facts(self, key: RenderKey) -> dict[str, Any]:
        return {
            "t": time.time(),
            "model": self._portable(key.model),
            "model_identity": identity(key.model),
            "sound": self._portable(key.sound),
            "sound_identity": identity(key.sound),
            "bend": key.bend.to_json(),
        }

    def _portable(self, path: Path) -> str:
        """Inside the project it is named from there, so that a project can be moved."""
        project = self.folder.parent.parent.absolute()
        absolute = path.absolute()
        inside = absolute.is_relative_to(project)
        return absolute.relative_to(project).as_posix() if inside else str(absolute)

    def _is_stale(self, facts: dict[str, Any] | None) -> bool:
        """Whether model or sound are gone, or others now."""
        if facts is None:
            return True
        for part in ("model", "sound"):
            try:
                path = self.folder.parent.parent / str(facts[part])
                if identity(path) != facts[f"{part}_identity"]:
                    return True
            except (UserError, KeyError):
                return True
        return False

    def _entries(self) -> list[tuple[Path, float, int, bool]]:
        """(render, when it was used last, bytes, whether what it is of is gone)."""
        found = []
        for path in self.folder.glob("*.wav"):
            facts = _facts_of(path)
            with contextlib.suppress(OSError):
                used = facts.stat().st_mtime if facts.exists() else 0.0
                found.append((path, used, path.stat().st_size, self._is_stale(read_json(facts))))
        return found

    def _delete(self, path: Path) -> None:
        for part in (path, _facts_of(path)):
            with contextlib.suppress(OSError):
                part.unlink()


def _facts_of(path: Path) -> Path:
    return path.with_suffix(".json")
