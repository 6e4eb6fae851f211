"""The table of checkpoints to go on from, the newest first."""

from __future__ import annotations

import time

from PyQt6.QtCore import QObject

from rave_gui.core.records import Checkpoint
from rave_gui.ui import formats
from rave_gui.ui.models.checkpoints import kind
from rave_gui.ui.models.table import Column, RecordTableModel
from rave_gui.ui.text import translate


class ResumePointsModel(RecordTableModel[Checkpoint]):
    """Rows are checkpoints of one training."""

    def __init__(self, parent: QObject | None = None) -> None:
        def tr(text: str) -> str:
            return translate("checkpoints", text)

        columns = (
            Column[Checkpoint](
                "step", tr("Step"), lambda row: formats.count(row.step), lambda row: row.step, True
            ),
            Column[Checkpoint]("kind", tr("Kept as"), kind),
            Column[Checkpoint](
                "validation",
                tr("Validation"),
                lambda row: formats.figure(row.validation),
                lambda row: row.validation,
                True,
            ),
            Column[Checkpoint](
                "written",
                tr("Written"),
                lambda row: formats.ago(row.created_at, time.time()),
                value=lambda row: row.created_at,
            ),
        )
        super().__init__(columns, lambda row: row.id or str(row.checkpoint_path), parent)


def newest_first(rows: list[Checkpoint]) -> list[Checkpoint]:
    """By the time they were written: after going back to an earlier step that is the newest."""
    return sorted(rows, key=lambda row: (row.created_at, row.step), reverse=True)
