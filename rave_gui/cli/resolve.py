"""From what a person types to a record: numbers, names, job names and run folders."""

from __future__ import annotations

from pathlib import Path

from rave_gui.backend.services import Services, build_services
from rave_gui.core.errors import UserError
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import Experiment, Job

_LONGEST_NUMBER = 19
"""Digits; the database knows no longer ones."""
_opened: list[Services] = []


def open_services(paths: AppPaths) -> Services:
    """The managers, after finding out what happened meanwhile."""
    services = build_services(paths)
    _opened.append(services)
    services.start()
    return services


def close_services() -> None:
    """End the processes that only served the command."""
    while _opened:
        _opened.pop().close()


def experiment_of(services: Services, word: str) -> Experiment:
    """The experiment that ``word`` means: its number, its name, or one of its jobs.

    Raises:
        UserError: when nothing or more than one thing is meant.
    """
    if (numbered := _by_number(services, word)) is not None:
        return numbered
    named = [row for row in services.repositories.experiments.list() if row.name == word]
    if len(named) > 1:
        numbers = ", ".join(str(row.id) for row in named)
        raise UserError(f"Several trainings are called {word}.", f"Give a number: {numbers}.")
    if named:
        return named[0]
    job = services.repositories.jobs.find(word)
    if job is not None and job.kind.value == "train" and job.target_id is not None:
        return services.repositories.experiments.get(job.target_id)
    raise UserError(f"There is no training {word}.", "See `rave-gui list experiments`.")


def _by_number(services: Services, word: str) -> Experiment | None:
    if not (word.isascii() and word.isdigit() and len(word) < _LONGEST_NUMBER):
        return None
    return services.repositories.experiments.find(int(word))


def job_of(services: Services, word: str) -> Job:
    """The job that ``word`` means: its own name, or the newest training job of an experiment.

    Raises:
        UserError: when there is none.
    """
    job = services.repositories.jobs.find(word)
    if job is not None:
        return job
    experiment = experiment_of(services, word)
    newest = services.trainings.job(experiment.id or 0)
    if newest is None:
        raise UserError(f"{experiment.name} was never started.")
    return newest


def run_dir_of(word: str, paths: AppPaths) -> Path:
    """A run folder given by path, or by the experiment that it belongs to.

    Raises:
        UserError: when there is no such folder yet.
    """
    folder = Path(word).expanduser()
    if folder.is_dir():
        return folder.absolute()
    experiment = experiment_of(open_services(paths), word)
    if experiment.run_dir is None:
        raise UserError(f"{experiment.name} has no run folder yet.", "It comes with its start.")
    return experiment.run_dir
