"""``rave-gui check``: would RAVE train on this, like this, and what to change where not."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rave_gui.backend import check as backend
from rave_gui.backend.check import Checked, refused
from rave_gui.backend.doctor import Result
from rave_gui.backend.rave_findings import Finding
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.services import Services
from rave_gui.cli.doctor import signs
from rave_gui.cli.output import FAILED, OK, print_json
from rave_gui.cli.resolve import open_services
from rave_gui.core.errors import UserError
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import Dataset


def add_parser(commands: Any) -> None:
    """Add the command of this module."""
    usual = TrainingSettings()
    parser = commands.add_parser("check", help="would this training fail? exit 1 if so")
    parser.add_argument("dataset", metavar="DATASET", help="number, name, or a folder with one")
    for flag, word in (("config", "CONFIG"), ("augment", "NAME"), ("override", "BINDING")):
        parser.add_argument(f"--{flag}", action="append", default=[], metavar=word)
    parser.add_argument("--n-signal", type=int, default=usual.n_signal, metavar="SAMPLES")
    parser.add_argument("--batch", type=int, default=usual.batch)
    parser.add_argument("--channels", type=int, help="as the dataset has, unless given")
    parser.add_argument("--steps", type=int, default=usual.max_steps)
    parser.add_argument("--val-every", type=int, default=usual.val_every, metavar="STEPS")
    parser.add_argument("--save-every", type=int, default=usual.save_every, metavar="STEPS")
    parser.add_argument("--workers", type=int, default=usual.workers)
    parser.add_argument("--device", help="cpu or gpu:N; the first GPU that RAVE can use, if any")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Say all that speaks against it; exit code 0 if nothing but warnings does."""
    found = _checked(open_services(paths), arguments)
    if arguments.json:
        print_json(report(found))
    else:
        _print(found)
    return OK if found.ok else FAILED


def report(found: Checked) -> dict[str, Any]:
    """The answer for programs; ``change`` are settings that would mend it."""
    return {
        "ok": found.ok,
        "errors": [_facts(one) for one in found.errors],
        "warnings": [_facts(one) for one in found.warnings],
    }


def _checked(services: Services, arguments: argparse.Namespace) -> Checked:
    try:
        dataset = backend.dataset_of(services.repositories, arguments.dataset)
    except UserError as reason:
        return refused("dataset", reason)
    device = arguments.device or backend.usual_device(services.engines)
    settings = _settings(arguments, dataset, device)
    return backend.check(dataset, settings, services.engines, _runs(services, dataset))


def _settings(arguments: argparse.Namespace, dataset: Dataset, device: str) -> TrainingSettings:
    return TrainingSettings(
        configs=tuple(arguments.config) or TrainingSettings.configs,
        overrides=tuple(arguments.override),
        augmentations=tuple(arguments.augment),
        n_signal=arguments.n_signal,
        batch=arguments.batch,
        channels=dataset.channels if arguments.channels is None else arguments.channels,
        sample_rate=dataset.sample_rate,
        max_steps=arguments.steps,
        val_every=arguments.val_every,
        save_every=arguments.save_every,
        workers=arguments.workers,
        device=device,
    )


def _runs(services: Services, dataset: Dataset) -> Path:
    project = services.repositories.projects.find(dataset.project_id)
    return dataset.path if project is None else project.path


def _facts(one: Finding) -> dict[str, Any]:
    facts = {"id": one.id, "text": one.text, "fix": one.remedy}
    return {**facts, "change": one.change} if one.change else facts


def _print(found: Checked) -> None:
    drawn = signs()
    _print_each(found.errors, drawn[Result.FAILURE])
    _print_each(found.warnings, drawn[Result.WARNING])
    if found.ok:
        print("RAVE should be able to train like this.")


def _print_each(every: Sequence[Finding], sign: str) -> None:
    for one in every:
        print(f"{sign} {one.id}: {one.sentence}")
