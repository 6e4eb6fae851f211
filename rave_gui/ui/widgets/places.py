"""Where dialogs begin when nobody has been anywhere yet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QStandardPaths


def music_folder() -> str:
    """The person's folder of music, else their own: never where the program was started."""
    kinds = QStandardPaths.StandardLocation
    music = QStandardPaths.writableLocation(kinds.MusicLocation)
    if music and Path(music).is_dir():
        return music
    return QStandardPaths.writableLocation(kinds.HomeLocation)


def nearest_folder(paths: Sequence[Path]) -> str:
    """What is still there of the way to the first of ``paths``: moved things are often close by."""
    above = (folder for path in paths[:1] for folder in path.parents)
    found = next((folder for folder in above if folder.is_dir()), None)
    return music_folder() if found is None or found == Path(found.anchor) else str(found)
