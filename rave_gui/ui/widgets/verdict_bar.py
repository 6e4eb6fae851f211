"""How many files are good, want a look, cannot be used: one bar, three colours, with words."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from rave_gui.ui.theme import Theme

_ROLES = ("good", "phase2", "bad")
_HEIGHT = 6


class VerdictBar(QWidget):
    """Shares to scale; a share that is not zero is at least two pixels wide."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts: tuple[int, int, int] = (0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_counts(self, counts: tuple[int, int, int], words: str) -> None:
        """Usable, doubtful and unusable files; ``words`` say the same for screen readers."""
        self._counts = counts
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setVisible(sum(counts) > 0)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(240, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw the shares side by side."""
        total = sum(self._counts)
        if not total:
            return
        painter = QPainter(self)
        painter.setPen(QColor(0, 0, 0, 0))
        x = 0.0
        for count, role in zip(self._counts, _ROLES, strict=True):
            width = max(2.0, self.width() * count / total) if count else 0.0
            painter.fillRect(QRectF(x, 0, width, _HEIGHT), self._theme.colour(role))
            x += width + (1.0 if count else 0.0)
