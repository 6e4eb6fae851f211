"""All wiring between window and managers in one place, split by subject."""

from __future__ import annotations

from PyQt6.QtCore import QObject

from rave_gui.bridge.events import EventBridge
from rave_gui.bridge.followers import JobFollowers
from rave_gui.bridge.heart import Heart
from rave_gui.ui.controllers.base import Desk
from rave_gui.ui.controllers.curves import CurvesController
from rave_gui.ui.controllers.data import DataController
from rave_gui.ui.controllers.engine import EngineController
from rave_gui.ui.controllers.exports import ExportController
from rave_gui.ui.controllers.listening import ListeningController
from rave_gui.ui.controllers.listening_room import ListeningRoomController
from rave_gui.ui.controllers.live import LiveController
from rave_gui.ui.controllers.models import ModelsController
from rave_gui.ui.controllers.new_dataset import NewDatasetController
from rave_gui.ui.controllers.new_export import NewExportController
from rave_gui.ui.controllers.new_training import NewTrainingController
from rave_gui.ui.controllers.projects import ProjectController
from rave_gui.ui.controllers.queue import QueueController
from rave_gui.ui.controllers.sample import SampleController
from rave_gui.ui.controllers.shell import ShellController
from rave_gui.ui.controllers.training import TrainingController
from rave_gui.ui.controllers.training_care import TrainingCareController


class Controller(QObject):
    """Owns the subjects; facts of the managers reach the window through it."""

    def __init__(self, desk: Desk, followers: JobFollowers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shell = ShellController(desk, self)
        self.projects = ProjectController(desk, self)
        self.data = DataController(desk, self)
        self.new_dataset = NewDatasetController(desk, self)
        self.new_training = NewTrainingController(desk, self)
        self.training = TrainingController(desk, self)
        self.training_care = TrainingCareController(desk, self)
        self.curves = CurvesController(desk, self)
        self.listening = ListeningController(desk, self)
        self.room = ListeningRoomController(desk, self)
        self.queue = QueueController(desk, self)
        self.models = ModelsController(desk, self)
        self.exports = ExportController(desk, self)
        self.new_export = NewExportController(desk, self)
        self.live = LiveController(desk, followers, self)
        self.engine = EngineController(desk, self.live.follow, self)
        self.sample = SampleController(desk, self)
        self._window = desk.window

    def hear(self, events: EventBridge, heart: Heart) -> None:
        """Connect what the managers announce with what shows it."""
        window = self._window
        for changed in (
            events.project_changed, events.dataset_created, events.dataset_updated,
            events.dataset_deleted, events.training_created, events.training_started,
            events.training_updated, events.training_deleted, events.model_saved,
            events.model_exported, events.export_deleted, events.job_changed,
        ):  # fmt: skip
            changed.connect(window.apply_record_change)
        events.training_progress.connect(window.apply_training_progress)
        events.job_ended.connect(window.apply_job_ended)
        events.job_ended.connect(self.engine.on_job_ended)
        events.job_changed.connect(heart.beat_now)
        self.live.settling_wanted.connect(heart.beat_now)
        heart.beaten.connect(self.live.follow_all)
