"""``rave-gui scan``: which files RAVE could use, and what is wrong with the others."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from rave_gui.backend.scan import scan
from rave_gui.backend.scanned import REJECT, USE, ScannedFile
from rave_gui.backend.services import Services
from rave_gui.cli.listening import listen_with_bar
from rave_gui.cli.output import FAILED, OK, Bar, print_json
from rave_gui.cli.resolve import open_services
from rave_gui.core.paths import AppPaths

_SIGNS = {"use": "use       ", "warn": "look      ", "reject": "cannot use"}


def add_parser(commands: Any) -> None:
    """Add ``scan``."""
    parser = commands.add_parser("scan", help="which files RAVE could use, and why not the others")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="folders or files")
    parser.add_argument("--deep", action="store_true", help="listen to all of every file")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Print a verdict for each file; 1 only if there was nothing to look at."""
    began, bar = time.perf_counter(), Bar()
    files = []
    for file in scan(arguments.paths):
        files.append(file)
        if not arguments.deep and not arguments.json:
            _print(file)
    if arguments.deep:
        files = _heard(open_services(paths), files, bar, arguments.json)
    if arguments.json:
        seconds = round(time.perf_counter() - began, 3)
        print_json({"files": [file.to_json() for file in files], "seconds": seconds})
    else:
        print(_summary(files))
    return OK if files else FAILED


def _heard(
    services: Services, files: list[ScannedFile], bar: Bar, quiet: bool
) -> list[ScannedFile]:
    heard = listen_with_bar(services.datasets, files, bar)
    if not quiet:
        for file in heard:
            _print(file)
    return heard


def _print(file: ScannedFile) -> None:
    """A line for a file of which there is something to say."""
    if file.verdict != USE:
        print(f"{_SIGNS[file.verdict]}  {file.path}: {file.reason}")


def _summary(files: list[ScannedFile]) -> str:
    if not files:
        return "No sound was found."
    good = sum(file.verdict == USE for file in files)
    bad = sum(file.verdict == REJECT for file in files)
    hours = sum(file.duration_seconds or 0.0 for file in files if file.usable) / 3600
    look = len(files) - good - bad
    return f"{good} can be used, {look} want a look, {bad} cannot be used; {hours:.2f} hours."
