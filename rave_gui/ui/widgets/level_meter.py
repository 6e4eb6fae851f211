"""How loud it is now: a bar for each channel, with its highest peak held for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.tokens import LABEL_PX

LOWEST_DB = -60.0
"""The lower end of the bars."""
HOLD_SECONDS = 1.5
FALL_DB = 24.0
"""Per second, once a peak is over."""
TOO_LOUD_DB = -0.1
_WIDTH, _GAP = 6, 3
_FIGURE = 18


class LevelMeter(QWidget):
    """Peaks in dBFS. It moves when it is told a level, and has no timer of its own."""

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._theme, self._clock = theme, clock
        self._shown: list[float] = []
        self._held: list[tuple[float, float]] = []
        self._then = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Level"))
        theme.changed.connect(self.update)

    @property
    def held(self) -> float | None:
        """The highest peak that is held now, in dBFS; None in silence."""
        highest = max((level for level, _ in self._held), default=LOWEST_DB)
        return highest if highest > LOWEST_DB else None

    def sizeHint(self) -> QSize:
        """Two bars and a figure."""
        return QSize(44, 120)

    def set_levels(self, levels: Sequence[float]) -> None:
        """The peak of each channel in dBFS; none: silence."""
        now = self._clock()
        if len(levels) != len(self._shown):
            self._shown = [LOWEST_DB] * len(levels)
            self._held = [(LOWEST_DB, now)] * len(levels)
        fall = FALL_DB * max(0.0, now - self._then)
        self._then = now
        self._shown = [
            max(level, shown - fall) for level, shown in zip(levels, self._shown, strict=True)
        ]
        self._held = [
            (level, now) if level >= held or now - when > HOLD_SECONDS else (held, when)
            for level, (held, when) in zip(levels, self._held, strict=True)
        ]
        self.setToolTip(self.words())
        self.update()

    def words(self) -> str:
        """The held peak, as people read it."""
        if self.held is None:
            return self.tr("silent")
        return self.tr("peak {level} dBFS").format(level=_figure(self.held))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Bars, held peaks, the figure."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        count = max(1, len(self._shown))
        left = (self.width() - count * _WIDTH - (count - 1) * _GAP) / 2
        height = self.height() - _FIGURE
        for index in range(count):
            box = QRectF(left + index * (_WIDTH + _GAP), 0, _WIDTH, height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("line"))
            painter.drawRoundedRect(box, 3, 3)
            if index < len(self._shown):
                self._draw_bar(painter, box, self._shown[index], self._held[index][0])
        self._draw_figure(painter)

    def _draw_bar(self, painter: QPainter, box: QRectF, level: float, held: float) -> None:
        role = "bad" if held > TOO_LOUD_DB else "accent"
        painter.setBrush(self._theme.colour(role))
        if (part := _part(level)) > 0:
            top = box.top() + box.height() * (1 - part)
            painter.drawRoundedRect(QRectF(box.left(), top, box.width(), box.bottom() - top), 3, 3)
        if (part := _part(held)) > 0:
            y = box.top() + (box.height() - 2) * (1 - part)
            colour = self._theme.colour("bad" if held > TOO_LOUD_DB else "text")
            painter.fillRect(QRectF(box.left(), y, box.width(), 2), colour)

    def _draw_figure(self, painter: QPainter) -> None:
        painter.setFont(self._theme.mono_font(LABEL_PX))
        loud = self.held is not None and self.held > TOO_LOUD_DB
        painter.setPen(self._theme.word("bad" if loud else "muted"))
        words = _figure(self.held) if self.held is not None else "dB"
        box = QRectF(0, self.height() - _FIGURE, self.width(), _FIGURE)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def _part(level: float) -> float:
    return min(1.0, max(0.0, 1 - level / LOWEST_DB))


def _figure(level: float) -> str:
    return f"{level:.1f}" if level <= -0.05 else "0.0"
