"""The queue of trainings: one for each device, the CPU counting as one device."""

from __future__ import annotations

import time
from collections.abc import Callable

from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger
from rave_gui.core.records import Experiment, ExperimentStatus, JobKind, JobState
from rave_gui.core.repositories import Repositories

_START_SECONDS = 30.0
"""A start that left no job after so long has crashed."""
_OPEN = tuple(state for state in JobState if not state.ended)
_AT_WORK = tuple(status for status in ExperimentStatus if status.active)
_LEFT = (
    "Nobody works on it any more, and how it ended is not known. Start it again, or continue it."
)
Starter = Callable[[Experiment], None]
FailedStart = Callable[[int, str], None]
_log = get_logger(__name__)


def owner_of(experiment_id: int) -> str:
    """The name under which an experiment holds a device."""
    return f"experiment-{experiment_id}"


class Queue:
    """Starts waiting trainings as devices come free; safe with several applications at once.

    The lease of a device is one row that only one process can insert, so two applications that
    dispatch at the same moment never put two trainings on one device.
    """

    def __init__(self, repositories: Repositories) -> None:
        self._rows = repositories
        self._start: Starter | None = None
        self._tell_failed: FailedStart = lambda _number, _why: None

    def serve(self, start: Starter, failed: FailedStart | None = None) -> None:
        """Say who starts a training whose device is held, and who hears of one that could not be.

        Called once, by the training manager.
        """
        self._start = start
        self._tell_failed = failed or self._tell_failed

    def enqueue(self, experiment_id: int) -> None:
        """Put the experiment at the end of the queue and start it at once if its device is free.

        Raises:
            UserError: when it is running already, or cannot be started.
        """
        waiting = ExperimentStatus.QUEUED
        idle = [status for status in ExperimentStatus if not status.active and status != waiting]
        with self._rows.database.transaction():
            if not self._rows.experiments.transition(experiment_id, idle, waiting):
                experiment = self._rows.experiments.get(experiment_id)
                raise UserError(f"{experiment.name} is {experiment.status.value} already.")
            self._rows.queue.add(experiment_id)
        _, failures = self._dispatch()
        if experiment_id in failures:
            raise failures[experiment_id]

    def withdraw(self, experiment_id: int) -> bool:
        """Take a waiting experiment out again; false when it was not waiting."""
        self._rows.queue.remove(experiment_id)
        return self._rows.experiments.transition(
            experiment_id, [ExperimentStatus.QUEUED], ExperimentStatus.PENDING
        )

    def waiting(self) -> list[int]:
        """The experiments that wait, the next one first."""
        return self._rows.queue.ordered()

    def slots(self) -> dict[str, str]:
        """Which device is held by whom."""
        return self._rows.devices.all()

    def release(self, experiment_id: int) -> None:
        """Give back the device that the experiment holds, if any."""
        owner = owner_of(experiment_id)
        for device, holder in self.slots().items():
            if holder == owner:
                self._rows.devices.release(device, owner)

    def dispatch(self) -> list[int]:
        """Start every waiting experiment whose device is free; returns those that were started.

        One that cannot be started fails, with the reason in its record, and holds up no other.
        """
        return self._dispatch()[0]

    def reconcile(self) -> None:
        """Mend what a crash left behind, and go on; cheap enough for once a second.

        Devices and trainings that nobody works on are set free, whoever waits stands in the line.
        """
        for device, holder in self.slots().items():
            if not self._at_work(holder):
                self._rows.devices.release(device, holder)
        for experiment in self._rows.experiments.list(status=list(_AT_WORK)):
            self._lay_to_rest(experiment)
        line = set(self.waiting())
        for experiment in self._rows.experiments.list(status=ExperimentStatus.QUEUED):
            if experiment.id is not None and experiment.id not in line:
                self._rows.queue.add(experiment.id)
        self.dispatch()

    def _dispatch(self) -> tuple[list[int], dict[int, Exception]]:
        started, failures = [], {}
        for experiment_id in self.waiting():
            try:
                if self._try(experiment_id):
                    started.append(experiment_id)
            except Exception as error:
                failures[experiment_id] = error
                if isinstance(error, UserError):
                    _log.warning("training %d could not be started: %s", experiment_id, error)
                else:
                    _log.exception("training %d could not be started", experiment_id)
        return started, failures

    def _try(self, experiment_id: int) -> bool:
        experiment = self._rows.experiments.find(experiment_id)
        if experiment is None or experiment.status is not ExperimentStatus.QUEUED:
            self._rows.queue.remove(experiment_id)
            return False
        device, owner = str(experiment.config.get("device", "cpu")), owner_of(experiment_id)
        if not self._hold(device, owner):
            return False
        return self._launch(experiment_id)

    def _hold(self, device: str, owner: str) -> bool:
        """Get the lease, or find that it is ours from a start that crashed half-way."""
        devices = self._rows.devices
        return devices.claim(device, owner) or devices.holder(device) == owner

    def _launch(self, experiment_id: int) -> bool:
        """Start it on the device it holds; of two applications the winner of the row does so."""
        if self._start is None or not self._rows.experiments.transition(
            experiment_id,
            [ExperimentStatus.QUEUED],
            ExperimentStatus.RUNNING,
            started_at=time.time(),
            completed_at=None,
            error="",
        ):
            self._give_back_unused(experiment_id)
            return False
        self._rows.queue.remove(experiment_id)
        try:
            self._start(self._rows.experiments.get(experiment_id))
        except Exception as error:
            self._failed(experiment_id, error)
            raise
        return True

    def _give_back_unused(self, experiment_id: int) -> None:
        """It was withdrawn in this very moment, unless another application starts it now."""
        experiment = self._rows.experiments.find(experiment_id)
        if experiment is None or not (
            experiment.status.active or experiment.status is ExperimentStatus.QUEUED
        ):
            self.release(experiment_id)

    def _failed(self, experiment_id: int, error: Exception) -> None:
        if self._open_job(
            experiment_id
        ):  # what failed came after the start; it runs, and that is all
            return
        self.release(experiment_id)
        why = str(error) or type(error).__name__
        self._rows.experiments.update(experiment_id, status=ExperimentStatus.FAILED, error=why)
        self._tell_failed(experiment_id, why)

    def _lay_to_rest(self, experiment: Experiment) -> None:
        """An application died between start and job, or failed to record an end."""
        number = experiment.id or 0
        if _just_started(experiment) or self._open_job(number):
            return
        if self._rows.experiments.transition(
            number, _AT_WORK, ExperimentStatus.INTERRUPTED, error=_LEFT, completed_at=time.time()
        ):
            _log.warning("training %d was left behind without a job", number)
            self.release(number)
            self._tell_failed(number, _LEFT)

    def _at_work(self, holder: str) -> bool:
        number = holder.rpartition("-")[2]
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return False
        experiment = self._rows.experiments.find(int(number))
        if experiment is None:
            return False
        if experiment.status is ExperimentStatus.QUEUED or _just_started(experiment):
            return True  # somebody is between the lease and the first sign of the process
        return self._open_job(int(number))

    def _open_job(self, experiment_id: int) -> bool:
        """Whether a job for it has not been settled yet."""
        jobs = self._rows.jobs
        return bool(jobs.list(kind=JobKind.TRAIN, target_id=experiment_id, state=list(_OPEN)))


def _just_started(experiment: Experiment) -> bool:
    age = time.time() - (experiment.started_at or 0.0)
    return experiment.status.active and age < _START_SECONDS
