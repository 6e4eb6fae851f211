"""Small rounded marks: a remark, and the engine at the right of the top bar."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from rave_gui.ui.theme import Theme, set_role


class Chip(QLabel):
    """A short remark in a rounded frame; hidden while it has nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("chip", True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.hide()

    def say(self, text: str, role: str = "secondary") -> None:
        """Show ``text`` in the colour of ``role``."""
        self.setText(text)
        self.setVisible(bool(text))
        set_role(self, role)


class DotChip(QPushButton):
    """A chip with a dot whose colour goes with the words; leads to more when clicked."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._role = theme, ""
        self.setProperty("kind", "chip")
        self.setIconSize(QSize(12, 12))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def say(self, text: str, role: str, tip: str = "") -> None:
        """Show ``text`` behind a dot of ``role``."""
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setAccessibleDescription(tip)
        if role != self._role:
            self._role = role
            self._theme.bind_icon(self, "dot", {"warn": "phase2"}.get(role, role))
