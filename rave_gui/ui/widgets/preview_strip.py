"""Sounds of one clip side by side: what was put in, and what came out at each step."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QToolTip, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.tokens import RADIUS_CONTROL, SECONDARY_PX
from rave_gui.ui.viewmodels import previews as words
from rave_gui.ui.viewmodels.previews import Cell, Place
from rave_gui.ui.widgets.preview_feed import PreviewFeed

_CELL, _HIGH, _GAP = 132, 64, 10
_NARROWEST = 112
_BAR, _PITCH = 2.0, 3.5
_KEYS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
    Qt.Key.Key_Home: (-(1 << 30), 0),
    Qt.Key.Key_End: (1 << 30, 0),
}


class PreviewStrip(QAbstractScrollArea):
    """Draws only the cells that are seen, however many there are.

    Left and right go to another step, up and down to another clip, space plays and pauses. A strip
    that is ``spread`` never scrolls: it shows as many steps as fit, evenly from first to last.
    """

    chosen = pyqtSignal()
    """A cell was clicked or reached by a key."""

    def __init__(
        self,
        theme: Theme,
        feed: PreviewFeed,
        *,
        spread: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._feed, self._spread = theme, feed, spread
        self._cells: tuple[Cell, ...] = ()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if spread:
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HIGH + 4 + (0 if spread else 16))
        if view := self.viewport():
            view.setAutoFillBackground(False)
            view.setMouseTracking(True)
        self.setAccessibleName(self.tr("Previews by step"))
        feed.strip_changed.connect(self._take)
        feed.place_changed.connect(self._take)
        for changed in (feed.heard_changed, feed.pictures_changed):
            changed.connect(self._repaint)
        theme.changed.connect(self._repaint)

    @property
    def cells(self) -> Sequence[Cell]:
        """What is in it now, seen or not."""
        return self._cells

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(3 * _CELL, self.height())

    def minimumSizeHint(self) -> QSize:
        """It may be narrow."""
        return QSize(_NARROWEST, self.height())

    # What is shown

    @pyqtSlot()
    def _take(self) -> None:
        found = self._feed.cells
        if self._spread:
            found = words.spread(found, self._room(), self._feed.place.step)
        self._cells = found
        self._fit_bar()
        self._say()
        self._want()
        self._repaint()

    @pyqtSlot()
    def _repaint(self) -> None:
        if view := self.viewport():
            view.update()

    def _room(self) -> int:
        return max(2, (self._across() + _GAP) // (_NARROWEST + _GAP))

    def _across(self) -> int:
        view = self.viewport()
        return view.width() if view is not None else self.width()

    def _width(self) -> float:
        """Of a cell: a spread strip fills its room."""
        if not self._spread or not self._cells:
            return float(_CELL)
        count = len(self._cells)
        return min(180.0, max(float(_NARROWEST), (self._across() - (count - 1) * _GAP) / count))

    def _fit_bar(self) -> None:
        bar = self.horizontalScrollBar()
        if bar is None or self._spread:
            return
        pitch, still = _CELL + _GAP, self._still()
        across = self._across() - still * pitch
        bar.setRange(0, max(0, (len(self._cells) - still) * pitch - _GAP - across))
        bar.setPageStep(max(1, across))
        bar.setSingleStep(pitch)
        place = self._index()
        if place is not None and place >= still:
            left = (place - still) * pitch
            bar.setValue(min(max(bar.value(), left + _CELL - across), left))

    def _still(self) -> int:
        """Cells that stay where they are while the others move: what was put in."""
        return int(not self._spread and bool(self._cells) and self._cells[0].step is None)

    def _offset(self) -> int:
        bar = self.horizontalScrollBar()
        return bar.value() if bar is not None and not self._spread else 0

    def _index(self) -> int | None:
        step = self._feed.place.step
        return next((n for n, cell in enumerate(self._cells) if cell.step == step), None)

    def _rect(self, index: int) -> QRectF:
        width = self._width()
        left = index * (width + _GAP) - (self._offset() if index >= self._still() else 0)
        return QRectF(left + 1, 2, width - 2, _HIGH - 2)

    def _seen(self) -> list[int]:
        pitch = self._width() + _GAP
        first = int(self._offset() / pitch) + self._still()
        last = int((self._offset() + self._across()) / pitch) + 1
        return [*range(self._still()), *range(max(0, first), min(len(self._cells), last))]

    def _at(self, x: float, y: float) -> int | None:
        return next((n for n in self._seen() if self._rect(n).contains(x, y)), None)

    def _want(self) -> None:
        if self.isVisible():
            self._feed.want_pictures(self._cells[index].sound for index in self._seen())

    def _say(self) -> None:
        cell, clip = self._feed.chosen, self._feed.clip
        self.setAccessibleDescription(words.title(clip, cell) if clip and cell else "")

    # Drawing

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """The cells that are seen."""
        view = self.viewport()
        if view is None:
            return
        painter = QPainter(view)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self._loudest()
        still = self._still()
        for index in self._seen():
            if index >= still:
                painter.setClipRect(QRectF(still * (_CELL + _GAP), 0, view.width(), view.height()))
            self._draw(painter, self._cells[index], self._rect(index), top)

    def _loudest(self) -> float:
        """All are drawn to one scale: that of what was put in, or of the loudest."""
        pictures = [self._feed.picture(self._cells[n].sound) for n in self._seen()]
        first = self._feed.picture(self._cells[0].sound) if self._cells else None
        peaks = [max(one) for one in (*pictures, first) if one]
        return max([*peaks, 0.02])

    def _draw(self, painter: QPainter, cell: Cell, area: QRectF, top: float) -> None:
        picked = cell.step == self._feed.place.step
        playing = self._feed.is_playing(cell.sound)
        edge = "accent" if picked else "line"
        painter.setPen(QPen(self._theme.colour(edge), 1.6 if picked and self.hasFocus() else 1))
        painter.setBrush(self._theme.colour("raised"))
        painter.drawRoundedRect(area, RADIUS_CONTROL, RADIUS_CONTROL)
        role = "accent" if playing else self._role(cell)
        inner = area.adjusted(9, 7, -9, -26)
        self._draw_bars(painter, cell, inner, top, self._theme.colour(role))
        foot = area.adjusted(9, area.height() - 22, -9, -5)
        font = painter.font()
        font.setPixelSize(SECONDARY_PX)
        painter.setFont(font)
        painter.setPen(self._theme.word("accent" if picked else "secondary"))
        painter.drawText(foot, Qt.AlignmentFlag.AlignVCenter, cell.words)
        if playing:
            self._draw_playing(painter, foot)

    def _role(self, cell: Cell) -> str:
        """Each phase in its colour."""
        if cell.step is None:
            return "secondary"
        begun = self._feed.phase2_at
        return "phase1" if begun is None or cell.step < begun else "phase2"

    def _draw_bars(
        self, painter: QPainter, cell: Cell, area: QRectF, top: float, colour: QColor
    ) -> None:
        picture = self._feed.picture(cell.sound)
        middle = area.center().y()
        painter.setPen(Qt.PenStyle.NoPen)
        if not picture:
            painter.setBrush(self._theme.colour("line"))
            painter.drawRect(QRectF(area.left(), middle - 0.5, area.width(), 1))
            return
        painter.setBrush(colour)
        count = max(1, min(len(picture), int(area.width() / _PITCH)))
        pitch, share = area.width() / count, len(picture) / count
        for index in range(count):
            part = picture[
                int(index * share) : max(int((index + 1) * share), int(index * share) + 1)
            ]
            high = max(_BAR, min(1.0, max(part) / top) * area.height())
            left = area.left() + index * pitch
            painter.drawRoundedRect(QRectF(left, middle - high / 2, _BAR, high), 1, 1)

    def _draw_playing(self, painter: QPainter, area: QRectF) -> None:
        painter.drawText(
            area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.tr("playing")
        )
        width = painter.fontMetrics().horizontalAdvance(self.tr("playing"))
        right, middle = area.right() - width - 6, area.center().y()
        tip = QPointF(right, middle)
        sign = [QPointF(right - 7, middle - 4.5), tip, QPointF(right - 7, middle + 4.5)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.word("accent"))
        painter.drawPolygon(QPolygonF(sign))

    # Events

    def showEvent(self, event: QShowEvent | None) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self._feed.watch(self, seen=True)
        self._take()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._feed.watch(self, seen=False)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """More or less room."""
        super().resizeEvent(event)
        self._take()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        """Other cells are seen."""
        self._want()
        self._repaint()

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """The wheel moves along; where there is nothing to move, the page scrolls."""
        bar = self.horizontalScrollBar()
        if event is None or bar is None or self._spread or not bar.maximum():
            if event is not None:
                event.ignore()
            return
        turned = event.angleDelta()
        bar.setValue(bar.value() - (turned.x() or turned.y()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """A click chooses and plays; on what plays it pauses."""
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        index = self._at(event.position().x(), event.position().y())
        if index is not None:
            clip, cell = self._feed.clip, self._cells[index]
            self._feed.play(Place(clip.key if clip else "", cell.step))
            self.chosen.emit()

    def viewportEvent(self, event: object) -> bool:
        """The whole step as a tooltip."""
        if isinstance(event, QHelpEvent):
            index = self._at(event.pos().x(), event.pos().y())
            if index is not None:
                QToolTip.showText(event.globalPos(), self._cells[index].tip, self)
                return True
        return super().viewportEvent(event)  # type: ignore[arg-type]

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Through steps and clips."""
        if event is None or not obey(self._feed, event):
            super().keyPressEvent(event)
        else:
            self.chosen.emit()

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """The edge says so."""
        super().focusInEvent(event)
        self._repaint()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """No longer."""
        super().focusOutEvent(event)
        self._repaint()


def obey(feed: PreviewFeed, event: QKeyEvent) -> bool:
    """Whether a key meant another step, another clip, or playing."""
    if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return False
    if event.key() == Qt.Key.Key_Space:
        feed.toggle()
    elif event.key() in _KEYS:
        steps, clips = _KEYS[event.key()]
        feed.move(steps, clips)
    else:
        return False
    return True
