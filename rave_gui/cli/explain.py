"""``rave-gui explain``: what the last words of a program mean, and what to do."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rave_gui.backend.explain import Match
from rave_gui.backend.explain_file import explain_file
from rave_gui.cli.output import OK, print_json
from rave_gui.core.paths import AppPaths


def add_parser(commands: Any) -> None:
    """Add the command of this module."""
    parser = commands.add_parser("explain", help="why a log ends as it does, and what to do")
    parser.add_argument("log", type=Path, metavar="LOGFILE", help="what a command of RAVE printed")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace, paths: AppPaths) -> int:  # noqa: ARG001 (as every command)
    """Print the causes that the log tells; none is as good an answer as any."""
    found = explain_file(arguments.log.expanduser())
    if arguments.json:
        print_json({"matches": found})
    else:
        print("\n\n".join(map(_paragraph, found)) or "Nothing in this log tells of a failure.")
    return OK


def _paragraph(match: Match) -> str:
    return f"{match.cause}\n  {match.remedy}\n  {match.id}: {match.line}"
