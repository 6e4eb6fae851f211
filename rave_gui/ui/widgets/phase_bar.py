"""The training bar: both phases in it, always to scale."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from rave_gui.ui.theme import Theme

_GAP = 3.0
_HEIGHT = 8


class PhaseBar(QWidget):
    """Two segments as long as the phases, filled as far as the training is."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._share: float | None = None
        self._done = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Training progress"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(240, _HEIGHT)

    def show_progress(self, done: float, phase1_share: float | None) -> None:
        """``done`` and ``phase1_share`` are shares of the plan; None: one segment only."""
        self._done, self._share = done, phase1_share
        self.setAccessibleDescription(self.tr("{n} percent").format(n=int(done * 100)))
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw tracks and fills."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        share = 1.0 if self._share is None else self._share
        first, second = share, 1.0 - share
        gap = _GAP if first > 0 and second > 0 else 0.0
        width = self.width() - gap
        self._segment(painter, 0.0, width * first, self._part(0.0, first), "phase1")
        self._segment(
            painter, width * first + gap, width * second, self._part(first, second), "phase2"
        )

    def _part(self, begin: float, length: float) -> float:
        return max(0.0, min(1.0, (self._done - begin) / length)) if length > 0 else 0.0

    def _segment(self, painter: QPainter, x: float, width: float, part: float, role: str) -> None:
        if width <= 0:
            return
        tokens = self._theme.tokens.as_dict()
        _bar(painter, QRectF(x, 0, width, _HEIGHT), QColor(tokens[f"{role}_track"]))
        if part > 0:
            _bar(painter, QRectF(x, 0, max(2.0, width * part), _HEIGHT), QColor(tokens[role]))


def _bar(painter: QPainter, area: QRectF, colour: QColor) -> None:
    painter.setPen(QColor(0, 0, 0, 0))
    painter.setBrush(colour)
    radius = min(2.5, area.width() / 2)
    painter.drawRoundedRect(area, radius, radius)


class ThinBar(QWidget):
    """A plain bar of 4 pixels for lists and the status bar."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._part, self._role = theme, 0.0, "phase1"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Four pixels high."""
        return QSize(160, 4)

    def show_progress(self, part: float | None, role: str = "phase1") -> None:
        """``part`` from 0 to 1; None shows the track alone: not known yet."""
        self._part, self._role = part or 0.0, role
        self.setAccessibleDescription(self.tr("{n} percent").format(n=int(self._part * 100)))
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Draw track and fill."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - 4) / 2
        _bar(painter, QRectF(0, top, self.width(), 4), self._theme.colour("line"))
        if self._part > 0:
            fill = QRectF(0, top, max(2.0, self.width() * self._part), 4)
            _bar(painter, fill, self._theme.colour(self._role))
