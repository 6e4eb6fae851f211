"""A plot in motion: lines and ticks painted by Qt alone, so that a hand is followed at once.

While a plot is panned, its lines keep their scale and only the place changes; matplotlib needs
20 ms for the axes alone. What stands still (values at the left) is taken from its last picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from rave_gui.ui import tokens
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.plot_lines import Line

_COLUMN = 3
"""Pixels that one extreme of a line in motion stands for."""
_FINE = 6
"""Lines up to which they are painted without steps."""
_THICKET = 3.0
"""Ups and downs of a line, in widths of the plot, above which its dashes are left out."""
_DASHES = {
    "solid": Qt.PenStyle.SolidLine,
    "dashed": Qt.PenStyle.DashLine,
    "dotted": Qt.PenStyle.DotLine,
}


@dataclass(frozen=True)
class Scale:
    """From values to pixels."""

    area: QRectF
    low: float
    high: float
    bottom: float
    top: float
    log: bool

    def points(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Pixels of points; what a logarithmic axis cannot show lies at its bottom."""
        bottom, top = self.bottom, self.top
        if self.log:
            y, bottom, top = np.log10(np.maximum(y, bottom)), np.log10(bottom), np.log10(top)
        left = self.area.left() + (x - self.low) * (self.area.width() / (self.high - self.low))
        down = self.area.bottom() - (y - bottom) * (self.area.height() / (top - bottom))
        return left, np.clip(down, -1e5, 1e5)


class Motion:
    """Paints one frame; holds nothing but the theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def paint(
        self,
        painter: QPainter,
        scale: Scale,
        lines: list[Line],
        ticks: list[tuple[float, str]],
        still: QPixmap,
    ) -> None:
        """Lines and the names of places over ``still``, the last whole picture."""
        theme, area = self._theme, scale.area
        painter.drawPixmap(0, 0, still)
        below = QRectF(area.left() - 20, area.bottom() + 1, area.width() + 40, 40)
        for part in (area, below):
            painter.fillRect(part, theme.colour("panel"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setFont(theme.mono_font(tokens.LABEL_PX))
        self._paint_ticks(painter, scale, ticks)
        painter.setClipRect(area)
        fine = len(lines) <= _FINE
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, fine)
        pixels = max(40, int(area.width()) // _COLUMN)
        for line in lines:
            x, y = scale.points(*line.shown(scale.low, scale.high, pixels))
            # Qt steps along every dash: in a thicket that takes longer than all else, and no dash
            # can be seen there.
            thicket = float(np.abs(np.diff(y)).sum()) > _THICKET * area.width()
            painter.setPen(self._pen(line, fine=fine, dashes=not thicket))
            painter.drawPolyline(polygon(x, y))
        painter.setClipping(False)

    def _paint_ticks(self, painter: QPainter, scale: Scale, ticks: list[tuple[float, str]]) -> None:
        painter.setPen(self._theme.word("muted"))
        for place, text in ticks:
            x = float(scale.points(place, scale.top)[0])
            if scale.area.left() <= x <= scale.area.right():
                box = QRectF(x - 60, scale.area.bottom() + 4, 120, 18)
                painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, text)

    def _pen(self, line: Line, *, fine: bool, dashes: bool) -> QPen:
        """Of one pixel where there are many: Qt draws those without making an outline first."""
        pen = QPen(QColor(self._theme.colour(line.curve.role)), 1.4 if fine else 1.0)
        if dashes:
            pen.setStyle(_DASHES[line.curve.dash])
        return pen


def polygon(x: Any, y: Any) -> QPolygonF:
    """The points as Qt's own array, filled without a Python object for each."""
    made = QPolygonF()
    made.fill(QPointF(), len(x))
    if len(x):
        memory = made.data()
        assert memory is not None
        memory.setsize(16 * len(x))
        pairs = np.frombuffer(memory, np.float64).reshape(-1, 2)
        pairs[:, 0], pairs[:, 1] = x, y
    return made
