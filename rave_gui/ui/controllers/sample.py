"""The bundled sample: one press, and it becomes a verified instrument."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSlot

from rave_gui.core.paths import resources_dir
from rave_gui.core.records import Project
from rave_gui.ui.controllers.base import Desk, Subject

PRESET = "sample"


class SampleController(Subject):
    """Begins the chain; the managers go on with each next step by themselves."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.window.sample_requested.connect(self.begin)

    @pyqtSlot()
    def begin(self) -> None:
        """Take the bundled sound through everything, in a project of its own."""
        name, sound = self.tr("Sample"), [resources_dir() / "sample"]
        self.do(lambda: self.services.chain.begin(name, sound, PRESET), self._begun)

    def _begun(self, project: Project) -> None:
        self.state.select(project)
        self.window.show_page("data")
        self.notice(self.tr("Preparing the sample; training, export and a check follow."))
