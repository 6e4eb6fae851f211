"""Small plots for cards: a histogram, a strip of shares. Painted; they never compute."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.tokens import LABEL_PX
from rave_gui.ui.viewmodels.small_plots import Histogram, Part, Plot
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.flow import FlowLayout
from rave_gui.ui.widgets.labels import label

_HEIGHT, _FOOT, _HEAD = 92, 16, 14
_GAP = 2.0
_STRIP = 10


class HistogramView(QWidget):
    """Draws a :class:`Histogram`; the words of a bar are its tooltip."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._shown = theme, Histogram()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_histogram(self, shown: Histogram, name: str, words: str) -> None:
        """Draw ``shown``; ``name`` and ``words`` are for screen readers."""
        self._shown = shown
        self.setAccessibleName(name)
        self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(220, _HEIGHT)

    def bar_at(self, x: float) -> int | None:
        """The bar below that place; None beside them all."""
        count = len(self._shown.bars)
        place = int(x / self.width() * count) if count and self.width() else -1
        return place if 0 <= place < count else None

    def event(self, event: QEvent | None) -> bool:
        """Say what a bar stands for."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self.bar_at(event.pos().x())
            tip = self._shown.bars[place].tip if place is not None else ""
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Bars, the line below them, ticks and the mark."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(_small(self.font()))
        area = QRectF(0, _HEAD, self.width(), self.height() - _FOOT - _HEAD)
        self._draw_bars(painter, area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(self._theme.colour("line"))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        self._draw_ticks(painter, area)
        self._draw_mark(painter, area)

    def _draw_bars(self, painter: QPainter, area: QRectF) -> None:
        bars = self._shown.bars
        highest = max((bar.height for bar in bars), default=0.0)
        if highest <= 0:
            return
        width = area.width() / len(bars)
        plain, marked = self._theme.colour("phase1"), self._theme.colour("phase2")
        painter.setPen(Qt.PenStyle.NoPen)
        for place, bar in enumerate(bars):
            if bar.height <= 0:
                continue
            height = max(2.0, area.height() * bar.height / highest)
            body = QRectF(area.left() + place * width, area.bottom() - height, width - _GAP, height)
            _fill(painter, body, plain)
            if bar.marked > 0:
                part = max(2.0, height * bar.marked / bar.height)
                _fill(painter, body.adjusted(0, height - part, 0, 0), marked)

    def _draw_ticks(self, painter: QPainter, area: QRectF) -> None:
        if not self._shown.bars:
            return
        painter.setPen(self._theme.word("muted"))
        metrics, free = QFontMetricsF(painter.font()), 0.0
        for place, text in self._shown.ticks:
            width = metrics.horizontalAdvance(text)
            middle = area.left() + area.width() * place / len(self._shown.bars)
            left = min(max(0.0, middle - width / 2), area.width() - width)
            if left >= free:
                painter.drawText(QPointF(left, self.height() - 3), text)
                free = left + width + 8

    def _draw_mark(self, painter: QPainter, area: QRectF) -> None:
        if self._shown.mark is None or not self._shown.bars:
            return
        place, text = self._shown.mark
        x = area.left() + area.width() * place / len(self._shown.bars)
        pen = QPen(self._theme.colour("phase2"), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(x, 2), QPointF(x, area.bottom()))
        painter.setPen(self._theme.word("phase2"))
        width = QFontMetricsF(painter.font()).horizontalAdvance(text)
        left = x + 5 if x + 5 + width <= area.width() else x - 5 - width
        painter.drawText(QPointF(left, 10), text)


class ShareStrip(QWidget):
    """One bar in parts, with the words of every part below it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar, self._words = _Strip(theme), QWidget()
        self._theme = theme
        self._parts: tuple[Part, ...] = ()
        self._flow = FlowLayout(gap=14, line_gap=4, parent=self._words)
        self._labels: list[_Key] = []
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 6, 0, 0)
        box.setSpacing(8)
        box.addWidget(self._bar)
        box.addWidget(self._words)
        box.addStretch(1)

    def show_parts(self, parts: tuple[Part, ...], name: str) -> None:
        """Draw ``parts``; ``name`` is for screen readers."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(", ".join(part.words for part in parts))
        self._bar.show_parts(parts)
        while len(self._labels) < len(parts):
            self._labels.append(_Key(self._theme))
            self._flow.addWidget(self._labels[-1])
        for place, key in enumerate(self._labels):
            key.setVisible(place < len(parts))
            if place < len(parts):
                key.show_part(parts[place])


class _Strip(QWidget):
    """The bar itself."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._parts: tuple[Part, ...] = ()
        self.setFixedHeight(_STRIP)
        theme.changed.connect(self.update)

    def show_parts(self, parts: tuple[Part, ...]) -> None:
        self._parts = parts
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Parts side by side; none that is there is invisible."""
        painter = QPainter(self)
        x = 0.0
        for part in self._parts:
            width = max(2.0, self.width() * part.share) if part.share > 0 else 0.0
            painter.fillRect(QRectF(x, 0, width, _STRIP), self._theme.colour(part.role))
            x += width + (1.0 if width else 0.0)


class _Key(QWidget):
    """A dot in the colour of a part, and its words."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._dot, self._text = Dot(theme), label(role="muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._dot)
        row.addWidget(self._text)

    def show_part(self, part: Part) -> None:
        self._dot.show_role(part.role)
        self._text.setText(part.words)


class Dot(QWidget):
    """A filled circle; words beside it say the same as its colour."""

    def __init__(self, theme: Theme, size: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._role = theme, "line"
        self.setFixedSize(size, size)
        theme.changed.connect(self.update)

    def show_role(self, role: str) -> None:
        """The token of its colour."""
        self._role = role
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """A filled circle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(self._role))
        painter.drawEllipse(self.rect())


class PlotCard(Card):
    """A card with a title, a sentence and a drawing."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._theme = theme
        self._title, self._sentence = label(role="cardtitle"), label(role="secondary", wrap=True)
        self.histogram, self.strips = HistogramView(theme), list[ShareStrip]()
        self._strips = QVBoxLayout()
        self._strips.setSpacing(8)
        self.body.addWidget(self._title)
        self.body.addWidget(self._sentence)
        self.body.addLayout(self._strips)
        self.body.addStretch(1)
        self.body.addWidget(self.histogram)

    @property
    def sentence(self) -> QLabel:
        """What is seen, in words."""
        return self._sentence

    def show_plot(self, plot: Plot) -> None:
        """Show ``plot``."""
        self._title.setText(plot.title)
        self._sentence.setText(plot.sentence)
        set_role(self._sentence, plot.role)
        self.histogram.setVisible(plot.histogram is not None)
        if plot.histogram is not None:
            self.histogram.show_histogram(plot.histogram, plot.title, plot.sentence)
        while len(self.strips) < len(plot.strips):
            self.strips.append(ShareStrip(self._theme))
            self._strips.addWidget(self.strips[-1])
        for place, strip in enumerate(self.strips):
            strip.setVisible(place < len(plot.strips))
            if place < len(plot.strips):
                strip.show_parts(plot.strips[place], plot.title)


def _small(font: QFont) -> QFont:
    made = QFont(font)
    made.setPixelSize(LABEL_PX)
    return made


def _fill(painter: QPainter, area: QRectF, colour: QColor) -> None:
    radius = min(2.0, area.width() / 2, area.height() / 2)
    painter.setBrush(colour)
    painter.drawRoundedRect(area, radius, radius)
