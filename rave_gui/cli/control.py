"""``rave-gui stop | save | pause | resume | log``: wishes to a running job, and its output."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path
from typing import Any

from rave_gui.backend.services import Services
from rave_gui.cli.output import FAILED, OK, positive, print_json
from rave_gui.cli.resolve import experiment_of, job_of, open_services
from rave_gui.cli.show import status_of, training_of
from rave_gui.cli.waiting import wait_answer
from rave_gui.core.errors import UserError
from rave_gui.core.jobs import Wish
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import Experiment, ExperimentStatus, Job, JobKind, JobState

_READ = 64 * 1024
_A_FEW_FACTS = 4096
"""Bytes; what was said before the wish is no answer to it."""


def add_parser(commands: Any) -> None:
    """Add the commands of this module."""
    for name, text in {
        "stop": "stop it, saving a checkpoint first",
        "save": "save a checkpoint now",
        "pause": "halt its processes where they are",
        "resume": "run on after a pause, go on from the newest checkpoint, or start what never was",
    }.items():
        parser = commands.add_parser(name, help=text)
        parser.add_argument("id", help="number or name of a training, or name of a job")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.set_defaults(handler=_HANDLERS[name])
        if name == "resume":
            parser.add_argument(
                "--steps", type=positive, help="go on to this number of steps in all"
            )
        else:
            parser.add_argument("--no-wait", action="store_true", help="ask, and do not wait")
    log = commands.add_parser("log", help="print what a job printed")
    log.add_argument("id", help="number or name of a training, or name of a job")
    log.add_argument("--follow", action="store_true", help="go on until it ends")
    log.set_defaults(handler=run_log)


def run_stop(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Ask for the stop and wait until the job has ended."""
    services = open_services(paths)
    waiting = _waiting(services, arguments.id)
    if waiting is not None:
        return _withdraw(services, waiting, arguments.json)
    job = job_of(services, arguments.id)
    if job.kind is JobKind.TRAIN and job.target_id is not None:
        services.trainings.stop_training(job.target_id)
    else:
        services.jobs.wish(job.id, Wish.STOP)
    if not arguments.no_wait:
        job = services.jobs.wait(job.id)
    _report(services, job, arguments.json)
    ended_well = job.state in {JobState.STOPPED, JobState.SUCCEEDED}
    return OK if arguments.no_wait or ended_well else FAILED


def run_save(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Ask for a checkpoint and wait for the answer."""
    return _ask(arguments, paths, Wish.SAVE_NOW)


def run_pause(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Halt the processes of a job."""
    return _ask(arguments, paths, Wish.PAUSE)


def run_resume(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Let a paused job run on, or go on with a training that has ended."""
    services = open_services(paths)
    if _has_job(services, arguments.id):
        job = services.jobs.refresh(job_of(services, arguments.id).id)
        if not job.state.ended:
            return _ask(arguments, paths, Wish.RESUME)
    experiment = experiment_of(services, arguments.id)
    if _has_job(services, arguments.id):
        steps = arguments.steps
        experiment = services.trainings.resume_training(experiment.id or 0, max_steps=steps)
    else:
        experiment = services.trainings.start_training(experiment.id or 0)
    if arguments.json:
        print_json(experiment)
    else:
        print(f"{experiment.name} is {experiment.status.value} from step {experiment.step:,}.")
    return OK


def run_log(arguments: argparse.Namespace, paths: AppPaths) -> int:
    """Print the output of a job, byte for byte, and follow it if asked."""
    services = open_services(paths)
    job = job_of(services, arguments.id)
    output = _Output(services.jobs.directory(job.id).output)
    if arguments.follow:
        services.jobs.wait(job.id, on_look=output.pour)
    if not output.pour():
        raise UserError(f"{job.title} has printed nothing{'' if job.state.ended else ' yet'}.")
    return OK


def _ask(arguments: argparse.Namespace, paths: AppPaths, wish: Wish) -> int:
    services = open_services(paths)
    job = job_of(services, arguments.id)
    facts = services.jobs.directory(job.id).facts(last_bytes=_A_FEW_FACTS)
    facts.poll()
    services.jobs.wish(job.id, wish)
    if getattr(arguments, "no_wait", False):
        if arguments.json:
            print_json({"wish": wish.value, "asked": True})
        return OK
    answer = wait_answer(services.jobs, job.id, wish, facts)
    if arguments.json:
        print_json(answer)
    else:
        print(answer.get("text", ""))
    return OK if answer.get("ok") else FAILED


def _has_job(services: Services, word: str) -> bool:
    """Whether there is anything to resume; else the training was never started."""
    if services.repositories.jobs.find(word) is not None:
        return True
    return services.trainings.job(experiment_of(services, word).id or 0) is not None


def _waiting(services: Services, word: str) -> Experiment | None:
    """The training that only waits in the queue, where ``word`` means one."""
    if services.repositories.jobs.find(word) is not None:
        return None
    experiment = experiment_of(services, word)
    return experiment if experiment.status is ExperimentStatus.QUEUED else None


def _withdraw(services: Services, experiment: Experiment, as_json: bool) -> int:
    services.trainings.stop_training(experiment.id or 0)
    if as_json:
        print_json(training_of(services, experiment.id or 0))
    else:
        print(f"{experiment.name} does not wait any more.")
    return OK


def _report(services: Services, job: Job, as_json: bool) -> None:
    facts = status_of(services, services.jobs.refresh(job.id))
    if as_json:
        print_json(facts)
    else:
        print(facts.get("error") or f"{job.title}: {facts.get('status', facts['state'])}.")


class _Output:
    """The output of a job, poured into our own as it grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._poured = 0

    def pour(self) -> bool:
        """Print what is new; whether anything was printed by now."""
        with contextlib.suppress(FileNotFoundError), self._path.open("rb") as file:
            file.seek(self._poured)
            while chunk := file.read(_READ):
                sys.stdout.buffer.write(chunk)
                self._poured += len(chunk)
        sys.stdout.buffer.flush()
        return self._poured > 0


_HANDLERS = {"stop": run_stop, "save": run_save, "pause": run_pause, "resume": run_resume}
