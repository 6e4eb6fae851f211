"""The table of the checkpoints of one or of many trainings."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping

from PyQt6.QtCore import QObject

from rave_gui.core.records import Checkpoint, CheckpointKind
from rave_gui.ui import formats
from rave_gui.ui.models.table import Column, RecordTableModel
from rave_gui.ui.text import translate


class CheckpointsModel(RecordTableModel[Checkpoint]):
    """Rows are checkpoints; ``names`` tells which training each belongs to."""

    def __init__(self, parent: QObject | None = None) -> None:
        self._names: Mapping[int, str] = {}
        self._exported: Collection[int] = frozenset()
        super().__init__(self._declared(), lambda row: row.id or str(row.checkpoint_path), parent)

    def set_names(self, names: Mapping[int, str], exported: Collection[int] = frozenset()) -> None:
        """Names of the trainings by id, and the checkpoints that were exported."""
        self._names, self._exported = dict(names), exported
        if self.rows:
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _declared(self) -> tuple[Column[Checkpoint], ...]:
        def tr(text: str) -> str:
            return translate("checkpoints", text)

        return (
            Column("training", tr("Training"), self._training),
            Column("kind", tr("Kept as"), kind, tone=lambda row: "good" if row.is_best else ""),
            Column("step", tr("Step"), lambda r: formats.count(r.step), lambda r: r.step, True),
            Column(
                "validation",
                tr("Validation"),
                lambda row: formats.figure(row.validation),
                lambda row: row.validation,
                True,
            ),
            Column("size", tr("Size"), lambda r: formats.size(r.size), lambda r: r.size, True),
            Column("written", tr("Written"), _ago, lambda row: row.created_at, hint=_written),
            Column("stars", tr("Yours"), self._yours, value=lambda row: row.rating, hint=_notes),
            Column("file", tr("File"), _file, hint=lambda row: str(row.checkpoint_path)),
        )

    def _training(self, row: Checkpoint) -> str:
        return self._names.get(row.experiment_id, "")

    def _yours(self, row: Checkpoint) -> str:
        """What a person made of it; the filter finds all of these words."""
        parts = [
            formats.stars(row.rating),
            translate("checkpoints", "kept") if row.pinned else "",
            translate("checkpoints", "exported") if row.id in self._exported else "",
            " ".join(row.notes.split())[:80],
        ]
        return " ".join(part for part in parts if part)


def kind(row: Checkpoint) -> str:
    """Why the checkpoint exists, as words."""
    words = {
        CheckpointKind.BEST: translate("checkpoints", "best validation"),
        CheckpointKind.LAST: translate("checkpoints", "end of the training"),
        CheckpointKind.EPOCH: translate("checkpoints", "regular"),
        CheckpointKind.STOPPED: translate("checkpoints", "at the stop"),
        CheckpointKind.SAVED: translate("checkpoints", "saved by you"),
    }
    return words[row.kind]


def _ago(row: Checkpoint) -> str:
    return formats.ago(row.created_at, time.time())


def _written(row: Checkpoint) -> str:
    return formats.moment(row.created_at)


def _notes(row: Checkpoint) -> str:
    return row.notes


def _file(row: Checkpoint) -> str:
    return row.checkpoint_path.name
