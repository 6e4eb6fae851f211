"""Sound files that were moved: found again by name, size and content, and linked anew."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from rave_gui.core.errors import UserError
from rave_gui.core.lmdb_reader import DatasetDatabase
from rave_gui.core.records import Json

_EVERY = 64


@dataclass(frozen=True)
class Moved:
    """What was found again."""

    found: Mapping[Path, Path]
    """Old place to new place."""
    missing: tuple[Path, ...]
    """Files that are not where they were, and were not found either."""
    manifest: tuple[Json, ...]
    """With the new places."""


def find_moved(
    manifest: Iterable[Json],
    folder: Path,
    hear: Callable[[Path], str] | None = None,
    told: Callable[[int, int], None] | None = None,
    cancel: Event | None = None,
) -> Moved:
    """Look in ``folder`` for the files of ``manifest`` that are not where they were.

    Args:
        manifest: The entries.
        folder: Where to look, with everything below.
        hear: The digest of a file's sound; asked where its time of change is another one.
        told: Called with the files looked for so far and in all.
        cancel: Once set, what remains counts as missing.
    """
    entries = list(manifest)
    gone = [number for number, entry in enumerate(entries) if _gone(entry)]
    there = _files_in(folder, {_name(entries[number]) for number in gone}, cancel)
    found: dict[Path, Path] = {}
    for count, number in enumerate(gone):
        if told is not None and count % _EVERY == 0:
            told(count, len(gone))
        if cancel is not None and cancel.is_set():
            break
        entry = entries[number]
        place = _match(entry, there.get(_name(entry), ()), hear)
        if place is not None:
            found[Path(str(entry["path"]))] = place
            entries[number] = _at(entry, place)
    old = [Path(str(entries[number]["path"])) for number in gone]
    missing = tuple(path for path in old if path not in found and not path.exists())
    return Moved(found, missing, tuple(entries))


def link_anew(staging: Path, found: Mapping[Path, Path]) -> int:
    """Let links in ``staging`` that led to an old place lead to the new one; how many there were.

    Raises:
        UserError: the folder cannot be written.
    """
    count = 0
    try:
        for link in staging.iterdir() if staging.is_dir() else ():
            target = found.get(link.readlink()) if link.is_symlink() else None
            if target is not None:
                _put_link(link, target)
                count += 1
    except OSError as error:
        raise _unwritable(staging, error) from error
    return count


def lead_there(database: DatasetDatabase, staging: Path) -> None:
    """Let the paths that a lazy dataset holds lead to ``staging`` again.

    Its database names every file by the full path of its staging folder. Where that folder was
    moved along with the dataset, a link at the old place mends it without touching the database.

    Raises:
        UserError: no link can be put there.
    """
    items = database.lazy_items()
    for old in {Path(item.path).parent for item in items}:
        if old == staging or old.exists():
            continue
        try:
            old.parent.mkdir(parents=True, exist_ok=True)
            _put_link(old, staging)
        except OSError as error:
            raise UserError(
                f"This dataset holds no sound but refers to files in {old}, which is gone, and "
                f"nothing can be put there: {error.strerror or error}.",
                "Move the dataset back to where it was, or make it again with other settings.",
            ) from error


def _put_link(link: Path, target: Path) -> None:
    """Replace ``link`` in one go."""
    draft = link.with_name(f".{link.name}.{os.getpid()}.tmp")
    draft.unlink(missing_ok=True)
    draft.symlink_to(target)
    draft.replace(link)


def _files_in(folder: Path, names: set[str], cancel: Event | None) -> dict[str, list[Path]]:
    """The files below ``folder`` that have one of ``names``."""
    found: dict[str, list[Path]] = {}
    for place, _, files in os.walk(folder):
        if cancel is not None and cancel.is_set():
            break
        for name in files:
            if name in names:
                found.setdefault(name, []).append(Path(place) / name)
    return found


def _match(entry: Json, places: Sequence[Path], hear: Callable[[Path], str] | None) -> Path | None:
    """The best of ``places`` that holds the same file; the one with the most alike path first."""
    old = Path(str(entry["path"]))
    likely = sorted(places, key=lambda place: -_alike(old, place))
    return next((place for place in likely if _same(entry, place, hear)), None)


def _same(entry: Json, place: Path, hear: Callable[[Path], str] | None) -> bool:
    try:
        told = place.stat()
    except OSError:
        return False
    if entry.get("size") and told.st_size != entry["size"]:
        return False
    content = entry.get("content")
    if not content or hear is None or told.st_mtime_ns == entry.get("modified"):
        return True
    return hear(place) == str(content)


def _alike(old: Path, new: Path) -> int:
    """How many parts the two paths share at their ends."""
    count = 0
    for first, second in zip(reversed(old.parts), reversed(new.parts), strict=False):
        if first != second:
            break
        count += 1
    return count


def _gone(entry: Json) -> bool:
    return entry.get("verdict") != "reject" and not Path(str(entry.get("path"))).exists()


def _name(entry: Json) -> str:
    return Path(str(entry.get("path"))).name


def _at(entry: Json, place: Path) -> Json:
    return {**entry, "path": str(place), "modified": place.stat().st_mtime_ns}


def _unwritable(folder: Path, error: OSError) -> UserError:
    return UserError(
        f"The links in {folder} cannot be changed: {error.strerror or error}.",
        "Make the folder writable.",
    )
