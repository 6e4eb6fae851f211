"""``rave-gui COMMAND``: one parser, one place where errors become sentences and exit codes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from types import ModuleType

from rave_gui import __version__
from rave_gui.cli import control, doctor, engine, metrics, pipeline, project, show, verify
from rave_gui.cli.output import FAILED, INTERRUPTED, OK
from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger
from rave_gui.core.paths import AppPaths

_log = get_logger(__name__)
_MODULES: tuple[ModuleType, ...] = (
    pipeline,
    show,
    control,
    metrics,
    verify,
    project,
    engine,
    doctor,
)
COMMANDS = frozenset(
    {"run", "list", "status", "log", "stop", "save", "pause", "resume", "metrics", "verify"}
    | {"adopt", "project", "engine", "doctor"}
)
"""What makes ``rave-gui`` a command and not a window."""


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="rave-gui",
        description="From a folder of sound to a playable neural instrument, with RAVE.",
    )
    parser.add_argument("--version", action="version", version=f"rave-gui {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in _MODULES:
        module.add_parser(commands)
    return parser


def main(argv: Sequence[str]) -> int:
    """Run one command; the exit code says how it went (0 well, 1 not, 2 wrong use)."""
    try:
        arguments = build_parser().parse_args(list(argv))
    except SystemExit as end:  # argparse has said why already
        return int(end.code or OK)
    try:
        return int(arguments.handler(arguments, AppPaths.from_environment()))
    except UserError as error:
        print(f"rave-gui: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("rave-gui: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has left, e.g. `head`
        sys.stderr.close()
        return OK
