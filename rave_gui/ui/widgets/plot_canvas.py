"""The drawing inside a :class:`MetricsPlot`. Importing this imports matplotlib: do it late."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from matplotlib.figure import Figure
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, pyqtSlot
from PyQt6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from rave_gui.backend import curves
from rave_gui.ui import formats
from rave_gui.ui.text import translate
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets import plot_axes
from rave_gui.ui.widgets.plot_data import Curve, PlotGroup, value_text
from rave_gui.ui.widgets.plot_hover import HoverBox, HoverLine

DRAW_MILLISECONDS = 200
_DPI = 100.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 8.0, 10.0, 26.0
_FEW_POINTS = 64
_FAINT = 0.22


class PlotCanvas(FigureCanvasQTAgg):
    """Draws one group at most five times a second; the crosshair is painted over it for free."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._theme = theme
        figure = Figure(dpi=_DPI)
        super().__init__(figure)
        self.setParent(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)
        self.setMouseTracking(True)
        self._axes: Axes = figure.add_subplot()
        self._group: PlotGroup | None = None
        self._smoothing, self._log, self._clip = 0.5, False, True
        self._view: tuple[float, float] | None = None
        self._hover_x: float | None = None
        self._drag_x: float | None = None
        self._box = HoverBox(theme)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DRAW_MILLISECONDS)
        self._timer.timeout.connect(self._redraw)
        theme.changed.connect(self._redraw)

    def sizeHint(self) -> QSize:
        """The room decides; matplotlib would ask for the 640 by 480 of its usual figure."""
        return self.minimumSize()

    def show_group(self, group: PlotGroup, *, smoothing: float, log: bool, clip: bool) -> None:
        """Draw ``group`` soon; calls that come faster than the drawing replace each other."""
        first = self._group is None or self._group.key != group.key
        self._group, self._smoothing, self._log, self._clip = group, smoothing, log, clip
        if first:
            self._view = None
            self._redraw()
        elif not self._timer.isActive():
            self._timer.start()

    @property
    def view(self) -> tuple[float, float] | None:
        """The steps that are zoomed in on, None for all."""
        return self._view

    def zoom(self, view: tuple[float, float] | None) -> None:
        """Show these steps only, in full resolution; None shows all."""
        self._view = view
        self._redraw()

    @pyqtSlot()
    def _redraw(self) -> None:
        if self._group is None:
            return
        self._timer.stop()
        self._axes.clear()
        plot_axes.dress(self._axes, self._theme.tokens, log=self._log, whole=_is_whole(self._group))
        shown = [self._draw_curve(curve) for curve in self._group.curves if len(curve.values)]
        font = plot_axes.font_of(self._theme.mono_family, _DPI)
        self._set_limits(shown)
        if self._group.phase_change is not None:
            words = plot_axes.font_of(self.font().family(), _DPI)
            plot_axes.mark_phase(self._axes, self._group.phase_change, self._theme.tokens, words)
        plot_axes.set_font(self._axes, font)
        self._fit()
        self.draw_idle()

    def _draw_curve(self, curve: Curve) -> Any:
        """Faint raw points, the trend above them; returns the values that are in view."""
        steps, values = np.asarray(curve.steps, float), np.asarray(curve.values, float)
        trend = curves.smooth(values, self._smoothing if curve.smoothed else 0.0)
        part = curves.between(steps, *self._view) if self._view else slice(None)
        steps, values, trend = steps[part], values[part], trend[part]
        colour = self._theme.colour(curve.role).name()
        few = len(values) <= _FEW_POINTS
        if curve.smoothed and self._smoothing > 0:
            self._axes.plot(*self._thin(steps, values), color=colour, alpha=_FAINT, linewidth=0.9)
        marker = "o" if few and not curve.smoothed else None
        self._axes.plot(
            *self._thin(steps, trend),
            color=colour,
            linewidth=1.6,
            marker=marker,
            markersize=3.6,
            solid_joinstyle="round",
        )
        return values if curve.smoothed and self._smoothing > 0 else trend

    def _thin(self, steps: Any, values: Any) -> tuple[Any, Any]:
        return curves.thin(steps, values, max(50, self.width()))

    def _set_limits(self, shown: list[Any]) -> None:
        assert self._group is not None
        steps = [curve.steps for curve in self._group.curves if len(curve.steps)]
        low = min((float(part[0]) for part in steps), default=0.0)
        high = max((float(part[-1]) for part in steps), default=1.0)
        low, high = self._view or (low, high)
        air = (high - low) * 0.01 or 1.0
        self._axes.set_xlim(low - air, high + air)
        self._axes.set_ylim(*curves.limits(shown, log=self._log, clip=self._clip))

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
        self._fit()
        if self._group is not None and not self._timer.isActive():
            self._timer.start()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the crosshair."""
        self._hover_x = event.position().x()
        self.update()

    def leaveEvent(self, event: Any) -> None:
        """Take the crosshair away."""
        super().leaveEvent(event)
        self._hover_x = self._drag_x = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to choose a range of steps."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._drag_x = event.position().x()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Zoom in on the chosen range."""
        begun, self._drag_x = self._drag_x, None
        if begun is None or abs(event.position().x() - begun) < 8:
            self.update()
            return
        low, high = sorted((self._step_at(begun), self._step_at(event.position().x())))
        self.zoom((low, high))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show everything again."""
        self._drag_x = None
        self.zoom(None)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, and over it what follows the mouse."""
        super().paintEvent(event)
        if self._hover_x is None or self._group is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._area()
        if self._drag_x is not None:
            left, right = sorted((self._drag_x, self._hover_x))
            span = QRectF(left, area.top(), right - left, area.height())
            self._box.paint_span(painter, span.intersected(area))
        if area.left() <= self._hover_x <= area.right():
            self._box.paint(painter, area, self._hover_x, self._title(), self._lines())
        painter.end()

    def _title(self) -> str:
        step = self._step_at(self._hover_x or 0.0)
        return translate("plots", "step {step}").format(step=formats.count(round(step)))

    def _lines(self) -> list[HoverLine]:
        """The value of every curve at its point next to the mouse."""
        assert self._group is not None
        step = self._step_at(self._hover_x or 0.0)
        found = (self._line(curve, step) for curve in self._group.curves)
        return [line for line in found if line is not None]

    def _line(self, curve: Curve, step: float) -> HoverLine | None:
        index = curves.nearest(np.asarray(curve.steps, float), step)
        if index is None:
            return None
        value = float(curve.values[index])
        spot = self._pixel(float(curve.steps[index]), value)
        return HoverLine(curve.label, value_text(value), curve.role, spot)

    def _area(self) -> QRectF:
        box, ratio = self._axes.get_window_extent(), self.device_pixel_ratio
        top = self.height() - box.y1 / ratio
        return QRectF(box.x0 / ratio, top, box.width / ratio, box.height / ratio)

    def _step_at(self, x: float) -> float:
        inverse = self._axes.transData.inverted()
        return float(inverse.transform((x * self.device_pixel_ratio, 0.0))[0])

    def _pixel(self, step: float, value: float) -> QPointF | None:
        if not np.isfinite(value) or (self._log and value <= 0):
            return None
        x, y = cast("Any", self._axes.transData.transform((step, value)))
        ratio = self.device_pixel_ratio
        return QPointF(float(x) / ratio, self.height() - float(y) / ratio)


def _is_whole(group: PlotGroup) -> bool:
    """Whether every value is a whole number, as counts of latents are."""
    return all(bool(np.all(curve.values == np.rint(curve.values))) for curve in group.curves)
