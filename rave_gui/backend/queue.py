"""The queue of trainings: so many for each device, the CPU counting as one device."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from rave_gui.backend.queue_plan import Start, Waiting, next_start, owner_of
from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger
from rave_gui.core.records import Experiment, ExperimentStatus, JobKind, JobState
from rave_gui.core.repositories import Repositories
from rave_gui.core.repositories.schedule import AFTER_FAILURE, PAUSE, QueuePolicy
from rave_gui.core.signals import AppSignals, RecordChanged

__all__ = ["Queue", "QueuePolicy", "Waiting", "owner_of"]

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


class Queue:
    """Starts waiting trainings as devices come free; safe with several applications at once.

    The lease of a device is one row that only one process can insert, so two applications that
    dispatch at the same moment never put two trainings on one device.
    """

    def __init__(self, repositories: Repositories, signals: AppSignals | None = None) -> None:
        self._rows = repositories
        self._signals = signals
        self._start: Starter | None = None
        self._tell_failed: FailedStart = lambda _number, _why: None

    def serve(self, start: Starter, failed: FailedStart | None = None) -> None:
        """Say who starts a training whose device is held, and who hears of one that could not be.

        Called once, by the training manager.
        """
        self._start = start
        self._tell_failed = failed or self._tell_failed

    def enqueue(self, experiment_id: int, not_before: float | None = None) -> None:
        """Put the experiment at the end of the queue and start it at once if its device is free.

        Args:
            experiment_id: The training.
            not_before: POSIX seconds before which it must not start.

        Raises:
            UserError: when it is running already, or cannot be started.
        """
        waiting = ExperimentStatus.QUEUED
        idle = [status for status in ExperimentStatus if not status.active and status != waiting]
        with self._rows.database.transaction():
            if not self._rows.experiments.transition(experiment_id, idle, waiting):
                experiment = self._rows.experiments.get(experiment_id)
                raise UserError(f"{experiment.name} is {experiment.status.value} already.")
            self._rows.queue.add(experiment_id, not_before)
        _, failures = self._dispatch()
        if experiment_id in failures:
            raise failures[experiment_id]

    def withdraw(self, experiment_id: int) -> bool:
        """Take a waiting experiment out again; false when it was not waiting.

        One that trained before is stopped then, as it was, and can go on from where it came to.
        """
        self._rows.queue.remove(experiment_id)
        experiment = self._rows.experiments.find(experiment_id)
        began = experiment is not None and experiment.started_at is not None
        return self._rows.experiments.transition(
            experiment_id,
            [ExperimentStatus.QUEUED],
            ExperimentStatus.STOPPED if began else ExperimentStatus.PENDING,
        )

    def waiting(self) -> list[int]:
        """The experiments that wait, the next one first."""
        return self._rows.queue.ordered()

    def line(self) -> list[Waiting]:
        """The experiments that wait, the next one first, with what they wait for."""
        found = []
        for number, moment in self._rows.queue.times().items():
            experiment = self._rows.experiments.find(number)
            if experiment is not None and experiment.status is ExperimentStatus.QUEUED:
                found.append(Waiting(number, _device(experiment), moment))
        return found

    def slots(self) -> dict[str, str]:
        """Which place on a device is held by whom."""
        return self._rows.devices.all()

    @property
    def policy(self) -> QueuePolicy:
        """What holds for the whole queue."""
        return self._rows.policies.get()

    def move(self, experiment_id: int, place: int) -> None:
        """Put a waiting training at ``place``; 1 is the next to start.

        Raises:
            UserError: when it does not wait.
        """
        if not self._rows.queue.place(experiment_id, place):
            raise self._not_waiting(experiment_id)
        self._tell()
        self.dispatch()

    def start_at(self, experiment_id: int, moment: float | None) -> None:
        """Let a waiting training start no earlier than ``moment`` (POSIX seconds); None: any time.

        Raises:
            UserError: when it does not wait.
        """
        if not self._rows.queue.set_not_before(experiment_id, moment):
            raise self._not_waiting(experiment_id)
        self._tell()
        self.dispatch()

    def pause(self, reason: str = "") -> None:
        """Start nothing more; what runs goes on."""
        self._rows.policies.change(paused=True, reason=reason)
        self._tell()

    def resume(self) -> None:
        """Start again whatever may start."""
        self._rows.policies.change(paused=False, reason="")
        self._tell()
        self.dispatch()

    def set_policy(self, *, after_failure: str | None = None, slots: int | None = None) -> None:
        """Change what happens after a failure, or how many run on one device (1 to 16).

        Raises:
            UserError: when either is none of those.
        """
        if after_failure not in (None, *AFTER_FAILURE) or not 1 <= (slots or 1) <= 16:
            raise UserError(
                "That is no rule for the queue.",
                f"After a failure: {' or '.join(AFTER_FAILURE)}; on one device: 1 to 16.",
            )
        chosen = {"after_failure": after_failure, "slots": slots}
        self._rows.policies.change(**{k: v for k, v in chosen.items() if v is not None})
        self._tell()
        self.dispatch()

    def note_failure(self, name: str) -> None:
        """A training failed: where the policy says so, the others wait until somebody looks."""
        policy = self.policy
        if policy.after_failure == PAUSE and not policy.paused and self.waiting():
            self.pause(f"{name} failed, so the queue waits for you.")

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
        self._drop_gone()
        started: list[int] = []
        failures: dict[int, Exception] = {}
        tried: set[int] = set()
        while start := self._next(tried):
            number = start.experiment_id
            tried.add(number)
            try:
                if self._try(start):
                    started.append(number)
            except Exception as error:
                failures[number] = error
                if isinstance(error, UserError):
                    _log.warning("training %d could not be started: %s", number, error)
                else:
                    _log.exception("training %d could not be started", number)
        return started, failures

    def _next(self, tried: Collection[int]) -> Start | None:
        line = [one for one in self.line() if one.experiment_id not in tried]
        return next_start(line, self.slots(), self.policy, time.time()) if line else None

    def _try(self, start: Start) -> bool:
        if not self._hold(start.slot, owner_of(start.experiment_id)):
            return False
        return self._launch(start.experiment_id)

    def _drop_gone(self) -> None:
        """What was deleted, or runs already, stands in the line no more."""
        line = {one.experiment_id for one in self.line()}
        for number in set(self.waiting()) - line:
            self._rows.queue.remove(number)

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
        failed = self._rows.experiments.update(
            experiment_id, status=ExperimentStatus.FAILED, error=why
        )
        self.note_failure(failed.name)
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

    def _not_waiting(self, experiment_id: int) -> UserError:
        name = self._rows.experiments.get(experiment_id).name
        return UserError(f"{name} does not wait in the queue.", "It may have started meanwhile.")

    def _tell(self) -> None:
        if self._signals is not None:
            self._signals.training_updated.emit(RecordChanged("queue", 0, "updated"))

    def _open_job(self, experiment_id: int) -> bool:
        """Whether a job for it has not been settled yet."""
        jobs = self._rows.jobs
        return bool(jobs.list(kind=JobKind.TRAIN, target_id=experiment_id, state=list(_OPEN)))


def _device(experiment: Experiment) -> str:
    return str(experiment.config.get("device", "cpu"))


def _just_started(experiment: Experiment) -> bool:
    age = time.time() - (experiment.started_at or 0.0)
    return experiment.status.active and age < _START_SECONDS
