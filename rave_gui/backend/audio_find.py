"""Finding the files of sound below folders, whatever else lies there."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

AUDIO_SUFFIXES = frozenset(
    {".wav", ".wave", ".flac", ".aif", ".aiff", ".aifc", ".ogg", ".oga", ".opus", ".mp3", ".aac"}
    | {".m4a", ".mp4", ".w64", ".rf64", ".caf", ".au", ".snd", ".wma", ".mka", ".ac3", ".amr"}
    | {".wv", ".ape", ".tta", ".mpc", ".mp2", ".m4b", ".webm", ".bwf"}
)


@dataclass(frozen=True)
class Found:
    """One file, or a place that cannot be looked into; ``problem`` is empty for a file."""

    path: Path
    size: int = 0
    """Bytes."""
    modified: int = 0
    """``st_mtime_ns``."""
    problem: str = ""


def find_files(sources: Iterable[Path]) -> Iterator[Found]:
    """Every regular file of sound named by or below ``sources``, each only once.

    In folders, hidden files and files without a suffix of sound are passed over; a file that is
    named itself is taken whatever its suffix. Links to folders are not followed, so a loop of links
    is no trap. What cannot be read is told and does not end the search.
    """
    seen: set[tuple[int, int]] = set()
    for source in sources:
        for found in _from(source.expanduser().absolute()):
            if isinstance(found, Found):
                yield found
                continue
            path, status = found
            key = (status.st_dev, status.st_ino)
            if key not in seen:
                seen.add(key)
                yield _checked(path, status)


_Entry = tuple[Path, os.stat_result]


def _from(source: Path) -> Iterator[Found | _Entry]:
    try:
        status = source.stat()
    except OSError as error:
        yield Found(source, problem=_unreadable(source, error))
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _below(source)
    else:
        yield source, status


def _below(folder: Path) -> Iterator[Found | _Entry]:
    waiting = [str(folder)]
    while waiting:
        place = waiting.pop()
        try:
            with os.scandir(place) as entries:
                inside = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Found(Path(place), problem=_unreadable(Path(place), error))
            continue
        folders = []
        for entry in inside:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            elif os.path.splitext(entry.name)[1].lower() in AUDIO_SUFFIXES:  # noqa: PTH122  100,000
                yield from _entry(entry)
        waiting += reversed(folders)


def _entry(entry: os.DirEntry[str]) -> Iterator[Found | _Entry]:
    path = Path(entry.path)
    try:
        yield path, entry.stat()
    except OSError as error:
        yield Found(path, problem=_unreadable(path, error))


def _checked(path: Path, status: os.stat_result) -> Found:
    if stat.S_ISREG(status.st_mode):
        return Found(path, status.st_size, status.st_mtime_ns)
    kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe or device"
    return Found(path, problem=f"no file: it is {kind}")


def _unreadable(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "leads nowhere: what it links to is gone" if path.is_symlink() else "does not exist"
    if isinstance(error, PermissionError):
        return "may not be read: permission denied"
    return f"cannot be read: {error.strerror or error}"
