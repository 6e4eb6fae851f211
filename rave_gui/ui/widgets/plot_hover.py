"""What follows the mouse over a plot: a line, a dot on each curve, and the values in a box."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from rave_gui.ui import tokens
from rave_gui.ui.theme import Theme

_PAD, _ROW, _GAP = 10.0, 18.0, 16.0


@dataclass(frozen=True)
class HoverLine:
    """One curve at the place of the mouse."""

    label: str
    value: str
    role: str
    spot: QPointF | None
    """Where its point lies; None where the axes do not show it."""


class HoverBox:
    """Paints in the colours of the moment; holds no state."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def paint(
        self, painter: QPainter, area: QRectF, x: float, title: str, lines: list[HoverLine]
    ) -> None:
        """The crosshair at ``x`` and the box beside it, inside ``area``."""
        painter.setPen(QPen(self._theme.colour("muted"), 1.0, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        for line in lines:
            self._paint_dot(painter, area, line)
        self._paint_box(painter, area, x, title, lines)

    def paint_focus(self, painter: QPainter, whole: QRectF) -> None:
        """A frame around what the keys move."""
        painter.setPen(QPen(self._theme.colour("accent"), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        frame = whole.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)

    def paint_span(self, painter: QPainter, span: QRectF) -> None:
        """The range that is being chosen."""
        colour = QColor(self._theme.colour("accent"))
        colour.setAlpha(40)
        painter.fillRect(span, colour)

    def _paint_dot(self, painter: QPainter, area: QRectF, line: HoverLine) -> None:
        if line.spot is None or not area.contains(line.spot):
            return
        painter.setPen(QPen(self._theme.colour("panel"), 1.5))
        painter.setBrush(self._theme.colour(line.role))
        painter.drawEllipse(line.spot, 4.0, 4.0)

    def _paint_box(
        self, painter: QPainter, area: QRectF, x: float, title: str, lines: list[HoverLine]
    ) -> None:
        font = self._theme.mono_font(tokens.LABEL_PX)
        painter.setFont(font)
        width = self._width(QFontMetricsF(font), title, lines)
        lines = _nearest(lines, area, _ROW)
        height = _ROW * (len(lines) + 1) + _PAD
        left = x + 12 if x + 12 + width <= area.right() else x - 12 - width
        box = QRectF(max(left, area.left()), area.top() + 4, width, height)
        painter.setPen(QPen(self._theme.colour("line"), 1.0))
        painter.setBrush(self._theme.colour("raised"))
        painter.drawRoundedRect(box, tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)
        row = QRectF(box.left() + _PAD, box.top() + _PAD / 2, width - 2 * _PAD, _ROW)
        self._paint_text(painter, row, title, "secondary", Qt.AlignmentFlag.AlignLeft)
        for line in lines:
            row.translate(0, _ROW)
            self._paint_text(painter, row, line.label, line.role, Qt.AlignmentFlag.AlignLeft)
            self._paint_text(painter, row, line.value, "text", Qt.AlignmentFlag.AlignRight)

    def _paint_text(
        self, painter: QPainter, row: QRectF, text: str, role: str, side: Qt.AlignmentFlag
    ) -> None:
        painter.setPen(self._theme.word(role))
        painter.drawText(row, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _width(self, metrics: QFontMetricsF, title: str, lines: list[HoverLine]) -> float:
        texts = [line.label + line.value for line in lines]
        rows = [metrics.horizontalAdvance(text) + _GAP for text in texts]
        return max([metrics.horizontalAdvance(title), *rows]) + 2 * _PAD


def _nearest(lines: list[HoverLine], area: QRectF, row: float) -> list[HoverLine]:
    """As many lines as there is room for, the highest on the screen first where they are many."""
    room = max(1, int((area.height() - _PAD) // row) - 1)
    if len(lines) <= room:
        return lines
    seen = [line for line in lines if line.spot is not None and area.contains(line.spot)]
    return sorted(seen, key=lambda line: line.spot.y() if line.spot else 0.0)[:room]
