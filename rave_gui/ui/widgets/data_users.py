"""The trainings that learn from a dataset; a click goes there."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from rave_gui.core.records import Dataset, Experiment
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import training
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.record_list import RecordList


class DataUsers(QWidget):
    """A list; without any, a sentence."""

    training_requested = pyqtSignal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._about = label(role="secondary", wrap=True)
        self._about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.list = RecordList(theme)
        self.list.setAccessibleName(self.tr("Trainings that learn from it"))
        self.list.activated.connect(self._open)
        self.list.clicked.connect(self._open)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addWidget(self._about)
        box.addWidget(self.list, 1)

    def show_users(self, dataset: Dataset, users: Sequence[Experiment]) -> None:
        """These trainings, the newest first."""
        newest = sorted(users, key=lambda run: -run.created_at)
        self.list.set_rows([training.row(run) for run in newest])
        self.list.setVisible(bool(users))
        self._about.setText(
            self.tr("A click opens a training. The dataset cannot be deleted while they need it.")
            if users
            else self.tr("No training uses {name} yet.").format(name=dataset.name)
        )

    @pyqtSlot()
    def _open(self) -> None:
        chosen = self.list.selected()
        if isinstance(chosen, int):
            self.training_requested.emit(chosen)
