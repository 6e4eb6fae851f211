"""Names at the left, values at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QLabel, QWidget

from rave_gui.ui.theme import set_role
from rave_gui.ui.viewmodels.rows import Fact
from rave_gui.ui.widgets.labels import label


class Pairs(QWidget):
    """Names at the left, values at the right; rows are kept, so that nothing flickers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(0, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these, in order."""
        while len(self._rows) < len(facts):
            self._add_row()
        for index, pair in enumerate(self._rows):
            for part in pair:
                part.setVisible(index < len(facts))
            if index < len(facts):
                self._fill(pair, facts[index])

    def _add_row(self) -> None:
        name, value = label(role="secondary"), label(role="strong")
        row = len(self._rows)
        self._grid.addWidget(name, row, 0)
        self._grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignRight)
        self._rows.append((name, value))

    def _fill(self, pair: tuple[QLabel, QLabel], fact: Fact) -> None:
        name, value = pair
        name.setText(fact.name)
        value.setText(fact.value)
        set_role(value, fact.role or "strong")
        for part in pair:
            part.setToolTip(fact.tip)
            part.setAccessibleDescription(fact.tip)
