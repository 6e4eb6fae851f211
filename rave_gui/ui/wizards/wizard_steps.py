"""The line of steps at the head of a wizard: done, where we are, and still to come."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.tokens import BODY_PX, SECONDARY_PX

_ROUND = 22
_GAP = 8
_LINE = 34


class StepLine(QWidget):
    """Names with numbers, joined by thin lines; steps that may be shown can be pressed."""

    step_requested = pyqtSignal(int)

    def __init__(self, theme: Theme, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks = [_Mark(theme, number, name) for number, name in enumerate(names)]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for number, mark in enumerate(self._marks):
            if number:
                row.addWidget(_Line(theme))
            row.addWidget(mark)
            mark.clicked.connect(self._pressed)

    def show_step(self, current: int, open_steps: Sequence[int]) -> None:
        """``current`` is where we are; ``open_steps`` may be turned to."""
        for number, mark in enumerate(self._marks):
            mark.show_state(current, may=number in open_steps and number != current)
            total = len(self._marks)
            words = self.tr("Step {n} of {total}: {name}").format(
                n=number + 1, total=total, name=mark.name
            )
            mark.setAccessibleName(words)
            mark.setAccessibleDescription(self._state(number, current))

    def _state(self, number: int, current: int) -> str:
        if number == current:
            return self.tr("this is where you are")
        return self.tr("done") if number < current else self.tr("still to come")

    @pyqtSlot()
    def _pressed(self) -> None:
        mark = self.sender()
        if isinstance(mark, _Mark):
            self.step_requested.emit(mark.number)


class _Mark(QAbstractButton):
    """A number in a ring, or a tick, and a name beside it."""

    def __init__(self, theme: Theme, number: int, name: str) -> None:
        super().__init__()
        self.number, self.name = number, name
        self._theme, self._current = theme, 0
        self.setText(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)
        self.show_state(0, may=False)

    def show_state(self, current: int, *, may: bool) -> None:
        """Whether it is past, present or future, and whether it can be pressed."""
        self._current = current
        self.setEnabled(may)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if may else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if may else Qt.CursorShape.ArrowCursor)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the name in its boldest look, so that nothing moves."""
        self.ensurePolished()
        width = QFontMetrics(self._font(bold=True)).horizontalAdvance(self.name)
        return QSize(2 + _ROUND + _GAP + width + 4, _ROUND + 6)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Ring and name."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(2, (self.height() - _ROUND) / 2, _ROUND, _ROUND)
        self._paint_ring(painter, ring)
        here = self.number == self._current
        past = self.number < self._current
        painter.setFont(self._font(bold=here))
        painter.setPen(self._theme.word("text" if here else "secondary" if past else "muted"))
        name = QRectF(ring.right() + _GAP, 0, self.width() - ring.right() - _GAP, self.height())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, self.name)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.colour("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)

    def _paint_ring(self, painter: QPainter, ring: QRectF) -> None:
        here, past = self.number == self._current, self.number < self._current
        colour = self._theme.colour
        painter.setPen(QPen(colour("accent_fill" if here else "line"), 1))
        painter.setBrush(colour("accent_fill" if here else "raised" if past else "panel"))
        painter.drawEllipse(ring)
        if past:
            self._paint_tick(painter, ring.center())
            return
        painter.setFont(self._font(bold=True, pixels=SECONDARY_PX))
        painter.setPen(self._theme.colour("on_accent" if here else "muted"))
        painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, str(self.number + 1))

    def _paint_tick(self, painter: QPainter, middle: QPointF) -> None:
        painter.setPen(QPen(self._theme.colour("text"), 1.4))
        points = (QPointF(-4, 0), QPointF(-1.2, 3), QPointF(4.2, -3.2))
        painter.drawPolyline(QPolygonF([middle + point for point in points]))

    def _font(self, *, bold: bool, pixels: int = BODY_PX) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(pixels)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font


class _Line(QWidget):
    """A hairline between two steps."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedWidth(_LINE)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """One line through the middle."""
        painter = QPainter(self)
        painter.fillRect(0, self.height() // 2, self.width(), 1, self._theme.colour("line"))
