"""Trainings that exist: forks, names, notes, stars, archive."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtCore import QObject, pyqtSlot

from rave_gui.backend.fork_plan import ForkRequest
from rave_gui.backend.rave_cli import companion_environment, shell_line
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.training_plan import phase_1_steps
from rave_gui.core.records import DatasetStatus, Experiment
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.dialogs.fork import ForkDialog, ForkFacts
from rave_gui.ui.dialogs.notes import NotesDialog
from rave_gui.ui.dialogs.rename import RenameDialog
from rave_gui.ui.viewmodels import training_actions as words


class TrainingCareController(Subject):
    """Answers ``training_wish_requested``: which training, and a key of ``training_actions``."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._answers: dict[str, Callable[[int], None]] = {
            words.FORK: self.fork,
            words.RENAME: self.rename,
            words.NOTES: self.notes,
            words.FOLDER: self.show_folder,
            words.ARCHIVE: partial(self.put_away, archived=True),
            words.BRING_BACK: partial(self.put_away, archived=False),
            words.CLONE: self.window.clone_training_requested.emit,
            words.DELETE: self.window.delete_training_requested.emit,
        }
        self.window.training_wish_requested.connect(self.answer)
        self.window.star_requested.connect(self.rate)
        self.window.archive_requested.connect(self.put_all_away)

    @pyqtSlot(int, int)
    def rate(self, experiment_id: int, stars: int) -> None:
        """Give it so many stars; 0 takes them away."""
        self.do(lambda: self.services.trainings.annotate(experiment_id, rating=stars))

    @pyqtSlot(list, bool)
    def put_all_away(self, experiment_ids: list[int], archived: bool) -> None:
        """Archive them, or bring them back."""
        care = self.services.trainings.care
        self.do(lambda: [care.put_away(number, archived) for number in experiment_ids])

    @pyqtSlot(int, str)
    def answer(self, experiment_id: int, key: str) -> None:
        """Do what the menu or the stars ask for."""
        if key.startswith(words.STARS):
            self.rate(experiment_id, int(key.removeprefix(words.STARS)))
        elif key in self._answers:
            self._answers[key](experiment_id)

    def fork(self, experiment_id: int, checkpoint_id: int | None = None) -> None:
        """Ask what the fork should be."""
        work = partial(_fork_facts, self.services, experiment_id, checkpoint_id)
        self.do(work, self._ask_fork)

    def rename(self, experiment_id: int) -> None:
        """Ask for another name."""
        self.do(partial(self.services.trainings.get_experiment, experiment_id), self._ask_name)

    def notes(self, experiment_id: int) -> None:
        """Ask for tags and notes."""
        self.do(partial(self.services.trainings.get_experiment, experiment_id), self._ask_notes)

    def show_folder(self, experiment_id: int) -> None:
        """Open the folder of its run."""
        self.do(
            partial(self.services.trainings.get_experiment, experiment_id),
            lambda row: self.window.show_in_folder_requested.emit(
                str(row.run_dir or row.output_path or "")
            ),
        )

    def put_away(self, experiment_id: int, archived: bool) -> None:
        """Archive it, or bring it back."""
        self.do(
            lambda: self.services.trainings.care.put_away(experiment_id, archived), self._put_away
        )

    # Asking

    def _ask_fork(self, facts: ForkFacts) -> None:
        if not facts.checkpoints:
            self.notice(self.tr("There is no checkpoint to begin with yet."), "bad")
            return
        dialog = ForkDialog(self.desk.context.theme, facts, self.window)
        dialog.requested.connect(self._fork)
        dialog.command_wanted.connect(self._tell_command)
        self.messages.show(dialog)

    @pyqtSlot(object)
    def _fork(self, request: ForkRequest) -> None:
        dialog = self.sender()
        assert isinstance(dialog, ForkDialog)
        self.do(partial(self.services.trainings.forks.fork, request), self._forked, dialog)

    def _forked(self, fork: Experiment) -> None:
        """It is recorded: a refusal from here on leaves it in the list, to be started later."""
        self.window.open_record("experiments", fork.id)
        self.window.start_training_requested.emit(fork.id or 0)

    @pyqtSlot(object)
    def _tell_command(self, request: ForkRequest) -> None:
        dialog = self.sender()
        assert isinstance(dialog, ForkDialog)
        self.desk.context.run(
            partial(_command, self.services, request),
            dialog.show_command,
            dialog.show_problem,
            owner=dialog,
        )

    def _ask_name(self, row: Experiment) -> None:
        dialog = RenameDialog(
            self.desk.context.theme, self.tr("Rename the training"), row.name, self.window
        )
        dialog.requested.connect(partial(self._rename, dialog, row.id or 0))
        self.messages.show(dialog)

    def _rename(self, dialog: RenameDialog, experiment_id: int, name: str) -> None:
        self.do(lambda: self.services.trainings.annotate(experiment_id, name=name), None, dialog)

    def _ask_notes(self, row: Experiment) -> None:
        dialog = NotesDialog(self.desk.context.theme, row, self.window)
        dialog.requested.connect(self._annotate)
        self.messages.show(dialog)

    @pyqtSlot(int, dict)
    def _annotate(self, experiment_id: int, changes: dict[str, Any]) -> None:
        dialog = self.sender()
        assert isinstance(dialog, NotesDialog)
        self.do(lambda: self.services.trainings.annotate(experiment_id, **changes), None, dialog)

    def _put_away(self, row: Experiment) -> None:
        text = (
            self.tr("{name} is archived; the menu beside the filter shows it again.")
            if row.archived
            else self.tr("{name} is out of the archive.")
        )
        self.notice(text.format(name=row.name))


def _command(services: Any, request: ForkRequest) -> str:
    return shell_line(services.trainings.forks.command(request), companion_environment())


def _fork_facts(services: Any, experiment_id: int, checkpoint_id: int | None) -> ForkFacts:
    experiment = services.trainings.get_experiment(experiment_id)
    settings = TrainingSettings.from_json(experiment.config)
    engine = services.engines.current()
    rows = services.repositories
    datasets = rows.datasets.list(project_id=experiment.project_id, status=DatasetStatus.READY)
    alike = [
        one
        for one in datasets
        if one.id == experiment.dataset_id
        or (one.channels, one.sample_rate) == (settings.channels, settings.sample_rate)
    ]
    return ForkFacts(
        experiment=experiment,
        checkpoints=services.models.sync(experiment_id),
        settings=settings,
        phase_1=phase_1_steps(experiment, engine.configs_dir),
        devices=engine.device_names(),
        datasets=alike,
        taken=[one.name for one in rows.experiments.list(project_id=experiment.project_id)],
        chosen=checkpoint_id,
    )
