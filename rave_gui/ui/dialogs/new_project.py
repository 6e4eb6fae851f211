"""A name, and a place if the usual one is not wanted."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QLineEdit, QWidget

from rave_gui.core.paths import fresh_path, slug
from rave_gui.ui.dialogs.form import Form
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.path_drop import PathDrop


class NewProjectDialog(Sheet):
    """Asks for a project; stays open until it was really made."""

    requested = pyqtSignal(str, object)
    """Name, and the folder (a path) or None for the usual place."""

    def __init__(self, theme: Theme, projects: Path, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            self.tr("New project"),
            self.tr(
                "A project is a folder that holds everything: data, trainings, models, exports."
            ),
            parent,
        )
        self._projects = projects
        self.resize(560, 360)
        self.name = QLineEdit(self)
        self.name.setPlaceholderText(self.tr("For example: Glass and bells"))
        self.name.setMaxLength(120)
        self.name.textChanged.connect(self._refresh)
        self.place = PathDrop(
            theme, self.tr("Another folder, if you like"), files=False, many=False
        )
        self.place.paths_changed.connect(self._refresh)
        form = Form(self)
        form.add_row(self.tr("Name"), self.name)
        self._where = form.add_row(self.tr("Place"), self.place)
        self.body.addWidget(form)
        self.body.addStretch(1)
        self.primary.setText(self.tr("Make the project"))
        self._refresh()

    @pyqtSlot()
    def submit(self) -> None:
        """Ask for it; the answer closes this or says why not."""
        self.set_busy(self.tr("Making the folder…"))
        self.requested.emit(self.name.text().strip(), self._chosen())

    @pyqtSlot()
    def _refresh(self) -> None:
        name = self.name.text().strip()
        self.primary.setEnabled(bool(name))
        usual = fresh_path(self._projects, slug(name, "project"))
        folder = self._chosen() or usual
        self._where.setText(self.tr("It will lie in {folder}.").format(folder=folder))
        self.say("")

    def _chosen(self) -> Path | None:
        return next(iter(self.place.paths()), None)
