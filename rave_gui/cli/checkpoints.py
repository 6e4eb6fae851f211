"""``rave-gui checkpoints``: clear them by rules, and bring in one from elsewhere."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path
from typing import Any

from rave_gui.backend.checkpoint_clearing import Cleared
from rave_gui.backend.import_look import CHECKPOINT
from rave_gui.backend.model_import import ImportWish
from rave_gui.backend.retention import KINDS, Plan, Reason, Rules
from rave_gui.backend.services import Services
from rave_gui.backend.thinning import Spacing
from rave_gui.cli.output import FAILED, OK, Bar, positive, print_json, print_table
from rave_gui.cli.resolve import experiment_of, open_services
from rave_gui.core.errors import UserError
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import Checkpoint, Experiment

_SIZE = re.compile(r"(?P<number>\d+(\.\d+)?)\s*(?P<unit>[kMGT]?)B?", re.IGNORECASE)
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_COLUMNS = ("training", "step", "kind", "size", "file")


def add_parser(commands: Any) -> None:
    """Add ``checkpoints``."""
    group = commands.add_parser("checkpoints", help="clear checkpoints, or bring one in")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_prune(verbs)
    _add_import(verbs)


def _add_prune(verbs: Any) -> None:
    prune = verbs.add_parser("prune", help="show what would go under rules; act with --yes")
    prune.add_argument("run", nargs="?", help="number or name of a training")
    prune.add_argument("--project", metavar="NAME", help="all trainings of a project")
    prune.add_argument("--keep-every", type=positive, metavar="N", help="one of each N steps")
    prune.add_argument("--keep", type=positive, metavar="K", help="at most K of each training")
    prune.add_argument("--budget", type=size, metavar="20GB", help="bytes of all together")
    prune.add_argument("--recent", action="store_true", help="keep more towards the end")
    prune.add_argument(
        "--give-up",
        action="append",
        default=[],
        choices=sorted(kind.value for kind in KINDS),
        help="let these go as well; may be repeated",
    )
    prune.add_argument("--yes", action="store_true", help="do it; otherwise it is only shown")
    prune.add_argument(
        "--no-trash", action="store_true", help="delete for good, which frees the disk at once"
    )
    prune.add_argument("--json", action="store_true", help="print one JSON object")
    prune.set_defaults(handler=run_prune)


def _add_import(verbs: Any) -> None:
    bring = verbs.add_parser("import", help="bring in a .ckpt or .ts from elsewhere")
    bring.add_argument("file", type=Path)
    bring.add_argument("--project", required=True, metavar="NAME")
    bring.add_argument("--config", type=Path, help="its config.gin, where that lies elsewhere")
    bring.add_argument("--name", help="what to call it")
    bring.add_argument("--link", action="store_true", help="leave the file where it is")
    bring.add_argument("--trust", action="store_true", help="I know where it is from")
    bring.add_argument("--json", action="store_true", help="print one JSON object")
    bring.set_defaults(handler=run_import)


def size(text: str) -> int:
    """``20GB``, ``500 MB`` or a plain number as bytes, in decimal units."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise argparse.ArgumentTypeError(f"“{text}” is no size such as 20GB")
    return round(float(found["number"]) * _UNITS[found["unit"].lower()])


