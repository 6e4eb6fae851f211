"""The player as a person uses it: keys, mouse, what is lit, what is said."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from offline_device import RATE, Bench, OfflineDevices, in_file, in_memory, sine
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QColor, QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QPushButton

from rave_gui.audio import overview, spectrum
from rave_gui.audio.sound import Sound
from rave_gui.bridge.background import BackgroundTasks
from rave_gui.bridge.playback import Playback, PlayState
from rave_gui.core.errors import UserError
from rave_gui.ui.widgets.audio_player import AudioPlayer
from rave_gui.ui.widgets.time_view import RULER, SHORTEST_VIEW, ticks

WAIT = 10_000
LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def tasks(qtbot):
    made = BackgroundTasks()
    yield made
    made.refuse()
    assert made.wait(10)


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
def show(qtbot, theme, playback, tasks):
    players = []

    def show(sound: Sound | None, *, silent: bool = False) -> AudioPlayer:
        made = AudioPlayer(theme, None if silent else playback, tasks.run)
        players.append(made)
        qtbot.addWidget(made)
        made.resize(900, 220)
        made.show()
        made.show_sound(sound)
        qtbot.waitUntil(lambda: not tasks.busy, timeout=WAIT)
        return made

    return show


@pytest.fixture
def sound():
    return in_memory(sine(441, 10.0))


def drag(view, first: float, last: float) -> None:
    """With the mouse, from one second to another."""
    y = view.area().center().y()
    for kind, second in (
        (QEvent.Type.MouseButtonPress, first),
        (QEvent.Type.MouseMove, (first + last) / 2),
        (QEvent.Type.MouseMove, last),
        (QEvent.Type.MouseButtonRelease, last),
    ):
        place = QPointF(view.x_of(second), y)
        event = QMouseEvent(kind, place, place, LEFT, LEFT, Qt.KeyboardModifier.NoModifier)
        view.event(event)


def click(qtbot, view, second: float) -> None:
    place = QPoint(round(view.x_of(second)), round(view.area().center().y()))
    qtbot.mouseClick(view, LEFT, pos=place)


def named(player: AudioPlayer, text: str) -> QPushButton:
    return next(made for made in player.findChildren(QPushButton) if made.text() == text)


# Keys and mouse


def test_space_plays_and_pauses_from_wherever_the_focus_is(qtbot, show, bench, playback, sound):
    player = show(sound)
    for widget in (player.waveform, player._play, player.waveform):
        before = playback.state.playing
        qtbot.keyClick(widget, Key.Key_Space)
        assert playback.state.playing is not before
    bench.settle()


def test_the_button_says_what_it_does(qtbot, show, sound):
    player = show(sound)
    assert player._play.accessibleName() == "Play memory"
    qtbot.mouseClick(player._play, LEFT)
    assert player._play.accessibleName() == "Pause memory"


@pytest.mark.parametrize("focus", ["waveform", "_play", "_loop"])
def test_arrows_move_by_a_second_and_by_five_with_shift(qtbot, show, bench, playback, sound, focus):
    player = show(sound)
    playback.play(sound, 2.0)
    bench.settle()
    playback.pause()
    widget = getattr(player, focus)
    expected = 2.0
    for key, modifier, step in (
        (Key.Key_Right, Qt.KeyboardModifier.NoModifier, 1),
        (Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, 5),
        (Key.Key_Left, Qt.KeyboardModifier.NoModifier, -1),
        (Key.Key_Left, Qt.KeyboardModifier.ShiftModifier, -5),
    ):
        qtbot.keyClick(widget, key, modifier)
        expected += step
        assert playback.state.position == pytest.approx(expected, abs=0.001)
    qtbot.keyClick(widget, Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert playback.state.position == 0.0
    playback.seek(4.0)
    qtbot.keyClick(widget, Key.Key_Home)
    assert playback.state.position == 0.0


def test_a_click_goes_there(qtbot, show, bench, playback, sound):
    player = show(sound)
    playback.play(sound)
    bench.settle()
    click(qtbot, player.waveform, 4.0)
    assert playback.state.position == pytest.approx(4.0, abs=0.02)


def test_what_is_not_heard_yet_begins_where_it_was_clicked(qtbot, show, bench, playback, sound):
    player = show(sound)
    click(qtbot, player.waveform, 4.0)
    assert not playback.state.playing
    assert "0:04" in player._time.text()
    qtbot.keyClick(player.waveform, Key.Key_Space)
    bench.hear(441)
    assert bench.player.state().position == pytest.approx(4.0, abs=0.03)


def test_a_region_is_dragged_looped_with_l_and_cleared(qtbot, show, bench, playback, sound):
    player = show(sound)
    assert not player._loop.isEnabled()
    drag(player.waveform, 6.0, 2.0)
    assert player.waveform.selection == pytest.approx((2.0, 6.0), abs=0.02)
    qtbot.keyClick(player.waveform, Key.Key_L)
    bench.settle()
    assert playback.state.playing
    assert playback.state.loop == player.waveform.selection
    assert player._loop.isChecked()
    drag(player.waveform, 3.0, 5.0)
    assert playback.state.loop == pytest.approx((3.0, 5.0), abs=0.02)
    qtbot.keyClick(player.waveform, Key.Key_L)
    assert playback.state.loop is None
    assert player.waveform.selection is not None, "L leaves the region, to loop it again"
    qtbot.mouseDClick(player.waveform, LEFT, pos=QPoint(100, 100))
    assert player.waveform.selection is None
    assert not player._loop.isEnabled()


def test_clearing_the_region_ends_its_loop(qtbot, show, bench, playback, sound):
    player = show(sound)
    drag(player.waveform, 2.0, 6.0)
    qtbot.mouseClick(player._loop, LEFT)
    bench.settle()
    assert playback.state.loop is not None
    qtbot.mouseDClick(player.waveform, LEFT, pos=QPoint(100, 100))
    assert playback.state.loop is None
    assert not player._loop.isChecked()


def test_keys_and_wheel_zoom_around_the_pointer(qtbot, show, sound):
    view = show(sound).waveform
    whole = view.view
    qtbot.keyClick(view, Key.Key_Plus)
    assert view.view[1] - view.view[0] < whole[1]
    qtbot.keyClick(view, Key.Key_0)
    assert view.view == whole
    place = QPointF(view.x_of(7.0), 100)
    turn(view, place, QPoint(0, 120), Qt.KeyboardModifier.ControlModifier)
    assert view.x_of(7.0) == pytest.approx(place.x(), abs=0.5)
    before = view.view
    assert not turn(view, place, QPoint(0, 120), Qt.KeyboardModifier.NoModifier), "pages scroll"
    assert view.view == before
    turn(view, place, QPoint(-120, 0), Qt.KeyboardModifier.NoModifier)
    assert view.view[0] > before[0]


def turn(view, place: QPointF, angle: QPoint, modifier: Qt.KeyboardModifier) -> bool:
    event = QWheelEvent(
        place, place, QPoint(), angle, Qt.MouseButton.NoButton, modifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    view.wheelEvent(event)
    return event.isAccepted()


def test_nobody_comes_nearer_than_there_is_something_to_see(show, sound):
    view = show(sound).waveform
    for _ in range(80):
        view.zoom(2.0, 5.0)
    assert view.view[1] - view.view[0] == pytest.approx(SHORTEST_VIEW)
    for _ in range(80):
        view.zoom(0.5, 5.0)
    assert view.view == (0.0, pytest.approx(10.0))


# What is shown


def colours(view, left: float, right: float) -> set[str]:
    """The colours of the middle line between two seconds."""
    image = view.grab().toImage()
    y = round(view.area().center().y())
    return {
        image.pixelColor(x, y).name()
        for x in range(round(view.x_of(left)), round(view.x_of(right)))
    }


def test_what_was_heard_is_lit_and_the_rest_is_quiet(qtbot, show, bench, playback, sound, theme):
    view = show(sound).waveform
    playback.play(sound)
    bench.hear(5 * RATE, block=4410)
    qtbot.waitUntil(lambda: playback.state.position > 4.9, timeout=WAIT)
    accent, quiet = theme.tokens.accent, theme.tokens.secondary
    heard, coming = colours(view, 1.0, 4.0), colours(view, 6.0, 9.0)
    assert accent in heard
    assert quiet not in heard
    assert quiet in coming
    assert accent not in coming


def test_only_what_is_heard_is_lit(qtbot, show, bench, playback, sound, theme):
    view = show(sound).waveform
    playback.play(sound, 5.0)
    bench.settle()
    playback.play(in_memory(sine(300, 10.0), key="another"), 5.0)
    bench.settle()
    assert theme.tokens.accent not in colours(view, 1.0, 9.0)


def test_drawing_reads_no_file(qtbot, show, sound, theme, monkeypatch):
    player = show(sound)
    named(player, "Spectrogram").click()
    qtbot.waitUntil(lambda: not player.loading, timeout=WAIT)
    monkeypatch.setattr(overview, "open_source", None)
    monkeypatch.setattr(spectrum, "open_source", None)
    theme.set_mode("light")  # everything is drawn anew
    assert not player.grab().isNull()
    named(player, "Waveform").click()
    assert player.waveform.view == (0.0, 10.0)
    assert theme.tokens.secondary in colours(player.waveform, 1.0, 9.0)


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_both_looks_use_their_own_colours(show, sound, theme, mode):
    theme.set_mode(mode)
    assert theme.tokens.secondary in colours(show(sound).waveform, 1.0, 9.0)


def test_the_spectrogram_is_worked_out_when_it_is_looked_at(qtbot, show, sound, tasks):
    player = show(sound)
    assert player.spectrogram._found is None
    drag(player.waveform, 2.0, 6.0)
    player.waveform.zoom(2.0, 5.0)
    named(player, "Spectrogram").click()
    qtbot.waitUntil(lambda: not player.loading, timeout=WAIT)
    view = player.spectrogram
    assert view.isVisible()
    assert view.view == player.waveform.view
    assert view.selection == player.waveform.selection
    image = view.grab().toImage()
    x, area = round(view.x_of(6.5)), view.area()
    tone = area.bottom() - view._found.height_of(441) * area.height()
    above = area.bottom() - view._found.height_of(4000) * area.height()
    tone, above = (QColor(image.pixel(x, round(y))).lightness() for y in (tone, above))
    assert tone > above + 60


def test_the_length_is_known_whichever_view_found_it(qtbot, show, tasks, sound):
    player = show(None)
    player.show_sound(sound)
    named(player, "Spectrogram").click()  # the waveform may not be read to its end by then
    qtbot.waitUntil(lambda: not tasks.busy, timeout=WAIT)
    assert player._time.text().endswith("/ 0:10")
    named(player, "Waveform").click()
    qtbot.waitUntil(lambda: not tasks.busy, timeout=WAIT)
    assert player.waveform._overview.seconds == pytest.approx(10.0)


def test_drawing_anew_is_quick_enough_for_the_main_thread(show, sound):
    view = show(sound).waveform
    view.resize(1900, 200)
    view.grab()

    def anew() -> float:
        view.forget_drawing()
        begun = time.perf_counter()
        view.grab()
        return time.perf_counter() - begun

    assert min(anew() for _ in range(10)) < 0.05, "a path of rounded bars took 0.26 s"


def test_another_sound_stops_the_reading_of_the_first(qtbot, show, tasks, tmp_path, sound):
    gate, begun = threading.Event(), threading.Event()

    def load():
        begun.set()
        assert gate.wait(10)
        return in_memory(sine(441, 1.0)).load()

    player = show(None)
    player.show_sound(Sound("slow", "slow", load=load))
    assert player.loading
    assert begun.wait(10)
    player.show_sound(sound)
    gate.set()
    qtbot.waitUntil(lambda: not tasks.busy, timeout=WAIT)
    assert player.waveform.seconds == pytest.approx(10.0)


def test_what_nobody_looks_at_is_not_read_on_and_read_when_it_is_seen_again(qtbot, show, tasks):
    gate, begun = threading.Event(), threading.Event()
    loads = []

    def load():
        loads.append(1)
        begun.set()
        assert gate.wait(10)
        return in_memory(sine(441, 3.0)).load()

    player = show(None)
    player.show_sound(Sound("slow", "slow", load=load))
    assert begun.wait(10)
    cancel = player.waveform._cancel
    player.hide()
    assert cancel.is_set()
    gate.set()
    qtbot.waitUntil(lambda: not tasks.busy, timeout=WAIT)
    assert player.waveform.seconds == 0.0
    player.show()
    qtbot.waitUntil(lambda: not tasks.busy, timeout=WAIT)
    assert player.waveform.seconds == pytest.approx(3.0)
    player.hide()
    player.show()
    assert len(loads) == 2, "what is known is not read again"


def test_the_same_sound_again_keeps_region_and_zoom(show, sound):
    player = show(sound)
    drag(player.waveform, 2.0, 6.0)
    player.waveform.zoom(2.0, 4.0)
    view, selection = player.waveform.view, player.waveform.selection
    player.show_sound(in_memory(sine(441, 10.0)))
    assert (player.waveform.view, player.waveform.selection) == (view, selection)


def test_a_near_look_shows_the_samples_themselves(qtbot, show, tmp_path, tasks):
    data = np.zeros(RATE * 60, np.float32)
    data[30 * RATE] = 0.9
    player = show(in_file(tmp_path / "click.wav", data))
    player.waveform.set_view(29.99, 30.01)
    qtbot.waitUntil(lambda: player.waveform._near is not None, timeout=WAIT)
    assert np.count_nonzero(player.waveform._near.high) == 1


def test_the_view_turns_its_page_with_the_position(show, sound):
    view = show(sound).waveform
    view.set_view(2.0, 3.0)
    view.set_position(2.99)
    view.set_position(3.01)
    assert view.view == pytest.approx((3.01, 4.01))
    view.set_position(8.0)
    assert view.view == pytest.approx((3.01, 4.01)), "a jump leaves the view where it is"


def test_focus_can_be_seen_and_everything_has_a_name(qtbot, show, sound, theme):
    player = show(sound)
    player.activateWindow()
    for view in (player.waveform, player.spectrogram):
        assert view.accessibleName()
        assert view.accessibleDescription()
    assert player.meter.accessibleName()
    corner = QPoint(player.waveform.width() // 2, 0)
    player._play.setFocus()
    before = player.waveform.grab().toImage().pixelColor(corner)
    player.setFocus()
    assert player.waveform.hasFocus()
    assert player.waveform.grab().toImage().pixelColor(corner) != before


def test_the_meter_moves_with_what_is_heard_and_falls_silent(qtbot, show, bench, playback, sound):
    player = show(sound)
    playback.play(sound)
    bench.hear(RATE)
    qtbot.waitUntil(lambda: player.meter.held is not None, timeout=WAIT)
    assert player.meter.held == pytest.approx(-6.02, abs=0.01)
    playback.pause()
    assert player.meter.held is None
    assert player.meter.words() == "silent"


# Trouble


def test_without_playback_everything_but_playing_works(qtbot, show, sound):
    player = show(sound, silent=True)
    assert not player._play.isEnabled()
    assert "Nothing can be played" in player._play.toolTip()
    qtbot.keyClick(player.waveform, Key.Key_Space)
    qtbot.keyClick(player.waveform, Key.Key_L)
    assert player.waveform.seconds == pytest.approx(10.0)
    drag(player.waveform, 1.0, 2.0)
    assert player.waveform.selection is not None


def test_without_a_sound_there_is_nothing_to_press(show):
    player = show(None)
    assert not player._play.isEnabled()
    assert not player.grab().isNull()


def test_why_it_is_not_heard_stands_in_the_player(qtbot, show, playback, sound):
    player = show(sound)
    playback.changed.emit(PlayState("another", True))
    playback.refused.emit(UserError("Another one is silent."))
    assert not player._message.isVisible()
    playback.changed.emit(PlayState(sound.key))
    playback.refused.emit(UserError("The device is gone.", "Connect it."))
    assert player._message.isVisible()
    assert player._message.text() == "The device is gone. Connect it."


def test_what_cannot_be_read_says_so(show, tmp_path):
    path = tmp_path / "notes.wav"
    path.write_text("no sound")
    player = show(Sound("bad", "notes.wav", path=path))
    assert player._message.isVisible()
    assert "cannot be read" in player._message.text()
    assert not player.loading


# Pure


@pytest.mark.parametrize(
    ("first", "last", "width", "words"),
    [
        (0.0, 10.0, 540, ["0:00", "0:02", "0:04", "0:06", "0:08", "0:10"]),
        (0.0, 7200.0, 500, ["0:00", "30:00", "1:00:00", "1:30:00", "2:00:00"]),
        (59.5, 60.5, 450, ["0:59.6", "0:59.8", "1:00.0", "1:00.2", "1:00.4"]),
        (0.0, 0.02, 400, ["0:00.000", "0:00.005", "0:00.010", "0:00.015", "0:00.020"]),
        (0.0, 0.0, 400, []),
    ],
)
def test_the_ruler_has_round_times_with_room_between(first, last, width, words):
    assert [word for _, word in ticks(first, last, width)] == words


def test_the_ruler_lies_above_the_sound(show, sound):
    assert show(sound).waveform.area().top() == RULER
