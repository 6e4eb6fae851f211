"""Making datasets: the wizard on the Data page, and the answers to what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSlot

from rave_gui.backend.draft_prefill import Prefill, prefill_of
from rave_gui.core.records import Dataset, Project
from rave_gui.ui.controllers.base import Desk
from rave_gui.ui.controllers.wizards import WizardHost
from rave_gui.ui.dialogs.confirm import Question
from rave_gui.ui.wizards.new_dataset import DatasetRequest, NewDatasetWizard

_PAGE = "data"
NOTE = "note"
"""In ``Dataset.statistics``: what was said on licence and consent."""


class NewDatasetController(WizardHost):
    """What is dropped while a wizard is open goes to it."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, desk.window.data, parent)
        self.window.new_dataset_requested.connect(self.make)
        self.window.duplicate_dataset_requested.connect(self.duplicate)

    def question(self) -> Question:
        """What is asked before decisions are lost."""
        return Question(
            title=self.tr("Give up this dataset?"),
            lines=(
                self.tr("What you decided here would be forgotten. Your files are not touched."),
                self.tr("What was listened to is remembered and need not be heard again."),
            ),
            yes=self.tr("Give it up"),
            no=self.tr("Go on with it"),
            danger=True,
        )

    @pyqtSlot(list)
    def make(self, sources: Sequence[Path | str]) -> None:
        """Begin a new dataset with what was dropped, or go on with the one that was begun."""
        if self.project is None:
            self.window.new_project_requested.emit()
            return
        self.window.show_page(_PAGE)
        wizard = self.wizard or self._open(self.project)
        wizard.setFocus()
        wizard.add_sources([Path(source) for source in sources])

    @pyqtSlot(int)
    def duplicate(self, dataset_id: int) -> None:
        """Begin a dataset with the sources and choices of that one."""
        datasets = self.services.datasets
        self.do(lambda: prefill_of(datasets.get_dataset(dataset_id)), self._begin_with)

    # Opening and leaving

    def _begin_with(self, found: Prefill) -> None:
        """Not over decisions in a wizard that is open: those are asked for first."""
        wizard, project = self.wizard, self.project
        if project is None:
            return
        self.window.show_page(_PAGE)
        if wizard is None:
            self._open(project).prefill(found)
        elif wizard.busy:
            self.notice(self.tr("Another dataset is being made just now; try again in a moment."))
        else:
            self.give_up(wizard, partial(self._replace, wizard, project, found))

    def _replace(self, wizard: NewDatasetWizard, project: Project, found: Prefill) -> None:
        wizard.leave()
        self._open(project).prefill(found)

    def _open(self, project: Project) -> NewDatasetWizard:
        wizard = NewDatasetWizard(self.desk.context, project)
        wizard.requested.connect(partial(self._create, wizard))
        wizard.show_in_folder_requested.connect(self.window.show_in_folder_requested)
        self.host(wizard, project)
        return wizard

    # Making

    def _create(self, wizard: NewDatasetWizard, wish: DatasetRequest) -> None:
        then = {NOTE: wish.note} if wish.note else None
        self.desk.context.run(
            partial(
                self.services.datasets.create_dataset,
                wish.project, wish.name, wish.sources, wish.settings, wish.plan, then,
            ),
            partial(self._made, wizard),
            wizard.show_refusal,
            owner=wizard,
        )  # fmt: skip

    def _made(self, wizard: NewDatasetWizard, dataset: Dataset) -> None:
        wizard.leave()
        if self.project is not None and self.project.id == dataset.project_id:
            self.window.open_record("datasets", dataset.id)
