"""How the configurations of compared trainings differ, beside their curves."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from rave_gui.backend.compare import DifferenceRow
from rave_gui.ui.viewmodels.training_words import setting_name, setting_value
from rave_gui.ui.widgets.labels import ElidedLabel, label

_TOP = Qt.AlignmentFlag.AlignTop


class CompareCard(QFrame):
    """A column for each training, a row for each setting that is not the same in all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._shown: tuple[tuple[str, ...], tuple[DifferenceRow, ...]] = ((), ())
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(16, 12, 16, 14)
        self._box.setSpacing(8)
        self._box.addWidget(label(self.tr("What differs"), "cardtitle"))
        self._table: QWidget | None = None
        self.setVisible(False)

    def show_differences(self, names: Sequence[str], rows: Sequence[DifferenceRow]) -> None:
        """Show these; fewer than two trainings show nothing."""
        if (tuple(names), tuple(rows)) == self._shown:
            return
        self._shown = (tuple(names), tuple(rows))
        if self._table is not None:
            self._box.removeWidget(self._table)
            self._table.hide()
            self._table.deleteLater()
        self._table = self._made(names, rows)
        self._box.addWidget(self._table)
        self.setVisible(len(names) > 1)

    def _made(self, names: Sequence[str], rows: Sequence[DifferenceRow]) -> QWidget:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(5)
        if not rows:
            text = self.tr("These trainings were given exactly the same.")
            grid.addWidget(label(text, "secondary", wrap=True), 0, 0)
            return table
        for column, name in enumerate(names, 1):
            grid.addWidget(ElidedLabel(name, "strong"), 0, column)
            grid.setColumnStretch(column, 1)
        for line, row in enumerate(rows, 1):
            grid.addWidget(label(setting_name(row.key), "secondary"), line, 0, _TOP)
            for column, value in enumerate(row.values, 1):
                shown = "–" if value is None else setting_value(value)
                grid.addWidget(label(shown, "figure", wrap=True), line, column, _TOP)
        return table
