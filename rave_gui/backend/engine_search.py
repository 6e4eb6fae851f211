"""Where RAVE may be: the environments of this machine that are worth asking, best first."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rave_gui.core.errors import UserError

ENGINE_VARIABLE = "RAVE_GUI_ENGINE"
MARKER = "rave-gui-engine.json"
"""Written last into an environment that we made: without it, it is half-made and never used."""
BEGUN = "rave-gui-engine.begun.json"
"""Written first into such an environment, and removed once it is complete."""
_PYTHONS = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")


@dataclass(frozen=True)
class Candidate:
    """A Python that may be able to run RAVE."""

    python: Path
    origin: str


def python_of(place: Path) -> Path | None:
    """The Python of an environment's folder, or ``place`` itself where it is a program file."""
    place = place.expanduser().absolute()
    if place.is_file():
        return place
    return next((place / name for name in _PYTHONS if (place / name).is_file()), None)


def named_python(place: str, what: str) -> Path:
    """The Python that somebody named; UserError where there is none at that place."""
    python = python_of(Path(place))
    if python is None:
        raise UserError(
            f"{what} names {place}, where there is no Python.",
            "Name the python of an environment with RAVE in it, or that environment's folder.",
        )
    return python


def candidates(settings_python: str, engines_dir: Path) -> list[Candidate]:
    """Every environment worth asking in the order of preference, each once.

    Order: ``RAVE_GUI_ENGINE``, settings, installed by us, ``rave`` on ``PATH``, the Python that
    runs this, conda. The first two are taken as they are named; the others must hold RAVE.
    """
    found = [
        *_named(os.environ.get(ENGINE_VARIABLE, ""), ENGINE_VARIABLE),
        *_named(settings_python, "settings"),
        *(Candidate(python, "installed") for python in installed(engines_dir)),
        *(Candidate(python, "PATH") for python in on_path()),
        *(Candidate(python, "current") for python in current()),
        *(Candidate(python, "conda") for python in conda()),
    ]
    return list(_each_once(found))


def _named(place: str, origin: str) -> Iterator[Candidate]:
    python = python_of(Path(place)) if place else None
    if python is not None:
        yield Candidate(python, origin)


def _each_once(found: Iterable[Candidate]) -> Iterator[Candidate]:
    """The first of those that share a folder, links followed."""
    seen: set[Path] = set()
    for candidate in found:
        folder = candidate.python.parent.resolve()
        if folder not in seen:
            seen.add(folder)
            yield candidate


def installed(engines_dir: Path) -> list[Path]:
    """The Pythons of complete environments that the application made, newest first."""
    made = [marker for marker in engines_dir.glob(f"*/{MARKER}") if is_complete(marker.parent)]
    made.sort(key=lambda marker: marker.stat().st_mtime, reverse=True)
    return [python for marker in made if (python := python_of(marker.parent))]


def is_complete(environment: Path) -> bool:
    """Whether our installer finished this environment."""
    try:
        return isinstance(json.loads((environment / MARKER).read_text("utf-8")), dict)
    except (OSError, ValueError):
        return False


def is_half_made(environment: Path) -> bool:
    """Whether our installer began this environment and did not finish it."""
    return (environment / BEGUN).exists() and not is_complete(environment)


def on_path() -> list[Path]:
    """The Python behind the ``rave`` command on ``PATH``."""
    script = shutil.which("rave")
    python = python_behind(Path(script)) if script else None
    return [python] if python else []


def python_behind(script: Path) -> Path | None:
    """The Python that a console script runs in: from its first lines, else the one beside it."""
    try:
        with script.open("rb") as stream:
            lines = stream.read(4096).decode("utf-8", "replace").splitlines()
    except OSError:
        return None
    for text in _interpreters(lines):
        if Path(text).name.startswith("python") and Path(text).is_file():
            return Path(text)
    return python_of(script.parent) or python_of(script.parent.parent)


def _interpreters(lines: list[str]) -> Iterator[str]:
    """Programs that a script's head names, the detour over ``/bin/sh`` for long paths included."""
    if lines and lines[0].startswith("#!"):
        whole = lines[0][2:].strip()
        yield from (whole, whole.split(" ")[0])
        for line in lines[1:3]:
            if re.match(r"'''exec' ", line):
                yield from _words(line.removeprefix("'''exec' "))[:1]


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return []


def current() -> list[Path]:
    """The Python that runs this, where it holds RAVE; never a frozen application."""
    if getattr(sys, "frozen", False):
        return []
    python = Path(sys.executable)
    return [python] if holds_rave(python) else []


def conda() -> list[Path]:
    """Pythons of conda environments that hold RAVE, found in conda's own records."""
    pythons = (python_of(folder) for folder in _conda_folders(Path.home()))
    return [python for python in pythons if python and holds_rave(python)]


def _conda_folders(home: Path) -> Iterator[Path]:
    """Environments by conda's variable, its list, and the ``envs`` folders of usual places."""
    if prefix := os.environ.get("CONDA_PREFIX"):
        yield Path(prefix)
    roots = [Path(text) for text in _lines(home / ".conda" / "environments.txt")]
    roots += [home / name for name in ("miniconda3", "anaconda3", "miniforge3", "mambaforge")]
    roots += [home / ".conda", home / "micromamba", Path("/opt/conda"), Path("/opt/miniconda3")]
    for root in roots:
        yield root
        yield from sorted(path for path in (root / "envs").glob("*") if path.is_dir())


def _lines(file: Path) -> list[str]:
    try:
        return [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError):
        return []


def holds_rave(python: Path) -> bool:
    """Whether the environment of ``python`` has the ``rave`` command: a cheap look, no question."""
    folder = python.parent
    places = (folder / "rave", folder / "rave.exe", folder / "Scripts" / "rave.exe")
    return any(place.is_file() for place in places)
