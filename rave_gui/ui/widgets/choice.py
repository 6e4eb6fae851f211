"""A list to choose from."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QWidget


class Choice(QComboBox):
    """A list of values, each shown as words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # The wheel scrolls what is around; it must not change a value on its way.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: object) -> None:
        """Leave the wheel to whatever scrolls."""
        ignore = getattr(event, "ignore", None)
        if ignore:
            ignore()

    def add(self, text: str, value: object) -> None:
        """Add a value."""
        self.addItem(text, value)

    def choose(self, value: object) -> None:
        """Choose a value that was added; another leaves the choice as it is."""
        for index in range(self.count()):
            if self.itemData(index) == value:
                self.setCurrentIndex(index)
                return

    def set_possible(self, value: object, why_not: str) -> None:
        """Let a value be chosen only where ``why_not`` is empty; else that is its tooltip."""
        for index in range(self.count()):
            if self.itemData(index) == value:
                item = self.model().item(index)  # type: ignore[union-attr]
                item.setEnabled(not why_not)
                item.setToolTip(why_not)
