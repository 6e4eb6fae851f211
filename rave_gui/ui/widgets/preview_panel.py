"""The Previews tab: one clip over all steps, with its waveform and spectrogram."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from rave_gui.ui.context import PageContext
from rave_gui.ui.viewmodels import previews as words
from rave_gui.ui.widgets.audio_player import AudioPlayer
from rave_gui.ui.widgets.buttons import button
from rave_gui.ui.widgets.choice import Choice
from rave_gui.ui.widgets.labels import label
from rave_gui.ui.widgets.preview_feed import PreviewFeed
from rave_gui.ui.widgets.preview_strip import PreviewStrip, obey

_WIDEST_CLIP = 320


class PreviewPanel(QWidget):
    """Arrow keys move through steps and clips, space plays; the moment in the sound stays."""

    listening_set_requested = pyqtSignal()
    """What is listened to is to be chosen."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._feed = feed = PreviewFeed(context, self)
        self.clips = Choice()
        self.matched = QCheckBox(self.tr("Match levels"))
        self.choose = button(self.tr("Choose what is listened to…"))
        self.strip = PreviewStrip(context.theme, feed)
        self.player = AudioPlayer(context.theme, context.playback, context.run, both=True)
        self.about, self.gain = label(role="muted", wrap=True), label(role="secondary")
        self.message = label(role="bad", wrap=True)
        self.empty = label(role="secondary", wrap=True)
        self._build()
        self._connect()
        self._take()

    @property
    def feed(self) -> PreviewFeed:
        """What is shown here; other strips may show it as well."""
        return self._feed

    # Facts

    @pyqtSlot()
    def _take(self) -> None:
        """Another strip, or more of it."""
        some = not self._feed.strip.empty
        for part in (self._body, self.clips, self.matched):
            part.setVisible(some)
        self.empty.setVisible(not some)
        self.empty.setText(words.empty_words(live=self._feed.live, waits=self._feed.waits))
        self._list_clips()
        self._show_place()

    @pyqtSlot()
    def _show_place(self) -> None:
        clip = self._feed.clip
        self.clips.blockSignals(True)
        self.clips.choose(clip.key if clip else "")
        self.clips.blockSignals(False)
        self.about.setText(words.source_words(clip))
        if clip is None:
            self.player.show_sound(None)

    @pyqtSlot()
    def _show_heard(self) -> None:
        """The chosen sound is there, or something else plays."""
        sound = self._feed.sound
        self.gain.setText(words.gain_words(self._feed.heard, matched=self._feed.matched))
        if sound is None:
            return
        before = self.player.sound
        if before is None or before.key != sound.key:
            at = self._position()
            self.message.hide()
            self.player.show_sound(sound)
            if at and (sound.seconds or 0.0) > at:
                self.player.seek(at)

    @pyqtSlot(object)
    def _refuse(self, error: object) -> None:
        self.message.setText(str(error))
        self.message.setVisible(bool(str(error)))

    # Wishes

    @pyqtSlot(int)
    def _pick_clip(self, index: int) -> None:
        clip = next(
            (c for c in self._feed.strip.clips if c.key == self.clips.itemData(index)), None
        )
        if clip is not None:
            self._feed.choose(words.in_clip(clip, self._feed.place.step))

    @pyqtSlot(bool)
    def _match(self, matched: bool) -> None:
        self._feed.set_matched(matched)

    @pyqtSlot()
    def _ask(self) -> None:
        self.listening_set_requested.emit()

    # Events

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """The arrows move through steps here, with Shift through the sound as everywhere."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return obey(self._feed, event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Wherever the focus is in here."""
        if event is None or not obey(self._feed, event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent | None) -> None:
        """The keys work at once."""
        super().showEvent(event)
        self._feed.watch(self, seen=True)
        self.strip.setFocus(Qt.FocusReason.TabFocusReason)
        self._show_heard()

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._feed.watch(self, seen=False)

    # Inside

    def _position(self) -> float:
        playback = self._feed.playback
        state = playback.state if playback is not None else None
        ours = state is not None and state.key.startswith("preview:") and not state.playing
        return state.position if ours and state is not None else 0.0

    def _list_clips(self) -> None:
        wanted = [(clip.name, clip.key) for clip in self._feed.strip.clips]
        there = [
            (self.clips.itemText(n), self.clips.itemData(n)) for n in range(self.clips.count())
        ]
        if wanted != there:
            self.clips.blockSignals(True)
            self.clips.clear()
            for name, key in wanted:
                self.clips.add(name, key)
            self.clips.blockSignals(False)

    def _build(self) -> None:
        self.clips.setAccessibleName(self.tr("What is listened to"))
        self.clips.setMaximumWidth(_WIDEST_CLIP)
        self.clips.setToolTip(self.tr("Up and down go to another clip"))
        self.matched.setChecked(self._feed.matched)
        self.matched.setToolTip(
            self.tr("Plays every step as loud as the input, so that loud is not taken for good")
        )
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.clips, 1)
        head.addWidget(self.matched)
        head.addStretch(1)
        head.addWidget(self.choose)
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(12)
        body.addWidget(self.strip)
        body.addWidget(self.player, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.gain)
        foot.addStretch(1)
        body.addLayout(foot)
        body.addWidget(self.about)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addLayout(head)
        box.addWidget(self.message)
        box.addWidget(self._body, 1)
        box.addWidget(self.empty)
        self._rest = QWidget()
        self._rest.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        box.addWidget(self._rest)
        self.message.hide()

    def _connect(self) -> None:
        feed = self._feed
        feed.strip_changed.connect(self._take)
        feed.place_changed.connect(self._show_place)
        feed.heard_changed.connect(self._show_heard)
        feed.failed.connect(self._refuse)
        self.clips.activated.connect(self._pick_clip)
        self.matched.toggled.connect(self._match)
        self.choose.clicked.connect(self._ask)
        for view in (self.player.waveform, self.player.spectrogram):
            view.installEventFilter(self)
