"""Models from elsewhere, looked at without opening them: what they are, or why they are no use."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from rave_gui.backend.run_layouts import CONFIG
from rave_gui.companion.rave_gui_verify_file import FAIL, check_file
from rave_gui.core.checkpoint_header import read_header
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import read_run

CHECKPOINT, INSTRUMENT = "checkpoint", "instrument"
SUFFIXES = {".ckpt": CHECKPOINT, ".ts": INSTRUMENT}
_LFS = b"version https://git-lfs"
_PICKLE = b"\x80\x02"
"""How torch wrote checkpoints before 1.6, which was before RAVE 2."""
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Stranger:
    """A file that somebody wants to bring in, as far as it can be judged without running it."""

    path: Path
    kind: str
    """``checkpoint`` or ``instrument``."""
    size: int
    """Bytes."""
    step: int | None = None
    config: Path | None = None
    """The ``config.gin`` that tells its network; an instrument needs none."""
    run: Path | None = None
    """The run folder of RAVE's that it lies in; all of that can be brought in at once."""

    @property
    def problem(self) -> str:
        """What is missing still, in a sentence; empty where nothing is."""
        if self.kind == INSTRUMENT or self.config is not None:
            return ""
        return (
            f"There is no {CONFIG} beside {self.path.name} or above it, and RAVE cannot rebuild "
            "the network without it. Choose the one that was written with it."
        )


def look_at(path: Path, config: Path | None = None) -> Stranger:
    """Judge a file by its name and first bytes; nothing in it is run or unpickled.

    Args:
        path: A ``.ckpt`` or ``.ts`` from anywhere.
        config: The ``config.gin`` of a checkpoint, where it does not lie beside it.

    Raises:
        UserError: it is no model, of a RAVE that is too old, or damaged.
    """
    path = path.expanduser().absolute()
    kind = _kind(path)
    head = _head(path)
    _refuse_what_is_no_model(path, head)
    size = path.stat().st_size
    if kind == INSTRUMENT:
        _refuse_damaged_instrument(path)
        return Stranger(path, kind, size)
    step = _step(path, head)
    found = _config(path, config)
    return Stranger(path, kind, size, step, found, _run(path, found))


def _kind(path: Path) -> str:
    if path.is_dir():
        raise UserError(
            f"{path} is a folder.",
            "Choose a .ckpt or .ts file; whole runs are brought in on the first page.",
        )
    if not path.is_file():
        raise UserError(f"{path} does not exist.", "Choose a .ckpt or .ts file.")
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise UserError(
            f"{path.name} is neither a checkpoint (.ckpt) nor an exported instrument (.ts).",
            "Choose one of these.",
        )
    return kind


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(256)
    except OSError as error:
        raise UserError(
            f"{path} cannot be read: {error.strerror or error}.", "Make the file readable."
        ) from error


def _refuse_what_is_no_model(path: Path, head: bytes) -> None:
    if not head:
        raise UserError(f"{path.name} is empty.", "Copy or download it again.")
    if head.startswith(_LFS):
        raise UserError(
            f"{path.name} is only a pointer of Git LFS to the file.",
            "Fetch it with `git lfs pull`.",
        )
    if head.lstrip()[:1] == b"<":
        raise UserError(
            f"{path.name} is a web page: the link led to a page about the file.",
            "Download the file itself.",
        )


def _refuse_damaged_instrument(path: Path) -> None:
    check = check_file(path)
    if check.result == FAIL:
        raise UserError(check.text)


def _step(path: Path, head: bytes) -> int:
    """The step that it tells.

    Raises:
        UserError: it is no whole checkpoint of a training.
    """
    if head.startswith(_PICKLE):
        raise UserError(
            f"{path.name} was written by a torch older than 1.6, so by a RAVE before version 2.",
            "This RAVE cannot build its network; an exported .ts of it can be brought in.",
        )
    if not head.startswith(_ZIP):
        raise UserError(f"{path.name} is no checkpoint.", "Choose a .ckpt that RAVE wrote.")
    header = read_header(path)
    if not header.complete:
        raise UserError(
            f"{path.name} breaks off: it was not copied or written to its end.", "Copy it again."
        )
    if header.step is None:
        raise UserError(
            f"{path.name} holds weights, but no training that they are from.",
            "Choose the checkpoint that RAVE wrote while it trained.",
        )
    _refuse_torn(path)
    return header.step


def _refuse_torn(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            archive.infolist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        raise UserError(f"{path.name} is damaged: {error}.", "Copy it again.") from error


def _config(path: Path, given: Path | None) -> Path | None:
    """The ``config.gin`` given, else the one where RAVE looks (rave/core.py, search_for_config).

    Raises:
        UserError: the given one is none of a RAVE model.
    """
    if given is not None:
        if read_run(given).bound("RAVE", "latent_size") is None:
            raise UserError(
                f"{given} does not describe a RAVE model.", f"Choose the {CONFIG} of the run."
            )
        return given
    places = [folder / CONFIG for folder in list(path.parents)[:3]]
    return next((place for place in places if place.is_file()), None)


def _run(path: Path, config: Path | None) -> Path | None:
    """``RUN`` of ``RUN/version_N/checkpoints/FILE``."""
    inside = path.parent.name == "checkpoints" and path.parent.parent.name.startswith("version_")
    return path.parents[2] if inside and config == path.parents[2] / CONFIG else None
