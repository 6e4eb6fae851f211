"""The left rail: one button for each page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QSize, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from rave_gui.ui.theme import Theme

WIDTH = 76


@dataclass(frozen=True)
class Place:
    """A page as the rail names it."""

    key: str
    title: str
    icon: str
    below: bool = False
    """Whether it stands at the lower end."""


class Rail(QFrame):
    """Says which page is wanted."""

    page_requested = pyqtSignal(str)

    def __init__(
        self, theme: Theme, places: Sequence[Place], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "rail")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("Pages"))
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        box = QVBoxLayout(self)
        box.setContentsMargins(7, 12, 8, 8)
        box.setSpacing(2)
        for place in (item for item in places if not item.below):
            box.addWidget(self._button(theme, place, places))
        box.addStretch(1)
        for place in (item for item in places if item.below):
            box.addWidget(self._button(theme, place, places))

    def show_current(self, key: str) -> None:
        """Mark the page that is shown."""
        self._buttons[key].setChecked(True)

    def _button(self, theme: Theme, place: Place, places: Sequence[Place]) -> QToolButton:
        made = QToolButton()
        made.setProperty("kind", "rail")
        made.setObjectName(f"rail-{place.key}")
        made.setText(place.title)
        made.setToolTip(f"{place.title}  (Ctrl+{list(places).index(place) + 1})")
        made.setCheckable(True)
        made.setAutoRaise(True)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        made.setIconSize(QSize(20, 20))
        made.setFixedSize(WIDTH - 15, 54)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setCursor(Qt.CursorShape.PointingHandCursor)
        made.setProperty("page", place.key)
        theme.bind_icon(made, place.icon, "muted", "accent")
        made.clicked.connect(self._clicked)
        self._group.addButton(made)
        self._buttons[place.key] = made
        return made

    @pyqtSlot()
    def _clicked(self) -> None:
        made = self.sender()
        if made is not None:
            self.page_requested.emit(made.property("page"))
