"""What a model is: latents, size, what it sees; and what it was trained with."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from rave_gui.backend.model_facts import ModelFacts
from rave_gui.backend.run_differences import Difference
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import checkpoint_detail as words
from rave_gui.ui.widgets.buttons import button
from rave_gui.ui.widgets.labels import hairline, label
from rave_gui.ui.widgets.latent_bars import LatentBars
from rave_gui.ui.widgets.pairs import Pairs


class CheckpointModel(QWidget):
    """Says while the engine looks, and why it did not."""

    trust_requested = pyqtSignal()
    """The person vouches for where the file is from."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told, self._bars, self._pairs = (
            label(role="muted", wrap=True),
            LatentBars(theme),
            Pairs(),
        )
        self._trust = button(self.tr("I know where it is from: look into it"))
        self._with, self._differences = label(self.tr("Trained with"), "cardtitle"), Pairs()
        self._line = hairline()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(label(self.tr("The model"), "cardtitle"))
        for part in (self._bars, self._told, self._trust, self._pairs, self._line):
            box.addWidget(part)
        box.addWidget(self._with)
        box.addWidget(self._differences)
        self._trust.hide()
        self._trust.clicked.connect(self._ask)

    @property
    def words(self) -> str:
        """What is said about the latents, or why nothing is."""
        return self._told.text()

    def show_facts(self, facts: ModelFacts | None) -> None:
        """What the engine found; None: it is asked."""
        bars = words.latents(facts)
        self._bars.show_bars(bars)
        self._bars.setVisible(bool(bars))
        self._say(words.latent_words(facts) if facts else self.tr("Looking into the file…"))
        self._pairs.show_facts(words.model_facts(facts))
        self._pairs.setVisible(facts is not None)
        self._trust.hide()

    def show_trouble(self, text: str, *, trust: bool = False) -> None:
        """Why the engine told nothing; with ``trust`` the person can make it look all the same."""
        self.show_facts(None)
        self._say(text)
        self._trust.setVisible(trust)

    def show_differences(self, found: Sequence[Difference]) -> None:
        """Settings that are not the usual ones."""
        facts = words.difference_facts(found)
        for part in (self._line, self._with, self._differences):
            part.setVisible(bool(facts))
        self._differences.show_facts(facts)

    def _say(self, text: str) -> None:
        self._told.setText(text)
        self._told.setVisible(bool(text))

    @pyqtSlot()
    def _ask(self) -> None:
        self.trust_requested.emit()
