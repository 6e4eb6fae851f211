"""Settings: what sound is played through, and a sound to try it with."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from rave_gui.audio.chime import KEY, chime
from rave_gui.audio.output import Device
from rave_gui.bridge.playback import Playback, PlayState
from rave_gui.core.errors import UserError
from rave_gui.ui.theme import Theme, set_role
from rave_gui.ui.widgets.buttons import button
from rave_gui.ui.widgets.cards import Card
from rave_gui.ui.widgets.choice import Choice
from rave_gui.ui.widgets.labels import label


class SoundCard(Card):
    """A list of devices, a test sound, and the reason where nothing can be played."""

    device_requested = pyqtSignal(str)
    """The name of the device; empty: the system's."""
    look_requested = pyqtSignal()
    """Devices may have come and gone."""

    def __init__(
        self, theme: Theme, playback: Playback | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(self.tr("Sound"), parent)
        self._theme, self._playback = theme, playback
        self._devices = Choice()
        self._devices.setAccessibleName(self.tr("Sound is played through"))
        self._devices.setMinimumWidth(280)
        self._test = button(self.tr("Play a test sound"), theme=theme, icon="play")
        self._again = button(self.tr("Look again"), theme=theme, icon="refresh")
        self._words = label(role="secondary", wrap=True)
        self._build()
        self._connect()
        if playback is None:
            self._say(self.tr("Nothing can be played in this window."), "bad")
            self._enable(False)

    def show_busy(self) -> None:
        """The system is being asked."""
        self._again.setEnabled(False)

    def show_devices(self, devices: Sequence[Device], chosen: str = "") -> None:
        """Everything that sound can be played through, and what was chosen."""
        usual = next((device.name for device in devices if device.is_default), "")
        self._devices.clear()
        self._devices.add(self._as_the_system(usual), "")
        for device in devices:
            self._devices.add(device.name, device.name)
        if chosen and all(device.name != chosen for device in devices):
            self._devices.add(self.tr("{name} (not connected)").format(name=chosen), chosen)
        self._devices.choose(chosen)
        self._enable(bool(devices))
        if devices:
            self._say(self.tr("The test sound comes from the left, the right, and from both."))
        else:
            self._say(self.tr("This computer has no sound output. Everything else works."), "bad")

    def show_refusal(self, error: UserError) -> None:
        """Why nothing can be played."""
        self._devices.clear()
        self._devices.add(self._as_the_system(""), "")
        self._enable(False)
        self._say(str(error), "bad")

    def _as_the_system(self, usual: str) -> str:
        if not usual or usual == "default":
            return self.tr("As the system plays")
        return self.tr("As the system plays ({name})").format(name=usual)

    def _say(self, words: str, role: str = "secondary") -> None:
        self._words.setText(words)
        set_role(self._words, role)

    def _enable(self, can_play: bool) -> None:
        self._devices.setEnabled(can_play)
        self._test.setEnabled(can_play)
        self._again.setEnabled(self._playback is not None)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._devices, 1)
        row.addWidget(self._test)
        row.addWidget(self._again)
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addWidget(self._words)

    def _connect(self) -> None:
        self._devices.activated.connect(self._chosen)
        self._test.clicked.connect(self._play_test)
        self._again.clicked.connect(self._ask_again)
        if self._playback is not None:
            self._playback.changed.connect(self._follow)
            self._playback.refused.connect(self._refused)

    @pyqtSlot(int)
    def _chosen(self, index: int) -> None:
        self.device_requested.emit(self._devices.itemData(index))

    @pyqtSlot()
    def _ask_again(self) -> None:
        self.look_requested.emit()

    @pyqtSlot()
    def _play_test(self) -> None:
        playback = self._playback
        if playback is None:
            return
        if playback.state.key == KEY and playback.state.playing:
            playback.stop()
        else:
            playback.play(chime(self.tr("Test sound")))

    @pyqtSlot(object)
    def _follow(self, state: PlayState) -> None:
        playing = state.key == KEY and state.playing
        if self._test.property("playing") != playing:
            self._test.setProperty("playing", playing)
            self._test.setText(self.tr("Stop") if playing else self.tr("Play a test sound"))
            self._theme.bind_icon(self._test, "stop" if playing else "play")

    @pyqtSlot(object)
    def _refused(self, error: UserError) -> None:
        if self._playback is not None and self._playback.state.key == KEY:
            self._say(str(error), "bad")
