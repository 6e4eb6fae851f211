"""One sound to look at and to listen to: play, move, loop, waveform or spectrogram, level."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PyQt6.QtCore import QEvent, QObject, QSize, Qt, pyqtSlot
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from rave_gui.audio.sound import Sound
from rave_gui.bridge.playback import Playback, PlayState
from rave_gui.core.errors import UserError
from rave_gui.ui.context import Background
from rave_gui.ui.formats import clock
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.buttons import CHIP, button
from rave_gui.ui.widgets.labels import ElidedLabel, label
from rave_gui.ui.widgets.level_meter import LevelMeter
from rave_gui.ui.widgets.spectrogram import SpectrogramView
from rave_gui.ui.widgets.time_view import Span, TimeView
from rave_gui.ui.widgets.waveform import WaveformView

STEP, WIDE_STEP = 1.0, 5.0
"""Seconds of an arrow key, without and with Shift."""
_SIDES: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ZOOMS: dict[int, float] = {Qt.Key.Key_Plus: 1.5, Qt.Key.Key_Equal: 1.5, Qt.Key.Key_Minus: 1 / 1.5}
_PLAY = QSize(36, 36)
_ICON = QSize(18, 18)


class AudioPlayer(QWidget):
    """Shows one sound. Playing is the business of the application's one ``Playback``.

    Space plays and pauses, the arrows move by a second (five with Shift), Home goes to the
    beginning, L loops the selected region, plus and minus zoom and 0 shows all again.
    """

    def __init__(
        self,
        theme: Theme,
        playback: Playback | None,
        run: Background,
        parent: QWidget | None = None,
        *,
        both: bool = False,
    ) -> None:
        """Make one that shows nothing yet; ``both``: waveform and spectrogram at once."""
        super().__init__(parent)
        self._theme, self._playback, self._both = theme, playback, both
        self._sound: Sound | None = None
        self._state = PlayState()
        self._at = 0.0
        self._drawn_key = ""
        self._play = button("", theme=theme, icon="play")
        self._title, self._time = ElidedLabel(role="strong"), label(role="mono")
        self._shape, self._spectrum = _chip(self.tr("Waveform")), _chip(self.tr("Spectrogram"))
        self._loop = button(self.tr("Loop"), CHIP, theme=theme, icon="loop")
        self.waveform = WaveformView(theme, run)
        self.spectrogram = SpectrogramView(theme, run)
        self._views = QStackedWidget()
        self.meter = LevelMeter(theme)
        self._message = label(role="bad", wrap=True)
        self._build()
        self._connect()
        self.show_sound(None)

    @property
    def sound(self) -> Sound | None:
        """What is shown."""
        return self._sound

    @property
    def loading(self) -> bool:
        """Whether the view that is seen is still being worked out."""
        return self.waveform.loading or (self._seen is self.spectrogram and self._seen.loading)

    def show_sound(self, sound: Sound | None) -> None:
        """Show ``sound``; what sounds now goes on. None empties the player.

        What is shown already stays as it is, with its region and its zoom.
        """
        if sound is not None and self._sound is not None and sound.key == self._sound.key:
            return
        self._sound, self._at, self._drawn_key = sound, 0.0, ""
        self._say("")
        self._title.setText(sound.title if sound else self.tr("Nothing to play"))
        self.waveform.show_sound(sound)
        self.spectrogram.show_sound(None)
        self._draw_spectrum()
        self._follow(self._playback.state if self._playback else PlayState())

    # Wishes

    @pyqtSlot()
    def toggle(self) -> None:
        """Play or pause what is shown."""
        if self._playback is None or self._sound is None:
            return
        self._say("")
        if self._current or not self._at:
            self._playback.toggle(self._sound)
        else:
            self._playback.play(self._sound, self._at)

    @pyqtSlot(float)
    def seek(self, seconds: float) -> None:
        """Go there; what is not heard yet begins there when it is played."""
        seconds = min(max(0.0, seconds), self.waveform.seconds)
        if self._playback is not None and self._current:
            self._playback.seek(seconds)
        elif self._sound is not None:
            self._at = seconds
            self._show_position(seconds)

    @pyqtSlot()
    def toggle_loop(self) -> None:
        """Play the selected region again and again, or no longer."""
        selection = self.waveform.selection
        if self._playback is None or self._sound is None:
            return
        if self._looping:
            self._playback.clear_loop()
        elif selection is not None:
            if not self._current:
                self._playback.play(self._sound, selection[0])
            self._playback.set_loop(*selection)
        self._show_loop()

    # Facts

    @property
    def _current(self) -> bool:
        """Whether what is shown is what is heard, or was last."""
        return self._sound is not None and self._state.key == self._sound.key

    @property
    def _looping(self) -> bool:
        return self._current and self._state.loop is not None

    @property
    def _seen(self) -> TimeView:
        return self.spectrogram if self._spectrum.isChecked() else self.waveform

    @pyqtSlot(object)
    def _follow(self, state: PlayState) -> None:
        """What is heard now."""
        was_current = self._current
        self._state = state
        if self._current:
            if state.seconds is not None and not self.waveform.seconds:
                self.waveform.set_length(state.seconds)
            self._show_position(state.position)
            self._at = 0.0
        elif was_current or state.key == "":
            self._show_position(self._at)
        playing = self._current and state.playing
        self.meter.set_levels(state.levels if playing else ())
        self.waveform.set_heard(self._current)
        self._show_button(playing)
        self._show_loop()

    @pyqtSlot(object)
    def _refused(self, error: UserError) -> None:
        if self._current:
            self._say(str(error))

    @pyqtSlot(object)
    def _unreadable(self, error: UserError) -> None:
        self._say(str(error))

    @pyqtSlot(object)
    def _selected(self, selection: Span | None) -> None:
        """The person selected another region, or none: a loop goes with it."""
        for view in (self.waveform, self.spectrogram):
            view.set_selection(selection, looped=self._looping and selection is not None)
        if self._playback is not None and self._looping:
            if selection is None:
                self._playback.clear_loop()
            else:
                self._playback.set_loop(*selection)
        self._show_loop()

    @pyqtSlot(float)
    def _measured(self, seconds: float) -> None:
        for view in (self.waveform, self.spectrogram):
            view.set_length(seconds)
        self._show_time()

    @pyqtSlot()
    def _choose_view(self) -> None:
        had_focus = self._views.isAncestorOf(self.focusWidget() or self)
        self._views.setCurrentWidget(self._seen)
        self._draw_spectrum()
        self.setFocusProxy(self._seen)
        if had_focus:
            self._seen.setFocus()

    # Shown

    def _draw_spectrum(self) -> None:
        """The spectrogram costs more than the waveform: it is worked out when it is looked at."""
        sound = self._sound
        seen = self._both or self._spectrum.isChecked()
        if sound is None or not seen or self._drawn_key == sound.key:
            return
        self._drawn_key = sound.key
        self.spectrogram.show_sound(sound)
        self.spectrogram.set_length(self.waveform.seconds)
        self.spectrogram.set_view(*self.waveform.view)
        self.spectrogram.set_selection(self.waveform.selection, looped=self._looping)
        self._show_position(self._state.position if self._current else self._at)

    def _show_position(self, seconds: float) -> None:
        shown = None if self._sound is None else seconds
        self.waveform.set_position(shown)
        self.spectrogram.set_position(shown)
        self._show_time()

    def _show_time(self) -> None:
        if self._sound is None:
            self._time.setText("")
            return
        position = self._state.position if self._current else self._at
        total = self.waveform.seconds or None
        self._time.setText(f"{clock(position)} / {clock(total)}")

    def _show_button(self, playing: bool) -> None:
        title = self._sound.title if self._sound else ""
        words = self.tr("Pause {title}") if playing else self.tr("Play {title}")
        self._play.setAccessibleName(words.format(title=title))
        self._play.setToolTip(self._why_not() or self.tr("Space"))
        self._play.setEnabled(self._playback is not None and self._sound is not None)
        if self._play.property("playing") != playing:
            self._play.setProperty("playing", playing)
            self._theme.bind_icon(self._play, "pause" if playing else "play")

    def _why_not(self) -> str:
        if self._playback is None:
            return self.tr("Nothing can be played in this window.")
        return "" if self._sound is not None else self.tr("Choose a sound first.")

    def _show_loop(self) -> None:
        looping = self._looping
        selection = self.waveform.selection
        if looping and self._state.loop is not None:
            selection = selection or self._state.loop
        for view in (self.waveform, self.spectrogram):
            view.set_selection(selection, looped=looping)
        self._loop.setChecked(looping)
        self._loop.setEnabled(self._playback is not None and (looping or selection is not None))
        tip = self.tr("L plays the selected region again and again.")
        self._loop.setToolTip(tip if selection else self.tr("Drag over the sound to select."))

    def _say(self, words: str) -> None:
        self._message.setText(words)
        self._message.setVisible(bool(words))

    # Keys

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Keys that the view in focus left to the player."""
        if event is None or not self._obey(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """A button in focus would take the arrows to move the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            own = event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            return not own and self._obey(event)
        return super().eventFilter(watched, event)

    def _obey(self, event: QKeyEvent) -> bool:
        """Whether the key meant something here."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        shift = modifiers == Qt.KeyboardModifier.ShiftModifier
        if modifiers and not shift:
            return False
        key = event.key()
        if key in _SIDES:
            here = self._state.position if self._current else self._at
            self.seek(here + _SIDES[key] * (WIDE_STEP if shift else STEP))
        elif key in _ZOOMS:
            self._seen.zoom(_ZOOMS[key])
        elif (act := self._acts().get(key)) is not None:
            act()
        else:
            return False
        return True

    def _acts(self) -> dict[int, Callable[[], None]]:
        return {
            Qt.Key.Key_Space: self.toggle,
            Qt.Key.Key_Home: partial(self.seek, 0.0),
            Qt.Key.Key_L: self.toggle_loop,
            Qt.Key.Key_0: self._seen.show_all,
        }

    # Construction

    def _build(self) -> None:
        self._play.setFixedSize(_PLAY)
        self._play.setIconSize(_ICON)
        self._loop.setCheckable(True)
        self._message.setVisible(False)
        self._shape.setChecked(True)
        self.setFocusProxy(self.waveform)
        if self._both:
            for hidden in (self._shape, self._spectrum, self._views):
                hidden.setParent(self)
                hidden.hide()
        box, body = QVBoxLayout(self), QHBoxLayout()
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        body.setSpacing(8)
        body.addWidget(self._arranged(), 1)
        body.addWidget(self.meter)
        box.addLayout(self._head())
        box.addLayout(body, 1)
        box.addWidget(self._message)

    def _arranged(self) -> QWidget:
        """The two views: one behind the other, or one below the other."""
        if not self._both:
            for view in (self.waveform, self.spectrogram):
                self._views.addWidget(view)
            return self._views
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.waveform)
        column.addWidget(self.spectrogram)
        return place

    def _head(self) -> QHBoxLayout:
        head, words = QHBoxLayout(), QVBoxLayout()
        head.setSpacing(8)
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._time)
        head.addWidget(self._play)
        head.addSpacing(4)
        head.addLayout(words, 1)
        for made in (self._shape, self._spectrum):
            head.addWidget(made)
        head.addSpacing(8)
        head.addWidget(self._loop)
        return head

    def _connect(self) -> None:
        self._group = QButtonGroup(self)
        for chip in (self._shape, self._spectrum):
            self._group.addButton(chip)
            chip.clicked.connect(self._choose_view)
        for made in (self._play, self._shape, self._spectrum, self._loop):
            made.installEventFilter(self)
        self._play.clicked.connect(self.toggle)
        self._loop.clicked.connect(self.toggle_loop)
        for view in (self.waveform, self.spectrogram):
            view.seek_requested.connect(self.seek)
            view.selection_changed.connect(self._selected)
            view.failed.connect(self._unreadable)
            view.measured.connect(self._measured)
        self.waveform.view_changed.connect(self.spectrogram.set_view)
        self.spectrogram.view_changed.connect(self.waveform.set_view)
        if self._playback is not None:
            self._playback.changed.connect(self._follow)
            self._playback.refused.connect(self._refused)


def _chip(words: str) -> QPushButton:
    made = button(words, CHIP)
    made.setCheckable(True)
    return made
