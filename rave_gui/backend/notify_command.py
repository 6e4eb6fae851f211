"""News handed to a program of the person's own: as variables, and as JSON on its input."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import threading
from pathlib import Path

from rave_gui.backend.notice import Notice
from rave_gui.core.errors import UserError
from rave_gui.core.process import Completed, clean_environment, run_captured
from rave_gui.core.settings import Settings

TIMEOUT = 60.0
_QUOTED = 200
_REMEDY = "Check the command in Settings, under Notifications."


class Command:
    """Runs the command of the settings; one that goes on too long is killed with its children."""

    name = "command"

    def __init__(self, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout

    def chosen(self, settings: Settings) -> bool:
        """Whether there is a command."""
        return bool(settings.notify_command.strip())

    def reaches(self) -> bool:
        """Every process may start it."""
        return True

    def send(self, notice: Notice, settings: Settings, cancel: threading.Event) -> str:
        """Run it; see `Channel`."""
        argv = argv_of(settings.notify_command)
        done = run_captured(
            argv,
            timeout=self._timeout,
            cwd=_home(),
            environment=clean_environment(notice.environment()),
            stdin=json.dumps(notice.to_json()) + "\n",
            cancel=cancel,
        )
        name = Path(argv[0]).name
        if done.returncode:
            raise UserError(f"{name} ended with code {done.returncode}{_said(done)}.", _REMEDY)
        return f"{name} ran and ended well."


def argv_of(line: str) -> list[str]:
    """The words of ``line``, as a shell would cut them; no shell is ever started.

    Raises:
        UserError: a quotation mark is open, or there is no word.
    """
    try:
        words = _cut(line)
    except ValueError as error:
        raise UserError(f"The command cannot be read: {error}.", _REMEDY) from error
    if not words:
        raise UserError("The command is empty.", _REMEDY)
    return [str(Path(word).expanduser()) if word.startswith("~") else word for word in words]


def command_problem(line: str) -> str:
    """Why ``line`` cannot be run, as a sentence; empty where it may work."""
    try:
        program = argv_of(line)[0]
    except UserError as error:
        return error.what
    found = shutil.which(program, path=clean_environment().get("PATH"))
    return "" if found else f"The program {program} was not found, or may not be run."


def _cut(line: str) -> list[str]:
    """On Windows a backslash is part of a path, and quotation marks stay on the words."""
    if os.name == "posix":
        return shlex.split(line)
    return [word.strip('"') for word in shlex.split(line, posix=False)]


def _home() -> Path | None:
    home = Path.home()
    return home if home.is_dir() else None


def _said(done: Completed) -> str:
    """Its last line tells most."""
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return f": {lines[-1].strip()[:_QUOTED].rstrip('.')}" if lines else ""
