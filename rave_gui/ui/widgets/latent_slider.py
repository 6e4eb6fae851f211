"""One latent to be moved: name, figure, and a line from its rest to where it is."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from rave_gui.backend.latent_bend import NEUTRAL, OFFSET, RANGES
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels.listening_room import bend_value, latent_name
from rave_gui.ui.widgets.labels import label

STEPS = 10
"""Of 1.0."""
NARROWEST = 84
_KNOB, _LINE = 6.0, 3.0


class LatentSlider(QWidget):
    """Double click, or Delete, sets it back."""

    moved = pyqtSignal(int, float)
    """The latent, from 0, and its value."""

    def __init__(self, theme: Theme, latent: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._latent, self._kind = latent, OFFSET
        self._name, self._figure = label(latent_name(latent), "label"), label(role="mono")
        self.knob = _Knob(theme)
        self._build()
        self.show_value(OFFSET, NEUTRAL[OFFSET])
        self.knob.valueChanged.connect(self._changed)

    @property
    def value(self) -> float:
        """Where it is."""
        return self.knob.value() / STEPS

    def show_value(self, kind: str, value: float) -> None:
        """Show what is known; nothing is emitted."""
        self._kind = kind
        low, high = RANGES[kind]
        self.knob.blockSignals(True)
        self.knob.rest = round(NEUTRAL[kind] * STEPS)
        self.knob.setRange(round(low * STEPS), round(high * STEPS))
        self.knob.setValue(round(value * STEPS))
        self.knob.blockSignals(False)
        self._say()
        self.knob.update()

    def _say(self) -> None:
        words = bend_value(self._kind, self.value)
        self._figure.setText(words)
        self.knob.setAccessibleName(latent_name(self._latent))
        self.knob.setAccessibleDescription(words)

    @pyqtSlot(int)
    def _changed(self, _value: int) -> None:
        self._say()
        self.moved.emit(self._latent, self.value)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._name)
        head.addStretch(1)
        head.addWidget(self._figure)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(3)
        box.addLayout(head)
        box.addWidget(self.knob)
        self.setMinimumWidth(NARROWEST)


class _Knob(QSlider):
    """A slider that shows how far it is from its rest."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._theme = theme
        self.rest = 0
        self.setPageStep(STEPS // 2)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A line and a knob."""
        return QSize(NARROWEST, 20)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """The line, its bent part in the accent, the knob."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = self.height() / 2
        for colour, first, last in (
            ("line", self.minimum(), self.maximum()),
            ("accent", *sorted((self.rest, self.value()))),
        ):
            left, right = self._x(first), self._x(last)
            painter.setBrush(self._theme.colour(colour))
            line = QRectF(left, middle - _LINE / 2, right - left, _LINE)
            painter.drawRoundedRect(line, _LINE / 2, _LINE / 2)
        painter.setBrush(self._theme.colour("accent" if self.hasFocus() else "text"))
        x = self._x(self.value())
        painter.drawEllipse(QRectF(x - _KNOB, middle - _KNOB, 2 * _KNOB, 2 * _KNOB))

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """It goes to where it is clicked, and follows from there."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self._at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """It follows."""
        if event is not None and self.isSliderDown():
            self.setValue(self._at(event.position().x()))

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:
        """It stays there."""
        self.setSliderDown(False)

    def mouseDoubleClickEvent(self, _event: QMouseEvent | None) -> None:
        """Back to its rest."""
        self.setSliderDown(False)
        self.setValue(self.rest)

    def keyPressEvent(self, event: object) -> None:
        """Delete sets it back; arrows move by a tenth."""
        key = getattr(event, "key", None)
        if key is not None and key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.setValue(self.rest)
            return
        super().keyPressEvent(event)  # type: ignore[arg-type]

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """The row of sliders scrolls."""
        if event is not None:
            event.ignore()

    def _x(self, value: int) -> float:
        share = (value - self.minimum()) / max(1, self.maximum() - self.minimum())
        return _KNOB + share * (self.width() - 2 * _KNOB)

    def _at(self, x: float) -> int:
        share = (x - _KNOB) / max(1.0, self.width() - 2 * _KNOB)
        return round(self.minimum() + min(max(0.0, share), 1.0) * (self.maximum() - self.minimum()))
