"""``rave-gui notify``: how news of trainings is told, and a test of it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from rave_gui.backend.notify_channel import Outcome
from rave_gui.backend.notify_command import command_problem
from rave_gui.backend.notify_webhook import url_problem
from rave_gui.backend.services import Services, build_services
from rave_gui.cli.output import FAILED, OK, print_json, print_table
from rave_gui.core.errors import UserError
from rave_gui.core.paths import AppPaths
from rave_gui.core.settings import Settings

_SWITCHES = {
    "end": "tell when a training has ended",
    "failure": "tell when one has failed",
    "phase": "tell when its second phase has begun",
    "desktop": "by a message on the desktop",
    "sound": "by a short chime",
}
_TEXTS = {
    "webhook": ("URL", "by posting JSON to this address; empty: no more"),
    "command": ("LINE", "by running this program with its arguments; empty: no more"),
}
_PROBLEMS = {"webhook": url_problem, "command": command_problem}


def add_parser(commands: Any) -> None:
    """Add the commands of this module."""
    notify = commands.add_parser("notify", help="how news of trainings is told")
    verbs = notify.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, text, handler in (
        ("show", "what is told and how, and what failed last", _show),
        ("set", "change that", _set),
        ("test", "tell something now by every chosen way, and say how it went", _test),
    ):
        parser = verbs.add_parser(name, help=text)
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.set_defaults(handler=handler)
        if name == "set":
            _add_choices(parser)


def _add_choices(parser: argparse.ArgumentParser) -> None:
    for name, text in _SWITCHES.items():
        parser.add_argument(f"--{name}", choices=["on", "off"], help=text)
    for name, (metavar, text) in _TEXTS.items():
        parser.add_argument(f"--{name}", metavar=metavar, help=text)


def _show(arguments: argparse.Namespace, paths: AppPaths) -> int:
    return _report(build_services(paths), arguments)


def _set(arguments: argparse.Namespace, paths: AppPaths) -> int:
    services = build_services(paths)
    changes: dict[str, Any] = {}
    for name in _SWITCHES:
        if (chosen := getattr(arguments, name)) is not None:
            changes[f"notify_{name}"] = chosen == "on"
    for name in _TEXTS:
        if (text := getattr(arguments, name)) is not None:
            changes[f"notify_{name}"] = _checked(name, text.strip())
    services.settings.change(**changes)
    return _report(services, arguments)


def _test(arguments: argparse.Namespace, paths: AppPaths) -> int:
    outcomes = build_services(paths).notifier.test()
    if not outcomes:
        raise UserError(
            "No way of telling news is chosen.",
            "Choose one in Settings, or with `rave-gui notify set`.",
        )
    ok = all(outcome.ok for outcome in outcomes)
    if arguments.json:
        print_json({"ok": ok, "channels": outcomes})
    else:
        _print(outcomes)
    return OK if ok else FAILED


def _print(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        print(f"{outcome.channel:<8} {'ok' if outcome.ok else 'failed':<7} {outcome.text}")


def _checked(name: str, text: str) -> str:
    if text and (problem := _PROBLEMS[name](text)):
        raise UserError(problem)
    return text


def _report(services: Services, arguments: argparse.Namespace) -> int:
    settings, troubles = services.settings.load(), services.notifier.troubles()
    if arguments.json:
        print_json({**_chosen(settings), "troubles": troubles})
        return OK
    rows = [
        [name, _word(value), troubles[name].text if value and name in troubles else ""]
        for name, value in _chosen(settings).items()
    ]
    print_table(("WHAT", "CHOSEN", "LAST FAILURE"), rows, "")
    return OK


def _chosen(settings: Settings) -> dict[str, Any]:
    return {name: getattr(settings, f"notify_{name}") for name in (*_SWITCHES, *_TEXTS)}


def _word(value: bool | str) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return value or "none"
