"""``rave-gui run``: the whole job, from sound to a verified instrument, in one command."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from rave_gui.backend import presets
from rave_gui.backend.export import settings_for, verified
from rave_gui.backend.export_kinds import KINDS, with_kind
from rave_gui.backend.forecast import Forecast, forecast, require_examples
from rave_gui.backend.rave_settings import ExportSettings, TrainingSettings
from rave_gui.backend.services import Services
from rave_gui.backend.training_state import TrainingFold
from rave_gui.cli.export import wait_export
from rave_gui.cli.listening import look_and_listen, preparation_bar
from rave_gui.cli.output import FAILED, INTERRUPTED, OK, Bar, positive, print_json, printable
from rave_gui.cli.resolve import open_services
from rave_gui.cli.waiting import wait_end
from rave_gui.core.errors import UserError
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import (
    Dataset,
    DatasetStatus,
    Experiment,
    ExperimentStatus,
    Export,
    Project,
)

_QUEUE_POLL = 1.0
_TRAINED = {ExperimentStatus.COMPLETED, ExperimentStatus.STOPPED}


def add_parser(commands: Any) -> None:
    """Add ``run``."""
    parser = commands.add_parser("run", help="preprocess, train, export and verify in one go")
    parser.add_argument("sources", nargs="+", type=Path, metavar="SOURCES", help="folders or files")
    parser.add_argument("--project", required=True, metavar="NAME", help="made if it is not there")
    parser.add_argument(
        "--preset", default="v2", help=f"one of {', '.join(sorted(presets.presets()))}"
    )
    parser.add_argument("--config", action="append", nargs="+", default=[], metavar="CONFIG")
    parser.add_argument("--override", action="append", default=[], metavar="BINDING")
    parser.add_argument("--steps", type=positive, help="train so many steps")
    parser.add_argument("--n-signal", type=positive, help="samples of one training example")
    parser.add_argument("--batch", type=positive, help="training examples in one step")
    parser.add_argument("--device", help="cpu or gpu:N")
    parser.add_argument("--channels", type=positive, help="channels of the dataset and the model")
    parser.add_argument("--name", help="name of the dataset and the training")
    parser.add_argument("--export", choices=KINDS, help="export and verify the result")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Do it all; exit code 0 only if every part asked for ended well."""
    pipeline = _Pipeline(open_services(paths), arguments)
    try:
        ok = pipeline.run()
    except UserError as error:
        ok = pipeline.failed(str(error))
    except KeyboardInterrupt:
        pipeline.answer["error"] = "Interrupted; what was asked for goes on ending by itself."
        raise
    finally:
        if arguments.json:
            print_json(pipeline.answer)
    if pipeline.interrupted:
        return INTERRUPTED
    return OK if ok else FAILED


