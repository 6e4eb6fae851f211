"""What a lane looks like over time: a waveform in one colour, or a mel spectrogram."""

from __future__ import annotations

import threading

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QWidget

from rave_gui.audio.overview import Columns
from rave_gui.audio.sound import Sound
from rave_gui.audio.spectrum import SpectrumImage, spectrum_image
from rave_gui.ui.context import Background
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.spectrogram import SpectrogramView
from rave_gui.ui.widgets.time_view import RULER, Span, TimeView
from rave_gui.ui.widgets.waveform import WaveformView

ROWS, COLUMNS = 96, 1200
HEAD = 34
"""Pixels above the lanes."""
LOWEST = 40
"""Pixels of a lane at least."""
_EDGE = 10.0


class LaneWaveform(WaveformView):
    """One shape for all channels; the whole of it is lit where the lane is heard."""

    def __init__(self, theme: Theme, run: Background, parent: QWidget | None = None) -> None:
        super().__init__(theme, run, parent)
        _as_lane(self)
        self._role, self._gain = "secondary", 1.0

    def set_role(self, role: str) -> None:
        """The token of its colour."""
        if role != self._role:
            self._role = role
            self.update()

    def set_gain(self, factor: float) -> None:
        """Draw it so many times as high: as loud as it is heard."""
        if factor != self._gain:
            self._gain = factor
            self.forget_drawing()
            self.update()

    def area(self) -> QRectF:
        """All of it: the ruler is above the lanes."""
        return QRectF(0, _EDGE, self.width(), max(1.0, self.height() - 2 * _EDGE))

    def draw_sound(self, painter: QPainter, area: QRectF) -> None:
        """The shape, where it was read."""
        columns = self._shown()
        if columns is None:
            self._draw_waiting(painter, area)
        else:
            picture = self._drawing(self._role, _together(columns, self._gain), area)
            painter.drawPixmap(area.topLeft(), picture)

    def _draw_ruler(self, painter: QPainter) -> None:
        """Above the lanes."""

    def _draw_selection(self, painter: QPainter, _area: QRectF) -> None:
        """A wash; the ruler has the edges."""
        _wash(self, self._theme, painter, self._selection)


class LaneSpectrogram(SpectrogramView):
    """Rows as ears space them."""

    def __init__(self, theme: Theme, run: Background, parent: QWidget | None = None) -> None:
        super().__init__(theme, run, parent)
        _as_lane(self)

    def make_image(self, sound: Sound, cancel: threading.Event) -> SpectrumImage | None:
        """Librosa's mels; loaded with the first picture."""
        from rave_gui.audio.mel import mel_scale  # noqa: PLC0415

        return spectrum_image(sound, COLUMNS, ROWS, cancel, mel_scale)

    def area(self) -> QRectF:
        """All of it."""
        return QRectF(0, 2, self.width(), max(1, self.height() - 4))

    def draw_labels(self, painter: QPainter, area: QRectF, image: SpectrumImage) -> None:
        """A lane has no room for names."""

    def _draw_ruler(self, painter: QPainter) -> None:
        """Above the lanes."""

    def _draw_selection(self, painter: QPainter, _area: QRectF) -> None:
        """A wash; the ruler has the edges."""
        _wash(self, self._theme, painter, self._selection)


class LaneRuler(TimeView):
    """Seconds above all lanes, and the head of the one position line."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        _as_lane(self)
        self.setFixedHeight(HEAD)
        self.setAccessibleName(self.tr("Seconds"))

    def area(self) -> QRectF:
        """There is only the ruler."""
        return QRectF(0, RULER, self.width(), HEAD - RULER)

    def read_sound(self) -> None:
        """There is none."""

    def stop_reading(self) -> None:
        """There is none."""

    def draw_sound(self, painter: QPainter, area: QRectF) -> None:
        """There is none."""

    def _draw_ruler(self, painter: QPainter) -> None:
        """The figures a little lower; the line below belongs to the first lane."""
        painter.save()
        painter.translate(0, (HEAD - RULER) / 2)
        painter.setClipRect(0, 0, self.width(), RULER - 2)
        super()._draw_ruler(painter)
        painter.restore()


def _wash(view: TimeView, theme: Theme, painter: QPainter, span: Span | None) -> None:
    """The whole height of a lane, so that it goes through all of them."""
    if span is not None:
        left, right = (view.x_of(second) for second in span)
        colour = theme.colour("text")
        colour.setAlpha(20)
        painter.fillRect(QRectF(left, 1, right - left, view.height() - 1), colour)


def _as_lane(view: TimeView) -> None:
    """The panel of lanes has the keys; one stop of the Tab key is enough for all of them."""
    view.setMinimumHeight(LOWEST)
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)


def _together(columns: Columns, gain: float) -> Columns:
    """The outline over all channels, ``gain`` times as high but inside the lane."""
    import numpy as np  # noqa: PLC0415

    rms = np.sqrt(np.mean(np.square(columns.rms), axis=0, keepdims=True)) * gain
    low = columns.low.min(axis=0, keepdims=True) * gain
    high = columns.high.max(axis=0, keepdims=True) * gain
    return Columns(low.clip(-1, 1), high.clip(-1, 1), rms, columns.first, columns.last)
