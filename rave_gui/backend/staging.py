"""A folder with exactly the files that RAVE shall see, as links; originals are never touched."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from rave_gui.core.errors import UserError
from rave_gui.core.paths import slug


def stage(files: Sequence[Path], folder: Path) -> tuple[str, ...]:
    """Link every file into ``folder`` under a plain, unique name; returns the suffixes in use.

    The suffixes go to RAVE's ``--ext``, which finds files by suffix only; with plain lower-case
    names none is missed because of an odd name.

    Raises:
        UserError: when the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=False)
        for number, path in enumerate(files):
            link_or_copy(path, folder / f"{number:06d}-{slug(path.stem)}{path.suffix.lower()}")
    except OSError as error:
        raise UserError(
            f"The folder {folder} cannot be filled: {error.strerror or error}.",
            "Free some space or choose a project folder that can be written.",
        ) from error
    return tuple(sorted({path.suffix.lower().lstrip(".") for path in files}))


def link_or_copy(source: Path, target: Path) -> None:
    """Put ``source`` at ``target`` without using space where the file system can do that.

    Raises:
        OSError: when not even a copy can be written.
    """
    try:
        target.symlink_to(source)
    except OSError:  # Windows without the right to make links; file systems without links
        shutil.copy2(source, target)
