"""Deleting what belongs to people: into the system trash, where there is one."""

from __future__ import annotations

from pathlib import Path

from rave_gui.core.errors import UserError


def discard(path: Path) -> None:
    """Move a file or folder to the trash. One that is gone already is no error.

    Raises:
        UserError: when the system has no trash for it or refuses; nothing is deleted then.
    """
    import send2trash  # noqa: PLC0415  rarely needed, and slow to import on some systems

    if not path.exists() and not path.is_symlink():
        return
    try:
        send2trash.send2trash(str(path))
    except OSError as error:
        raise UserError(
            f"{path} could not be moved to the trash: {error}.",
            "Delete it by hand, or keep the files and forget only the record.",
        ) from error
