"""Step 5: what speaks against it, and the exact command of each export."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from rave_gui.backend.export_draft import ExportDraft
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import export_words as words
from rave_gui.ui.widgets.buttons import button
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.command_box import CommandBox
from rave_gui.ui.widgets.finding_list import FindingList
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.parts import scrolled

Line = tuple[str, str]
"""What an export will be, and the command that makes it."""


class ExportReviewStep(QWidget):
    """Everything once more before it begins."""

    mend_requested = pyqtSignal(object)
    install_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.findings = FindingList(theme)
        self.clear_words = label(role="good")
        self.commands: list[CommandBox] = []
        self._titles: list[QLabel] = []
        self._lines = QVBoxLayout()
        self.engine = Card()
        self.install = button(self.tr("Install RAVE…"))
        self._build()
        self.findings.mend_requested.connect(self.mend_requested)
        self.install.clicked.connect(self.install_requested)

    def show_draft(self, draft: ExportDraft, lines: Sequence[Line]) -> None:
        """What was decided, and what follows from it."""
        self.findings.show_findings(draft.findings())
        clear = words.findings_clear(draft)
        self.clear_words.setText(clear)
        self.clear_words.setVisible(bool(clear))
        self.engine.setVisible(not draft.has_engine)
        while len(self.commands) < len(lines):
            self._add_line()
        for number, (title, box) in enumerate(zip(self._titles, self.commands, strict=True)):
            shown = lines[number] if number < len(lines) else ("", "")
            title.setText(shown[0])
            title.setVisible(bool(shown[0]))
            box.show_command(shown[1])

    def first_field(self) -> QWidget:
        """Where the keyboard begins."""
        return self.install if self.engine.isVisibleTo(self) else self

    def _add_line(self) -> None:
        title, box = (
            label(role="strong", wrap=True),
            CommandBox(self._theme, self.tr("The exact command")),
        )
        self._titles.append(title)
        self.commands.append(box)
        self._lines.addWidget(title)
        self._lines.addWidget(box)

    def _build(self) -> None:
        row = QHBoxLayout()
        text = self.tr("RAVE is not installed yet. Your choices wait here while it is.")
        row.addWidget(label(text, wrap=True), 1)
        row.addWidget(self.install)
        self.engine.body.addLayout(row)
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 10, 0)
        box.setSpacing(14)
        for part in (self.clear_words, self.findings, self.engine):
            box.addWidget(part)
        self._lines.setSpacing(12)
        box.addLayout(self._lines)
        box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 20, 18, 12)
        outer.addWidget(scrolled(inner))
