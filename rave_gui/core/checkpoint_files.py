"""The checkpoint files below a run, and what their names say.

RAVE writes ``best.ckpt``, ``epoch-epoch=0007.ckpt`` (replaced at each validation, ``-v1`` on a
clash) and ``epoch_500000.ckpt`` every ``--save_every`` steps, counted anew after each resume. The
companion writes ``stopped-step=000042.ckpt`` and its likes.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rave_gui.core.checkpoint_header import read_header
from rave_gui.core.records import CheckpointKind

MAX_FILES = 20_000
_DEPTH = 4
_VERSION = re.compile(r"version_(\d{1,9})")
_OURS = re.compile(r"(?P<why>stopped|interrupted|crashed|saved|final)-step=(?P<step>\d{1,18})")
_REASONS = {
    "stopped": CheckpointKind.STOPPED,
    "interrupted": CheckpointKind.STOPPED,
    "crashed": CheckpointKind.STOPPED,
    "saved": CheckpointKind.SAVED,
    "final": CheckpointKind.LAST,
}
_EPOCH = re.compile(r"epoch(-epoch=|_)\d+")
_BEST = re.compile(r"best(-v\d+)?")


@dataclass(frozen=True)
class FoundCheckpoint:
    """One checkpoint on disk. Time of the last change in POSIX seconds, size in bytes."""

    path: Path
    version: int
    kind: CheckpointKind
    epoch: int | None
    step: int | None
    size: int
    mtime: float
    inode: int
    complete: bool = True
    """False while it is being written, or when writing it broke off."""
    aliases: tuple[Path, ...] = ()
    """Other names of the same file."""


def scan_checkpoints(run_dir: Path) -> list[FoundCheckpoint]:
    """Every checkpoint below ``run_dir``, by version, step and name; several names count once.

    A folder that does not exist or cannot be read holds none.
    """
    found: dict[int | Path, list[FoundCheckpoint]] = {}
    for version, path in _files(run_dir):
        candidate = _look_at(path, version)
        if candidate is not None:
            found.setdefault(candidate.inode or path, []).append(candidate)
    return sorted((_one_of(names) for names in found.values()), key=_order)


def kind_of(name: str) -> CheckpointKind:
    """Why a checkpoint of this file name was written; an unknown name was kept by a person."""
    ours = _OURS.match(name)
    if ours:
        return _REASONS[ours["why"]]
    stem = Path(name).stem
    if _BEST.fullmatch(stem):
        return CheckpointKind.BEST
    if _EPOCH.match(stem):
        return CheckpointKind.EPOCH
    return CheckpointKind.LAST if stem.startswith("last") else CheckpointKind.SAVED


def step_in_name(name: str) -> int | None:
    """The step that the name tells; the numbers in RAVE's own names are no steps of the run."""
    ours = _OURS.match(name)
    return int(ours["step"]) if ours else None


def _files(folder: Path) -> Iterator[tuple[int, Path]]:
    """Version and path of ``version_N/checkpoints/*.ckpt``; no links of folders are followed.

    ``checkpoints`` right in ``folder``, as in runs that were copied without it, is version 0.
    """
    count = 0
    for root, folders, names in os.walk(folder):
        here = Path(root)
        if len(here.relative_to(folder).parts) >= _DEPTH:
            folders.clear()
        version = _VERSION.fullmatch(here.parent.name)
        bare = here.parent == folder
        if here.name != "checkpoints" or not (version or bare):
            continue
        for name in sorted(names):
            if name.endswith(".ckpt") and not name.startswith(".") and count < MAX_FILES:
                count += 1
                yield int(version[1]) if version else 0, here / name


def _look_at(path: Path, version: int) -> FoundCheckpoint | None:
    """None where it went away meanwhile (RAVE replaces files) or is no file (a pipe would hang)."""
    try:
        status = path.stat()
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    header = read_header(path)
    step = step_in_name(path.name) if header.step is None else header.step
    return FoundCheckpoint(
        path=path,
        version=version,
        kind=kind_of(path.name),
        epoch=header.epoch,
        step=step,
        size=status.st_size,
        mtime=status.st_mtime,
        inode=status.st_ino,
        complete=header.complete,
    )


def _one_of(names: Iterable[FoundCheckpoint]) -> FoundCheckpoint:
    """The name that lasts: ours, then the best, since Lightning deletes its own at will."""
    first, *others = sorted(names, key=_preference)
    return replace(first, aliases=tuple(other.path for other in others))


def _preference(found: FoundCheckpoint) -> tuple[bool, bool, str]:
    return (
        _OURS.match(found.path.name) is None,
        found.kind is not CheckpointKind.BEST,
        found.path.name,
    )


def _order(found: FoundCheckpoint) -> tuple[int, int, float, str]:
    step = -1 if found.step is None else found.step
    return found.version, step, found.mtime, found.path.name
