"""What a training sounded like at the step of a checkpoint, in one line with a play button."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSlot
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from rave_gui.ui.context import PageContext
from rave_gui.ui.viewmodels import checkpoint_detail as words
from rave_gui.ui.viewmodels import previews
from rave_gui.ui.widgets.buttons import button
from rave_gui.ui.widgets.labels import ElidedLabel
from rave_gui.ui.widgets.preview_feed import PreviewFeed


class CheckpointPreview(QWidget):
    """Plays the preview of that step, or the nearest that there is."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = context.theme
        self.feed = PreviewFeed(context, self)
        self._step = 0
        self._sign = ""
        name = self.tr("Play the preview of this step (Space)")
        self.play = button("", theme=context.theme, icon="play", tip=name, name=name)
        self._text = ElidedLabel(role="secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.play)
        row.addWidget(self._text, 1)
        self.play.clicked.connect(self.toggle)
        self.feed.strip_changed.connect(self._settle)
        self.feed.heard_changed.connect(self._say)
        self.feed.failed.connect(self._refuse)

    @property
    def words(self) -> str:
        """What is said beside the button."""
        return self._text.text()

    def show_checkpoint(self, experiment_id: int, step: int) -> None:
        """Offer what is nearest to that step of that training."""
        self._step = step
        self.feed.show_experiment(experiment_id, 0, live=False)
        self._settle()

    @pyqtSlot()
    def toggle(self) -> None:
        """Play or pause."""
        if self.feed.chosen is not None:
            self.feed.toggle()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self.feed.watch(self, seen=True)

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self.feed.watch(self, seen=False)

    @pyqtSlot()
    def _settle(self) -> None:
        clip = self.feed.clip
        if clip is not None and clip.sounds:
            self.feed.choose(previews.in_clip(clip, self._step))
        self._say()

    @pyqtSlot()
    def _say(self) -> None:
        clip, cell = self.feed.clip, self.feed.chosen
        heard = cell.step if cell is not None else None
        self._text.setText(words.preview_words(self._step, heard, clip.name if clip else ""))
        self.play.setEnabled(heard is not None and self.feed.playback is not None)
        self._show_sign("pause" if cell and self.feed.is_playing(cell.sound) else "play")

    @pyqtSlot(object)
    def _refuse(self, error: object) -> None:
        self._text.setText(str(error))

    def _show_sign(self, key: str) -> None:
        if key != self._sign:
            self._sign = key
            self._theme.bind_icon(self.play, key, "text")