class _Pipeline:
    """One run of the command: its settings, and what came of it so far."""

    def __init__(self, services: Services, arguments: argparse.Namespace) -> None:
        parts = ("dataset", "experiment", "export", "error")
        self.answer: dict[str, Any] = {"ok": False, **dict.fromkeys(parts)}
        self.interrupted = False
        """Whether Ctrl-C asked for the end; what runs then is stopped, and nothing follows."""
        self._services = services
        self._arguments = arguments
        self._bar = Bar(quiet=False)
        self._preset = _chosen(arguments)

    def run(self) -> bool:
        """Whether all that was asked for ended well; ``answer`` tells more."""
        self.answer["ok"] = self._run()
        return bool(self.answer["ok"])

    def failed(self, reason: str) -> bool:
        """Say why it goes no further."""
        self.answer["error"] = reason
        self._bar.say(f"rave-gui: {reason}")
        return False

    def _run(self) -> bool:
        plan = self._plan()
        project = self._services.projects.get_or_create(self._arguments.project)
        name = self._free_name(project)
        self._check(project, name, plan)
        dataset = self._dataset(project, name, plan)
        if dataset.status is not DatasetStatus.READY:
            return self.failed(dataset.error)
        experiment = self._train(project, dataset, name)
        if self.interrupted or experiment.status not in _TRAINED:
            return self.failed(experiment.error or self._how_to_go_on(experiment))
        if not self._arguments.export:
            done = experiment.status is ExperimentStatus.COMPLETED
            return done or self.failed(self._how_to_go_on(experiment))
        export = self._export(experiment)
        return verified(export) or self.failed(export.error or "The export failed its checks.")

    def _plan(self) -> Forecast:
        datasets = self._services.datasets
        files = look_and_listen(datasets, self._arguments.sources, self._bar)
        plan = forecast(files, self._preset.preprocess)
        for file in plan.left_out:
            self._bar.say(f"left out: {printable(file.path.name)}: {file.reason}")
        require_examples(plan, self._arguments.sources)
        return plan

    def _check(self, project: Project, name: str, plan: Forecast) -> None:
        """Refuse the training before hours of preprocessing, not after them."""
        draft = Dataset(
            project_id=project.id or 0,
            name=name,
            path=project.path,
            sources=(),
            created_at=0.0,
            status=DatasetStatus.READY,
            num_samples=plan.examples,
            duration_seconds=plan.usable_seconds,
            channels=plan.channels,
            sample_rate=plan.sample_rate,
            num_signal=plan.num_signal,
        )
        self._services.datasets.refuse_taken(project, name)
        self._services.trainings.check(project, draft, name, self._preset.training)

    def _how_to_go_on(self, experiment: Experiment) -> str:
        what = f"{experiment.name} was stopped at step {experiment.step:,}"
        return f"{what}; go on with: rave-gui resume {experiment.id}"

    def _stopping(self, stop: Callable[[], None]) -> Callable[[], None]:
        """What Ctrl-C does."""

        def act() -> None:
            self.interrupted = True
            self._bar.say("Stopping; what was learnt is saved. Ctrl-C again leaves at once.")
            stop()

        return act

    def _dataset(self, project: Project, name: str, plan: Forecast) -> Dataset:
        datasets, jobs = self._services.datasets, self._services.jobs
        dataset = datasets.create_dataset(
            project, name, self._arguments.sources, self._preset.preprocess, plan
        )
        job = datasets.job(dataset.id or 0)
        if job is not None:
            wait_end(
                jobs,
                job,
                self._stopping(lambda: datasets.stop(dataset.id or 0)),
                preparation_bar(datasets, dataset, self._bar),
            )
        dataset = datasets.get_dataset(dataset.id or 0)
        self.answer["dataset"] = {
            "id": dataset.id,
            "path": str(dataset.path),
            "status": dataset.status.value,
            "examples": dataset.num_samples,
            "error": dataset.error,
        }
        self._bar.say(f"Dataset: {dataset.num_samples or 0} examples in {dataset.path}")
        return dataset

    def _train(self, project: Project, dataset: Dataset, name: str) -> Experiment:
        trainings = self._services.trainings
        experiment = trainings.create_experiment(project, dataset, name, self._preset.training)
        number = experiment.id or 0
        try:
            trainings.start_training(number)
            try:
                self._wait_in_queue(number)
            except KeyboardInterrupt:
                self._stopping(lambda: trainings.stop_training(number))()
            self._follow(number)
        finally:
            experiment = trainings.get_experiment(number)
            self.answer["experiment"] = self._experiment_facts(experiment)
        self._bar.say(
            f"Training: {experiment.status.value} at step {experiment.step:,} "
            f"in {experiment.run_dir}"
        )
        return experiment

    def _wait_in_queue(self, number: int) -> None:
        """Another training may hold the device; it may also belong to another application."""
        pause, told = threading.Event(), False
        while self._services.trainings.get_experiment(number).status is ExperimentStatus.QUEUED:
            if not told:
                self._bar.say("Waiting for the device: another training uses it.")
                told = True
            self._services.tick()
            pause.wait(_QUEUE_POLL)

    def _follow(self, number: int) -> None:
        trainings = self._services.trainings
        job = trainings.job(number)
        if job is None:
            return
        fold, facts = TrainingFold(), self._services.jobs.directory(job.id).facts()

        def show() -> None:
            state = fold.add(facts.poll())
            trainings.observe(number, state)
            self._services.notifier.look()
            rate = f"{state.rate:.1f} it/s" if state.rate else "estimating"
            note = f"phase {state.phase} {rate}"
            self._bar.show("Training", state.step, self._preset.training.max_steps, note)

        stop = self._stopping(lambda: trainings.stop_training(number))
        wait_end(self._services.jobs, job, stop, show)

    def _export(self, experiment: Experiment) -> Export:
        checkpoint = self._services.models.default_for_export(experiment.id or 0)
        if checkpoint is None:
            raise UserError(f"{experiment.name} has no checkpoint to export.")
        wish = settings_for(experiment, with_kind(ExportSettings(), self._arguments.export))
        made = self._services.exports.export(checkpoint.id or 0, wish)
        export = wait_export(self._services, made.id or 0, self._bar, self._stopping)
        self.answer["export"] = _export_facts(export)
        return export

    def _experiment_facts(self, experiment: Experiment) -> dict[str, Any]:
        checkpoints = self._services.models.sync(experiment.id or 0)
        return {
            "id": experiment.id,
            "name": experiment.name,
            "status": experiment.status.value,
            "step": experiment.step,
            "run_dir": str(experiment.run_dir) if experiment.run_dir else None,
            "checkpoints": [str(row.checkpoint_path) for row in checkpoints],
            "error": experiment.error,
        }

    def _free_name(self, project: Project) -> str:
        """The name asked for, or the first free one made of the first source."""
        if self._arguments.name:
            return str(self._arguments.name)
        wanted = printable(self._arguments.sources[0].resolve().stem) or "sound"
        rows, key = self._services.repositories, project.id or 0
        name, number = wanted, 2
        while rows.experiments.by_name(key, name) or rows.datasets.by_name(key, name):
            name, number = f"{wanted} {number}", number + 1
        return name


def _chosen(arguments: argparse.Namespace) -> presets.Preset:
    """The preset with what the person changed."""
    preset = presets.get(arguments.preset)
    training = _changed(preset.training, arguments)
    window = training.n_signal if arguments.n_signal else preset.preprocess.num_signal
    preprocess = replace(preset.preprocess, channels=training.channels, num_signal=window)
    return replace(preset, training=training, preprocess=preprocess)


def _changed(settings: TrainingSettings, arguments: argparse.Namespace) -> TrainingSettings:
    configs = tuple(name for group in arguments.config for name in group)
    changes: dict[str, Any] = {
        "configs": configs or settings.configs,
        "overrides": (*settings.overrides, *arguments.override),
        "max_steps": arguments.steps or settings.max_steps,
        "n_signal": arguments.n_signal or settings.n_signal,
        "batch": arguments.batch or settings.batch,
        "device": arguments.device or settings.device,
        "channels": arguments.channels or settings.channels,
    }
    return replace(settings, **changes)


def _export_facts(export: Export) -> dict[str, Any]:
    return {
        "id": export.id,
        "path": str(export.export_path),
        "verified": verified(export),
        "verdict": export.verification.get("verdict"),
        "error": export.error,
    }
