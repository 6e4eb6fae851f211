"""``rave-gui COMMAND``: one parser, one place where errors become sentences and exit codes."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from types import ModuleType

from rave_gui import __version__
from rave_gui.cli import (
    check,
    checkpoints,
    control,
    dataset,
    doctor,
    engine,
    explain,
    export,
    inspect,
    metrics,
    notify,
    pipeline,
    project,
    queue,
    render,
    scan,
    show,
    verify,
)
from rave_gui.cli.output import FAILED, INTERRUPTED, OK, be_able_to_print, tell_trouble
from rave_gui.cli.resolve import close_services
from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger
from rave_gui.core.paths import AppPaths

_log = get_logger(__name__)
_MODULES: tuple[ModuleType, ...] = (
    pipeline,
    checkpoints,
    scan,
    dataset,
    show,
    control,
    metrics,
    export,
    verify,
    inspect,
    render,
    project,
    engine,
    doctor,
    check,
    explain,
    queue,
    notify,
)
COMMANDS = frozenset(
    {"run", "list", "status", "log", "stop", "save", "pause", "resume", "metrics", "verify"}
    | {"checkpoints"}
    | {"scan", "dataset", "adopt", "project", "engine", "doctor", "check", "explain", "queue"}
    | {"notify", "inspect", "render", "export"}
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
    be_able_to_print()
    try:
        code = int(arguments.handler(arguments, AppPaths.from_environment()))
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("rave-gui: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has left, e.g. `head`
        _print_into_nothing()
        return OK
    except Exception as error:
        tell_trouble(_in_words(error), bool(getattr(arguments, "json", False)))
        return FAILED
    finally:
        close_services()
    return code


def _in_words(error: Exception) -> UserError:
    """The sentence for whatever went wrong; a fault of ours goes into the log as well."""
    if isinstance(error, UserError):
        return error
    _log.error("a command failed", exc_info=error)
    if isinstance(error, OSError):
        place = f" ({error.filename})" if error.filename else ""
        return UserError(f"The system refused: {error.strerror or error}{place}.")
    log = AppPaths.from_environment().logs / "app.log"
    return UserError(
        f"A fault of this program: {type(error).__name__}: {error}.",
        f"Please report it; {log} tells where it happened.",
    )


def _print_into_nothing() -> None:
    """Python writes out what is left at its end, and would complain about the pipe again."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
