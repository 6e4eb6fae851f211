"""``rave-gui doctor``: the health of everything, one line a check."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from rave_gui.backend.doctor import Check, Doctor, Result, is_healthy
from rave_gui.backend.engine import EngineManager
from rave_gui.cli.output import FAILED, OK, print_json
from rave_gui.core.paths import AppPaths
from rave_gui.core.settings import SettingsStore

_SIGNS = {Result.OK: "✓", Result.WARNING: "!", Result.FAILURE: "✗"}
_PLAIN_SIGNS = {Result.OK: "+", Result.WARNING: "!", Result.FAILURE: "x"}


def add_parser(commands: Any) -> None:
    """Add the command of this module."""
    parser = commands.add_parser("doctor", help="check everything; exit 1 if something fails")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Look at everything and say what was found."""
    doctor = Doctor(paths, EngineManager(paths, SettingsStore(paths.settings)))
    checks: list[Check] = []
    for check in doctor.examine(refresh=True):
        checks.append(check)
        if not arguments.json:
            print(line(check, signs()), flush=True)
    if arguments.json:
        print_json(report(checks))
    return OK if is_healthy(checks) else FAILED


def report(checks: Sequence[Check]) -> dict[str, Any]:
    """The findings for programs."""
    return {"ok": is_healthy(checks), "checks": list(checks)}


def line(check: Check, signs: dict[Result, str]) -> str:
    """One finding for people: sign, word, subject, sentence, remedy."""
    text = f"{signs[check.result]} {check.result.value:<8} {check.title}: {check.text}"
    return f"{text} {check.remedy}".rstrip()


def signs() -> dict[Result, str]:
    """The signs that the terminal can write."""
    try:
        "".join(_SIGNS.values()).encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return _PLAIN_SIGNS
    return _SIGNS
