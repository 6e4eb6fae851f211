"""The shape of a sound: peaks with their body, what was heard already in the accent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QRectF, QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QColor, QPainter, QPixmap, QResizeEvent
from PyQt6.QtWidgets import QWidget

from rave_gui.audio.overview import Columns, Overview, OverviewReader, read_columns
from rave_gui.audio.sound import Sound
from rave_gui.core.errors import UserError
from rave_gui.ui.context import Background
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.time_view import TimeView

if TYPE_CHECKING:
    from rave_gui.audio.overview import Floats

PITCH = 3
"""Pixels from one bar to the next."""
_BAR = 2.0
_SO_FAR_MS = 150
_CALM_MS = 80
_PAD = 8.0


class WaveformView(TimeView):
    """Reads a sound in the background and draws it; a long one appears as it is read."""

    failed = pyqtSignal(object)
    """A ``UserError``: why there is nothing to draw."""
    measured = pyqtSignal(float)
    """The sound was read to its end: its true length in seconds."""

    def __init__(self, theme: Theme, run: Background, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._run = run
        self._sound: Sound | None = None
        self._overview: Overview | None = None
        self._near: Columns | None = None
        self._reduced: Columns | None = None
        """Bins of the overview as bars, until something changes."""
        self._reader: OverviewReader | None = None
        self._cancel = threading.Event()
        self._unread = False
        self._drawings: dict[str, QPixmap] = {}
        self._heard = True
        self._so_far = self._timer(_SO_FAR_MS, self._show_so_far)
        self._calm = self._timer(_CALM_MS, self._read_near)
        self._calm.setSingleShot(True)
        self.setAccessibleName(self.tr("Waveform"))
        self.setAccessibleDescription(
            self.tr("Click to go there, drag to select a region, double-click to clear it.")
        )

    @property
    def loading(self) -> bool:
        """Whether the sound is being read."""
        return self._reader is not None

    def show_sound(self, sound: Sound | None) -> None:
        """Draw ``sound``; None draws nothing."""
        self.stop_reading()
        self._calm.stop()
        self._sound, self._overview, self._near = sound, None, None
        self._unread = sound is not None
        self.begin((sound.seconds or 0.0) if sound else 0.0)
        self.read_sound()

    def set_heard(self, heard: bool) -> None:
        """Whether this sound is the one that is heard now: the played part is lit."""
        if heard != self._heard:
            self._heard = heard
            self.update()

    # Reading

    def read_sound(self) -> None:
        """Read it, unless that is done or under way."""
        if self._sound is None or not self._unread or self.loading:
            return
        self._cancel = threading.Event()
        self._reader = reader = OverviewReader(self._sound)
        self._so_far.start()
        work, failed = partial(_with_reader, reader, self._cancel), partial(self._fail, reader)
        self._run(work, self._take, failed, owner=self)

    def stop_reading(self) -> None:
        """What was read so far stays to be seen."""
        self._cancel.set()
        self._so_far.stop()
        self._reader = None

    def _take(self, found: tuple[OverviewReader, Overview | None]) -> None:
        reader, overview = found
        if reader is not self._reader or overview is None:
            return
        self._reader, self._unread = None, False
        self._so_far.stop()
        self._show(overview, overview.seconds)
        self.measured.emit(overview.seconds)

    def _fail(self, reader: OverviewReader, error: UserError) -> None:
        if reader is self._reader:
            self._reader, self._unread = None, False
            self._so_far.stop()
            self.failed.emit(error)

    @pyqtSlot()
    def _show_so_far(self) -> None:
        reader = self._reader
        overview = reader.so_far() if reader else None
        if overview is not None and self._sound is not None:
            self._show(overview, max(self._sound.seconds or 0.0, overview.seconds))

    def _show(self, overview: Overview, seconds: float) -> None:
        self._overview = overview
        self.set_length(seconds)
        self._look_near()
        self.forget_drawing()
        self.update()

    # A nearer look than the overview allows

    def _view_moved(self) -> None:
        self._look_near()

    def _look_near(self) -> None:
        """Ask for the samples themselves where the bins are wider than a bar."""
        overview, (first, last) = self._overview, self.view
        if overview is None or last <= first:
            return
        if (
            not overview.fine_enough(self._columns(), first, last)
            and self._near_span() != self.view
        ):
            self._calm.start()

    def _near_span(self) -> tuple[float, float] | None:
        return (self._near.first, self._near.last) if self._near else None

    @pyqtSlot()
    def _read_near(self) -> None:
        if self._sound is None or self.loading:
            return
        work = partial(read_columns, self._sound, self._columns(), *self.view)
        self._run(partial(_with_sound, self._sound, work), self._take_near, _ignored, owner=self)

    def _take_near(self, found: tuple[Sound, Columns]) -> None:
        sound, columns = found
        if sound is self._sound:
            self._near = columns
            self.forget_drawing()
            self.update()

    # Drawing

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another width, other columns."""
        super().resizeEvent(event)
        self._near = None
        self._look_near()
        self.forget_drawing()

    def forget_drawing(self) -> None:
        """Colours, size or content are others now."""
        self._drawings, self._reduced = {}, None

    def draw_sound(self, painter: QPainter, area: QRectF) -> None:
        """The whole in a quiet colour, the part that was heard in the accent."""
        columns = self._shown()
        if columns is None:
            self._draw_waiting(painter, area)
            return
        split = self.x_of(self._position) if self._heard and self._position is not None else 0.0
        split = min(max(0.0, split), area.width())
        for role, left, right in (("accent", 0.0, split), ("secondary", split, area.width())):
            if right > left:
                part = QRectF(left, area.top(), right - left, area.height())
                painter.save()
                painter.setClipRect(part)
                painter.drawPixmap(area.topLeft(), self._drawing(role, columns, area))
                painter.restore()

    def _shown(self) -> Columns | None:
        if self._near is not None and self._near_span() == self.view:
            return self._near
        if self._reduced is None and self._overview is not None and self.seconds > 0:
            self._reduced = self._overview.columns(self._columns(), *self.view)
        return self._reduced

    def _columns(self) -> int:
        return max(1, self.width() // PITCH)

    def _drawing(self, role: str, columns: Columns, area: QRectF) -> QPixmap:
        if role not in self._drawings:
            scale = self.devicePixelRatioF()
            picture = QPixmap(round(area.width() * scale), max(1, round(area.height() * scale)))
            picture.setDevicePixelRatio(scale)
            picture.fill(QColor(0, 0, 0, 0))
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(0, 0, 0, 0))
            draw_columns(painter, columns, area.width(), area.height(), self._theme.colour(role))
            painter.end()
            self._drawings[role] = picture
        return self._drawings[role]

    def _draw_waiting(self, painter: QPainter, area: QRectF) -> None:
        middle = area.center().y()
        painter.fillRect(QRectF(0, middle - 0.5, area.width(), 1), self._theme.colour("line"))

    def _timer(self, interval: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval)
        timer.timeout.connect(slot)
        return timer


