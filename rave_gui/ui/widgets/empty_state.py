"""What an empty page shows: what it is for, and the first step as one button."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from rave_gui.ui import icons
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.buttons import PRIMARY, button
from rave_gui.ui.widgets.labels import label

_MARK = 40


class EmptyState(QWidget):
    """A drawing, a title, one or two sentences, and at most one filled button."""

    action_requested = pyqtSignal()

    def __init__(
        self,
        theme: Theme,
        icon: str,
        title: str,
        text: str,
        action: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._icon = theme, icon
        self._mark = QLabel()
        self._mark.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._title = label(title, "section")
        self._text = label(text, "secondary", wrap=True)
        self._action = button(action, PRIMARY)
        self._build()
        self._action.clicked.connect(self._act)
        theme.changed.connect(self._draw)
        self.say(title, text, action)
        self._draw()

    @property
    def action(self) -> QPushButton:
        """The one button."""
        return self._action

    def say(self, title: str, text: str, action: str = "") -> None:
        """Change what it says; without ``action`` there is no button."""
        self._title.setText(title)
        self._text.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))

    def _build(self) -> None:
        middle = Qt.AlignmentFlag.AlignHCenter
        self._title.setAlignment(middle)
        self._text.setAlignment(middle)
        self._text.setFixedWidth(440)
        box = QVBoxLayout(self)
        box.setContentsMargins(32, 32, 32, 32)
        box.setSpacing(8)
        box.addStretch(2)
        box.addWidget(self._mark)
        box.addSpacing(8)
        box.addWidget(self._title)
        box.addWidget(self._text, 0, middle)
        box.addSpacing(8)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._action)
        row.addStretch(1)
        box.addLayout(row)
        box.addStretch(3)

    @pyqtSlot()
    def _draw(self) -> None:
        ratio = self.devicePixelRatioF()
        drawn = icons.pixmap(self._icon, self._theme.tokens.muted, round(_MARK * ratio))
        drawn.setDevicePixelRatio(ratio)
        self._mark.setPixmap(drawn)

    @pyqtSlot()
    def _act(self) -> None:
        self.action_requested.emit()
