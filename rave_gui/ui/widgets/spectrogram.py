"""Frequencies over time as a picture, low ones as roomy as high ones."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from PyQt6.QtCore import QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtWidgets import QWidget

from rave_gui.audio.sound import Sound
from rave_gui.audio.spectrum import SpectrumImage, spectrum_image
from rave_gui.core.errors import UserError
from rave_gui.ui.colourmap import spectrum_colours
from rave_gui.ui.context import Background
from rave_gui.ui.theme import Theme
from rave_gui.ui.tokens import LABEL_PX
from rave_gui.ui.widgets.time_view import TimeView

COLUMNS = 1500
"""Of the picture: enough for any window, and for some zoom."""
_LABELS = ((100, "100 Hz"), (1_000, "1 kHz"), (10_000, "10 kHz"))


class SpectrogramView(TimeView):
    """Works the picture out in the background; hidden, it waits until it is shown."""

    failed = pyqtSignal(object)
    """A ``UserError``: why there is nothing to draw."""
    measured = pyqtSignal(float)
    """The sound was read to its end: its true length in seconds."""

    def __init__(self, theme: Theme, run: Background, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._run = run
        self._sound: Sound | None = None
        self._found: SpectrumImage | None = None
        self._picture: QImage | None = None
        self._cancel = threading.Event()
        self._loading = self._unread = False
        self.setAccessibleName(self.tr("Spectrogram"))
        self.setAccessibleDescription(
            self.tr("Click to go there, drag to select a region, double-click to clear it.")
        )

    @property
    def loading(self) -> bool:
        """Whether the picture is being worked out."""
        return self._loading

    def show_sound(self, sound: Sound | None) -> None:
        """Draw ``sound``; None draws nothing."""
        self.stop_reading()
        self._sound, self._found = sound, None
        self._unread = sound is not None
        self.begin((sound.seconds or 0.0) if sound else 0.0)
        self.read_sound()

    def read_sound(self) -> None:
        """Work the picture out, unless that is done or under way."""
        if self._sound is None or not self._unread or self.loading:
            return
        self._cancel = cancel = threading.Event()
        self._loading = True
        work = partial(_with_image, cancel, partial(self.make_image, self._sound, cancel))
        self._run(work, self._take, partial(self._fail, cancel), owner=self)

    def make_image(self, sound: Sound, cancel: threading.Event) -> SpectrumImage | None:
        """The picture; in another thread."""
        return spectrum_image(sound, COLUMNS, cancel=cancel)

    def stop_reading(self) -> None:
        """Begin anew when it is looked at again."""
        self._cancel.set()
        self._loading = False

    def _take(self, found: tuple[threading.Event, SpectrumImage | None]) -> None:
        cancel, image = found
        if cancel is not self._cancel or image is None:
            return
        self._found, self._loading, self._unread = image, False, False
        self.set_length(image.seconds)
        self.forget_drawing()
        self.update()
        self.measured.emit(image.seconds)

    def _fail(self, cancel: threading.Event, error: UserError) -> None:
        if cancel is self._cancel:
            self._loading = self._unread = False
            self.failed.emit(error)

    def forget_drawing(self) -> None:
        """Colours or content are others now."""
        self._picture = None

    def draw_sound(self, painter: QPainter, area: QRectF) -> None:
        """The part of the picture that is in view, with a few frequencies named."""
        image = self._found
        if image is None or not image.pixels.shape[1] or image.seconds <= 0:
            return
        if self._picture is None:
            self._picture = self._painted(image)
        scale = image.pixels.shape[1] / image.seconds
        first, last = self.view
        source = QRectF(first * scale, 0, (last - first) * scale, image.pixels.shape[0])
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area, self._picture, source)
        self.draw_labels(painter, area, image)

    def _painted(self, image: SpectrumImage) -> QImage:
        height, width = image.pixels.shape
        data = image.pixels.tobytes()
        picture = QImage(data, width, height, width, QImage.Format.Format_Indexed8)
        picture.setColorTable(spectrum_colours(self._theme.tokens))
        # Smooth scaling needs true colours; the conversion copies, so ``data`` may go.
        return picture.convertToFormat(QImage.Format.Format_RGB32)

    def draw_labels(self, painter: QPainter, area: QRectF, image: SpectrumImage) -> None:
        """A few frequencies by name."""
        painter.setFont(self._theme.mono_font(LABEL_PX))
        metrics = painter.fontMetrics()
        for hertz, words in _LABELS:
            if not image.lowest_hz < hertz < image.highest_hz:
                continue
            y = area.bottom() - image.height_of(hertz) * area.height()
            box = QRectF(6, y - 8, metrics.horizontalAdvance(words) + 8, 16)
            painter.setOpacity(0.8)
            painter.fillRect(box, self._theme.colour("panel"))
            painter.setOpacity(1.0)
            painter.fillRect(QRectF(0, y - 0.5, 6, 1), self._theme.colour("secondary"))
            painter.setPen(self._theme.colour("secondary"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def _with_image(
    cancel: threading.Event, make: Callable[[], SpectrumImage | None]
) -> tuple[threading.Event, SpectrumImage | None]:
    return cancel, make()
