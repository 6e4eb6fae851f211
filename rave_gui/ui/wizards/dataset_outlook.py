"""The live forecast beside the format."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from rave_gui.backend.dataset_draft import DatasetDraft
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels import outlook_words as words
from rave_gui.ui.viewmodels.rows import Fact
from rave_gui.ui.widgets.chips import Chip
from rave_gui.ui.widgets.flow import FlowLayout
from rave_gui.ui.widgets.labels import hairline, label
from rave_gui.ui.widgets.pairs import Pairs
from rave_gui.ui.widgets.parts import scrolled
from rave_gui.ui.wizards.traffic_light import TrafficLight

_WIDTH = 316


class OutlookCard(QFrame):
    """Light, figures, disk, networks. Grey while an answer is worked out."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "inset")
        self.setFixedWidth(_WIDTH)
        self.light = TrafficLight(theme)
        self.word, self.state = label(role="section"), label(role="muted")
        self.reason = label(role="secondary", wrap=True)
        self.figures, self.networks = Pairs(), _Chips()
        self.misfits, self.latent = label(role="muted", wrap=True), label(role="muted", wrap=True)
        self._build()

    def show_draft(self, draft: DatasetDraft) -> None:
        """The last answer, and whether a newer one is on its way."""
        found = draft.prospect
        self.state.setText("" if draft.fresh else self.tr("working it out…"))
        for part in (self.figures, self.networks, self.reason, self.misfits, self.latent):
            part.setVisible(found is not None)
        if found is None:
            return
        text, reason, role = words.light_words(found)
        self.word.setText(text)
        self.light.show_light(role, text)
        self.reason.setText(reason)
        self.figures.show_facts(words.figures(found))
        text, role = words.latent(found)
        self.latent.setText(text)
        set_role(self.latent, role)
        self.networks.show_facts(words.networks(found))
        misfits = words.misfits(found)
        self.misfits.setText(misfits)
        self.misfits.setVisible(bool(misfits))

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.light)
        head.addWidget(self.word)
        head.addStretch(1)
        head.addWidget(self.state)
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(18, 16, 18, 16)
        box.setSpacing(10)
        box.addLayout(head)
        for part in (self.reason, hairline(), self.figures, hairline()):
            box.addWidget(part)
        box.addWidget(label(self.tr("Networks that this window fits"), "cardtitle"))
        for part in (self.networks, self.misfits, self.latent):
            box.addWidget(part)
        box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.addWidget(scrolled(inner))


class _Chips(QWidget):
    """Small remarks side by side; kept, so that nothing flickers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(gap=6, line_gap=6, parent=self)
        self._chips: list[Chip] = []

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these, in order."""
        while len(self._chips) < len(facts):
            self._chips.append(Chip())
            self._flow.addWidget(self._chips[-1])
        for index, chip in enumerate(self._chips):
            fact = facts[index] if index < len(facts) else Fact("", "")
            chip.say(fact.value, fact.role)
            chip.setToolTip(fact.tip)
            chip.setAccessibleDescription(fact.tip)
