"""What a project listens to while it trains."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QObject, pyqtSlot

from rave_gui.backend import listening_set
from rave_gui.backend.listening_set import ListeningClip
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.dialogs.listening_set import ListeningSetDialog
from rave_gui.ui.viewmodels.previews import LISTENING_SET


class ListeningController(Subject):
    """Answers one of the wishes of a training: which sounds it is heard with."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.window.training_wish_requested.connect(self.answer)

    @pyqtSlot(int, str)
    def answer(self, _experiment_id: int, key: str) -> None:
        """Ask for the sounds of the open project."""
        project = self.project
        if key == LISTENING_SET and project is not None:
            self.do(partial(listening_set.chosen, project), self._ask)

    def _ask(self, clips: tuple[ListeningClip, ...]) -> None:
        dialog = ListeningSetDialog(self.desk.context.theme, clips, self.window)
        dialog.requested.connect(self._choose)
        self.messages.show(dialog)

    @pyqtSlot(object)
    def _choose(self, clips: tuple[ListeningClip, ...]) -> None:
        dialog, project = self.sender(), self.project
        assert isinstance(dialog, ListeningSetDialog)
        if project is not None:
            self.do(partial(listening_set.choose, project, clips), self._chosen, dialog)

    def _chosen(self, clips: tuple[ListeningClip, ...]) -> None:
        text = self.tr("{n} sounds are listened to from the next start of a training on.")
        none = self.tr("Examples of the validation are listened to from the next start on.")
        self.notice(text.format(n=len(clips)) if clips else none)
