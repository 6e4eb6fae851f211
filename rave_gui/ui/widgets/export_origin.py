"""Where an instrument came from, and what its maker says of licence and consent."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels import export_origin as words
from rave_gui.ui.viewmodels.export_origin import OriginFacts
from rave_gui.ui.viewmodels.rows import Fact
from rave_gui.ui.widgets.buttons import LINK, button
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.flow import FlowLayout
from rave_gui.ui.widgets.labels import label

_ICONS = {"models": "layers", "experiments": "curve", "datasets": "waveform"}


class OriginCard(Card):
    """Links to the records; what is gone is said, not linked."""

    record_requested = pyqtSignal(str, object)
    """Table and id."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Where it came from"), parent)
        self._theme = theme
        self._sentence = label(role="secondary", wrap=True)
        holder = QWidget()
        self._links = FlowLayout(gap=8, line_gap=6, parent=holder)
        self.links: dict[QPushButton, tuple[str, int]] = {}
        self.body.addWidget(self._sentence)
        self.body.addWidget(holder)

    def show_origin(self, facts: OriginFacts) -> None:
        """Show these."""
        self._sentence.setText(words.sentence(facts))
        for gone in self.links:
            self._links.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self.links = {}
        for text, table, identity in words.links(facts):
            link = button(text, LINK, theme=self._theme, icon=_ICONS[table], name=text)
            link.clicked.connect(self._on_link)
            self._links.addWidget(link)
            self.links[link] = (table, identity)

    @pyqtSlot()
    def _on_link(self) -> None:
        pressed = self.sender()
        if isinstance(pressed, QPushButton) and pressed in self.links:
            self.record_requested.emit(*self.links[pressed])


class RightsCard(Card):
    """Licence and consent as the model card has them."""

    edit_requested = pyqtSignal()
    card_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Licence and consent"), parent)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []
        self.edit = button(self.tr("Edit…"))
        self.open = button(self.tr("Show the model card"), LINK)
        row = QHBoxLayout()
        row.addWidget(self.edit, 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self.open, 0, Qt.AlignmentFlag.AlignLeft)
        row.addStretch(1)
        self.body.addLayout(self._grid)
        self.body.addLayout(row)
        self.edit.clicked.connect(self.edit_requested)
        self.open.clicked.connect(self.card_requested)

    def show_rights(self, facts: OriginFacts) -> None:
        """What was said, and what was not."""
        told = words.rights_facts(facts.rights)
        while len(self._rows) < len(told):
            self._add_row()
        for number, pair in enumerate(self._rows):
            fact = told[number] if number < len(told) else Fact("", "")
            pair[0].setText(fact.name)
            pair[1].setText(fact.value)
            set_role(pair[1], fact.role)
            for part in pair:
                part.setVisible(number < len(told))
        self.open.setVisible(facts.card is not None)

    def _add_row(self) -> None:
        name, value = label(role="secondary"), label(wrap=True)
        row = len(self._rows)
        self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)
        self._rows.append((name, value))
