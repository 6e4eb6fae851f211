"""Bringing in runs that RAVE wrote without this application."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QWidget

from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.path_drop import PathDrop


class AdoptDialog(Sheet):
    """Asks for a folder; stays open until its runs are in the project."""

    requested = pyqtSignal(object)
    """The folder, a path."""

    def __init__(self, theme: Theme, project_name: str, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            self.tr("Bring in RAVE runs"),
            self.tr(
                "They become trainings of {project}, where they are: nothing is copied."
            ).format(project=project_name),
            parent,
        )
        self.resize(560, 320)
        self.folder = PathDrop(
            theme, self.tr("Drop the folder that RAVE wrote into"), files=False, many=False
        )
        self.folder.paths_changed.connect(self._refresh)
        self.body.addWidget(self.folder)
        told = self.tr(
            "Every folder below it with a version_0 is a run; one that is still being trained is "
            "watched while it grows. Its curves and checkpoints are read; RAVE does not write "
            "down batch, window or channels, so these stay unknown."
        )
        self.body.addWidget(label(told, "muted", wrap=True))
        self.body.addStretch(1)
        self.primary.setText(self.tr("Bring them in"))
        self._refresh()

    @pyqtSlot()
    def submit(self) -> None:
        """Ask for it; the answer closes this or says why not."""
        self.set_busy(self.tr("Reading the runs…"))
        self.requested.emit(self._chosen())

    @pyqtSlot()
    def _refresh(self) -> None:
        self.primary.setEnabled(self._chosen() is not None)
        self.say("")

    def _chosen(self) -> Path | None:
        return next(iter(self.folder.paths()), None)
