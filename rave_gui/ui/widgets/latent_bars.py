"""How many latents a model has for the share of the sound that an export keeps."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, QSize
from PyQt6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.tokens import LABEL_PX

_HEIGHT, _FOOT, _HEAD = 84, 18, 18
_WIDEST = 44


class LatentBars(QWidget):
    """A bar for each share, its number above and the share below."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._bars: tuple[tuple[str, int], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Latents for each share"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(220, _HEIGHT)

    def show_bars(self, bars: Sequence[tuple[str, int]]) -> None:
        """Share and number, from left to right."""
        self._bars = tuple(bars)
        told = ", ".join(f"{share}: {number}" for share, number in bars)
        self.setAccessibleDescription(told)
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Heights are logarithms: RAVE rounds up to a power of two."""
        if not self._bars:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.mono_font(LABEL_PX))
        room = self.width() / len(self._bars)
        most = max(1.0, *(math.log2(1 + number) for _, number in self._bars))
        for place, (share, number) in enumerate(self._bars):
            part = math.log2(1 + number) / most
            self._bar(painter, QRectF(place * room, 0, room, self.height()), part, (share, number))

    def _bar(self, painter: QPainter, area: QRectF, part: float, told: tuple[str, int]) -> None:
        middle, width = area.center().x(), min(_WIDEST, area.width() - 10)
        height = max(3.0, part * (area.height() - _FOOT - _HEAD))
        bar = QRectF(middle - width / 2, area.bottom() - _FOOT - height, width, height)
        painter.setPen(self._theme.colour("phase1"))
        painter.setBrush(self._theme.colour("phase1"))
        painter.drawRoundedRect(bar, 2, 2)
        share, number = told
        self._text(painter, QPointF(middle, area.bottom() - 4), share, "muted")
        self._text(painter, QPointF(middle, bar.top() - 5), str(number), "text")

    def _text(self, painter: QPainter, at: QPointF, text: str, role: str) -> None:
        width = QFontMetricsF(painter.font()).horizontalAdvance(text)
        painter.setPen(self._theme.word(role))
        painter.drawText(QPointF(at.x() - width / 2, at.y()), text)
