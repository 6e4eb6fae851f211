"""``rave-gui list`` and ``rave-gui status``: what there is and how it goes."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from rave_gui.backend.explain_file import explain_file
from rave_gui.backend.services import Services
from rave_gui.backend.training_state import max_steps_of
from rave_gui.cli.output import OK, plain, print_json, print_table
from rave_gui.cli.resolve import experiment_of, job_of, open_services
from rave_gui.core.errors import UserError
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import Experiment, ExperimentStatus, Job, JobKind

Rows = Sequence[Any]
_LISTS: dict[str, tuple[Callable[[Services], Rows], tuple[str, ...]]] = {
    "projects": (lambda s: s.repositories.projects.list(), ("id", "name", "path")),
    "datasets": (
        lambda s: s.repositories.datasets.list(),
        ("id", "name", "status", "num_samples", "duration_seconds", "sample_rate", "channels"),
    ),
    "experiments": (
        lambda s: s.repositories.experiments.list(),
        ("id", "name", "status", "step", "run_dir"),
    ),
    "checkpoints": (
        lambda s: s.repositories.checkpoints.list(),
        ("id", "experiment_id", "step", "kind", "validation", "checkpoint_path"),
    ),
    "exports": (
        lambda s: s.repositories.exports.list(),
        ("id", "name", "format", "streaming", "verdict", "export_path"),
    ),
    "jobs": (
        lambda s: s.repositories.jobs.list(),
        ("id", "kind", "state", "title", "created_at"),
    ),
}


def add_parser(commands: Any) -> None:
    """Add ``list`` and ``status``."""
    listing = commands.add_parser("list", help="list what is recorded")
    listing.add_argument("what", choices=sorted(_LISTS))
    listing.add_argument("--json", action="store_true", help="print a JSON array")
    listing.set_defaults(handler=run_list)
    status = commands.add_parser("status", help="how a training or job goes")
    status.add_argument("id", help="number or name of a training, or name of a job")
    status.add_argument("--json", action="store_true", help="print one JSON object")
    status.set_defaults(handler=run_status)


def run_list(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Print the records of one kind."""
    services = open_services(paths)
    rows, columns = _LISTS[arguments.what]
    records = [_with_verdict(plain(row)) for row in rows(services)]
    if arguments.json:
        print_json(records)
    else:
        cells = [[_cell(column, record.get(column)) for column in columns] for record in records]
        print_table(columns, cells, f"There are no {arguments.what} yet.")
    return OK


def run_status(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Print how far a job is."""
    services = open_services(paths)
    facts = _status_of_word(services, arguments.id)
    if arguments.json:
        print_json(facts)
    else:
        for key, value in _told(facts).items():
            if value not in (None, "", []):
                print(f"{key:>15}  {_cell(key, value)}")
    return OK


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    """For people: of the explanation only what the recorded reason does not say already."""
    found = facts.get("explanation") or {}
    known = facts.get("error") or ""
    added = {key: found.get(key, "") for key in ("cause", "remedy", "line")}
    rest = {key: value for key, value in facts.items() if key != "explanation"}
    return rest | {key: value for key, value in added.items() if value not in known}


def _status_of_word(services: Services, word: str) -> dict[str, Any]:
    """A training that waits, or was never started, has no job that its status could be told by."""
    if services.repositories.jobs.find(word) is None:
        experiment = experiment_of(services, word)
        waiting = experiment.status in {ExperimentStatus.QUEUED, ExperimentStatus.PENDING}
        if waiting or services.trainings.job(experiment.id or 0) is None:
            return training_of(services, experiment.id or 0)
    return status_of(services, services.jobs.refresh(job_of(services, word).id))


def status_of(services: Services, job: Job) -> dict[str, Any]:
    """All that is known of a job and of what it works for, as plain values."""
    facts: dict[str, Any] = {
        "job": job.id,
        "kind": job.kind.value,
        "state": job.state.value,
        "title": job.title,
        "directory": str(job.directory),
        "message": job.exit.get("message"),
    }
    if job.kind is JobKind.TRAIN and job.target_id is not None:
        facts.update(training_of(services, job.target_id))
    if job.kind is JobKind.PREPROCESS and job.target_id is not None:
        dataset = services.datasets.get_dataset(job.target_id)
        done, total = services.datasets.progress(dataset)
        now = services.datasets.preparation(dataset)
        facts.update(status=dataset.status.value, done=done, total=total, error=dataset.error)
        facts.update(stage=now.stage, fraction=now.fraction)
    if job.kind in {JobKind.EXPORT, JobKind.VERIFY} and job.target_id is not None:
        export = services.exports.get_export(job.target_id)
        verdict = export.verification.get("verdict")
        facts.update(export=str(export.export_path), verdict=verdict, error=export.error)
    return facts


def training_of(services: Services, experiment_id: int) -> dict[str, Any]:
    """All that is known of a training, as plain values."""
    experiment = services.trainings.get_experiment(experiment_id)
    state = services.trainings.state(experiment_id)
    max_steps = max_steps_of(experiment)
    step = max(state.step, experiment.step)
    return {
        "experiment": experiment.name,
        "experiment_id": experiment_id,
        "status": experiment.status.value,
        "step": step,
        "max_steps": max_steps,
        "phase": state.phase,
        "steps_per_second": state.rate,
        "seconds_left": state.seconds_to(max_steps) if experiment.status.active else None,
        "steps_at_risk": state.steps_at_risk if experiment.status.active else None,
        "checkpoint": state.checkpoint.path if state.checkpoint else None,
        "companion": state.companion is not None,
        "run_dir": str(experiment.run_dir) if experiment.run_dir else None,
        "error": experiment.error,
        "explanation": _explanation(services, experiment),
        "notes": list(state.notes[-3:]),
    }


def _explanation(services: Services, experiment: Experiment) -> dict[str, Any] | None:
    """What the last words of a failed training mean and what to do, as ``explain`` tells it."""
    job = services.trainings.job(experiment.id or 0)
    if experiment.status is not ExperimentStatus.FAILED or job is None:
        return None
    try:
        found = explain_file(services.jobs.directory(job.id).output)
    except UserError:
        return None  # its log is gone: what was recorded at its end is told all the same
    told: dict[str, Any] | None = plain(found[-1]) if found else None
    return told


def _with_verdict(record: dict[str, Any]) -> dict[str, Any]:
    """Exports show the word of their verification as a column of its own."""
    if "verification" in record:
        record["verdict"] = record["verification"].get("verdict", "not verified")
    return record


def _cell(column: str, value: Any) -> Any:
    if column.endswith("_at") and isinstance(value, float):
        return datetime.fromtimestamp(value).strftime("%Y-%m-%d %H:%M:%S")
    return f"{value:.4g}" if isinstance(value, float) else value
