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
from rave_gui.ui.widgets.time_view import RULER, TimeView
from rave_gui.ui.widgets.waveform import WaveformView

ROWS, COLUMNS = 96, 1200
LOWEST = 40
"""Pixels of a lane at least."""
_EDGE = 10.0


class LaneWaveform(WaveformView):
    """One shape for all channels; the whole of it is lit where the lane is heard."""

    def __init__(self, theme: Theme, run: Background, parent: QWidget | None = None) -> None:
        super().__init__(theme, run, parent)
        _as_lane(self)
        self._role = "secondary"

    def set_role(self, role: str) -> None:
        """The token of its colour."""
        if role != self._role:
            self._role = role
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
            picture = self._drawing(self._role, _together(columns), area)
            painter.drawPixmap(area.topLeft(), picture)

    def _draw_ruler(self, painter: QPainter) -> None:
        """Above the lanes."""


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


class LaneRuler(TimeView):
    """Seconds above all lanes, and the head of the one position line."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        _as_lane(self)
        self.setFixedHeight(RULER + 2)
        self.setAccessibleName(self.tr("Seconds"))

    def read_sound(self) -> None:
        """There is none."""

    def stop_reading(self) -> None:
        """There is none."""

    def draw_sound(self, painter: QPainter, area: QRectF) -> None:
        """There is none."""


def _as_lane(view: TimeView) -> None:
    """The panel of lanes has the keys; one stop of the Tab key is enough for all of them."""
    view.setMinimumHeight(LOWEST)
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)


def _together(columns: Columns) -> Columns:
    """The outline over all channels."""
    import numpy as np  # noqa: PLC0415

    if columns.low.shape[0] == 1:
        return columns
    rms = np.sqrt(np.mean(np.square(columns.rms), axis=0, keepdims=True))
    low = columns.low.min(axis=0, keepdims=True)
    high = columns.high.max(axis=0, keepdims=True)
    return Columns(low, high, rms, columns.first, columns.last)
