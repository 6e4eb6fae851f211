"""A sound over time: ruler, position line, a region to select; heirs draw the sound itself."""

from __future__ import annotations

import math

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import (
    QColor,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShowEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from rave_gui.ui.formats import clock
from rave_gui.ui.theme import Theme
from rave_gui.ui.tokens import LABEL_PX

RULER = 24
SHORTEST_VIEW = 0.02
"""Seconds: as far as one can go near."""
_DRAG = 4
_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300)
_LABEL_ROOM = 90
_ZOOM = 1.25
Span = tuple[float, float]


class TimeView(QWidget):
    """Knows seconds and pixels. Click moves, drag selects, double click clears the selection."""

    seek_requested = pyqtSignal(float)
    """A second of the sound."""
    selection_changed = pyqtSignal(object)
    """(first, last) second, or None."""
    view_changed = pyqtSignal(float, float)
    """A person looks at another part of the sound: its first and last second."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._seconds = 0.0
        self._view: Span = (0.0, 0.0)
        self._position: float | None = None
        self._selection: Span | None = None
        self._looped = False
        self._anchor: float | None = None
        self._dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(RULER + 48)
        theme.changed.connect(self._repaint_all)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(640, RULER + 120)

    # What is shown

    @property
    def seconds(self) -> float:
        """Length of the sound; 0 where nothing is shown."""
        return self._seconds

    @property
    def view(self) -> Span:
        """The first and the last second that are shown."""
        return self._view

    @property
    def selection(self) -> Span | None:
        """The region that is selected, in seconds."""
        return self._selection

    def begin(self, seconds: float) -> None:
        """Show the whole of another sound, without a region or a position."""
        self.set_selection(None)
        self.set_position(None)
        self.set_length(seconds)
        self.set_view(0.0, self._seconds)

    def set_length(self, seconds: float) -> None:
        """Show a sound of that length; where the whole was shown, the whole is shown still."""
        whole = self._view == (0.0, self._seconds)
        self._seconds = max(0.0, seconds)
        if whole or self._view[1] > self._seconds:
            self.set_view(0.0, self._seconds)
        self._repaint_all()

    def set_position(self, seconds: float | None) -> None:
        """Where it is heard now; None: nowhere. Only what changed is painted again."""
        if seconds == self._position:
            return
        old, self._position = self._position, seconds
        if seconds is not None and old is not None:
            self._follow(old, seconds)
        edges = [self.x_of(place) for place in (old, seconds) if place is not None]
        left, right = min(edges) - 3, max(edges) + 3
        self.update(int(left), 0, math.ceil(right - left), self.height())

    def set_selection(self, selection: Span | None, *, looped: bool = False) -> None:
        """Mark a region; ``looped``: it is played again and again."""
        if (selection, looped) == (self._selection, self._looped):
            return
        self._selection, self._looped = selection, looped
        self.update()

    @pyqtSlot(float, float)
    def set_view(self, first: float, last: float) -> None:
        """Show that part of the sound."""
        length = min(max(last - first, SHORTEST_VIEW), self._seconds)
        first = min(max(0.0, first), self._seconds - length)
        view = (first, first + length)
        if view == self._view:
            return
        self._view = view
        self._view_moved()
        self._repaint_all()

    def move_view(self, first: float, last: float) -> None:
        """The same by a person's hand: whoever shows the same sound is told."""
        before = self._view
        self.set_view(first, last)
        if self._view != before:
            self.view_changed.emit(*self._view)

    def show_all(self) -> None:
        """Show the whole sound."""
        self.move_view(0.0, self._seconds)

    def zoom(self, factor: float, around: float | None = None) -> None:
        """Come nearer by ``factor``, keeping second ``around`` where it is."""
        first, last = self._view
        if last <= first:
            return
        if around is None:
            inside = self._position is not None and first <= self._position <= last
            around = self._position if inside and self._position is not None else (first + last) / 2
        length = min(max((last - first) / factor, SHORTEST_VIEW), self._seconds)
        start = around - (around - first) / (last - first) * length
        self.move_view(start, start + length)

    # Seconds and pixels

    def area(self) -> QRectF:
        """Where the sound is drawn: below the ruler."""
        return QRectF(0, RULER, self.width(), max(0, self.height() - RULER))

    def x_of(self, second: float) -> float:
        """The pixel of a second."""
        first, last = self._view
        return (second - first) / (last - first) * self.width() if last > first else 0.0

    def second_at(self, x: float) -> float:
        """The second at a pixel, inside the sound."""
        first, last = self._view
        second = first + x / max(1, self.width()) * (last - first)
        return min(max(0.0, second), self._seconds)

    # For heirs

    def read_sound(self) -> None:
        """Read what is shown, if there is something to read still."""
        raise NotImplementedError

    def stop_reading(self) -> None:
        """Read no further for now."""
        raise NotImplementedError

    def draw_sound(self, painter: QPainter, area: QRectF) -> None:
        """Draw what is shown."""
        raise NotImplementedError

    def forget_drawing(self) -> None:
        """Colours, size or content are others now."""

    def _view_moved(self) -> None:
        """Another part is shown."""

    def showEvent(self, event: QShowEvent | None) -> None:
        """What was not read to its end is read now."""
        super().showEvent(event)
        self.read_sound()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Nobody looks, or the window closes: a long sound need not be read for that."""
        super().hideEvent(event)
        self.stop_reading()

    # Painting

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Ruler, sound, region, position."""
        painter = QPainter(self)
        area = self.area()
        self._draw_ruler(painter)
        self.draw_sound(painter, area)
        if self._seconds > 0:
            self._draw_selection(painter, area)
            self._draw_position(painter)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.colour("accent"), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _draw_ruler(self, painter: QPainter) -> None:
        painter.fillRect(QRectF(0, RULER - 1, self.width(), 1), self._theme.colour("line"))
        if self._seconds <= 0:
            return
        painter.setFont(self._theme.mono_font(LABEL_PX))
        painter.setPen(self._theme.colour("muted"))
        for second, words in ticks(*self._view, self.width()):
            x = self.x_of(second)
            box = painter.fontMetrics().horizontalAdvance(words)
            left = min(max(6.0, x - box / 2), self.width() - box - 6.0)
            painter.drawText(QPointF(left, RULER - 8), words)

    def _draw_selection(self, painter: QPainter, area: QRectF) -> None:
        if self._selection is None:
            return
        left, right = (self.x_of(second) for second in self._selection)
        wash = QColor(self._theme.colour("text"))
        wash.setAlpha(18)
        painter.fillRect(QRectF(left, area.top(), right - left, area.height()), wash)
        edge = self._theme.colour("accent" if self._looped else "secondary")
        for x in (left, right):
            painter.fillRect(QRectF(x - 0.5, area.top(), 1, area.height()), edge)
        if self._looped:
            painter.fillRect(QRectF(left, RULER - 2, right - left, 2), edge)

    def _draw_position(self, painter: QPainter) -> None:
        if self._position is None:
            return
        x = self.x_of(self._position)
        painter.fillRect(QRectF(x - 0.75, 0, 1.5, self.height()), self._theme.colour("text"))

    @pyqtSlot()
    def _repaint_all(self) -> None:
        self.forget_drawing()
        self.update()

    def _follow(self, old: float, new: float) -> None:
        """Turn the page when the position runs out of sight."""
        first, last = self._view
        if first <= old <= last < new < last + (last - first):
            self.move_view(new, new + last - first)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Here begins a click or a region."""
        if event is None or event.button() != Qt.MouseButton.LeftButton or self._seconds <= 0:
            super().mousePressEvent(event)
            return
        self._anchor, self._dragging = event.position().x(), False

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Far enough from where it began, it is a region."""
        if event is None or self._anchor is None:
            return
        x = event.position().x()
        self._dragging = self._dragging or abs(x - self._anchor) > _DRAG
        if self._dragging:
            first, last = sorted((self.second_at(self._anchor), self.second_at(x)))
            self.set_selection((first, last))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """A click goes there; a region is selected."""
        if event is None or self._anchor is None:
            return
        if self._dragging:
            self.selection_changed.emit(self._selection)
        else:
            self.seek_requested.emit(self.second_at(self._anchor))
        self._anchor, self._dragging = None, False

    def mouseDoubleClickEvent(self, _event: QMouseEvent | None) -> None:
        """No region any more."""
        self.set_selection(None)
        self.selection_changed.emit(None)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """With Ctrl nearer and farther, sideways along; else the page scrolls as everywhere."""
        if event is None:
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            turns = event.angleDelta().y() / 120
            self.zoom(_ZOOM**turns, self.second_at(event.position().x()))
        elif event.angleDelta().x():
            first, last = self._view
            step = -event.angleDelta().x() / 120 * (last - first) / 10
            self.move_view(first + step, last + step)
        else:
            event.ignore()


def ticks(first: float, last: float, width: float) -> list[tuple[float, str]]:
    """Seconds and their words, with room between them: ``0:02``, or ``0:02.500`` near by."""
    length = last - first
    if length <= 0 or width <= 0:
        return []
    least = length / max(1.0, width / _LABEL_ROOM)
    step = next((step for step in _STEPS if step >= least), 600 * math.ceil(least / 600))
    begin = math.ceil(first / step - 1e-9)
    count = int((last - begin * step) / step + 1e-9) + 1
    return [((begin + n) * step, _words((begin + n) * step, step)) for n in range(max(0, count))]


def _words(second: float, step: float) -> str:
    if step >= 1:
        return clock(round(second)) if second >= 10 else f"0:{round(second):02}"
    digits = 1 if step >= 0.1 else 2 if step >= 0.01 else 3
    minutes, rest = divmod(round(second, digits), 60)
    return f"{int(minutes)}:{rest:0{digits + 3}.{digits}f}"
