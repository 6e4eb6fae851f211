"""``rave-gui metrics``: every scalar of a run."""

from __future__ import annotations

import argparse
import csv
import sys
from typing import Any

from rave_gui.backend.metrics import RunMetrics
from rave_gui.cli.output import OK, print_json, print_table
from rave_gui.cli.resolve import run_dir_of
from rave_gui.core.paths import AppPaths

COLUMNS = ("tag", "step", "wall_time", "value")


def add_parser(commands: Any) -> None:
    """Add ``metrics``."""
    parser = commands.add_parser("metrics", help="print the scalars of a run")
    parser.add_argument("run", metavar="RUN_DIR|ID", help="a run folder, or a training")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="every value, as CSV")
    form.add_argument("--json", action="store_true", help="every value, as a JSON array")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Print the scalars, exactly as recorded."""
    metrics = RunMetrics(run_dir_of(arguments.run, paths))
    metrics.poll()
    if arguments.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        # repr keeps every bit of a float
        writer.writerows(
            (tag, step, repr(float(wall)), repr(float(value)))
            for tag, step, wall, value in metrics.rows()
        )
    elif arguments.json:
        print_json([dict(zip(COLUMNS, row, strict=True)) for row in metrics.rows()])
    else:
        rows = [(tag, f"{step:,}", f"{value:.6g}") for tag, (step, value) in metrics.last().items()]
        print_table(("tag", "last step", "value"), rows, "There are no curves yet.")
    for problem in metrics.problems:
        print(f"rave-gui: {problem}", file=sys.stderr)
    return OK
