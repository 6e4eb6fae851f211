"""What speaks against a choice, one a line, each with the button that mends it."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from rave_gui.backend.rave_findings import ERROR, Finding
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.training_words import fix_words
from rave_gui.ui.widgets.buttons import button
from rave_gui.ui.widgets.labels import label


class FindingList(QWidget):
    """Errors first, then warnings; nothing at all where there are none."""

    mend_requested = pyqtSignal(object)
    """A :class:`Finding`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: tuple[Finding, ...] = ()
        self.fixes: dict[QPushButton, Finding] = {}
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(8)
        self.setVisible(False)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show these; the same ones again change nothing."""
        if tuple(findings) == self._shown:
            return
        self._shown, self.fixes = tuple(findings), {}
        while (item := self._box.takeAt(0)) is not None:
            if (gone := item.widget()) is not None:
                gone.hide()
                gone.deleteLater()
        for finding in findings:
            self._box.addWidget(self._line(finding))
        self.setVisible(bool(findings))

    def _line(self, finding: Finding) -> QFrame:
        serious = finding.severity == ERROR
        line = QFrame()
        line.setProperty("surface", "notice")
        row = QHBoxLayout(line)
        row.setContentsMargins(14, 10, 12, 10)
        row.setSpacing(12)
        sign = label("✕" if serious else "!", "bad" if serious else "warn")
        sign.setAccessibleName(self.tr("Error") if serious else self.tr("Warning"))
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(label(finding.text, wrap=True))
        words.addWidget(label(finding.remedy, "secondary", wrap=True))
        row.addLayout(words, 1)
        if text := fix_words(finding):
            fix = button(text, tip=finding.remedy)
            fix.clicked.connect(self._on_fix)
            self.fixes[fix] = finding
            row.addWidget(fix, 0, Qt.AlignmentFlag.AlignVCenter)
        return line

    @pyqtSlot()
    def _on_fix(self) -> None:
        pressed = self.sender()
        if isinstance(pressed, QPushButton) and pressed in self.fixes:
            self.mend_requested.emit(self.fixes[pressed])
