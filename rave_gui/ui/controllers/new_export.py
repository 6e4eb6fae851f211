"""Making exports: the wizard on the Exports page, and the answers to what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import QObject, pyqtSlot

from rave_gui.backend.export_reading import read_sources
from rave_gui.backend.export_source import Source
from rave_gui.core.records import Export, Project
from rave_gui.ui.controllers.base import Desk
from rave_gui.ui.controllers.wizards import WizardHost
from rave_gui.ui.dialogs.confirm import Question
from rave_gui.ui.wizards.new_export import ExportRequest, NewExportWizard

_PAGE = "exports"


class NewExportController(WizardHost):
    """A wish for another export goes to the wizard that is open."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, desk.window.exports, parent)
        self.window.export_requested.connect(self.make_one)
        self.window.new_export_requested.connect(self.make)

    def question(self) -> Question:
        """What is asked before decisions are lost."""
        return Question(
            title=self.tr("Give up this export?"),
            lines=(self.tr("What you chose here would be forgotten; nothing was started yet."),),
            yes=self.tr("Give it up"),
            no=self.tr("Go on with it"),
            danger=True,
        )

    @pyqtSlot(int)
    def make_one(self, checkpoint_id: int) -> None:
        """Begin with one checkpoint."""
        self.make([checkpoint_id])

    @pyqtSlot(list)
    def make(self, checkpoint_ids: Sequence[int]) -> None:
        """Begin with these checkpoints, or with the newest where there are none."""
        if self.project is None:
            self.window.new_project_requested.emit()
            return
        if self.wizard is not None:
            self.window.show_page(_PAGE)
            self.wizard.begin_with(checkpoint_ids)
            self.wizard.setFocus()
            return
        project, services = self.project, self.services
        self.do(
            lambda: read_sources(services, project),
            lambda found: self._begin(found, checkpoint_ids),
        )

    def _begin(self, sources: Sequence[Source], checkpoint_ids: Sequence[int]) -> None:
        project: Project | None = self.project
        if project is None or self.wizard is not None:
            return
        if not sources:
            self.notice(self.tr("There is no checkpoint yet; a training comes first."))
            self.window.new_training_requested.emit(None)
            return
        wizard = NewExportWizard(self.desk.context, project, sources)
        wizard.requested.connect(partial(self._create, wizard))
        self.window.show_page(_PAGE)
        self.host(wizard, project)
        wizard.begin_with(checkpoint_ids)

    def _create(self, wizard: NewExportWizard, wish: ExportRequest) -> None:
        exports = self.services.exports

        def create() -> list[Export]:
            for plan in wish.plans:
                exports.check(plan.source.id, plan.settings)
            return [
                exports.export(plan.source.id, plan.settings, wish.copies) for plan in wish.plans
            ]

        made = partial(self._made, wizard)
        self.desk.context.run(create, made, wizard.show_refusal, owner=wizard)

    def _made(self, wizard: NewExportWizard, exports: Sequence[Export]) -> None:
        wizard.leave()
        if exports and self.project is not None and self.project.id == exports[0].project_id:
            self.window.open_record("exports", exports[0].id)
