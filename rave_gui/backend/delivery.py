"""Copies of instruments in the folders of programs that play them; nothing there is ever lost."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rave_gui.core.errors import UserError
from rave_gui.core.paths import fresh_path

ASK, REPLACE, KEEP_BOTH = "ask", "replace", "keep-both"
"""What to do where another file has the name already."""


class NameTaken(UserError):
    """Another file has the name already; nothing was copied."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is another file.", "Replace it, or keep both under different names."
        )
        self.path = path


@dataclass(frozen=True)
class Delivered:
    """What lies in the folder now."""

    paths: tuple[Path, ...]
    copied: bool
    """Whether anything was copied: the very same files may have been there already."""


def parts_of(path: Path) -> list[Path]:
    """The file, and for ONNX its encoder and decoder beside it, as far as they are there."""
    if path.suffix != ".onnx":
        return [path]
    halves = [path.with_name(f"{path.stem}.{half}.onnx") for half in ("encode", "decode")]
    return [path, *(half for half in halves if half.is_file())]


def deliver(path: Path, folder: Path, taken: str = ASK) -> Delivered:
    """Copy an instrument into ``folder``, each file whole or not at all.

    Args:
        path: The exported file.
        folder: Made if it is not there.
        taken: :data:`ASK`, :data:`REPLACE` or :data:`KEEP_BOTH`.

    Raises:
        NameTaken: ``taken`` is :data:`ASK`, and a file of that name with other content is there.
        UserError: the file is gone, or the folder cannot be written.
    """
    sources = parts_of(path)
    if not path.is_file():
        raise UserError(f"{path} is gone.", "Export it again.")
    wanted = [(source, folder / source.name) for source in sources]
    open_ones = [pair for pair in wanted if not _same(*pair)]
    other = [target for _, target in open_ones if target.exists()]
    if other and taken == ASK:
        raise NameTaken(other[0])
    if other and taken == KEEP_BOTH:
        wanted = open_ones = _renamed(path, sources, folder)
    _copy_all(open_ones, folder)
    return Delivered(tuple(target for _, target in wanted), bool(open_ones))


def _same(source: Path, target: Path) -> bool:
    return target.is_file() and filecmp.cmp(source, target, shallow=False)


def _renamed(path: Path, sources: Sequence[Path], folder: Path) -> list[tuple[Path, Path]]:
    stem = fresh_path(folder, path.stem, path.suffix).stem
    return [(source, folder / source.name.replace(path.stem, stem, 1)) for source in sources]


def _copy_all(pairs: Sequence[tuple[Path, Path]], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source, target in pairs:
            _copy(source, target)
    except OSError as error:
        raise UserError(
            f"Nothing could be copied to {folder}: {error.strerror or error}.",
            "Check that its disk is connected and has room, and that you may write there.",
        ) from error


def _copy(source: Path, target: Path) -> None:
    """Beside the target first: a host that looks meanwhile sees the old file or the new one."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        shutil.copyfile(source, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
