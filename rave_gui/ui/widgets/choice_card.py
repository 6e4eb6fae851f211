"""Cards of which one is chosen: a title, a sentence, a line of figures, or why not."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PyQt6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.tokens import RADIUS_CARD
from rave_gui.ui.widgets.labels import label


class ChoiceCard(QAbstractButton):
    """Behaves like a radio button; what cannot be chosen says why in its last line."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._inside = theme, False
        self.setCheckable(True)
        self.setText(title)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._title = label(title, "strong", wrap=True)
        self._words = label("", "secondary", wrap=True)
        self._figures = label("", "muted", wrap=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 10, 14, 12)
        box.setSpacing(4)
        for part in (self._title, self._words, self._figures):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            box.addWidget(part)
        box.addStretch(1)
        theme.changed.connect(self.update)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def say(self, words: str, figures: str, why_not: str = "") -> None:
        """What it is for, its figures, and why it cannot be chosen where it cannot."""
        self._words.setText(words)
        self._figures.setText(why_not or figures)
        self._figures.setVisible(bool(why_not or figures))
        set_role(self._figures, "warntext" if why_not else "muted")
        set_role(self._title, "muted" if why_not else "strong")
        # What is chosen can always be kept; the review says what is wrong with it.
        self.setEnabled(not why_not or self.isChecked())
        self.setToolTip(why_not)
        self.setAccessibleDescription(
            ". ".join(part for part in (words, why_not or figures) if part)
        )

    def sizeHint(self) -> QSize:
        """What its lines need."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """As narrow as its words allow, as high as they need."""
        layout = self.layout()
        width = max(1, self.width())
        height = layout.totalHeightForWidth(width) if layout is not None else 0
        return QSize(120, max(height, 72))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Another width, another height."""
        super().resizeEvent(event)
        self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """A frame that is lit when chosen; focus is a second line inside it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._theme.colour
        chosen = self.isChecked()
        fill = "selected" if chosen else "raised" if self.underMouse() else "panel"
        painter.setBrush(colour(fill))
        painter.setPen(QPen(colour("accent" if chosen else "line"), 1.4 if chosen else 1))
        frame = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        painter.drawRoundedRect(frame, RADIUS_CARD, RADIUS_CARD)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("accent"), 1, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(frame.adjusted(3, 3, -3, -3), 9, 9)
