"""What all subjects share: work in the background, refusals where they belong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PyQt6.QtCore import QObject

from rave_gui.bridge.background import InternalFault
from rave_gui.core.errors import UserError
from rave_gui.core.records import Project
from rave_gui.ui.context import PageContext
from rave_gui.ui.dialogs.error_dialog import Remedy
from rave_gui.ui.dialogs.messages import MessageService
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.main_window import MainWindow

Result = TypeVar("Result")


@dataclass(frozen=True)
class Desk:
    """What a subject works with."""

    context: PageContext
    window: MainWindow
    messages: MessageService


class Subject(QObject):
    """Wires one subject; decides nothing."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.window, self.messages = desk.window, desk.messages
        self.services: Any = desk.context.services
        self.state: Any = desk.context.state

    @property
    def project(self) -> Project | None:
        """The project that is open now."""
        found: Project | None = self.state.project
        return found

    def do(
        self,
        work: Callable[[], Result],
        on_done: Callable[[Result], None] | None = None,
        dialog: Sheet | None = None,
    ) -> None:
        """Let a manager work in the background.

        With ``dialog`` a refusal is shown in it, where the choice can be changed, and it closes
        when all went well; otherwise a refusal gets a dialog of its own.
        """
        owner = dialog if dialog is not None else self

        def done(result: Result) -> None:
            if dialog is not None:
                dialog.accept()
            if on_done is not None:
                on_done(result)

        self.desk.context.run(
            work, done, dialog.show_refusal if dialog is not None else self.refuse, owner=owner
        )

    def refuse(self, error: UserError) -> None:
        """Say what could not be done, with a button that helps where one does."""
        if isinstance(error, InternalFault):
            return  # the exception hook has told of it already
        self.messages.error(error, self._remedy())

    def notice(self, text: str, kind: str = "info") -> None:
        """One line in the status bar."""
        self.window.set_notice(text, kind)

    def _remedy(self) -> Remedy | None:
        if self.state.engine is not None or self.state.engine_busy:
            return None
        return Remedy(self.tr("Install RAVE"), self.window.engine_install_requested.emit)
