"""Settings: what sound is played through, remembered; a test sound; why there is silence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from offline_device import Bench, OfflineDevices

from rave_gui.audio.chime import KEY, LEVEL_DB, chime
from rave_gui.audio.output import Device
from rave_gui.bridge.playback import Playback
from rave_gui.core.errors import UserError
from rave_gui.core.settings import Settings, SettingsStore
from rave_gui.ui.controllers.base import Desk
from rave_gui.ui.controllers.shell import ShellController
from rave_gui.ui.main_window import MainWindow
from rave_gui.ui.pages.settings import SettingsPage
from rave_gui.ui.widgets.sound_card import SoundCard

WAIT = 10_000
FOUND = (Device("Loudspeaker", is_default=True), Device("Headphones"))


@pytest.fixture
def bench():
    return Bench(OfflineDevices())


@pytest.fixture
def playback(qtbot, bench):
    made = Playback(bench.player)
    yield made
    with qtbot.waitSignal(made.ended, timeout=WAIT):
        made.shut_down()
    assert made.wait(10)


@pytest.fixture
def card(qtbot, theme, playback):
    made = SoundCard(theme, playback)
    qtbot.addWidget(made)
    made.show()
    return made


def choices(card: SoundCard) -> list[str]:
    return [card._devices.itemText(index) for index in range(card._devices.count())]


def test_devices_can_be_chosen_and_the_systems_is_named(qtbot, card):
    card.show_devices(FOUND)
    assert choices(card) == ["As the system plays (Loudspeaker)", "Loudspeaker", "Headphones"]
    assert card._devices.currentIndex() == 0
    with qtbot.waitSignal(card.device_requested) as asked:
        card._devices.activated.emit(2)
    assert asked.args == ["Headphones"]


def test_what_was_chosen_is_shown_even_when_it_is_not_connected(card):
    card.show_devices(FOUND, chosen="Headphones")
    assert card._devices.currentData() == "Headphones"
    card.show_devices(FOUND, chosen="Interface")
    assert card._devices.currentText() == "Interface (not connected)"


def test_without_a_device_it_says_so_and_looks_again(qtbot, card):
    card.show_devices(())
    assert "no sound output" in card._words.text()
    assert not card._test.isEnabled()
    with qtbot.waitSignal(card.look_requested):
        card._again.click()


def test_a_refusal_is_shown_with_its_remedy(card):
    card.show_refusal(UserError("PortAudio is missing.", "Install it."))
    assert card._words.text() == "PortAudio is missing. Install it."
    assert not card._test.isEnabled()


def test_without_playback_nothing_can_be_pressed(qtbot, theme):
    card = SoundCard(theme, None)
    qtbot.addWidget(card)
    assert "Nothing can be played" in card._words.text()
    assert not card._test.isEnabled()
    assert not card._again.isEnabled()


def test_the_test_sound_plays_and_stops(qtbot, card, bench, playback):
    card.show_devices(FOUND)
    card._test.click()
    assert bench.hear(4800, block=480).any()
    assert playback.state.key == KEY
    assert card._test.text() == "Stop"
    card._test.click()
    assert not playback.state.playing
    assert card._test.text() == "Play a test sound"


def test_a_test_sound_that_is_refused_says_why_in_the_card(qtbot, card, bench, playback):
    card.show_devices(FOUND)
    playback.set_device("Interface")
    with qtbot.waitSignal(playback.refused, timeout=WAIT):
        card._test.click()
    assert "Interface is not connected" in card._words.text()


def test_the_test_sound_is_soft_left_then_right_then_both_and_ends_in_silence():
    samples = chime("Test").load()
    thirds = np.split(samples.data, 3)
    loud = [abs(third).max(axis=0) > 0.02 for third in thirds]
    assert [tuple(sides) for sides in loud] == [(True, False), (False, True), (True, True)]
    assert abs(samples.data).max() <= 10 ** (LEVEL_DB / 20)
    assert abs(samples.data[[0, -1]]).max() < 1e-3
    assert len(samples.data) / samples.sample_rate == pytest.approx(chime("Test").seconds)


def test_the_page_asks_the_system_when_it_is_shown(qtbot, world, playback):
    world.state.settings = Settings(sound_device="Headphones")
    page = SettingsPage(replace(world.context, playback=playback))
    qtbot.addWidget(page)
    page.show()
    assert choices(page.sound)[1:] == ["Loudspeaker", "Headphones"]
    assert page.sound._devices.currentData() == "Headphones"


def test_a_choice_is_used_at_once_and_kept(qtbot, world, bench, playback):
    kept = {}
    world.state.settings = Settings()
    world.state.change_settings = kept.update
    context = replace(world.context, playback=playback)
    window = MainWindow(context)
    qtbot.addWidget(window)
    shell = ShellController(Desk(context, window, None))
    window.settings.sound.device_requested.emit("Headphones")
    assert kept == {"sound_device": "Headphones"}
    playback.play(chime("Test"))
    bench.hear(480)
    assert bench.devices.last.name == "Headphones"
    playback.refused.emit(UserError("The device is gone.", "Connect it."))
    assert window.status_bar._notice.text() == "The device is gone. Connect it."
    window.status_bar.clear_notice()
    assert shell.window is window


def test_the_device_is_remembered_between_two_starts(tmp_path):
    SettingsStore(tmp_path / "settings.json").change(sound_device="Headphones")
    assert SettingsStore(tmp_path / "settings.json").load().sound_device == "Headphones"
