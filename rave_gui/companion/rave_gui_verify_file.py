"""What can be said of an exported instrument before it is loaded; standard library only."""

from __future__ import annotations

import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

OK, WARN, FAIL = "ok", "warn", "fail"


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
    """Whether ``path`` is a whole TorchScript archive: a zip file that holds code and constants."""
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


def _problem(path: Path) -> str:
    if not path.exists():
        return "does not exist. It may have been moved or deleted."
    if not path.is_file():
        return "is not a file. Choose an exported instrument, a file that ends in .ts."
    if path.stat().st_size == 0:
        return "is empty. The export may have been interrupted or the disk been full."
    if not zipfile.is_zipfile(path):
        with path.open("rb") as stream:
            cut = stream.read(2) == b"PK"
        if cut:
            return "is incomplete: its end is missing. Export or copy it again."
        return "is not an exported instrument. Choose a file that ends in .ts."
    return _problem_inside(path)


def _problem_inside(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
        damaged = archive.testzip()
    if "constants.pkl" not in names or not any(name.startswith("code/") for name in names):
        if "data.pkl" in names:
            return "is a checkpoint, not an exported instrument. Export it first."
        return "is not an exported instrument. Choose a file that ends in .ts."
    if damaged:
        return f"is damaged (in {damaged}). Export or copy it again."
    return ""
