"""Projects: make, open, choose, bring runs in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSlot
from PyQt6.QtWidgets import QFileDialog

from rave_gui.core.records import Experiment, Project
from rave_gui.ui.controllers.base import Desk, Subject
from rave_gui.ui.dialogs.adopt import AdoptDialog
from rave_gui.ui.dialogs.new_project import NewProjectDialog
from rave_gui.ui.text import plural


class ProjectController(Subject):
    """Answers what the window asks about projects."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        window = self.window
        window.new_project_requested.connect(self.make)
        window.open_project_requested.connect(self.open)
        window.project_selected.connect(self.select)
        window.adopt_requested.connect(self.adopt)

    @pyqtSlot()
    def make(self) -> None:
        """Ask for a new project."""
        projects = self.services.paths.projects
        dialog = NewProjectDialog(self.desk.context.theme, projects, self.window)
        dialog.requested.connect(self._make)
        self.messages.show(dialog)

    @pyqtSlot()
    def open(self) -> None:
        """Ask for the folder of a project."""
        dialog = QFileDialog(self.window, self.tr("Open a project folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setDirectory(str(self.services.paths.projects))
        dialog.fileSelected.connect(self.open_folder)
        self.messages.show(dialog)

    @pyqtSlot(str)
    def open_folder(self, folder: str) -> None:
        """Open the project in ``folder``."""
        self.do(lambda: self.services.projects.open(Path(folder)), self.select)

    @pyqtSlot(object)
    def select(self, project: Project | None) -> None:
        """Show that project."""
        self.state.select(project)
        if project is not None and self.window.current_page == "home":
            self.window.show_page("data")

    @pyqtSlot()
    def adopt(self) -> None:
        """Ask for runs to bring in; without a project, for a project first."""
        if self.project is None:
            self.notice(self.tr("Open or make a project first; the runs are brought into it."))
            self.make()
            return
        dialog = AdoptDialog(self.desk.context.theme, self.project.name, self.window)
        dialog.requested.connect(self._adopt)
        self.messages.show(dialog)

    @pyqtSlot(str, object)
    def _make(self, name: str, folder: Path | None) -> None:
        dialog = self.sender()
        assert isinstance(dialog, NewProjectDialog)
        self.do(lambda: self.services.projects.create(name, folder), self.select, dialog)

    @pyqtSlot(object)
    def _adopt(self, folder: Path) -> None:
        dialog, project = self.sender(), self.project
        assert isinstance(dialog, AdoptDialog)
        self.do(lambda: self.services.adopter.adopt(folder, project), self._adopted, dialog)

    def _adopted(self, found: Sequence[Experiment]) -> None:
        if not found:
            self.notice(self.tr("Every run there is known already."))
            return
        words = plural(len(found), self.tr("1 run was brought in."), self.tr("{n} runs came in."))
        self.notice(words.format(n=len(found)), "good")
        self.window.open_record("experiments", found[0].id)
