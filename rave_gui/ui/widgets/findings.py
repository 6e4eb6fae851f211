"""Verdicts with their reasons, one a line."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QLabel, QWidget

from rave_gui.ui.viewmodels.export import Finding
from rave_gui.ui.widgets.labels import label

_TOP = Qt.AlignmentFlag.AlignTop


class Findings(QWidget):
    """A title, a coloured word, a reason and a figure in each line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Finding, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 2, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(2, 1)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show these lines; the same ones again change nothing."""
        if tuple(findings) == self._shown:
            return
        self._clear()
        self._shown = tuple(findings)
        for row, finding in enumerate(findings):
            self._add(row, finding)

    def _add(self, row: int, finding: Finding) -> None:
        title = label(finding.title, "strong")
        word = label(finding.word, finding.role)
        reason = label(finding.reason, "secondary", wrap=True)
        figure = label(finding.figure, "figure")
        for column, part in enumerate((title, word, reason, figure)):
            self._grid.addWidget(part, row, column, _TOP)
        self._grid.setRowStretch(row + 1, 0)

    def _clear(self) -> None:
        for part in self.findChildren(QLabel):
            self._grid.removeWidget(part)
            part.setParent(None)
            part.deleteLater()
