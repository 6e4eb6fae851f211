"""The ground of the timeline: lanes, scale, and where everything is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSlot
from PyQt6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PyQt6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.timeline import Lane, Mark
from rave_gui.ui.widgets.timeline_paint import NAMES, RULER, SIDE, LanePainter, Look, height_in
from rave_gui.ui.widgets.timeline_scale import Scale

_LOWEST, _HIGHEST = 88, 230
_REACH = 14.0
"""Pixels within which a click means a mark."""


class TimelineGround(QAbstractScrollArea):
    """Draws lanes; only those in sight, so that hundreds of trainings cost no more than ten."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lanes: tuple[Lane, ...] = ()
        self._scale = Scale(1, 0, 1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(RULER + _LOWEST)
        theme.changed.connect(self.repaint_all)

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """The trainings, from above."""
        return self._lanes

    @property
    def scale(self) -> Scale:
        """Steps and pixels."""
        return self._scale

    def sizeHint(self) -> QSize:
        """As large as there is room."""
        return QSize(820, 480)

    def look(self) -> Look:
        """For heirs: what is chosen and hovered."""
        return Look()

    def lane_height(self) -> int:
        """Pixels; all lanes are equally high."""
        port = self.viewport()
        room = (port.height() if port else 0) - RULER
        even = room // max(1, len(self._lanes))
        return min(max(even, _LOWEST), _HIGHEST)

    def area_of(self, index: int) -> QRectF:
        """Where a lane is drawn now."""
        height, port = self.lane_height(), self.viewport()
        bar = self.verticalScrollBar()
        top = RULER + index * height - (bar.value() if bar else 0)
        return QRectF(0, top, port.width() if port else 0, height)

    def place_of(self, mark: int) -> QPointF | None:
        """Where a mark is drawn now."""
        for index, lane in enumerate(self._lanes):
            for one in lane.marks:
                if one.id == mark:
                    y = height_in(self.area_of(index), one.height)
                    return QPointF(self._scale.x(one.step), y)
        return None

    def mark_at(self, place: QPointF) -> Mark | None:
        """The mark at a pixel: of several the nearest, of equally near ones the telling one."""
        if place.y() < RULER or place.x() < NAMES:
            return None
        for index, lane in enumerate(self._lanes):
            area = self.area_of(index)
            if area.top() <= place.y() < area.bottom():
                return self._nearest(lane, area, place)
        return None

    def set_lanes(self, lanes: Sequence[Lane]) -> None:
        """Draw these."""
        self._lanes = tuple(lanes)
        self._scale = self._scale.of(max((lane.last for lane in lanes), default=1) or 1)
        self._measure()
        self.repaint_all()

    def set_scale(self, scale: Scale) -> None:
        """See another part of the steps."""
        self._scale = scale
        self.repaint_all()

    def scroll_to(self, index: int) -> None:
        """See the whole of a lane."""
        bar, port = self.verticalScrollBar(), self.viewport()
        if bar is None or port is None:
            return
        area = self.area_of(index)
        if area.top() < RULER:
            bar.setValue(bar.value() + int(area.top() - RULER))
        elif area.bottom() > port.height():
            bar.setValue(bar.value() + int(area.bottom() - port.height()))

    # Events

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """The lanes in sight, and the ruler over them."""
        port = self.viewport()
        if port is None:
            return
        painter = QPainter(port)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tools, look = LanePainter(self._theme, painter, self._scale, self.font()), self.look()
        tools.ruler(QRectF(0, 0, port.width(), RULER))
        painter.setClipRect(QRectF(0, RULER, port.width(), port.height() - RULER))
        for index, lane in enumerate(self._lanes):
            area = self.area_of(index)
            if area.bottom() > RULER and area.top() < port.height():
                tools.lane(lane, area, look)
        painter.setClipping(False)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.colour("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            frame = QRectF(port.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(frame, 8, 8)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Other pixels."""
        super().resizeEvent(event)
        self._measure()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Everything is painted anew: the ruler does not scroll."""
        self.repaint_all()

    @pyqtSlot()
    def repaint_all(self) -> None:
        """Paint with the next turn of the event loop."""
        if port := self.viewport():
            port.update()

    def _nearest(self, lane: Lane, area: QRectF, place: QPointF) -> Mark | None:
        def far(mark: Mark) -> tuple[float, bool]:
            dx = abs(self._scale.x(mark.step) - place.x())
            dy = abs(height_in(area, mark.height) - place.y())
            return round(dx + dy / 8, 1), not mark.special

        found = min(lane.marks, key=far, default=None)
        near = found is not None and abs(self._scale.x(found.step) - place.x()) <= _REACH
        return found if near else None

    def _measure(self) -> None:
        port, bar = self.viewport(), self.verticalScrollBar()
        if port is None or bar is None:
            return
        self._scale = self._scale.on(NAMES + SIDE, port.width() - NAMES - 2 * SIDE)
        room = port.height() - RULER
        bar.setPageStep(room)
        bar.setSingleStep(_LOWEST // 2)
        bar.setRange(0, max(0, len(self._lanes) * self.lane_height() - room))
