"""Live work: every running job is followed, and the window is fed with what it says."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from rave_gui.backend.training_state import TrainingState
from rave_gui.bridge.followers import JobFollowers
from rave_gui.bridge.process_thread import ProcessThread
from rave_gui.bridge.training_process import TrainingProcess
from rave_gui.core.jobs import JobDirectory
from rave_gui.core.records import Job, JobKind
from rave_gui.ui.controllers.base import Desk, Subject


class LiveController(Subject):
    """Follows what is active, whoever started it: this window, another one, the command line."""

    settling_wanted = pyqtSignal()
    """A job ended: its records should be settled now rather than with the next beat."""

    def __init__(self, desk: Desk, followers: JobFollowers, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._followers = followers
        self._lock = threading.Lock()
        self._seen: dict[int, TrainingState] = {}

    def beat(self) -> Sequence[Job]:
        """Keep the records true; called in the heart's thread. Answers with what is active."""
        with self._lock:
            seen, self._seen = self._seen, {}
        for experiment_id, state in seen.items():
            self.services.trainings.observe(experiment_id, state)
        self.services.tick()
        active: Sequence[Job] = self.services.jobs.active()
        return active

    @pyqtSlot(object)
    def follow_all(self, jobs: Sequence[Job] | None) -> None:
        """Follow each of ``jobs`` that is not followed yet."""
        for job in jobs or ():
            self.follow(job)

    def follow(self, job: Job) -> ProcessThread | None:
        """Who follows ``job`` from now on; None while the application closes."""
        if self._followers.follower(job.id) is None:
            self._follow(job)
        return self._followers.follower(job.id)

    def note(self, experiment_id: int, state: TrainingState) -> None:
        """Keep the newest state of a training for the next beat."""
        with self._lock:
            self._seen[experiment_id] = state

    def sync_models(self, experiment_id: int) -> None:
        """A checkpoint was written: find it."""
        self.do(lambda: self.services.models.sync(experiment_id))

    def _follow(self, job: Job) -> None:
        thread = _thread_for(job)
        line = _Line(self, job)
        thread.facts.connect(line.take_facts)
        thread.state_changed.connect(line.take_state)
        thread.ended.connect(line.take_end)
        thread.finished.connect(line.deleteLater)
        if isinstance(thread, TrainingProcess):
            thread.training_state.connect(line.take_training)
            thread.checkpoint_written.connect(line.take_checkpoint)
        self._followers.follow(thread)


class _Line(QObject):
    """From one follower to the window, in the main thread."""

    def __init__(self, live: LiveController, job: Job) -> None:
        super().__init__(live)
        self._live, self._job = live, job

    @pyqtSlot(list)
    def take_facts(self, facts: list[dict[str, Any]]) -> None:
        """New facts."""
        self._live.window.apply_job_facts(self._job.id, facts)

    @pyqtSlot(str)
    def take_state(self, state: str) -> None:
        """Another state of the runner."""
        self._live.window.apply_runner_state(self._job.id, state)

    @pyqtSlot(object)
    def take_training(self, state: TrainingState) -> None:
        """A newer moment of a training."""
        if self._job.target_id is not None:
            self._live.window.apply_training_state(self._job.target_id, state)
            self._live.note(self._job.target_id, state)

    @pyqtSlot(object)
    def take_checkpoint(self, _fact: object) -> None:
        """A checkpoint was written."""
        if self._job.target_id is not None:
            self._live.sync_models(self._job.target_id)

    @pyqtSlot(object)
    def take_end(self, _exit: object) -> None:
        """It ended."""
        self._live.settling_wanted.emit()


def _thread_for(job: Job) -> ProcessThread:
    directory = JobDirectory(job.directory)
    if job.kind is JobKind.TRAIN and job.target_id is not None:
        return TrainingProcess(directory, experiment_id=job.target_id)
    return ProcessThread(directory)
