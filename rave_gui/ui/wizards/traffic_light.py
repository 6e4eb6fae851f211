"""A round light; the word beside it says the same."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from rave_gui.ui.theme import Theme

_SIZE = 14
_COLOURS = {"good": "good", "warn": "phase2", "bad": "bad"}


class TrafficLight(QWidget):
    """Good, warning, bad, or not known yet."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._role = theme, ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_light(self, role: str, word: str) -> None:
        """The colour of ``role``; ``word`` is what a screen reader says."""
        self._role = role
        self.setAccessibleName(word)
        self.update()

    def sizeHint(self) -> QSize:
        """A small circle."""
        return QSize(_SIZE, _SIZE)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """One filled circle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(_COLOURS.get(self._role, "line")))
        painter.drawEllipse(QRectF(1, 1, _SIZE - 2, _SIZE - 2))
