"""The drawing inside a :class:`MetricsPlot`. Importing this imports matplotlib: do it late."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from rave_gui.ui import formats
from rave_gui.ui.text import translate
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets import plot_draw, plot_keys
from rave_gui.ui.widgets.plot_data import PlotGroup, value_text
from rave_gui.ui.widgets.plot_hover import HoverBox, HoverLine
from rave_gui.ui.widgets.plot_lines import Line, LineShop, ends
from rave_gui.ui.widgets.plot_motion import Motion, Scale

DRAW_MILLISECONDS = 200
_REST_MILLISECONDS = 140
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 18.0, 10.0, 26.0
_ZOOM = 1.25
_STEP = 0.1
_AIR = 0.01
View = tuple[float, float]


class PlotCanvas(FigureCanvasQTAgg):
    """Draws one group at most five times a second; what follows the hand is painted over it.

    A drag chooses a range to zoom in on; zoomed in, it moves the picture. Ctrl and the wheel zoom
    around the mouse, Shift and the wheel move; a double click or Escape shows everything again.
    """

    view_changed = pyqtSignal(object)
    """The range of the axis that is shown, None for all; only when a hand changed it."""
    hover_changed = pyqtSignal(object)
    """The place under the mouse, None when it left."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._theme = theme
        figure = Figure(dpi=plot_draw.DPI)
        super().__init__(figure)
        self.setParent(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._axes: Axes = figure.add_subplot()
        self._group: PlotGroup | None = None
        self._smoothing, self._log, self._clip = 0.5, False, True
        self._shop, self._shown = LineShop(), list[Line]()
        self._view: View | None = None
        self._hover: float | None = None
        self._drag_x: float | None = None
        self._ringed = False
        self._panned: View | None = None
        self._still: QPixmap | None = None
        self._box, self._motion = HoverBox(theme), Motion(theme)
        self._timer, self._rest = QTimer(self), QTimer(self)
        for timer, pause in ((self._timer, DRAW_MILLISECONDS), (self._rest, _REST_MILLISECONDS)):
            timer.setSingleShot(True)
            timer.setInterval(pause)
            timer.timeout.connect(self._redraw)
        theme.changed.connect(self._redraw)

    # Methods

    def sizeHint(self) -> QSize:
        """The room decides; matplotlib would ask for the 640 by 480 of its usual figure."""
        return self.minimumSize()

    def show_group(self, group: PlotGroup, *, smoothing: float, log: bool, clip: bool) -> None:
        """Draw ``group`` soon; calls that come faster than the drawing replace each other."""
        known = self._group
        first = known is None or (known.key, known.by_hours) != (group.key, group.by_hours)
        self._group, self._smoothing, self._log, self._clip = group, smoothing, log, clip
        if first:
            self._view = None
            self._redraw()
        elif not self._timer.isActive() and not self.moving:
            self._timer.start()

    @property
    def view(self) -> View | None:
        """The range that is zoomed in on, None for all."""
        return self._view

    @property
    def moving(self) -> bool:
        """Whether a hand moves it just now."""
        return self._still is not None

    def zoom(self, view: View | None) -> None:
        """Show this range only, in full resolution; None shows all."""
        self._view = view
        self._redraw()

    def move_to(self, view: View | None) -> None:
        """Follow a hand: shown at once by Qt, drawn properly when it has come to rest."""
        if view is None or not self._shown or not self.isVisible():
            self.zoom(view)
            return
        if self._still is None:
            self._still = self.grab()
        self._view = view
        self._rest.start()
        self.update()

    def show_hover(self, place: float | None) -> None:
        """The crosshair at that place of the axis; None takes it away."""
        if place != self._hover:
            self._hover = place
            self.update()

    # Drawing

    @pyqtSlot()
    def _redraw(self) -> None:
        self._still = None
        self._rest.stop()
        if self._group is None:
            return
        self._timer.stop()
        self._shown = self._shop.lines(self._group, self._smoothing)
        look = plot_draw.Look(self._theme.tokens, self._theme.mono_family, self.font().family())
        scope = plot_draw.Scope(self._range(), self._view, max(50, self.width()))
        plot_draw.draw(
            self._axes, self._group, self._shown, look, scope,
            smoothing=self._smoothing, log=self._log, clip=self._clip,
        )  # fmt: skip
        self._fit()
        self.draw_idle()

    def _range(self) -> View:
        low, high = self._view or ends(self._shown)
        air = 0.0 if self._view else (high - low) * _AIR or 1.0
        return low - air, high + air

    def _fit(self) -> None:
        """Margins in pixels, whatever the size."""
        width, height = max(self.width(), 1), max(self.height(), 1)
        self.figure.subplots_adjust(
            left=min(_LEFT / width, 0.4),
            right=1 - _RIGHT / width,
            bottom=min(_BOTTOM / height, 0.4),
            top=1 - _TOP / height,
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the margins, and draw as many points as there are pixels."""
        super().resizeEvent(event)
        self._still = None
        self._fit()
        if self._group is not None and not self._timer.isActive():
            self._timer.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, and over it what follows the mouse."""
        if self._still is None:
            super().paintEvent(event)
        painter = QPainter(self)
        if self._still is not None:
            self._motion.paint(painter, self._scale(), self._shown, self._ticks(), self._still)
        elif self._hover is not None and self._group is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_hover(painter, self._hover)
        if self._ringed:
            self._box.paint_focus(painter, QRectF(self.rect()))
        painter.end()

    def _paint_hover(self, painter: QPainter, place: float) -> None:
        area = self._area()
        x = self._x_of(place)
        if self._drag_x is not None:
            left, right = sorted((self._drag_x, x))
            span = QRectF(left, area.top(), right - left, area.height())
            self._box.paint_span(painter, span.intersected(area))
        if area.left() <= x <= area.right():
            self._box.paint(painter, area, x, self._title(), self._lines())

    # The hand

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who came by keyboard sees where the keys go."""
        super().focusInEvent(event)
        self._ringed = event.reason() in plot_keys.BY_KEYBOARD
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keys go elsewhere."""
        super().focusOutEvent(event)
        self._ringed = False
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the crosshair, or the picture."""
        x = event.position().x()
        if self._panned is not None and self._drag_x is not None:
            low, high = self._panned
            moved = (self._drag_x - x) * (high - low) / max(1.0, self._area().width())
            self._turn((low + moved, high + moved))
            return
        self._hover = self._place_at(x)
        self.hover_changed.emit(self._hover)
        self.update()

    def leaveEvent(self, event: Any) -> None:
        """Take the crosshair away."""
        super().leaveEvent(event)
        self._hover = self._drag_x = self._panned = None
        self.hover_changed.emit(None)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to choose a range, or to move what is zoomed in on."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._drag_x = event.position().x()
            chooses = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._panned = self._view if not chooses else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Zoom in on the chosen range."""
        begun, panned = self._drag_x, self._panned
        self._drag_x = self._panned = None
        if begun is None or panned is not None or abs(event.position().x() - begun) < 8:
            self.update()
            return
        low, high = sorted((self._place_at(begun), self._place_at(event.position().x())))
        self.zoom((low, high))
        self.view_changed.emit(self._view)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show everything again."""
        self._drag_x = self._panned = None
        self._turn(None)
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, move with Shift; alone it scrolls the page."""
        turn = event.angleDelta()
        notches = (turn.y() or turn.x()) / 120
        keys = event.modifiers()
        if keys & Qt.KeyboardModifier.ControlModifier:
            self._zoom_by(_ZOOM**-notches, self._place_at(event.position().x()))
        elif keys & Qt.KeyboardModifier.ShiftModifier and self._view is not None:
            self._pan_by(-_STEP * notches)
        else:
            event.ignore()
            return
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The same by keyboard: plus and minus, left and right, Home or Escape."""
        key, keys, zoomed = event.key(), event.modifiers(), self._view is not None
        place = plot_keys.crosshair(key, keys, self._hover, self._range(), zoomed=zoomed)
        if place is not None:
            self._point(place)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            low, high = self._range()
            by = _ZOOM if key == Qt.Key.Key_Minus else 1 / _ZOOM
            self._zoom_by(by, (low + high) / 2)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and zoomed:
            self._pan_by(_STEP if key == Qt.Key.Key_Right else -_STEP)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_Escape) and zoomed:
            self._turn(None)
        elif key == Qt.Key.Key_Escape and self._hover is not None:
            self.show_hover(None)
            self.hover_changed.emit(None)
        else:
            event.ignore()

    def _point(self, place: float) -> None:
        """The crosshair by keyboard; its values are told to who cannot see them."""
        self.show_hover(place)
        self.hover_changed.emit(place)
        values = ", ".join(f"{line.label} {line.value}" for line in self._lines())
        self.setAccessibleDescription(f"{self._title()}: {values}")

    def _zoom_by(self, factor: float, around: float) -> None:
        low, high = self._range()
        first, last = ends(self._shown)
        low, high = around - (around - low) * factor, around + (high - around) * factor
        self._turn(None if low <= first and high >= last else (low, high))

    def _pan_by(self, share: float) -> None:
        low, high = self._range()
        moved = share * (high - low)
        self._turn((low + moved, high + moved))

    def _turn(self, view: View | None) -> None:
        """Another range, by hand."""
        self.move_to(view)
        self.view_changed.emit(view)

    # Places

    def _title(self) -> str:
        place = self._hover or 0.0
        if self._group is not None and self._group.by_hours:
            return translate("plots", "after {time}").format(time=formats.duration(place * 3600))
        return translate("plots", "step {step}").format(step=formats.count(round(place)))

    def _lines(self) -> list[HoverLine]:
        """The value of every curve at its point next to the mouse, what is drawn strongly."""
        found = (self._line(line, self._hover or 0.0) for line in self._shown)
        return [line for line in found if line is not None]

    def _line(self, line: Line, place: float) -> HoverLine | None:
        point = line.raw.nearest(place)
        if point is None:
            return None
        curve = line.curve
        return HoverLine(curve.label, value_text(point[1]), curve.role, self._pixel(*point))

    def _ticks(self) -> list[tuple[float, str]]:
        assert self._view is not None
        places = self._axes.xaxis.get_major_locator().tick_values(*self._view)
        texts = self._axes.xaxis.get_major_formatter().format_ticks(list(places))
        return list(zip((float(place) for place in places), texts, strict=True))

    def _scale(self) -> Scale:
        low, high = self._view or self._range()
        return Scale(self._area(), low, high, *self._axes.get_ylim(), self._log)

    def _area(self) -> QRectF:
        box, ratio = self._axes.get_window_extent(), self.device_pixel_ratio
        top = self.height() - box.y1 / ratio
        return QRectF(box.x0 / ratio, top, box.width / ratio, box.height / ratio)

    def _place_at(self, x: float) -> float:
        area, (low, high) = self._area(), self._range()
        return low + (x - area.left()) * (high - low) / max(1.0, area.width())

    def _x_of(self, place: float) -> float:
        area, (low, high) = self._area(), self._range()
        return area.left() + (place - low) * area.width() / (high - low)

    def _pixel(self, place: float, value: float) -> QPointF | None:
        if not np.isfinite(value) or (self._log and value <= 0):
            return None
        x, y = cast("Any", self._axes.transData.transform((place, value)))
        ratio = self.device_pixel_ratio
        return QPointF(float(x) / ratio, self.height() - float(y) / ratio)
