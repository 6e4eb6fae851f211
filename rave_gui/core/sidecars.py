"""The small JSON files inside a project folder, from which the database can be rebuilt."""

from __future__ import annotations

import stat
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rave_gui.companion.rave_gui_job_files import write_json
from rave_gui.core.errors import UserError
from rave_gui.core.json_list import load
from rave_gui.core.logger import system_logger
from rave_gui.core.paths import fresh_path

FORMAT = 1
MAX_BYTES = 256 * 1024 * 1024
"""A manifest of 100,000 files takes 60 MB."""
_NEWER = "newer format"
Document = dict[str, Any]


def write(path: Path, kind: str, body: Mapping[str, Any]) -> None:
    """Write a sidecar; a damaged one in its place is kept beside it.

    Raises:
        UserError: when it cannot be written, or a newer version of the application wrote it.
    """
    if path.exists():
        try:
            read(path, kind)
        except UserError as error:
            if is_newer(error):
                raise
            _set_aside(path)
    try:
        write_json(path, {"format": FORMAT, "kind": kind, "saved_at": time.time(), **body})
    except OSError as error:
        raise UserError(
            f"{path} cannot be written ({error.strerror or error}).",
            "Free some space, or make the project folder writable.",
        ) from error


def read(path: Path, kind: str) -> Document:
    """The content of a sidecar.

    Raises:
        UserError: when it is missing, damaged, too big, of another kind, or written by a newer
            version of the application.
    """
    document = _parsed(path)
    version = document.get("format")
    if document.get("kind") != kind or not isinstance(version, int):
        raise damaged(path, f"it does not describe a {kind}")
    if version > FORMAT:
        raise UserError(
            f"{path} was written by a newer version of this application (format {version}; this "
            f"one knows formats up to {FORMAT}).",
            "Update the application to bring it back.",
            details=_NEWER,
        )
    return document


def is_newer(error: UserError) -> bool:
    """Whether ``read`` refused the file for being newer than this application."""
    return error.details == _NEWER


def damaged(path: Path, why: str) -> UserError:
    """The refusal of a sidecar that cannot be understood."""
    return UserError(
        f"{path} is damaged.",
        "Restore it from a backup; without it, what it says is found from the other files only.",
        details=why,
    )


def _parsed(path: Path) -> Document:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
            raise damaged(path, "it is no file, or far too big")
        value = load(path.read_bytes())
    except OSError as error:
        raise UserError(
            f"{path} cannot be read ({error.strerror or error}).", "Make the file readable."
        ) from error
    except (ValueError, RecursionError) as error:
        raise damaged(path, str(error)) from error
    if not isinstance(value, dict):
        raise damaged(path, "it is no object")
    return value


def _set_aside(path: Path) -> None:
    kept = fresh_path(path.parent, f"{path.name}.damaged")
    try:
        path.rename(kept)
    except OSError as error:
        raise UserError(
            f"{path} is damaged and cannot be moved away ({error.strerror or error}).",
            "Make the project folder writable.",
        ) from error
    system_logger().warning("%s was damaged and is kept as %s", path, kept.name)