def draw_columns(
    painter: QPainter, columns: Columns, width: float, height: float, colour: QColor
) -> None:
    """A lane for each channel: pale bars for the peaks, full ones for the root mean square."""
    pale = QColor(colour)
    pale.setAlphaF(0.45)
    count = columns.low.shape[0]
    lane = height / count
    for channel in range(count):
        low, high, rms = columns.low[channel], columns.high[channel], columns.rms[channel]
        lay = partial(_bars, middle=lane * (channel + 0.5), reach=lane / 2 - _PAD / count)
        painter.setBrush(pale)
        painter.drawRects(lay(high, low, pitch=width / len(low)))
        painter.setBrush(colour)
        # The body never stands out of the peaks, as it would where there is an offset.
        tops, bottoms = rms.clip(low, high), (-rms).clip(low, high)
        painter.drawRects(lay(tops, bottoms, pitch=width / len(low)))


def _bars(
    tops: Floats, bottoms: Floats, *, middle: float, reach: float, pitch: float
) -> list[QRectF]:
    """One bar for each column, at least as high as it is wide."""
    heights = ((tops - bottoms) * reach).clip(_BAR, None)
    upper = middle - (tops + bottoms) / 2 * reach - heights / 2
    return [
        QRectF(index * pitch, top, _BAR, height)
        for index, (top, height) in enumerate(zip(upper.tolist(), heights.tolist(), strict=True))
    ]


def _with_reader(
    reader: OverviewReader, cancel: threading.Event
) -> tuple[OverviewReader, Overview | None]:
    return reader, reader.read(cancel)


def _with_sound(sound: Sound, work: Callable[[], Columns]) -> tuple[Sound, Columns]:
    return sound, work()


def _ignored(_error: Any) -> None:
    """The overview is shown still; what is wrong with the sound was said when it was read."""
