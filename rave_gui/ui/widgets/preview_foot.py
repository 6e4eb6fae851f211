"""“Hear it learn”: the previews in one line, below the curves."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSlot
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import previews as words
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.preview_feed import PreviewFeed
from rave_gui.ui.widgets.preview_strip import PreviewStrip

_NAME = 108


class PreviewFoot(QFrame):
    """The chosen clip from first to last step, as far as there is room."""

    def __init__(self, theme: Theme, feed: PreviewFeed, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._feed = feed
        self.name = label(role="muted", wrap=True)
        self.strip = PreviewStrip(theme, feed, spread=True)
        self.message = label(role="muted", wrap=True)
        self._build()
        feed.strip_changed.connect(self._say)
        feed.place_changed.connect(self._say)
        feed.failed.connect(self._refuse)
        feed.heard_changed.connect(self._hush)
        self._say()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Somebody looks: the strip itself is hidden while there is nothing in it."""
        super().showEvent(event)
        self._feed.watch(self, seen=True)

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._feed.watch(self, seen=False)

    @pyqtSlot()
    def _say(self) -> None:
        clip = self._feed.clip
        self.name.setText(f"“{words.shortened(clip.name)}”" if clip else "")
        some = not self._feed.strip.empty
        self.strip.setVisible(some)
        self.message.setVisible(not some)
        if not some:
            self.message.setText(words.empty_words(live=self._feed.live, waits=self._feed.waits))

    @pyqtSlot(object)
    def _refuse(self, error: object) -> None:
        self.message.setText(str(error))
        self.message.setVisible(True)

    @pyqtSlot()
    def _hush(self) -> None:
        """What could not be heard is of the past once something is."""
        if self._feed.heard is not None and not self._feed.strip.empty:
            self.message.setVisible(False)

    def _build(self) -> None:
        names = QWidget()
        names.setFixedWidth(_NAME)
        column = QVBoxLayout(names)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(2)
        column.addWidget(label(self.tr("Hear it learn"), "cardtitle"))
        column.addWidget(self.name)
        column.addStretch(1)
        body = QVBoxLayout()
        body.setSpacing(4)
        body.addWidget(self.strip)
        body.addWidget(self.message)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(12)
        row.addWidget(names)
        row.addLayout(body, 1)
