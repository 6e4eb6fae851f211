"""Cards in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QGridLayout, QWidget

_LEAST = 300
_GAP = 14


class CardGrid(QWidget):
    """Lays its widgets out anew when its width allows another number of columns."""

    def __init__(
        self, least: int = _LEAST, most: int | None = None, parent: QWidget | None = None
    ) -> None:
        """Make an empty one.

        Args:
            least: Pixels that a card is wide at least.
            most: Columns at most, None for as many as there is room for.
            parent: Qt's.
        """
        super().__init__(parent)
        self._least, self._most = least, most
        self._cards: list[QWidget] = []
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)

    def set_cards(self, cards: Sequence[QWidget]) -> None:
        """Show these, in order; others are let go."""
        for card in self._cards:
            if card not in cards:
                card.setParent(None)
                card.deleteLater()
        self._cards = list(cards)
        self._columns = 0
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """More or fewer columns."""
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        columns = max(1, (self.width() + _GAP) // (self._least + _GAP))
        columns = min(columns, self._most or columns)
        if columns == self._columns:
            return
        for column in range(max(self._columns, self._grid.columnCount())):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        for index, card in enumerate(self._cards):
            self._grid.addWidget(card, index // columns, index % columns)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)
