"""The timeline in its card: lanes above, legend and zoom below."""

from __future__ import annotations

from PyQt6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.buttons import LINK, button
from rave_gui.ui.widgets.timeline import Timeline
from rave_gui.ui.widgets.timeline_shapes import Legend


class TimelineCard(QFrame):
    """Nothing but an arrangement."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.timeline = Timeline(theme)
        self._nearer = button("+", LINK, name=self.tr("Nearer"), tip=self.tr("Nearer (+)"))
        self._farther = button("−", LINK, name=self.tr("Farther"), tip=self.tr("Farther (−)"))
        self._whole = button(self.tr("All steps"), LINK, tip=self.tr("See every step (0)"))
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 1, 1, 1)
        box.setSpacing(0)
        box.addWidget(self.timeline, 1)
        box.addLayout(self._foot(theme))
        self._nearer.clicked.connect(self.timeline.zoom_in)
        self._farther.clicked.connect(self.timeline.zoom_out)
        self._whole.clicked.connect(self.timeline.show_all)

    def _foot(self, theme: Theme) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(16, 6, 10, 6)
        row.setSpacing(2)
        row.addWidget(Legend(theme))
        row.addStretch(1)
        for made in (self._farther, self._nearer, self._whole):
            row.addWidget(made)
        return row
