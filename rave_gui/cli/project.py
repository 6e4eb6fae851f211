"""``rave-gui project`` and ``rave-gui adopt``: project folders, and runs made elsewhere."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from rave_gui.cli.output import OK, print_json
from rave_gui.cli.resolve import open_services
from rave_gui.core.database import Database
from rave_gui.core.paths import AppPaths


def add_parser(commands: Any) -> None:
    """Add ``project`` and ``adopt``."""
    project = commands.add_parser("project", help="make, open and mend projects")
    verbs = project.add_subparsers(dest="verb", required=True, metavar="VERB")
    reindex = verbs.add_parser("reindex", help="rebuild the records from a project folder")
    reindex.add_argument("folder", type=Path)
    reindex.add_argument("--json", action="store_true", help="print one JSON object")
    reindex.set_defaults(handler=run_reindex)
    create = verbs.add_parser("create", help="make a new project")
    create.add_argument("name")
    create.add_argument("--folder", type=Path, help="where; by default below the projects folder")
    create.add_argument("--json", action="store_true", help="print one JSON object")
    create.set_defaults(handler=run_create)
    adopt = commands.add_parser("adopt", help="bring in runs that RAVE made elsewhere, in place")
    adopt.add_argument("folder", type=Path, metavar="RUNS_DIR")
    adopt.add_argument("--project", required=True, metavar="NAME")
    adopt.add_argument("--json", action="store_true", help="print a JSON array")
    adopt.set_defaults(handler=run_adopt)


def run_reindex(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Bring back every record that the folder tells of."""
    aside = Database(paths.database).set_aside_if_damaged()
    if aside is not None:
        print(f"rave-gui: the damaged database was kept as {aside}", file=sys.stderr)
    services = open_services(paths)
    report = services.projects.reindex(arguments.folder)
    services.start()  # what ran when the records were last written is judged now
    if arguments.json:
        print_json(report)
        return OK
    for warning in report.warnings:
        print(f"rave-gui: {warning}", file=sys.stderr)
    print(
        f"{report.project.name}: {report.datasets} datasets, {report.experiments} experiments, "
        f"{report.checkpoints} checkpoints, {report.exports} exports, {report.jobs} jobs."
    )
    return OK


def run_create(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Make a project."""
    project = open_services(paths).projects.create(arguments.name, arguments.folder)
    if arguments.json:
        print_json(project)
    else:
        print(project.path)
    return OK


def run_adopt(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Record the runs below a folder."""
    services = open_services(paths)
    services.adopter.require_runs(arguments.folder)  # before a project is made for them
    project = services.projects.get_or_create(arguments.project)
    adopted = services.adopter.adopt(arguments.folder, project)
    if arguments.json:
        print_json(adopted)
        return OK
    for experiment in adopted:
        print(f"{experiment.id}  {experiment.name}  step {experiment.step:,}  {experiment.run_dir}")
    print(_brought_in(len(adopted)))
    return OK


def _brought_in(number: int) -> str:
    if not number:
        return "Nothing new: all runs in that folder are known."
    return "1 run was brought in." if number == 1 else f"{number} runs were brought in."
