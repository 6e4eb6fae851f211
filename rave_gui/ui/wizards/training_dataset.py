"""Step 1: what RAVE will learn from."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QButtonGroup, QGridLayout, QVBoxLayout, QWidget

from rave_gui.backend.training_draft import TrainingDraft
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import training_words as words
from rave_gui.ui.widgets.buttons import LINK, button
from rave_gui.ui.widgets.choice_card import ChoiceCard
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.parts import scrolled

_COLUMNS = 2


class DatasetStep(QWidget):
    """A card for each dataset that is ready."""

    dataset_chosen = pyqtSignal(object)
    """Its id."""
    new_dataset_requested = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.cards: dict[int | None, ChoiceCard] = {}
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._on_clicked)
        self._grid = QGridLayout()
        self._grid.setSpacing(12)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self.other = button(self.tr("Prepare another dataset…"), LINK, theme=theme, icon="plus")
        self.other.clicked.connect(self.new_dataset_requested)
        self._build()

    def show_draft(self, draft: TrainingDraft) -> None:
        """All that are ready, the chosen one lit."""
        for row in draft.datasets.values():
            if row.id not in self.cards:
                self._add(row.id, row.name)
            card = self.cards[row.id]
            card.setChecked(draft.dataset is not None and draft.dataset.id == row.id)
            card.say(words.dataset_lines(row), "")

    def first_field(self) -> QWidget:
        """Where the keyboard begins."""
        chosen = self._group.checkedButton()
        return chosen or next(iter(self.cards.values()), self.other)

    def _add(self, dataset_id: int | None, name: str) -> None:
        card = ChoiceCard(self._theme, name)
        place = len(self.cards)
        self.cards[dataset_id] = card
        self._group.addButton(card)
        self._grid.addWidget(card, place // _COLUMNS, place % _COLUMNS)

    def _build(self) -> None:
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 8, 0)
        box.setSpacing(14)
        text = self.tr("What shall RAVE learn from? The model will sound like this, and only this.")
        box.addWidget(label(text, "secondary", wrap=True))
        box.addLayout(self._grid)
        box.addWidget(self.other, 0, Qt.AlignmentFlag.AlignLeft)
        box.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 22, 20, 12)
        outer.addWidget(scrolled(inner))

    @pyqtSlot()
    def _on_clicked(self) -> None:
        chosen = self._group.checkedButton()
        for dataset_id, card in self.cards.items():
            if card is chosen:
                self.dataset_chosen.emit(dataset_id)
