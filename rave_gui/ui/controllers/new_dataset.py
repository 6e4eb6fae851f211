"""Making datasets: the wizard on the Data page, and the answers to what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSlot

from rave_gui.backend.draft_prefill import Prefill, prefill_of
from rave_gui.core.records import Dataset
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.dialogs.confirm import Question
from rave_gui.ui.wizards.new_dataset import DatasetRequest, NewDatasetWizard

NOTE = "note"
"""In ``Dataset.statistics``: what was said on licence and consent."""


class NewDatasetController(Subject):
    """At most one wizard is open; what is dropped meanwhile goes to it."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._wizard: NewDatasetWizard | None = None
        self.window.new_dataset_requested.connect(self.make)
        self.window.duplicate_dataset_requested.connect(self.duplicate)
        self.state.project_changed.connect(self._on_project)

    @property
    def wizard(self) -> NewDatasetWizard | None:
        """What is open now."""
        return self._wizard

    @pyqtSlot(list)
    def make(self, sources: Sequence[Path | str], prefill: Dataset | None = None) -> None:
        """Begin a new dataset with what was dropped, or with the choices of another one."""
        if self.project is None:
            self.window.new_project_requested.emit()
            return
        if prefill is not None:
            self.do(partial(prefill_of, prefill), self._begin_with)
            return
        wizard = self._wizard or self._open()
        self.window.show_page("data")
        wizard.add_sources([Path(source) for source in sources])

    @pyqtSlot(int)
    def duplicate(self, dataset_id: int) -> None:
        """Begin a dataset with the sources and choices of that one."""
        datasets = self.services.datasets
        self.do(lambda: prefill_of(datasets.get_dataset(dataset_id)), self._begin_with)

    @pyqtSlot()
    def stop(self) -> None:
        """The window closes: nothing of the wizard may go on."""
        if self._wizard is not None:
            self._wizard.leave()

    def _begin_with(self, found: Prefill) -> None:
        """Not over the decisions in a wizard that is open: those are asked for first."""
        if self.project is None:
            return
        if self._wizard is None:
            self._open().prefill(found)
        elif self._wizard.busy:
            self.notice(self.tr("Another dataset is being made just now; try again in a moment."))
        elif self._wizard.worth_keeping:
            self._ask(partial(self._replace, found))
        else:
            self._replace(found)
        self.window.show_page("data")

    def _replace(self, found: Prefill) -> None:
        self.stop()
        self._open().prefill(found)

    def _open(self) -> NewDatasetWizard:
        assert self.project is not None
        wizard = self._wizard = NewDatasetWizard(self.desk.context, self.project)
        wizard.requested.connect(self._create)
        wizard.leave_requested.connect(self._on_leave)
        wizard.left.connect(self._on_left)
        wizard.install_requested.connect(self.window.engine_install_requested)
        self.window.data.show_wizard(wizard)
        return wizard

    @pyqtSlot()
    def _on_leave(self) -> None:
        """Give it up; ask first only where something would be lost."""
        if self._wizard is not None and self._wizard.worth_keeping:
            self._ask(self.stop)
        else:
            self.stop()

    def _ask(self, then: object) -> None:
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
        self.messages.ask(question, lambda _on: then())  # type: ignore[operator]

    @pyqtSlot()
    def _on_left(self) -> None:
        wizard, self._wizard = self._wizard, None
        if wizard is not None:
            self.window.data.end_wizard()
            wizard.deleteLater()

    @pyqtSlot(object)
    def _on_project(self, _event: object) -> None:
        """A draft belongs to its project."""
        if self._wizard is not None and not self._wizard.busy:
            self.stop()

    @pyqtSlot(object)
    def _create(self, wish: DatasetRequest) -> None:
        wizard = self._wizard
        if wizard is None:
            return
        then = {NOTE: wish.note} if wish.note else None
        self.desk.context.run(
            lambda: self.services.datasets.create_dataset(
                wish.project, wish.name, wish.sources, wish.settings, wish.plan, then,
                condition=wish.condition,
            ),
            self._made,
            wizard.show_refusal,
            owner=self,
        )  # fmt: skip

    def _made(self, dataset: Dataset) -> None:
        self.stop()
        self.window.open_record("datasets", dataset.id)
