"""The player as the window knows it: it tells what is heard, refuses in words, and ends."""

from __future__ import annotations

import sys

import pytest
from offline_device import RATE, Bench, OfflineDevices, in_memory, sine

from rave_gui.audio.playback import Player
from rave_gui.audio.sound import Sound
from rave_gui.bridge.background import BackgroundTasks
from rave_gui.bridge.followers import JobFollowers
from rave_gui.bridge.heart import Heart
from rave_gui.bridge.lifecycle import Lifecycle, Stage
from rave_gui.bridge.playback import Playback, PlayState
from rave_gui.core.errors import UserError

WAIT = 10_000


@pytest.fixture
def bench():
    return Bench(OfflineDevices())


@pytest.fixture
def playback(qtbot, bench):
    made = Playback(bench.player)
    yield made
    if not made._closing:
        with qtbot.waitSignal(made.ended, timeout=WAIT):
            made.shut_down()
    assert made.wait(10)


def test_it_tells_at_once_what_is_wished_and_then_what_is_heard(qtbot, bench, playback):
    told: list[PlayState] = []
    playback.changed.connect(told.append)
    playback.play(in_memory(sine(441, 2.0)))
    assert told[0].playing
    assert told[0].position == 0.0
    bench.hear(RATE)
    qtbot.waitUntil(lambda: told[-1].position == pytest.approx(1.0, abs=0.01), timeout=WAIT)
    assert told[-1].levels
    assert playback.state == told[-1]


def test_every_wish_reaches_the_player(qtbot, bench, playback):
    sound = in_memory(sine(441, 2.0))
    playback.play(sound, 0.5)
    bench.hear(441)
    playback.set_loop(0.5, 1.0)
    assert playback.state.loop == (0.5, 1.0)
    playback.seek(0.75)
    assert playback.state.position == 0.75
    playback.clear_loop()
    assert playback.state.loop is None
    playback.toggle(sound)
    assert not playback.state.playing
    playback.stop()
    assert playback.state.position == 0.0
    playback.set_device("Headphones")
    playback.toggle(sound)
    bench.hear(441)
    assert bench.devices.last.name == "Headphones"
    playback.pause()
    assert not playback.state.playing


def test_no_timer_runs_while_nothing_can_change(qtbot, bench, playback):
    assert not playback._timer.isActive()
    playback.play(in_memory(sine(441, 0.05)))
    assert playback._timer.isActive()
    bench.hear(4410)
    qtbot.waitUntil(lambda: not playback._timer.isActive(), timeout=WAIT)
    assert playback.state == PlayState("memory", False, 0.0, 0.05)


def test_what_cannot_be_played_is_refused_in_words(qtbot, playback):
    def refuse():
        raise UserError("The example is gone.", "Look again.")

    with qtbot.waitSignal(playback.refused, timeout=WAIT) as refused:
        playback.play(Sound("gone", "gone", load=refuse))
    assert refused.args[0].what == "The example is gone."
    assert not playback.state.playing


def test_a_fault_of_ours_reaches_the_hook(qtbot, playback, monkeypatch):
    faults = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *rest: faults.append(kind))
    playback.play(Sound("fault", "fault", load=lambda: 1 / 0))
    qtbot.waitUntil(lambda: faults == [ZeroDivisionError], timeout=WAIT)


def test_devices_are_the_players(playback):
    assert [device.name for device in playback.devices()] == ["Loudspeaker", "Headphones"]


def test_the_end_is_told_when_the_thread_is_gone(qtbot, bench, playback):
    playback.play(in_memory(sine(441, 2.0)))
    bench.hear(441)
    with qtbot.waitSignal(playback.ended, timeout=WAIT):
        playback.shut_down()
    assert not playback.running
    assert bench.devices.last.closed


def test_the_end_comes_at_once_where_nothing_was_played(qtbot, playback):
    with qtbot.waitSignal(playback.ended, timeout=WAIT):
        playback.shut_down()
    assert not playback._timer.isActive()


def test_the_application_waits_for_the_player(qtbot, bench, playback):
    tasks, heart, followers = BackgroundTasks(), Heart(lambda: None), JobFollowers()
    life = Lifecycle(followers, tasks, heart, running_titles=list, farewell=None, playback=playback)
    playback.play(in_memory(sine(441, 2.0)))
    bench.hear(441)
    stages = []
    playback.ended.connect(lambda: stages.append(life.stage))
    with qtbot.waitSignal(life.done, timeout=WAIT):
        life.shut_down()
    assert stages == [Stage.CLOSING]
    assert not playback.running


def test_a_player_of_its_own_is_made_where_none_is_given(qtbot):
    made = Playback(device="Headphones")
    assert isinstance(made._player, Player)
    assert made._player._wish.device == "Headphones"
