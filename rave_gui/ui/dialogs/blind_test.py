"""A blind test of lanes of the room: set up, answer round by round, see what came out."""

from __future__ import annotations

import itertools
import time

from PyQt6.QtCore import Qt, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from rave_gui.audio.lanes import LaneDesk
from rave_gui.audio.sound import Sound
from rave_gui.backend.blind_test import Answer, BlindTest, answer, new_seed, plan
from rave_gui.backend.listening_room import Room
from rave_gui.bridge.playback import Playback
from rave_gui.core.errors import UserError
from rave_gui.ui.dialogs.blind_rounds import BlindRounds
from rave_gui.ui.dialogs.blind_setup import BlindSetup
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.theme import Theme
from rave_gui.ui.viewmodels import blind_test as words
from rave_gui.ui.widgets.labels import label

_numbers = itertools.count(1)


class BlindTestDialog(Sheet):
    """What was answered is kept answer by answer: whoever stops early loses nothing."""

    answered = pyqtSignal(object)
    """An :class:`Answer`."""

    def __init__(
        self,
        theme: Theme,
        room: Room,
        playback: Playback | None,
        parent: QWidget | None = None,
    ) -> None:
        lede = self.tr("Names are hidden and the order is left to chance. Every answer is kept.")
        super().__init__(theme, self.tr("Blind test"), lede, parent)
        self._room, self._playback = room, playback
        self._desk: LaneDesk | None = None
        self._sound: Sound | None = None
        self._test: BlindTest | None = None
        self._given: list[Answer] = []
        self._titles = {lane.key: lane.title for lane in room.lanes}
        self.setup, self.rounds = BlindSetup(room.audible), BlindRounds(theme)
        self._results = label(role="secondary", wrap=True)
        self._sides = QStackedWidget()
        self._fill()
        self.setup.changed.connect(self._say_ready)
        self.rounds.hear_requested.connect(self._hear)
        self.rounds.answered.connect(self._answer)
        self.finished.connect(self._fall_silent)
        self._say_ready()

    @property
    def test(self) -> BlindTest | None:
        """The plan, once it has begun."""
        return self._test

    # Going on

    @pyqtSlot()
    def submit(self) -> None:
        """Begin; at the end, close."""
        if self._test is not None:
            self.accept()
            return
        try:
            test = plan(self.setup.kind, self.setup.keys, self.setup.rounds.value(), new_seed())
        except UserError as error:
            self.show_refusal(error)
            return
        self.begin(test)

    def begin(self, test: BlindTest) -> None:
        """Ask the first round."""
        self._test = test
        self._listen(test.keys)
        self.say("")
        self.primary.setVisible(False)
        self.cancel.setText(self.tr("Stop here"))
        self._sides.setCurrentWidget(self.rounds)
        self._ask()

    def _ask(self) -> None:
        test = self._test
        if test is not None and len(self._given) < len(test.rounds):
            self.rounds.ask(test, len(self._given) + 1)
            self.setFocus()
        else:
            self._show_results()

    @pyqtSlot(str)
    def _answer(self, key: str) -> None:
        if self._test is None:
            return
        source = self._room.input
        name = source.path.name if source is not None else ""
        given = answer(self._test, len(self._given) + 1, key, time.time(), name)
        self._given.append(given)
        self.answered.emit(given)
        self._ask()

    def _show_results(self) -> None:
        if self._test is None:
            return
        self._fall_silent()
        lines = words.results(self._test, self._given, self._titles)
        self._results.setText("\n\n".join(lines))
        self._sides.setCurrentIndex(2)
        self.cancel.setVisible(False)
        self.primary.setText(self.tr("Close"))
        self.primary.setVisible(True)
        self.primary.setFocus()

    # Hearing

    def _listen(self, keys: tuple[str, ...]) -> None:
        lanes = [lane for lane in self._room.audible if lane.key in keys]
        self._keys = [lane.key for lane in lanes]
        sounds = [Sound(f"{lane.sound}", "", path=lane.sound) for lane in lanes]
        self._desk = LaneDesk(sounds)
        self._desk.set_gains([10 ** (self._room.gain_db(lane) / 20) for lane in lanes])
        self._sound = Sound(f"blind:{next(_numbers)}", self.tr("Blind test"), desk=self._desk)

    @pyqtSlot(str)
    def _hear(self, key: str) -> None:
        if self._desk is None or self._sound is None:
            return
        self._desk.hear(self._keys.index(key))
        playback = self._playback
        if playback is None:
            return
        state = playback.state
        if state.key != self._sound.key:
            loop = self._room.loop or (0.0, 36_000.0)  # cut off where the sound ends
            playback.play(self._sound, loop[0])
            playback.set_loop(*loop)
        elif not state.playing:
            playback.toggle(self._sound)

    @pyqtSlot()
    def _fall_silent(self, _result: int = 0) -> None:
        playback, sound = self._playback, self._sound
        if playback is not None and sound is not None and playback.state.key == sound.key:
            playback.pause()

    # Keys

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Letters switch, space pauses."""
        asking = self._sides.currentWidget() is self.rounds
        if event is None or not asking:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Space:
            if self._playback is not None and self._sound is not None:
                self._playback.toggle(self._sound)
        elif not self.rounds.press(event.key()):
            super().keyPressEvent(event)

    @pyqtSlot()
    def _say_ready(self) -> None:
        enough = len(self.setup.keys) > 1
        self.primary.setEnabled(enough)

    def _fill(self) -> None:
        results, box = QWidget(), QVBoxLayout()
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(label(self.tr("What came out"), "section"))
        box.addWidget(self._results)
        box.addStretch(1)
        results.setLayout(box)
        for side in (self.setup, self.rounds, results):
            self._sides.addWidget(side)
        self.body.addWidget(self._sides)
        self.primary.setText(self.tr("Begin"))
        self.resize(600, 480)
