"""The shapes of checkpoints, told apart without colour, and the legend that names them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import (
    QColor,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import timeline as words
from rave_gui.ui.widgets.labels import label

_STAMP = 20
"""Pixels of a drawn shape with room around it."""
_RADIUS = {
    words.REGULAR: 4.0,
    words.BEST: 6.5,
    words.SAVED: 6.0,
    words.STOPPED: 5.0,
    words.LAST: 5.5,
}


def radius(shape: str) -> float:
    """How far a shape reaches from its middle, in pixels."""
    return _RADIUS[shape]


@lru_cache(maxsize=16)
def path(shape: str, grown: float = 0.0) -> QPainterPath:
    """The outline around 0, 0; ``grown`` by so many pixels."""
    size = _RADIUS[shape] + grown
    made = QPainterPath()
    if shape == words.REGULAR:
        made.addEllipse(QPointF(0, 0), size, size)
    elif shape == words.STOPPED:
        made.addRoundedRect(QRectF(-size, -size, 2 * size, 2 * size), 1.5, 1.5)
    elif shape == words.LAST:
        _flag(made, size)
    else:
        made.addPolygon(QPolygonF([QPointF(x * size, y * size) for x, y in _CORNERS[shape]]))
        made.closeSubpath()
    return made


_CORNERS = {
    words.BEST: ((0, -1), (1, 0), (0, 1), (-1, 0)),
    words.SAVED: ((0, -1), (0.95, 0.75), (-0.95, 0.75)),
}


def _flag(made: QPainterPath, size: float) -> None:
    """An arrow against a wall: here it ended."""
    corners = [QPointF(-size, -size), QPointF(0.45 * size, 0), QPointF(-size, size)]
    made.addPolygon(QPolygonF(corners))
    made.closeSubpath()
    made.addRect(QRectF(0.55 * size, -size, 0.45 * size, 2 * size))


def draw(painter: QPainter, shape: str, middle: QPointF, fill: QColor, edge: QColor) -> None:
    """A shape with a thin edge of the background, so that neighbours stay apart."""
    device = painter.device()
    ratio = device.devicePixelRatioF() if device else 1.0
    half = QPointF(_STAMP / 2, _STAMP / 2)
    painter.drawPixmap(middle - half, _stamp(shape, fill.rgba(), edge.rgba(), ratio))


def dots(painter: QPainter, places: Iterable[QPointF], fill: QColor) -> None:
    """What is left of shapes where there is no room for them."""
    device = painter.device()
    drawing, half = _dot(fill.rgba(), device.devicePixelRatioF() if device else 1.0), QPointF(3, 3)
    for place in places:
        painter.drawPixmap(place - half, drawing)


@lru_cache(maxsize=32)
def _dot(fill: int, ratio: float) -> QPixmap:
    made = _empty(6, ratio)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor.fromRgba(fill))
    painter.drawEllipse(QPointF(3, 3), 2, 2)
    painter.end()
    return made


@lru_cache(maxsize=128)
def _stamp(shape: str, fill: int, edge: int, ratio: float) -> QPixmap:
    """A shape drawn once and stamped thousands of times."""
    made = _empty(_STAMP, ratio)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(_STAMP / 2, _STAMP / 2)
    painter.setPen(Qt.PenStyle.NoPen)
    for outline_, colour in ((path(shape, 1.5), edge), (path(shape), fill)):
        painter.setBrush(QColor.fromRgba(colour))
        painter.drawPath(outline_)
    painter.end()
    return made


def _empty(size: int, ratio: float) -> QPixmap:
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    return made


def outline(painter: QPainter, shape: str, middle: QPointF, colour: QColor) -> None:
    """A ring around a shape that is chosen."""
    painter.save()
    painter.translate(middle)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1.75))
    painter.drawPath(_ring(shape))
    painter.restore()


@lru_cache(maxsize=16)
def _ring(shape: str) -> QPainterPath:
    """The outline of a shape from a little outside; of one in parts, around all of them."""
    if shape != words.LAST:
        return path(shape, 3.5)
    made, size = QPainterPath(), _RADIUS[shape] + 3.5
    made.addRoundedRect(QRectF(-size, -size, 2 * size, 2 * size), 3, 3)
    return made


class Legend(QWidget):
    """Every shape with its word."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        for shape, word in words.legend():
            row.addWidget(_Sign(theme, shape))
            row.addWidget(label(word, "label"))
            row.addSpacing(9)


class _Sign(QWidget):
    """One shape."""

    def __init__(self, theme: Theme, shape: str) -> None:
        super().__init__()
        self._theme, self._shape = theme, shape
        self.setFixedSize(self.sizeHint())
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Room for the largest."""
        return QSize(16, 16)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """The shape in the colour of words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._theme.colour("secondary"), self._theme.colour("panel")
        draw(painter, self._shape, QPointF(8, 8), *colours)
