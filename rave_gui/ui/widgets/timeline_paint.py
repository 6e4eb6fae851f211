"""How lanes of checkpoints are drawn. Knows pixels; decides nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from rave_gui.ui import icons
from rave_gui.ui.text import translate
from rave_gui.ui.theme import Theme
from rave_gui.ui.tokens import LABEL_PX
from rave_gui.ui.viewmodels.timeline import REGULAR, Lane, Mark
from rave_gui.ui.widgets import timeline_shapes as shapes
from rave_gui.ui.widgets.timeline_scale import Scale

NAMES, RULER, SIDE = 176, 30, 22
"""Pixels: the column of names, the ruler, the room at both ends of a lane."""
_HEAD, _FOOT = 26, 38
"""Of a lane: above the highest mark, and below the lowest."""
_TRACK = 3
_BADGE = 10
_REST = 40
"""Pixels beside the lane that are drawn as well."""
_DENSE = 11.0
"""Pixels between two regular checkpoints below which they become dots."""


@dataclass(frozen=True)
class Look:
    """What is seen of the marks at this moment."""

    chosen: Collection[int] = ()
    current: int | None = None
    hovered: int | None = None
    focused: bool = False


def height_in(area: QRectF, height: float | None) -> float:
    """The pixel of a mark's height in its lane."""
    room = area.height() - _HEAD - _FOOT
    share = 0.5 if height is None else height
    return area.top() + _HEAD + (1 - share) * room


