"""What all wizards share: at most one a project, kept while another project is shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from PyQt6.QtCore import QObject, pyqtSlot
from PyQt6.QtWidgets import QWidget

from rave_gui.core.records import Project
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.dialogs.confirm import Question


class HostPage(Protocol):
    """The page that a wizard lies on."""

    @property
    def wizard(self) -> QWidget | None:
        """What takes the whole page now."""

    def show_wizard(self, widget: QWidget) -> None:
        """Let it take the whole page."""

    def end_wizard(self) -> None:
        """Show the records again."""


class WizardHost(Subject):
    """Opens, keeps and ends the wizards of one page; heirs say what they are."""

    def __init__(self, desk: Desk, page: HostPage, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._page = page
        self._wizards: dict[int | None, Any] = {}
        self.state.project_changed.connect(self._on_project)

    @property
    def wizard(self) -> Any:
        """What is open in the project that is open."""
        return self._wizards.get(self.project.id) if self.project is not None else None

    @pyqtSlot()
    def stop(self) -> None:
        """The window closes: nothing of any wizard may go on."""
        for wizard in list(self._wizards.values()):
            wizard.leave()

    def host(self, wizard: Any, project: Project) -> None:
        """Show ``wizard`` on the page, and look after its end."""
        self._wizards[project.id] = wizard
        wizard.leave_requested.connect(partial(self.give_up, wizard, wizard.leave))
        wizard.left.connect(partial(self._on_left, wizard, project))
        wizard.install_requested.connect(self.window.engine_install_requested)
        self._page.show_wizard(wizard)

    def question(self) -> Question:
        """What is asked before decisions are lost."""
        raise NotImplementedError

    def give_up(self, wizard: Any, then: Callable[[], None]) -> None:
        """Ask first, but only where something would be lost."""
        if wizard.worth_keeping:
            self.messages.ask(self.question(), lambda _on: then())
        else:
            then()

    def _on_left(self, wizard: Any, project: Project) -> None:
        self._wizards.pop(project.id, None)
        if self._page.wizard is wizard:
            self._page.end_wizard()
        wizard.deleteLater()

    @pyqtSlot(object)
    def _on_project(self, _event: object) -> None:
        """Each project has its own draft; that of another one waits out of sight."""
        wizard = self.wizard
        if wizard is not None and self._page.wizard is not wizard:
            self._page.show_wizard(wizard)
        elif wizard is None and self._page.wizard is not None:
            self._page.end_wizard()
