"""Making trainings: the wizard on the Train page, and the answers to what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import QObject, pyqtSlot

from rave_gui.core.records import Dataset, DatasetStatus, Experiment, Project
from rave_gui.ui.controllers.base import Desk
from rave_gui.ui.controllers.wizards import WizardHost
from rave_gui.ui.dialogs.confirm import Question
from rave_gui.ui.wizards.new_training import NewTrainingWizard, TrainingRequest

_PAGE = "train"


class NewTrainingController(WizardHost):
    """A wish for another training goes to the wizard that is open."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, desk.window.train, parent)
        self.window.new_training_requested.connect(self.make)
        self.window.clone_training_requested.connect(self.clone)

    @pyqtSlot(object)
    def make(self, dataset_id: int | None) -> None:
        """Begin a training with that dataset, or go on with the one that was begun."""
        if self.project is None:
            self.window.new_project_requested.emit()
            return
        if self.wizard is not None:
            self.window.show_page(_PAGE)
            if dataset_id is not None:
                self.wizard.begin_with_dataset(dataset_id)
            self.wizard.setFocus()
            return
        self._read(self.project, lambda found: self._begin(found, dataset_id))

    @pyqtSlot(int)
    def clone(self, experiment_id: int) -> None:
        """Begin a training with what that one was given."""
        project, rows = self.project, self.services.repositories.experiments
        if project is not None:
            self.do(
                lambda: rows.get(experiment_id),
                lambda found: self._read(project, partial(self._begin_like, found)),
            )

    def question(self) -> Question:
        """What is asked before decisions are lost."""
        return Question(
            title=self.tr("Give up this training?"),
            lines=(self.tr("What you chose here would be forgotten; nothing was started yet."),),
            yes=self.tr("Give it up"),
            no=self.tr("Go on with it"),
            danger=True,
        )

    # Opening

    def _read(self, project: Project, then: object) -> None:
        rows = self.services.repositories.datasets
        self.do(lambda: rows.list(project_id=project.id, status=DatasetStatus.READY), then)  # type: ignore[arg-type]

    def _begin(self, datasets: Sequence[Dataset], dataset_id: int | None) -> None:
        wizard = self._open(datasets)
        if wizard is not None:
            wizard.begin_with_dataset(dataset_id)

    def _begin_like(self, experiment: Experiment, datasets: Sequence[Dataset]) -> None:
        if self.wizard is not None:
            self.give_up(self.wizard, partial(self._replace, experiment, datasets))
        else:
            self._replace(experiment, datasets)

    def _replace(self, experiment: Experiment, datasets: Sequence[Dataset]) -> None:
        if self.wizard is not None:
            self.wizard.leave()
        wizard = self._open(datasets)
        if wizard is not None:
            wizard.begin_with_experiment(experiment)

    def _open(self, datasets: Sequence[Dataset]) -> NewTrainingWizard | None:
        """The wizard; without a dataset that is ready, the way to one instead."""
        project = self.project
        if project is None:
            return None
        if not datasets:
            self.notice(self.tr("There is no dataset that is ready yet; it comes first."))
            self.window.new_dataset_requested.emit([])
            return None
        wizard = NewTrainingWizard(self.desk.context, project, datasets)
        wizard.requested.connect(partial(self._create, wizard))
        wizard.new_dataset_requested.connect(partial(self.window.new_dataset_requested.emit, []))
        self.window.show_page(_PAGE)
        self.host(wizard, project)
        return wizard

    # Making

    def _create(self, wizard: NewTrainingWizard, wish: TrainingRequest) -> None:
        create = partial(
            self.services.trainings.create_experiment,
            wish.project, wish.dataset, wish.name, wish.settings, parent_id=wish.parent_id,
        )  # fmt: skip
        made = partial(self._made, wizard)
        self.desk.context.run(create, made, wizard.show_refusal, owner=wizard)

    def _made(self, wizard: NewTrainingWizard, experiment: Experiment) -> None:
        """It is recorded: from here on a refusal leaves it in the list, to be started later."""
        wizard.leave()
        if self.project is not None and self.project.id == experiment.project_id:
            self.window.open_record("experiments", experiment.id)
        if experiment.id is not None:
            self.window.start_training_requested.emit(experiment.id)
