"""The bar at the bottom: what runs, how far, how long; notices; free disk."""

from __future__ import annotations

from PyQt6.QtCore import QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.viewmodels.status import Running
from rave_gui.ui.widgets.labels import ElidedLabel, Sentence, label
from rave_gui.ui.widgets.phase_bar import ThinBar

HEIGHT = 28
_NOTICE_MS = 8000


class StatusBar(QFrame):
    """Shows; a click on the running job leads to it."""

    job_clicked = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "bottom")
        self.setFixedHeight(HEIGHT)
        self._dot = label("●", "accent")
        self._what = Sentence(strong_last=True)
        self._bar = ThinBar(theme)
        self._bar.setFixedWidth(160)
        self._figures = label(role="mono")
        self._eta = label(role="muted")
        self._notice = ElidedLabel(role="muted")
        self._disk = label(role="muted")
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.setInterval(_NOTICE_MS)
        self._fade.timeout.connect(self.clear_notice)
        self._build()
        self.show_running(None)

    @property
    def words(self) -> str:
        """Everything that it says now, in one line."""
        found = (child.text() for child in self.findChildren(QLabel) if not child.isHidden())
        return " ".join(text for text in found if text)

    def show_running(self, running: Running | None) -> None:
        """Show the job, or that nothing runs."""
        for part in (self._bar, self._figures, self._eta, self._dot):
            part.setVisible(running is not None)
        if running is None:
            self._what.say("", self.tr("Nothing is running"))
            return
        self._what.say(running.name, running.verb)
        self._bar.setVisible(running.fraction is not None)
        self._bar.show_progress(running.fraction, running.bar_role)
        self._figures.setText(running.figures)
        self._figures.setVisible(bool(running.figures))
        self._eta.setText(" · ".join(part for part in (running.eta, running.more) if part))

    def show_disk(self, text: str, role: str = "muted") -> None:
        """Free space where the project lies."""
        self._disk.setText(text)
        set_role(self._disk, role)

    def show_notice(self, text: str, role: str = "muted") -> None:
        """One line about something that just happened; it goes after a while."""
        self._notice.setText(text)
        set_role(self._notice, {"info": "muted"}.get(role, role))
        self._fade.start()

    @pyqtSlot()
    def clear_notice(self) -> None:
        """Say nothing more."""
        self._notice.setText("")

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """A click anywhere on it leads to what runs."""
        super().mouseReleaseEvent(event)
        self.job_clicked.emit()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 0, 22, 0)
        row.setSpacing(20)
        first = QHBoxLayout()
        first.setSpacing(6)
        first.addWidget(self._dot)
        first.addWidget(self._what)
        row.addLayout(first)
        row.addWidget(self._bar)
        row.addWidget(self._figures)
        row.addWidget(self._eta)
        row.addWidget(self._notice, 1)
        row.addWidget(self._disk)
