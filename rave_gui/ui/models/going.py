"""The table of the checkpoints that would go."""

from __future__ import annotations

from PyQt6.QtCore import QObject

from rave_gui.backend.checkpoint_clearing import Going
from rave_gui.ui import formats
from rave_gui.ui.models.checkpoints import kind
from rave_gui.ui.models.table import Column, RecordTableModel
from rave_gui.ui.text import translate


class GoingModel(RecordTableModel[Going]):
    """Rows are what would go, file by file."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_declared(), lambda row: row.checkpoint.id or 0, parent)


def _declared() -> tuple[Column[Going], ...]:
    return (
        Column("training", _tr("Training"), lambda row: row.training),
        Column(
            "step",
            _tr("Step"),
            lambda row: formats.count(row.checkpoint.step),
            lambda row: row.checkpoint.step,
            True,
        ),
        Column("kind", _tr("Kept as"), lambda row: kind(row.checkpoint)),
        Column(
            "size",
            _tr("Size"),
            lambda row: formats.size(row.checkpoint.size),
            lambda row: row.checkpoint.size,
            True,
        ),
        Column(
            "file",
            _tr("File"),
            lambda row: row.checkpoint.checkpoint_path.name,
            hint=lambda row: str(row.checkpoint.checkpoint_path),
        ),
    )


def _tr(text: str) -> str:
    return translate("going", text)
