"""What can be said of an exported instrument before it is loaded; standard library only."""

from __future__ import annotations

import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

OK, WARN, FAIL, SKIP = "ok", "warn", "fail", "skip"
UNOPENED = "Opening such a file can run any program that somebody put into it, so it was not opened"
ONNX = ".onnx"
_BLOATED = 50
"""An archive that unpacks to so many times its size is made to fill memory, not to play."""


@dataclass(frozen=True)
class Check:
    """One thing looked at: what came of it, in a sentence, with the number behind it."""

    id: str
    result: str
    text: str
    figure: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The check as an answer holds it."""
        return asdict(self)


def check_file(path: Path) -> Check:
    """Whether ``path`` is a whole TorchScript archive: a zip file that holds code and constants.

    The figure is its size in bytes. Nothing is unpickled.
    """
    try:
        problem = _problem(path)
        size = 0 if problem else path.stat().st_size
    except OSError as error:
        return Check("file", FAIL, f"{path.name} cannot be read: {error.strerror}.")
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as error:
        return Check("file", FAIL, f"{path.name} is damaged: {error}. Export or copy it again.")
    if problem:
        return Check("file", FAIL, f"{path.name} {problem}")
    return Check("file", OK, "The file is whole.", figure=float(size))


def check_place(path: Path) -> Check | None:
    """What is wrong with ``path`` whatever it should hold; None where there are bytes."""
    problem = _no_file(path)
    return Check("file", FAIL, f"{path.name} {problem}") if problem else None


def _problem(path: Path) -> str:
    if problem := _no_file(path):
        return problem
    with path.open("rb") as stream:
        head = stream.read(2)
    if head[:1] == b"\x80":
        return f"is a Python pickle, not an exported instrument. {UNOPENED}."
    if not zipfile.is_zipfile(path):
        if head == b"PK":
            return "is incomplete: its end is missing. Export or copy it again."
        return "is not an exported instrument. Choose a file that ends in .ts."
    return _problem_inside(path)


def _no_file(path: Path) -> str:
    if not path.exists():
        return "does not exist. It may have been moved or deleted."
    if not path.is_file():
        return "is not a file. Choose an exported instrument, a file that ends in .ts."
    if path.stat().st_size == 0:
        return "is empty. The export may have been interrupted or the disk been full."
    return ""


def _problem_inside(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > _BLOATED * path.stat().st_size:
            return "unpacks to far more than it holds, as no export does: it was not opened."
        names = {entry.filename.partition("/")[2] for entry in entries}
        damaged = archive.testzip()
    if problem := _not_torchscript(names):
        return problem
    if damaged:
        return f"is damaged (in {damaged}). Export or copy it again."
    return ""


def _not_torchscript(names: set[str]) -> str:
    if "constants.pkl" in names and any(name.startswith("code/") for name in names):
        return ""
    if "data.pkl" in names:
        return f"is a checkpoint, not an exported instrument. Export it first. {UNOPENED} here."
    return "is not an exported instrument. Choose a file that ends in .ts."
