"""The queue of trainings: one for each device, the CPU counting as one device."""

from __future__ import annotations

import time
from collections.abc import Callable

from rave_gui.core.errors import UserError
from rave_gui.core.records import Experiment, ExperimentStatus, JobKind
from rave_gui.core.repositories import Repositories

_START_SECONDS = 30.0
"""A start that left no job after so long has crashed."""
Starter = Callable[[Experiment], None]


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

    def serve(self, start: Starter) -> None:
        """Say who starts a training whose device is held; called once, by the training manager."""
        self._start = start

    def enqueue(self, experiment_id: int) -> None:
        """Put the experiment at the end of the queue and start it at once if its device is free.

        Raises:
            UserError: when it is running already, or cannot be started.
        """
        waiting = ExperimentStatus.QUEUED
        idle = [status for status in ExperimentStatus if not status.active and status != waiting]
        if not self._rows.experiments.transition(experiment_id, idle, waiting):
            experiment = self._rows.experiments.get(experiment_id)
            raise UserError(f"{experiment.name} is {experiment.status.value} already.")
        self._rows.queue.add(experiment_id)
        self.dispatch()

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
        """Start every waiting experiment whose device is free; returns those that were started."""
        return [experiment_id for experiment_id in self.waiting() if self._try(experiment_id)]

    def reconcile(self) -> None:
        """Give back devices that nobody works on, after a crash between lease and start."""
        for device, holder in self.slots().items():
            if not self._at_work(holder):
                self._rows.devices.release(device, holder)
        self.dispatch()

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
            return False
        self._rows.queue.remove(experiment_id)
        try:
            self._start(self._rows.experiments.get(experiment_id))
        except Exception as error:
            self._failed(experiment_id, error)
            raise
        return True

    def _failed(self, experiment_id: int, error: Exception) -> None:
        self.release(experiment_id)
        self._rows.experiments.update(
            experiment_id, status=ExperimentStatus.FAILED, error=str(error)
        )

    def _at_work(self, holder: str) -> bool:
        number = holder.rpartition("-")[2]
        if not number.isdigit():
            return False
        experiment = self._rows.experiments.find(int(number))
        if experiment is None:
            return False
        if experiment.status is ExperimentStatus.QUEUED or _just_started(experiment):
            return True  # somebody is between the lease and the first sign of the process
        jobs = self._rows.jobs.list(kind=JobKind.TRAIN, target_id=int(number))
        return any(not job.state.ended for job in jobs)


def _just_started(experiment: Experiment) -> bool:
    age = time.time() - (experiment.started_at or 0.0)
    return experiment.status.active and age < _START_SECONDS
