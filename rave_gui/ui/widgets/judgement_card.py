"""“What this says”: the curves in words, and on demand the evidence and what people do then."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSlot
from PyQt6.QtWidgets import QFrame, QVBoxLayout, QWidget

from rave_gui.backend.judgement import Judgement, Observation
from rave_gui.ui.theme import set_role
from rave_gui.ui.viewmodels import judgement as words
from rave_gui.ui.widgets.buttons import LINK, button
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.parts import scrolled

_ROLES = {"good": "good", "note": "strong", "warn": "warn", "bad": "bad"}


class JudgementCard(QFrame):
    """Keeps what is unfolded unfolded while the words change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._shown: Judgement | None = None
        self.headline = label(role="section", wrap=True)
        self.summary = label(role="secondary", wrap=True)
        self.why = button("", LINK)
        self._details = QWidget()
        self._list = QVBoxLayout(self._details)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(12)
        self._build()
        self.why.clicked.connect(self._on_why)
        self._unfold(on=False)

    def show_judgement(self, judgement: Judgement | None) -> None:
        """Say that; None says nothing. The same again changes nothing."""
        if judgement == self._shown and judgement is not None:
            return
        self._shown = judgement
        self.headline.setText(judgement.headline if judgement else "")
        self.summary.setText(judgement.summary if judgement else "")
        severity = judgement.severity if judgement else "good"
        set_role(self.headline, {"bad": "bad", "warn": "warn"}.get(severity, "section"))
        findings = judgement.findings if judgement else ()
        self.why.setVisible(bool(findings))
        self._show_findings(findings)
        if not findings:
            self._unfold(on=False)

    # Inside

    def _show_findings(self, findings: tuple[Observation, ...]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (gone := item.widget()) is not None:
                gone.hide()
                gone.deleteLater()
        for finding in findings:
            self._list.addWidget(_entry(finding))

    @pyqtSlot()
    def _on_why(self) -> None:
        self._unfold(on=not self._details.isVisibleTo(self))

    def _unfold(self, *, on: bool) -> None:
        self._details.setVisible(on)
        self.why.setText(self.tr("Less") if on else self.tr("Why?"))

    def _build(self) -> None:
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(16, 14, 14, 14)
        box.setSpacing(8)
        box.addWidget(label(self.tr("What this says"), "cardtitle"))
        for part in (self.headline, self.summary, self._details):
            box.addWidget(part)
        box.addWidget(self.why, 0, Qt.AlignmentFlag.AlignLeft)
        box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.addWidget(scrolled(inner))


def _entry(finding: Observation) -> QWidget:
    entry = QWidget()
    box = QVBoxLayout(entry)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(3)
    head = f"{words.sign(finding.severity)}  {finding.text}"
    box.addWidget(label(head, _ROLES.get(finding.severity, "strong"), wrap=True))
    box.addWidget(label(finding.evidence, "muted", wrap=True))
    if finding.advice:
        box.addWidget(label(finding.advice, "secondary", wrap=True))
    return entry
