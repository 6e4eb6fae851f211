"""``rave-gui queue``: who waits, in which order, from when, and what happens after a failure."""

from __future__ import annotations

import argparse
import time
from datetime import datetime, timedelta
from typing import Any

from rave_gui.backend.queue import Queue
from rave_gui.backend.queue_keeper import keep
from rave_gui.backend.queue_plan import why_waiting
from rave_gui.backend.services import Services
from rave_gui.cli.output import OK, positive, print_json, print_table
from rave_gui.cli.resolve import experiment_of, open_services
from rave_gui.core.errors import UserError
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import ExperimentStatus
from rave_gui.core.repositories.schedule import AFTER_FAILURE

_ENDS = {"first": 1, "last": 1_000_000}
_FORMATS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")


def add_parser(commands: Any) -> None:
    """Add the commands of this module."""
    queue = commands.add_parser("queue", help="the trainings that wait, and their order")
    verbs = queue.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, text, handler in (
        ("list", "who waits, the next one first", _list),
        ("move", "put a waiting training elsewhere", _move),
        ("pause", "start nothing more; what runs goes on", _pause),
        ("resume", "start again whatever may start", _resume),
        ("at", "let a training start no earlier than that", _at),
        ("rules", "what happens after a failure, how many run on one device", _rules),
        ("work", "start what waits and tell the news, in the foreground, until all is done", _work),
    ):
        parser = verbs.add_parser(name, help=text)
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.set_defaults(handler=handler)
        if name in ("move", "at"):
            parser.add_argument("id", help="number or name of a training")
        if name == "move":
            parser.add_argument("place", type=_place, help="first, last, or a number from 1")
        if name == "at":
            parser.add_argument("when", help="22:00, “2026-03-14 22:00”, +2h, +30m, or now")
        if name == "rules":
            parser.add_argument("--after-failure", choices=AFTER_FAILURE)
            parser.add_argument("--slots", type=positive, help="trainings on one device")


def moment_of(text: str, now: float) -> float | None:
    """POSIX seconds that ``text`` means; None for ``now``. An hour alone is the next such hour.

    Raises:
        UserError: it is no time.
    """
    word = text.strip().lower()
    if word == "now":
        return None
    if word.startswith("+"):
        return now + _span(word[1:], text)
    if (clock := _parsed(word, "%H:%M")) is not None:
        today = datetime.fromtimestamp(now)
        then = today.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
        return (then if then > today else then + timedelta(days=1)).timestamp()
    for form in _FORMATS:
        if (then := _parsed(text.strip(), form)) is not None:
            return then.timestamp()
    raise _no_time(text)


def _list(arguments: argparse.Namespace, paths: AppPaths) -> int:
    return _report(open_services(paths), arguments)


def _move(arguments: argparse.Namespace, paths: AppPaths) -> int:
    services = open_services(paths)
    services.queue.move(experiment_of(services, arguments.id).id or 0, arguments.place)
    return _report(services, arguments)


def _pause(arguments: argparse.Namespace, paths: AppPaths) -> int:
    services = open_services(paths)
    services.queue.pause()
    return _report(services, arguments)


def _resume(arguments: argparse.Namespace, paths: AppPaths) -> int:
    services = open_services(paths)
    services.queue.resume()
    return _report(services, arguments)


def _at(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """A training that does not wait yet is put into the queue."""
    moment = moment_of(arguments.when, time.time())
    services = open_services(paths)
    experiment = experiment_of(services, arguments.id)
    if experiment.status is ExperimentStatus.QUEUED:
        services.queue.start_at(experiment.id or 0, moment)
    else:
        services.trainings.start_training(experiment.id or 0, moment)
    return _report(services, arguments)


def _rules(arguments: argparse.Namespace, paths: AppPaths) -> int:
    services = open_services(paths)
    if arguments.after_failure or arguments.slots:
        services.queue.set_policy(after_failure=arguments.after_failure, slots=arguments.slots)
    return _report(services, arguments)


def _work(arguments: argparse.Namespace, paths: AppPaths) -> int:
    services = open_services(paths)
    if not keep(services):
        raise UserError("Another process looks after the queue already.")
    return _report(services, arguments)


def _report(services: Services, arguments: argparse.Namespace) -> int:
    found = _facts(services)
    if arguments.json:
        print_json(found)
        return OK
    rows = [
        [row["place"], row["id"], row["name"], row["device"], _why(row)] for row in found["waiting"]
    ]
    print_table(("PLACE", "ID", "NAME", "DEVICE", "WAITS FOR"), rows, "Nobody waits.")
    if found["paused"]:
        print(found["reason"] or "The queue is paused.")
    return OK


def _facts(services: Services) -> dict[str, Any]:
    queue, policy = services.queue, services.queue.policy
    return {
        "paused": policy.paused,
        "reason": policy.reason,
        "after_failure": policy.after_failure,
        "slots": policy.slots,
        "running": queue.slots(),
        "waiting": _waiting(services, queue),
    }


def _waiting(services: Services, queue: Queue) -> list[dict[str, Any]]:
    held, policy, now = queue.slots(), queue.policy, time.time()
    return [
        {
            "place": place,
            "id": one.experiment_id,
            "name": services.repositories.experiments.get(one.experiment_id).name,
            "device": one.device,
            "waits_for": why_waiting(one, held, policy, now),
            "not_before": one.not_before,
        }
        for place, one in enumerate(queue.line(), 1)
    ]


def _why(row: dict[str, Any]) -> str:
    if row["waits_for"] == "time":
        return datetime.fromtimestamp(row["not_before"]).strftime("%Y-%m-%d %H:%M")
    return {"paused": "the queue to go on", "device": "its device", "turn": "nothing"}[
        row["waits_for"]
    ]


def _place(text: str) -> int:
    if text in _ENDS:
        return _ENDS[text]
    return positive(text)


def _span(text: str, whole: str) -> float:
    number, unit = text[:-1], text[-1:]
    seconds = {"m": 60, "h": 3600, "d": 86_400}.get(unit)
    if seconds is None or not number.isascii() or not number.isdigit() or len(number) > 6:
        raise _no_time(whole)
    return float(number) * seconds


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def _no_time(text: str) -> UserError:
    return UserError(f"“{text}” is no time.", "Write 22:00, “2026-03-14 22:00”, +2h, +30m, or now.")
