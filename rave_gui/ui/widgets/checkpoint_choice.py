"""Choosing one checkpoint of a training, the newest first."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from rave_gui.core.records import Checkpoint
from rave_gui.ui.models.resume_points import ResumePointsModel, newest_first
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.record_table import RecordTable

_ROW, _HEAD, _MOST = 38, 34, 5


class CheckpointChoice(QWidget):
    """A small table in which one row is always chosen."""

    changed = pyqtSignal()

    def __init__(
        self, theme: Theme, checkpoints: Sequence[Checkpoint], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = ResumePointsModel(self)
        self._rows = newest_first(list(checkpoints))
        self._model.set_rows(self._rows)
        self._table = RecordTable(theme, self._model, self.tr("Checkpoint to go on from"))
        self._table.stretch(1, {0: 70, 2: 92, 3: 132})
        self._table.setFixedHeight(_HEAD + _ROW * min(_MOST, max(2, len(self._rows))) + 4)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._table)
        if self._rows:
            self.choose(self._rows[0].id)
        self._table.record_selected.connect(self._tell)

    def chosen(self) -> Checkpoint | None:
        """The checkpoint, or None where there is none at all."""
        found: Checkpoint | None = self._table.current_record()
        return found or (self._rows[0] if self._rows else None)

    def choose(self, identity: int | None) -> None:
        """Choose that one, if it is there."""
        self._table.select_record(identity)

    @pyqtSlot(object)
    def _tell(self, _row: object) -> None:
        self.changed.emit()
