"""Making datasets: the wizard on the Data page, and the answers to what it asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSlot

from rave_gui.backend.draft_prefill import Prefill, prefill_of
from rave_gui.core.records import Dataset, Project
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.dialogs.confirm import Question
from rave_gui.ui.wizards.new_dataset import DatasetRequest, NewDatasetWizard

_PAGE = "data"
NOTE = "note"
"""In ``Dataset.statistics``: what was said on licence and consent."""


class NewDatasetController(Subject):
    """At most one wizard a project; what is dropped meanwhile goes to it."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._wizards: dict[int | None, NewDatasetWizard] = {}
        self.window.new_dataset_requested.connect(self.make)
        self.window.duplicate_dataset_requested.connect(self.duplicate)
        self.state.project_changed.connect(self._on_project)

    @property
    def wizard(self) -> NewDatasetWizard | None:
        """What is open in the project that is open."""
        return self._wizards.get(self.project.id) if self.project is not None else None

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

    @pyqtSlot()
    def stop(self) -> None:
        """The window closes: nothing of any wizard may go on."""
        for wizard in list(self._wizards.values()):
            wizard.leave()

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
            self._give_up(wizard, partial(self._replace, wizard, project, found))

    def _replace(self, wizard: NewDatasetWizard, project: Project, found: Prefill) -> None:
        wizard.leave()
        self._open(project).prefill(found)

    def _open(self, project: Project) -> NewDatasetWizard:
        wizard = self._wizards[project.id] = NewDatasetWizard(self.desk.context, project)
        wizard.requested.connect(partial(self._create, wizard))
        wizard.leave_requested.connect(partial(self._give_up, wizard, wizard.leave))
        wizard.left.connect(partial(self._on_left, wizard, project))
        wizard.install_requested.connect(self.window.engine_install_requested)
        wizard.show_in_folder_requested.connect(self.window.show_in_folder_requested)
        self.window.data.show_wizard(wizard)
        return wizard

    def _give_up(self, wizard: NewDatasetWizard, then: Callable[[], None]) -> None:
        """Ask first, but only where something would be lost."""
        if not wizard.worth_keeping:
            then()
            return
        question = Question(
            title=self.tr("Give up this dataset?"),
            lines=(
                self.tr("What you decided here would be forgotten. Your files are not touched."),
                self.tr("What was listened to is remembered and need not be heard again."),
            ),
            yes=self.tr("Give it up"),
            no=self.tr("Go on with it"),
            danger=True,
        )
        self.messages.ask(question, lambda _on: then())

    def _on_left(self, wizard: NewDatasetWizard, project: Project) -> None:
        self._wizards.pop(project.id, None)
        if self.window.data.wizard is wizard:
            self.window.data.end_wizard()
        wizard.deleteLater()

    @pyqtSlot(object)
    def _on_project(self, _event: object) -> None:
        """Each project has its own draft; that of another one waits out of sight."""
        page, wizard = self.window.data, self.wizard
        if wizard is not None and page.wizard is not wizard:
            page.show_wizard(wizard)
        elif wizard is None and page.wizard is not None:
            page.end_wizard()

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
