"""Checkpoints and exports."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSlot

from rave_gui.core.records import Export
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.dialogs.confirm import Question


class ExportController(Subject):
    """Answers what the window asks about checkpoints and exports."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.window.pin_requested.connect(self.pin)
        self.window.verify_requested.connect(self.verify)
        self.window.delete_export_requested.connect(self.delete)

    @pyqtSlot(int, bool)
    def pin(self, checkpoint_id: int, on: bool) -> None:
        """Keep a checkpoint whatever happens, or no more."""
        self.do(lambda: self.services.models.pin(checkpoint_id, on))

    @pyqtSlot(int)
    def verify(self, export_id: int) -> None:
        """Play it again."""
        self.do(
            lambda: self.services.exports.verify(export_id),
            lambda _: self.notice(self.tr("It is being played and measured.")),
        )

    @pyqtSlot(int)
    def delete(self, export_id: int) -> None:
        """Ask before an export is forgotten."""
        self.do(lambda: self.services.exports.get_export(export_id), self._ask_delete)

    def _ask_delete(self, export: Export) -> None:
        question = Question(
            title=self.tr("Delete the export {name}?").format(name=export.name),
            lines=(
                self.tr("It can be made again as long as its checkpoint is there."),
                self.tr("Copies in Max, Pd or a plug-in folder are not touched."),
            ),
            yes=self.tr("Delete"),
            no=self.tr("Keep it"),
            option=self.tr("Move its folder to the trash as well"),
            option_on=True,
            danger=True,
        )
        self.messages.ask(question, lambda files: self._delete(export, files=files))

    def _delete(self, export: Export, *, files: bool) -> None:
        self.do(lambda: self.services.exports.delete_export(export.id, files=files))
