"""``rave-gui dataset create``: from files of sound to a dataset, counted before and after."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rave_gui.backend.dataset_launch import require_sense
from rave_gui.backend.forecast import Forecast, forecast, require_examples
from rave_gui.backend.rave_cli import shell_line
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.backend.services import Services
from rave_gui.cli.listening import look_and_listen, preparation_bar
from rave_gui.cli.output import FAILED, INTERRUPTED, OK, Bar, positive, print_json, printable
from rave_gui.cli.resolve import open_services
from rave_gui.cli.waiting import wait_end
from rave_gui.core.errors import UserError
from rave_gui.core.lmdb_reader import DatasetDatabase
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import Dataset, DatasetStatus

_USUAL = PreprocessSettings()


def add_parser(commands: Any) -> None:
    """Add ``dataset``."""
    parser = commands.add_parser("dataset", help="make a dataset of sound")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    create = verbs.add_parser("create", help="check the files, prepare them, run rave preprocess")
    create.add_argument("sources", nargs="+", type=Path, metavar="SOURCES", help="folders or files")
    create.add_argument("--project", required=True, metavar="NAME", help="made if it is not there")
    create.add_argument("--name", required=True, help="name of the dataset")
    create.add_argument("--channels", type=positive, default=_USUAL.channels)
    create.add_argument("--sampling-rate", type=positive, default=_USUAL.sample_rate, metavar="HZ")
    create.add_argument(
        "--num-signal", type=positive, default=_USUAL.num_signal, metavar="SAMPLES",
        help="half of one example",
    )  # fmt: skip
    create.add_argument("--lazy", action="store_true", help="leave the sound in its files")
    _add_condition(create)
    create.add_argument("--json", action="store_true", help="end with one JSON object")
    create.set_defaults(handler=run_create)


def _add_condition(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--short-files", choices=["join", "pad", "leave"], default="join",
        help="what becomes of files shorter than one example",
    )  # fmt: skip
    parser.add_argument(
        "--mix", choices=["mean", "first"], default="mean", help="how many channels become fewer"
    )
    parser.add_argument("--trim-silence", action="store_true", help="cut long silence out")
    parser.add_argument("--match-level", action="store_true", help="bring files to one loudness")


def run_create(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Make the dataset and wait for its end; 0 only if it is complete and as forecast."""
    creation = _Creation(open_services(paths), arguments)
    try:
        return creation.run()
    except UserError as error:
        creation.answer["error"] = str(error)
        if not arguments.json:
            raise
        return FAILED
    except KeyboardInterrupt:
        creation.answer["error"] = "Interrupted; what was begun goes on ending by itself."
        raise
    finally:
        if arguments.json:
            print_json(creation.answer)


class _Creation:
    """One run of the command."""

    def __init__(self, services: Services, arguments: argparse.Namespace) -> None:
        self.answer: dict[str, Any] = {"ok": False, "dataset": None, "error": None}
        self._services = services
        self._arguments = arguments
        self._bar = Bar()
        self._stopped = False

    def run(self) -> int:
        """The exit code; ``answer`` tells more."""
        self._refuse_taken_name()
        plan = self._plan()
        project = self._services.projects.get_or_create(self._arguments.project)
        dataset = self._services.datasets.create_dataset(
            project, self._arguments.name, self._arguments.sources, plan.settings, plan
        )
        dataset = self._wait(dataset)
        self.answer |= _about(dataset, self._services.datasets.command_line(dataset.id or 0))
        ready = dataset.status is DatasetStatus.READY
        self.answer["ok"] = ready
        self._bar.say(_outcome(dataset, plan))
        return OK if ready else INTERRUPTED if self._stopped else FAILED

    def _refuse_taken_name(self) -> None:
        """Now, and not after hours of listening."""
        project = self._services.projects.by_name(self._arguments.project)
        if project is not None:
            self._services.datasets.refuse_taken(project, self._arguments.name)

    def _plan(self) -> Forecast:
        """Look, listen and count, before anything is made."""
        given, datasets = self._arguments, self._services.datasets
        settings = PreprocessSettings(
            num_signal=given.num_signal,
            channels=given.channels,
            sample_rate=given.sampling_rate,
            lazy=given.lazy,
        )
        condition = ConditionSettings(
            mix=given.mix,
            short_files=given.short_files,
            trim_silence=given.trim_silence,
            match_level=given.match_level,
        )
        require_sense(settings)
        files = look_and_listen(datasets, given.sources, self._bar)
        plan = forecast(files, settings, condition)
        self.answer |= _forecast_facts(plan)
        for file in plan.left_out:
            self._bar.say(f"left out: {printable(file.path.name)}: {file.reason}")
        require_examples(plan, given.sources)
        return plan

    def _wait(self, dataset: Dataset) -> Dataset:
        datasets, number = self._services.datasets, dataset.id or 0

        def stop() -> None:
            self._stopped = True
            self._bar.say("Stopping; nothing of it is kept. Ctrl-C again leaves at once.")
            datasets.stop(number)

        if (job := datasets.job(number)) is not None:
            show = preparation_bar(datasets, dataset, self._bar)
            wait_end(self._services.jobs, job, stop, show)
        return datasets.get_dataset(number)


def _forecast_facts(plan: Forecast) -> dict[str, Any]:
    return {
        "forecast_examples": plan.examples,
        "windows": plan.windows,
        "usable_seconds": plan.usable_seconds,
        "lost_seconds": plan.lost_seconds,
        "copies": plan.copies,
        "left_out": [{"path": str(file.path), "reason": file.reason} for file in plan.left_out],
    }


def _about(dataset: Dataset, command: list[str]) -> dict[str, Any]:
    facts = {
        "id": dataset.id,
        "name": dataset.name,
        "path": str(dataset.path),
        "status": dataset.status.value,
        "channels": dataset.channels,
        "sample_rate": dataset.sample_rate,
        "num_signal": dataset.num_signal,
        "lazy": dataset.lazy,
    }
    return {
        "dataset": facts,
        "examples": _counted(dataset),
        "command": shell_line(command),
        "error": dataset.error or None,
    }


def _counted(dataset: Dataset) -> int:
    """Entries in the database itself; 0 where none was made."""
    try:
        return DatasetDatabase(dataset.path / "db").examples()
    except UserError:
        return 0


def _outcome(dataset: Dataset, plan: Forecast) -> str:
    if dataset.status is not DatasetStatus.READY:
        return dataset.error
    minutes = plan.usable_seconds / 60
    return f"{dataset.num_samples} examples, {minutes:.1f} minutes of sound in {dataset.path}"
