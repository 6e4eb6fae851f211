"""Step 2: in which forms. Several at once are several exports."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from rave_gui.backend.export_draft import ExportDraft
from rave_gui.backend.export_kinds import KINDS
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import export_words as words
from rave_gui.ui.widgets.choice_card import ChoiceCard
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.parts import scrolled

_COLUMNS = 2


class FormatStep(QWidget):
    """A card for each form; any number of them can be lit."""

    toggled = pyqtSignal(str, bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = {kind: ChoiceCard(theme, words.kind_title(kind)) for kind in KINDS}
        grid = QGridLayout()
        grid.setSpacing(12)
        for place, (kind, card) in enumerate(self.cards.items()):
            card.say(*words.kind_words(kind))
            card.clicked.connect(self._on_clicked)
            grid.addWidget(card, place // _COLUMNS, place % _COLUMNS)
            grid.setColumnStretch(place % _COLUMNS, 1)
        self._build(grid)

    def show_draft(self, draft: ExportDraft) -> None:
        """What is chosen."""
        for kind, card in self.cards.items():
            card.setChecked(kind in draft.kinds)

    def first_field(self) -> QWidget:
        """Where the keyboard begins."""
        return next(
            (card for card in self.cards.values() if card.isChecked()), self.cards[KINDS[0]]
        )

    def _build(self, grid: QGridLayout) -> None:
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 8, 0)
        box.setSpacing(14)
        text = self.tr("Where shall it be played? Each form that you choose becomes a file.")
        box.addWidget(label(text, "secondary", wrap=True))
        box.addLayout(grid)
        box.addWidget(
            label(self.tr("A prior cannot be exported with it: RAVE 2.3.1 fails."), "muted")
        )
        box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 22, 20, 12)
        outer.addWidget(scrolled(inner))

    @pyqtSlot()
    def _on_clicked(self) -> None:
        pressed = self.sender()
        for kind, card in self.cards.items():
            if card is pressed:
                self.toggled.emit(kind, card.isChecked())
