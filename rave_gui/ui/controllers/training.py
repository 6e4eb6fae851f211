"""Trainings: start, stop, pause, go on, delete."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSlot

from rave_gui.backend.queue import QueuePolicy
from rave_gui.backend.training_care import Stakes
from rave_gui.core.records import Checkpoint, Experiment, ExperimentStatus
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.dialogs import deleting
from rave_gui.ui.dialogs.go_on import GoOnDialog


class TrainingController(Subject):
    """Answers what the window asks about trainings."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        window = self.window
        window.start_training_requested.connect(self.start)
        window.stop_training_requested.connect(self.stop)
        window.save_now_requested.connect(self.save_now)
        window.pause_requested.connect(self.pause)
        window.resume_requested.connect(self.resume)
        window.continue_training_requested.connect(self.go_on)
        window.delete_training_requested.connect(self.delete)
        window.delete_trainings_requested.connect(self.delete_all)
        window.preview_now_requested.connect(self.preview_now)

    @pyqtSlot(int)
    def start(self, experiment_id: int) -> None:
        """Start it, or let it wait for its device."""
        self.do(lambda: self.services.trainings.start_training(experiment_id), self._started)

    @pyqtSlot(int)
    def stop(self, experiment_id: int) -> None:
        """Stop it; it saves first."""
        self.do(lambda: self.services.trainings.stop_training(experiment_id))

    @pyqtSlot(int)
    def save_now(self, experiment_id: int) -> None:
        """Ask for a checkpoint."""
        self.do(
            lambda: self.services.trainings.save_now(experiment_id),
            lambda _: self.notice(self.tr("A checkpoint is written at the next step.")),
        )

    @pyqtSlot(int)
    def pause(self, experiment_id: int) -> None:
        """Halt its processes."""
        self.do(lambda: self.services.trainings.pause(experiment_id))

    @pyqtSlot(int)
    def resume(self, experiment_id: int) -> None:
        """Let its processes run on."""
        self.do(lambda: self.services.trainings.resume(experiment_id))

    @pyqtSlot(int)
    def go_on(self, experiment_id: int) -> None:
        """Ask from where, and how far."""
        self.do(lambda: self._resume_points(experiment_id), self._ask_go_on)

    @pyqtSlot(int)
    def delete(self, experiment_id: int) -> None:
        """Ask before a training is forgotten."""
        self.do(lambda: self.services.trainings.care.stakes(experiment_id), self._ask_delete)

    @pyqtSlot(list)
    def delete_all(self, experiment_ids: list[int]) -> None:
        """Ask before several are forgotten."""
        if len(experiment_ids) == 1:
            self.delete(experiment_ids[0])
            return
        care = self.services.trainings.care
        self.do(lambda: [care.stakes(one) for one in experiment_ids], self._ask_delete_all)

    @pyqtSlot(int)
    def preview_now(self, experiment_id: int) -> None:
        """Ask for previews at the next step."""
        self.do(
            lambda: self.services.trainings.preview_now(experiment_id),
            lambda _: self.notice(self.tr("The listening clips are rendered at the next step.")),
        )

    def _started(self, experiment: Experiment) -> None:
        if experiment.status is ExperimentStatus.QUEUED:
            self.do(lambda: self.services.queue.policy, self._tell_waiting)

    def _tell_waiting(self, policy: QueuePolicy) -> None:
        if policy.paused:
            self.notice(self.tr("The queue is paused; it starts when that goes on."))
        else:
            self.notice(self.tr("Its device is taken; it starts when that is free."))

    # Going on

    def _resume_points(self, experiment_id: int) -> tuple[Experiment, list[Checkpoint]]:
        experiment = self.services.trainings.get_experiment(experiment_id)
        return experiment, self.services.models.sync(experiment_id)

    def _ask_go_on(self, found: tuple[Experiment, list[Checkpoint]]) -> None:
        experiment, checkpoints = found
        if not checkpoints:
            self.notice(self.tr("There is no checkpoint to go on from; start it anew."), "bad")
            return
        dialog = GoOnDialog(self.desk.context.theme, experiment, checkpoints, self.window)
        dialog.requested.connect(self._go_on)
        self.messages.show(dialog)

    @pyqtSlot(int, object, object)
    def _go_on(self, experiment_id: int, checkpoint_id: int, max_steps: int) -> None:
        dialog = self.sender()
        assert isinstance(dialog, GoOnDialog)
        self.do(
            lambda: self.services.trainings.resume_training(
                experiment_id, checkpoint_id, max_steps
            ),
            self._started,
            dialog,
        )

    # Deleting

    def _ask_delete(self, stakes: Stakes) -> None:
        question = deleting.question(stakes)
        identity = stakes.experiment.id or 0
        self.messages.ask(question, lambda files: self._delete([identity], files=files))

    def _ask_delete_all(self, found: list[Stakes]) -> None:
        numbers = [stakes.experiment.id or 0 for stakes in found]
        self.messages.ask(
            deleting.question_of_many(found), lambda files: self._delete(numbers, files=files)
        )

    def _delete(self, numbers: list[int], *, files: bool) -> None:
        trainings = self.services.trainings
        self.do(lambda: [trainings.delete_experiment(one, files=files) for one in numbers])