class LanePainter:
    """Draws one lane after another with the same tools."""

    def __init__(self, theme: Theme, painter: QPainter, scale: Scale, font: QFont) -> None:
        self._theme, self._painter, self._scale = theme, painter, scale
        self._tone = theme.colour
        self._bold, self._small = QFont(font), QFont(font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._small.setPixelSize(LABEL_PX)

    def ruler(self, area: QRectF) -> None:
        """Round steps above all lanes."""
        painter, tone = self._painter, self._tone
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), tone("line"))
        painter.setFont(self._theme.mono_font(LABEL_PX))
        painter.setPen(self._theme.word("muted"))
        metrics = QFontMetricsF(painter.font())
        for step, text in self._scale.ticks():
            width = metrics.horizontalAdvance(text)
            x = min(self._scale.x(step) - width / 2, area.right() - width - 6)
            painter.drawText(QPointF(max(NAMES + 4.0, x), area.bottom() - 10), text)

    def lane(self, lane: Lane, area: QRectF, look: Look) -> None:
        """Name, track, curve, phase change, marks."""
        painter = self._painter
        current = any(mark.id == look.current for mark in lane.marks)
        if current:
            painter.fillRect(QRectF(0, area.top(), NAMES, area.height()), self._tone("selected"))
        self._name(lane, QRectF(0, area.top(), NAMES, area.height()))
        painter.fillRect(QRectF(0, area.bottom() - 1, area.right(), 1), self._tone("line"))
        painter.save()
        inner = QRectF(NAMES, area.top(), area.right() - NAMES, area.height() - 1)
        painter.setClipRect(inner, Qt.ClipOperation.IntersectClip)
        self._grid(area)
        self._track(lane, area)
        self._curve(lane, area)
        self._change(lane, area)
        self._marks(lane, area, look)
        painter.restore()

    def _name(self, lane: Lane, area: QRectF) -> None:
        painter = self._painter
        inner = area.adjusted(16, 0, -10, 0)
        middle = area.center().y()
        painter.setFont(self._bold)
        painter.setPen(self._theme.word("text"))
        _line(painter, QRectF(inner.left(), middle - 20, inner.width(), 18), lane.title)
        painter.setFont(self._small)
        painter.setPen(self._theme.word("muted"))
        first, _, rest = lane.under.partition(" · ")
        _line(painter, QRectF(inner.left(), middle - 1, inner.width(), 15), first)
        _line(painter, QRectF(inner.left(), middle + 14, inner.width(), 15), rest)

    def _grid(self, area: QRectF) -> None:
        line = QColor(self._tone("line"))
        line.setAlpha(110)
        for step, _ in self._scale.ticks():
            x, top = round(self._scale.x(step)), round(area.top())
            self._painter.fillRect(x, top, 1, round(area.height()), line)

    def _track(self, lane: Lane, area: QRectF) -> None:
        """Both phases as one thin bar, and below it where something can be heard."""
        y = area.bottom() - 12
        change = lane.phase2_at
        parts = [(0, lane.last if change is None else change, "phase1")]
        if change is not None:
            parts.append((change, lane.last, "phase2"))
        for begin, end, role in parts:
            left, right = self._scale.x(begin), self._scale.x(end)
            colour = QColor(self._tone(role))
            colour.setAlpha(150)
            width = max(1, round(right - left) - 1)
            self._painter.fillRect(round(left), round(y), width, _TRACK, colour)
        self._heard(lane, y + 4)

    def _heard(self, lane: Lane, y: float) -> None:
        """One tick a pixel, however many previews there are."""
        low, high = self._scale.left - _REST, self._scale.left + self._scale.width + _REST
        places = {round(x) for step in lane.heard if low < (x := self._scale.x(step)) < high}
        self._painter.setPen(QPen(self._tone("muted"), 1))
        self._painter.drawLines([QLineF(x + 0.5, y, x + 0.5, y + 3) for x in sorted(places)])

    def _curve(self, lane: Lane, area: QRectF) -> None:
        if len(lane.curve) < 2:
            return
        points = [
            QPointF(self._scale.x(step), height_in(area, height)) for step, height in lane.curve
        ]
        colour = QColor(self._tone("muted"))
        colour.setAlpha(115)
        self._painter.setPen(QPen(colour, 1))
        self._painter.drawPolyline(QPolygonF(points))

    def _change(self, lane: Lane, area: QRectF) -> None:
        """Where phase 2 begins."""
        if lane.phase2_at is None:
            return
        x, painter = self._scale.x(lane.phase2_at), self._painter
        painter.setPen(QPen(self._tone("phase2"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, area.top() + 4), QPointF(x, area.bottom() - 12))
        painter.setFont(self._small)
        painter.setPen(self._theme.word("phase2"))
        painter.drawText(QPointF(x + 5, area.top() + 13), _phase_2())

    # Marks

    def _marks(self, lane: Lane, area: QRectF, look: Look) -> None:
        """Regular ones first, so that none covers one that says more."""
        top = {look.current, look.hovered} | set(look.chosen)
        seen = [mark for mark in lane.marks if self._is_seen(mark)]
        dense, covered = self._dense(seen), {mark.step for mark in seen if mark.special}
        seen = [one for one in seen if one.special or one.id in top or one.step not in covered]
        if dense:
            self._dots([one for one in seen if not one.special and one.id not in top], area)
            seen = [one for one in seen if one.special or one.id in top]
        for mark in sorted(seen, key=lambda one: (one.id in top, one.special)):
            self._mark(mark, self._place(mark, area), look)
        self._words(seen, area)

    def _dots(self, marks: list[Mark], area: QRectF) -> None:
        """Regular ones that lie too close for their shapes."""
        for phase, role in ((1, "phase1"), (2, "phase2")):
            places = [self._place(one, area) for one in marks if (one.phase or 1) == phase]
            shapes.dots(self._painter, places, self._tone(role))

    def _is_seen(self, mark: Mark) -> bool:
        return self._scale.left - 16 < self._scale.x(mark.step) < self._painter.viewport().right()

    def _dense(self, seen: list[Mark]) -> bool:
        regular = [self._scale.x(mark.step) for mark in seen if mark.shape == REGULAR]
        if len(regular) < 2:
            return False
        return (regular[-1] - regular[0]) / (len(regular) - 1) < _DENSE

    def _place(self, mark: Mark, area: QRectF) -> QPointF:
        return QPointF(self._scale.x(mark.step), height_in(area, mark.height))

    def _mark(self, mark: Mark, at: QPointF, look: Look) -> None:
        chosen = mark.id in look.chosen or mark.id == look.current
        role = "accent" if chosen else "phase2" if mark.phase == 2 else "phase1"
        fill, edge = self._tone(role), self._tone("panel")
        if mark.gone:
            fill, edge = edge, fill
        shapes.draw(self._painter, mark.shape, at, fill, edge)
        if chosen or mark.id == look.hovered:
            ring = self._tone("accent" if chosen else "secondary")
            shapes.outline(self._painter, mark.shape, at, ring)
        if mark.stars or mark.pinned or mark.exported:
            self._badges(mark, at)

    def _badges(self, mark: Mark, at: QPointF) -> None:
        """Above the shape: stars, pin, export."""
        y = at.y() - shapes.radius(mark.shape) - 6
        keys = [key for key, on in (("pin", mark.pinned), ("upload", mark.exported)) if on]
        text = f"★{mark.stars}" if mark.stars else ""
        self._painter.setFont(self._small)
        width = QFontMetricsF(self._small).horizontalAdvance(text)
        x = at.x() - (width + _BADGE * len(keys)) / 2
        if text:
            self._painter.setPen(self._theme.word("phase2"))
            self._painter.drawText(QPointF(x, y), text)
            x += width + 1
        for key in keys:
            self._icon(key, x, y - _BADGE + 1)
            x += _BADGE

    def _icon(self, key: str, x: float, y: float) -> None:
        device = self._painter.device()
        ratio = device.devicePixelRatioF() if device else 1.0
        drawing = icons.pixmap(key, self._theme.word("text").name(), round(_BADGE * ratio))
        area = QRectF(x, y, _BADGE, _BADGE)
        self._painter.drawPixmap(area, drawing, QRectF(drawing.rect()))

    def _words(self, seen: list[Mark], area: QRectF) -> None:
        """The word of a shape below it, where no other word or shape is."""
        painter, metrics = self._painter, QFontMetricsF(self._small)
        painter.setFont(self._small)
        painter.setPen(self._theme.word("secondary"))
        taken = _NOWHERE
        for mark in seen:
            if not mark.word:
                continue
            width = metrics.horizontalAdvance(mark.word)
            at = self._place(mark, area)
            left = at.x() - width / 2
            if left > taken + 6:
                painter.drawText(QPointF(left, at.y() + shapes.radius(mark.shape) + 12), mark.word)
                taken = left + width


_NOWHERE = -1e9


def _line(painter: QPainter, area: QRectF, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _phase_2() -> str:
    return translate("timeline", "phase 2")
