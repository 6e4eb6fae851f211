"""The table of what a training was launched with, beside what would be usual."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QObject

from rave_gui.ui.models.table import Column, RecordTableModel
from rave_gui.ui.text import translate


@dataclass(frozen=True)
class Setting:
    """One stored setting; ``usual`` is empty where there is no default."""

    name: str
    value: str
    usual: str

    @property
    def changed(self) -> bool:
        """Whether it is another value than usual."""
        return bool(self.usual) and self.value != self.usual


class SettingsModel(RecordTableModel[Setting]):
    """Rows are settings."""

    def __init__(self, parent: QObject | None = None) -> None:
        def tr(text: str) -> str:
            return translate("settings", text)

        columns = (
            Column[Setting]("setting", tr("Setting"), lambda row: row.name),
            Column[Setting](
                "value",
                tr("Value"),
                lambda row: row.value,
                tone=lambda row: "accent" if row.changed else "",
            ),
            Column[Setting]("usual", tr("Usual"), lambda row: row.usual if row.changed else ""),
        )
        super().__init__(columns, lambda row: row.name, parent)