def run_prune(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Show the plan and, if asked, do it."""
    services = open_services(paths)
    rules = _rules(arguments)
    runs = _runs(services, arguments)
    made = services.clearing.plan(runs, rules)
    done = (
        services.clearing.clear(made, for_good=arguments.no_trash) if arguments.yes else Cleared()
    )
    names = {run.id or 0: run.name for run in runs}
    if arguments.json:
        print_json(_told(services, made, done, acted=arguments.yes))
    elif arguments.yes:
        _print_done(done, for_good=arguments.no_trash)
    else:
        _print_plan(services, made, rules, names)
    return OK if not made.over else FAILED


def run_import(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Look at the file, then bring it in."""
    services = open_services(paths)
    project = services.projects.get_or_create(arguments.project)
    stranger = services.importer.look(arguments.file, arguments.config)
    name = arguments.name or services.importer.suggested_name(project, stranger)
    wish = ImportWish(stranger, name, not arguments.link, arguments.trust)
    bar = Bar(arguments.json)

    def show(done: int, total: int) -> bool:
        bar.show("copying", done, total)
        return True

    bring = (
        services.importer.bring_checkpoint
        if stranger.kind == CHECKPOINT
        else services.importer.bring_instrument
    )
    row = bring(wish, project, show)
    if arguments.json:
        print_json(row)
    else:
        print(f"{row.id}  {row.name}")
    return OK


def _rules(arguments: argparse.Namespace) -> Rules:
    given_up = frozenset(Reason(word) for word in arguments.give_up)
    rules = Rules(
        every=arguments.keep_every,
        keep=arguments.keep,
        spacing=Spacing.RECENT if arguments.recent else Spacing.EVEN,
        budget=arguments.budget,
        kinds=KINDS - given_up,
    )
    if rules.every is None and rules.keep is None and rules.budget is None:
        raise UserError(
            "Without a rule nothing goes.", "Give --keep-every, --keep or --budget, or several."
        )
    return rules


def _runs(services: Services, arguments: argparse.Namespace) -> list[Experiment]:
    if (arguments.run is None) == (arguments.project is None):
        raise UserError("It is not clear what to clear.", "Name a training, or give --project.")
    if arguments.run is not None:
        return [experiment_of(services, arguments.run)]
    project = services.projects.by_name(arguments.project)
    if project is None:
        raise UserError(
            f"There is no project {arguments.project}.", "See `rave-gui list projects`."
        )
    return services.repositories.experiments.list(project_id=project.id)


def _rows(services: Services, made: Plan) -> list[Checkpoint]:
    found = (services.repositories.checkpoints.find(one.id) for one in made.going)
    return [row for row in found if row is not None]


def _told(services: Services, made: Plan, done: Cleared, *, acted: bool) -> dict[str, Any]:
    return {
        "acted": acted,
        "going": list(done.gone) if acted else _rows(services, made),
        "bytes_freed": done.freed if acted else made.freed,
        "bytes_left": made.left,
        "bytes_over_budget": made.over,
        "staying": [
            {"id": one.id, "step": one.step, "size": one.size, "why": sorted(one.held)}
            for one in made.staying
        ],
        "stayed_after_all": list(done.kept),
    }


def _print_plan(services: Services, made: Plan, rules: Rules, names: dict[int, str]) -> None:
    cells = [
        (names[row.experiment_id], f"{row.step:,}", row.kind.value, _size(row.size), row.name)
        for row in _rows(services, made)
    ]
    print_table(_COLUMNS, cells, "Nothing would go.")
    why = Counter(reason.value for one in made.staying for reason in one.held)
    print(f"\n{len(made.going)} would go, {_size(made.freed)} come back.")
    print(f"{len(made.staying)} stay, {_size(made.left)}. Held: {_listed(why) or 'none'}.")
    if made.over:
        print(
            f"The budget of {_size(rules.budget or 0)} cannot be met: what is held takes "
            f"{_size(made.over)} more."
        )
    if made.going:
        print("Add --yes to move them to the trash.")


def _print_done(done: Cleared, *, for_good: bool) -> None:
    for sentence in done.kept:
        print(sentence)
    where = "were deleted" if for_good else "were moved to the trash"
    later = "" if for_good else "; the disk has its room back when the trash is emptied"
    print(f"{len(done.gone)} checkpoints, {_size(done.freed)}, {where}{later}.")


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))


def _size(number: int) -> str:
    for unit, worth in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= worth:
            return f"{number / worth:.3g} {unit}"
    return f"{number} B"
