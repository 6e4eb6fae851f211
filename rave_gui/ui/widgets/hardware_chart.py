"""One small plot of the Hardware tab: a value in figures, lines over time, a word under the mouse.

Painted; it never computes.
"""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import (
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.tokens import LABEL_PX
from rave_gui.ui.viewmodels.hardware import Chart, Line, Point
from rave_gui.ui.widgets.labels import ElidedLabel, label

_HEIGHT = 112
_LEFT, _FOOT, _HEAD = 54.0, 18.0, 6.0
_WIDE = 1.6
_FILL_ALPHA, _BAND_ALPHA = 28, 80


class HardwareChart(QFrame):
    """A card around one :class:`Chart`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._title, self._now = label(role="cardtitle"), label(role="section")
        self._words = ElidedLabel(role="muted")
        self._empty = label(role="muted", wrap=True)
        self.lines = _Lines(theme)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._title, 1)
        head.addWidget(self._now)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 14, 10)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(self._words)
        box.addWidget(self._empty, 1)
        box.addWidget(self.lines, 1)

    def show_chart(self, chart: Chart) -> None:
        """Show ``chart``."""
        self._title.setText(chart.title)
        self._now.setText(chart.now)
        self._words.setText(chart.words)
        self._empty.setText(chart.empty)
        self._empty.setVisible(bool(chart.empty))
        self.lines.setVisible(not chart.empty)
        self.lines.show_chart(chart)
        self.setAccessibleName(chart.title)
        self.setAccessibleDescription(f"{chart.now} {chart.words} {chart.empty}".strip())


class _Lines(QWidget):
    """The drawing itself."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._chart = theme, Chart("", "", "")
        self._at: float | None = None
        self.setMouseTracking(True)
        self.setMinimumHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def show_chart(self, chart: Chart) -> None:
        self._chart = chart
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(240, _HEIGHT)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Say what was measured there."""
        area = self._area()
        if event is None or area.width() <= 0:
            return
        place = (event.position().x() - area.left()) / area.width()
        found = self._chart.probe(min(1.0, max(0.0, place))) if self._chart.lines else None
        self._at = found[0] if found else None
        QToolTip.showText(event.globalPosition().toPoint(), found[1] if found else "", self)
        self.update()

    def leaveEvent(self, event: QEvent | None) -> None:
        """Nothing is pointed at."""
        super().leaveEvent(event)
        self._at = None
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Levels, ticks, lines, and where the mouse is."""
        painter = QPainter(self)
        area = self._area()
        painter.setFont(self._theme.mono_font(LABEL_PX - 1))
        self._draw_levels(painter, area)
        self._draw_ticks(painter, area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line in reversed(self._chart.lines):
            self._draw_line(painter, area, line)
        self._draw_legend(painter, area)
        if self._at is not None:
            painter.setPen(QPen(self._theme.colour("muted"), 1))
            x = area.left() + self._at * area.width()
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _area(self) -> QRectF:
        return QRectF(_LEFT, _HEAD, self.width() - _LEFT - 2, self.height() - _HEAD - _FOOT)

    def _draw_levels(self, painter: QPainter, area: QRectF) -> None:
        metrics = QFontMetricsF(painter.font())
        for share, text in self._chart.levels:
            y = area.bottom() - share * area.height()
            painter.setPen(self._theme.colour("line"))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(self._theme.word("muted"))
            left = area.left() - 8 - metrics.horizontalAdvance(text)
            painter.drawText(QPointF(left, y + metrics.ascent() / 2 - 1), text)

    def _draw_ticks(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(self._theme.word("muted"))
        metrics, free = QFontMetricsF(painter.font()), 0.0
        for share, text in self._chart.ticks:
            width = metrics.horizontalAdvance(text)
            left = min(area.left() + share * area.width() - width / 2, area.right() - width)
            if left >= free:
                painter.drawText(QPointF(left, self.height() - 3), text)
                free = left + width + 10

    def _draw_line(self, painter: QPainter, area: QRectF, line: Line) -> None:
        for piece in line.pieces:
            points, low, high = (_corners(area, piece, row) for row in (1, 2, 3))
            self._draw_area(painter, [*high, *reversed(low)], line.role, _BAND_ALPHA)
            if not line.dashed:
                floor = [QPointF(end.x(), area.bottom()) for end in (points[-1], points[0])]
                self._draw_area(painter, [*points, *floor], line.role, _FILL_ALPHA)
            painter.setPen(self._pen(line))
            if len(points) > 1:
                painter.drawPolyline(QPolygonF(points))
            else:
                painter.drawPoint(points[0])

    def _pen(self, line: Line) -> QPen:
        pen = QPen(self._theme.colour(line.role), _WIDE)
        if line.dashed:
            pen.setDashPattern([3.0, 2.0])
        return pen

    def _draw_area(self, painter: QPainter, corners: list[QPointF], role: str, alpha: int) -> None:
        colour = self._theme.colour(role)
        colour.setAlpha(alpha)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF(corners))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_legend(self, painter: QPainter, area: QRectF) -> None:
        """The names of the lines, where there is more than one."""
        if len(self._chart.lines) < 2:
            return
        metrics = QFontMetricsF(painter.font())
        x = area.left() + 6
        for line in self._chart.lines:
            painter.setPen(self._pen(line))
            y = area.top() + 8
            painter.drawLine(QPointF(x, y), QPointF(x + 14, y))
            painter.setPen(self._theme.word("secondary"))
            painter.drawText(QPointF(x + 19, y + metrics.ascent() / 2 - 1), line.label)
            x += 19 + metrics.horizontalAdvance(line.label) + 14


def _corners(area: QRectF, piece: Sequence[Point], row: int) -> list[QPointF]:
    """One of the heights of all points, in pixels."""
    return [
        QPointF(area.left() + one[0] * area.width(), area.bottom() - one[row] * area.height())
        for one in piece
    ]
