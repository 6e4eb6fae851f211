"""Trainings: start, stop, pause, go on, delete."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSlot

from rave_gui.core.records import Checkpoint, Experiment
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.dialogs.confirm import Question
from rave_gui.ui.dialogs.go_on import GoOnDialog
from rave_gui.ui.text import plural


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
        self.do(lambda: self._stakes(experiment_id), self._ask_delete)

    def _started(self, experiment: Experiment) -> None:
        if experiment.status.value == "queued":
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

    def _stakes(self, experiment_id: int) -> tuple[Experiment, int, int]:
        """The training, and how many checkpoints and exports hang on it."""
        rows = self.services.repositories
        experiment = rows.experiments.get(experiment_id)
        checkpoints = rows.checkpoints.list(experiment_id=experiment_id)
        exports = [row for one in checkpoints for row in rows.exports.list(model_id=one.id)]
        return experiment, len(checkpoints), len(exports)

    def _ask_delete(self, stakes: tuple[Experiment, int, int]) -> None:
        experiment, checkpoints, exports = stakes
        lost = plural(checkpoints, self.tr("1 checkpoint"), self.tr("{n} checkpoints"))
        lines = [
            self.tr("Its curves, its notes and {checkpoints} will be forgotten.").format(
                checkpoints=lost.format(n=checkpoints)
            )
        ]
        if exports:
            made = plural(
                exports,
                self.tr("1 export was made from it and stays."),
                self.tr("{n} exports were made from it and stay."),
            )
            lines.append(made.format(n=exports))
        question = Question(
            title=self.tr("Delete the training {name}?").format(name=experiment.name),
            lines=tuple(lines),
            yes=self.tr("Delete"),
            no=self.tr("Keep it"),
            option=self.tr("Move its folder to the trash as well"),
            danger=True,
        )
        self.messages.ask(question, lambda files: self._delete(experiment, files=files))

    def _delete(self, experiment: Experiment, *, files: bool) -> None:
        self.do(lambda: self.services.trainings.delete_experiment(experiment.id, files=files))
