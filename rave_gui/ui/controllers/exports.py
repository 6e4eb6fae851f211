"""Checkpoints and exports."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSlot

from rave_gui.backend.delivery import ASK, KEEP_BOTH, REPLACE, Delivered, NameTaken, deliver
from rave_gui.backend.host_folders import host_folders
from rave_gui.backend.model_card import Rights
from rave_gui.core.errors import UserError
from rave_gui.core.records import Export, Job
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.dialogs.confirm import Question
from rave_gui.ui.dialogs.rights import RightsDialog
from rave_gui.ui.dialogs.verify_file import VerifyDialog
from rave_gui.ui.viewmodels.export_other import key_of


class ExportController(Subject):
    """Answers what the window asks about checkpoints and exports."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.window.verify_requested.connect(self.verify)
        self.window.verify_file_requested.connect(self.verify_file)
        self.window.verify_with_requested.connect(self.ask_verify)
        self.window.delete_export_requested.connect(self.delete)
        self.window.copy_export_requested.connect(self.copy)
        self.window.edit_rights_requested.connect(self.edit_rights)

    @pyqtSlot(int)
    def verify(self, export_id: int) -> None:
        """Play it again."""
        self.do(
            lambda: self.services.exports.verify(export_id),
            lambda _: self.notice(self.tr("It is being played and measured.")),
        )

    @pyqtSlot(str)
    def verify_file(self, path: str) -> None:
        """Play a file from elsewhere."""
        self.do(lambda: self.services.exports.verify_other(Path(path)), self._show_other)

    @pyqtSlot(object, str)
    def ask_verify(self, export_id: object, path: str) -> None:
        """Ask for a file where none is given, and for a sound."""
        theme, known = self.desk.context.theme, export_id if isinstance(export_id, int) else None
        dialog = VerifyDialog(theme, Path(path) if path else None, known, self.window)
        dialog.requested.connect(self._verify_with)
        self.messages.show(dialog)

    @pyqtSlot(object, object)
    def _verify_with(self, file: Path, clip: Path | None) -> None:
        dialog, exports = self.sender(), self.services.exports
        assert isinstance(dialog, VerifyDialog)
        known = dialog.export_id
        if known is None:
            self.do(lambda: exports.verify_other(file, clip), self._show_other, dialog)
        else:
            self.do(lambda: exports.verify(known, clip), None, dialog)

    def _show_other(self, job: Job) -> None:
        self.window.open_record("exports", key_of(job.id))

    @pyqtSlot(int)
    def delete(self, export_id: int) -> None:
        """Ask before an export is forgotten."""
        self.do(lambda: self.services.exports.get_export(export_id), self._ask_delete)

    @pyqtSlot(int, str)
    def copy(self, export_id: int, folder: str) -> None:
        """Copy it there; the folder is remembered, and another file is asked about first."""
        known = {str(one.path) for one in host_folders()}
        if folder not in known:
            self.state.change_settings(export_folder=folder)
        self.do(
            lambda: self.services.exports.get_export(export_id),
            lambda export: self._deliver(export, Path(folder), ASK),
        )

    def _deliver(self, export: Export, folder: Path, taken: str) -> None:
        self.desk.context.run(
            lambda: deliver(export.export_path, folder, taken),
            self._delivered,
            lambda error: self._not_delivered(export, folder, error),
            owner=self,
        )

    def _delivered(self, made: Delivered) -> None:
        words = self.tr("Copied to {path}.") if made.copied else self.tr("{path} is there already.")
        self.notice(words.format(path=made.paths[0]), "good")

    def _not_delivered(self, export: Export, folder: Path, error: UserError) -> None:
        if not isinstance(error, NameTaken):
            self.refuse(error)
            return
        question = Question(
            title=self.tr("There is another {name} already").format(name=error.path.name),
            lines=(
                self.tr("In {folder} lies another file of that name.").format(folder=folder),
                self.tr("Both can stay; the new one then gets a number."),
            ),
            yes=self.tr("Copy it"),
            no=self.tr("Leave it"),
            option=self.tr("Replace the other file instead; it cannot be brought back"),
        )
        self.messages.ask(
            question,
            lambda replace: self._deliver(export, folder, REPLACE if replace else KEEP_BOTH),
        )

    @pyqtSlot(int)
    def edit_rights(self, export_id: int) -> None:
        """Ask for licence and consent."""
        services = self.services
        self.do(
            lambda: (services.exports.get_export(export_id), services.cards.rights(export_id)),
            self._ask_rights,
        )

    def _ask_rights(self, found: tuple[Export, Rights]) -> None:
        export, rights = found
        dialog = RightsDialog(
            self.desk.context.theme, export.id or 0, export.name, rights, self.window
        )
        dialog.requested.connect(self._keep_rights)
        self.messages.show(dialog)

    @pyqtSlot(int, object)
    def _keep_rights(self, export_id: int, rights: Rights) -> None:
        dialog = self.sender()
        assert isinstance(dialog, RightsDialog)
        self.do(lambda: self.services.cards.set_rights(export_id, rights), None, dialog)

    def _ask_delete(self, export: Export) -> None:
        if not export.export_path.is_file():
            self._ask_forget(export)
            return
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

    def _ask_forget(self, export: Export) -> None:
        question = Question(
            title=self.tr("Forget the export {name}?").format(name=export.name),
            lines=(self.tr("Its file is gone already; only the entry in the list goes."),),
            yes=self.tr("Forget it"),
            no=self.tr("Keep it"),
        )
        self.messages.ask(question, lambda _files: self._delete(export, files=False))

    def _delete(self, export: Export, *, files: bool) -> None:
        self.do(lambda: self.services.exports.delete_export(export.id, files=files))
