"""What is heard is the sound itself: from the first sample, without a click, exactly in a loop."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import soundfile
from offline_device import BLOCK, RATE, Bench, OfflineDevices, in_file, in_memory, sine

from rave_gui.audio import decode, play_feed, play_work
from rave_gui.audio.decode import open_sound
from rave_gui.audio.sound import Sound
from rave_gui.core.errors import UserError

FADE = round(0.005 * RATE)


@pytest.fixture
def make():
    benches = []

    def begin(**options) -> Bench:
        benches.append(Bench(OfflineDevices(**options)))
        return benches[-1]

    yield begin
    for bench in benches:
        bench.close()


@pytest.fixture
def bench(make) -> Bench:
    return make()


def steepest(heard: np.ndarray) -> float:
    return float(abs(np.diff(heard[:, 0])).max())


def slope(hertz: float, level: float = 0.5) -> float:
    """The largest step of a sine from sample to sample, and what a fade may add to it."""
    return 2 * np.pi * hertz * level / RATE + 2 * level * np.pi / 2 / FADE


# The sound itself


def test_a_file_is_heard_from_its_first_sample_to_its_last_on_both_sides(bench, tmp_path):
    data = sine(440, 0.3)
    data[0] = 0.9  # a hit at the very beginning is not faded in
    bench.player.play(in_file(tmp_path / "tone.wav", data))
    heard = bench.hear(len(data) + RATE // 10)
    np.testing.assert_array_equal(heard[: len(data)], np.stack([data, data], axis=1))
    assert not heard[len(data) :].any()


def test_at_its_end_it_stops_and_goes_back_to_the_beginning(bench):
    bench.player.play(in_memory(sine(440, 0.1)))
    bench.hear(RATE // 10 + BLOCK)
    bench.until(lambda: bench.player.quiet)
    state = bench.player.state()
    assert (state.playing, state.position, state.seconds) == (False, 0.0, 0.1)
    assert not bench.devices.last.alive


def test_it_can_be_played_again(bench):
    data = sine(440, 0.1)
    sound = in_memory(data)
    bench.player.toggle(sound)
    bench.hear(RATE // 10 + BLOCK)
    bench.until(lambda: bench.player.quiet)
    bench.player.toggle(sound)
    np.testing.assert_array_equal(bench.hear(len(data))[:, 0], data)
    assert len(bench.devices.opened) == 1


def test_stereo_stays_stereo_and_more_channels_are_mixed_to_two(bench):
    two = np.stack([sine(300, 0.05), sine(500, 0.05)], axis=1)
    bench.player.play(in_memory(two, key="two"))
    np.testing.assert_array_equal(bench.hear(len(two)), two)
    six = np.zeros((2205, 6), np.float32)
    six[:, 0], six[:, 1], six[:, 4] = 0.3, -0.6, 0.3
    bench.player.play(in_memory(six, key="six"))
    after_fade = bench.hear(2205)[FADE:-FADE]
    np.testing.assert_allclose(after_fade, [[0.2, -0.2]] * len(after_fade), atol=1e-6)


def test_a_device_with_one_channel_gets_the_mean(make):
    bench = make(channels=1)
    bench.player.play(in_memory(np.tile(np.float32([0.4, 0.2]), (2205, 1))))
    np.testing.assert_allclose(bench.hear(2000), 0.3, atol=1e-6)


def test_what_is_no_number_or_too_loud_hurts_no_ear(bench):
    data = sine(440, 0.05)
    data[100:103] = np.nan, np.inf, -np.inf
    data[200] = 1e30
    bench.player.play(in_memory(data))
    heard = bench.hear(len(data))
    assert np.isfinite(heard).all()
    np.testing.assert_array_equal(heard[[100, 101, 102, 200], 0], [0, 1, -1, 1])


@pytest.mark.parametrize("rate", [8000, 96000])
def test_a_device_that_refuses_the_rate_gets_the_same_sound_at_its_own(make, rate):
    bench = make(rates=(48000,))
    bench.player.play(in_memory(sine(1000, 0.5, rate=rate), rate))
    heard = bench.hear(24000 + 480, block=480)
    power = abs(np.fft.rfft(heard[4800:19200, 0] * np.hanning(14400)))
    assert power.argmax() * 48000 / 14400 == pytest.approx(1000, abs=4)
    assert abs(heard[4800:19200]).max() == pytest.approx(0.5, abs=0.002)
    assert np.flatnonzero(abs(heard[:, 0]) > 0.01).max() == pytest.approx(24000, abs=30)


def test_a_compressed_file_is_heard_through_ffmpeg(bench, tmp_path):
    path = tmp_path / "tone.ogg"
    soundfile.write(path, sine(880, 1.0), RATE, format="OGG", subtype="VORBIS")
    bench.player.play(Sound("ogg", "tone.ogg", path=path), at=0.5)
    heard = bench.hear(RATE // 4)[FADE:, 0]
    power = abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert power.argmax() * RATE / len(heard) == pytest.approx(880, abs=5)
    assert abs(heard).max() == pytest.approx(0.5, abs=0.02)


def test_the_decoder_is_started_once_where_a_sound_begins_at_its_beginning(
    bench, tmp_path, monkeypatch
):
    path = tmp_path / "tone.ogg"
    soundfile.write(path, sine(880, 0.2), RATE, format="OGG", subtype="VORBIS")
    starts, start = [], decode.start_program
    monkeypatch.setattr(decode, "start_program", lambda *a, **k: starts.append(a) or start(*a, **k))
    bench.player.play(Sound("ogg", "tone.ogg", path=path))
    assert bench.hear(4410).any()
    assert len(starts) == 1


# Turning


def test_a_seek_fades_over_and_then_every_sample_is_right(bench):
    data = sine(441, 2.0)
    bench.player.play(in_memory(data))
    before = bench.hear(4410)
    bench.player.seek(1.0 + 1.5 / 441)  # in the opposite phase: a cut would be a click
    after = bench.hear(8820)
    start = round((1.0 + 1.5 / 441) * RATE)
    assert steepest(np.concatenate((before, after))) <= slope(441)
    np.testing.assert_allclose(after[FADE:, 0], data[start + FADE : start + 8820], atol=1e-6)


def test_a_beginning_in_the_middle_is_faded_in(bench):
    bench.player.play(in_memory(sine(441, 1.0)), at=0.25 / 441)
    heard = bench.hear(4410)
    assert abs(heard[0, 0]) < 0.001
    assert steepest(heard) <= slope(441)


def test_many_seeks_in_a_row_make_no_click_either(bench):
    bench.player.play(in_memory(sine(441, 2.0)))
    parts = [bench.hear(1000)]
    for place in np.random.default_rng(1).uniform(0, 1.5, 20):
        bench.player.seek(float(place))
        parts.append(bench.hear(100, block=50))
    parts.append(bench.hear(1000))
    assert steepest(np.concatenate(parts)) <= slope(441)


def test_another_sound_takes_over_and_only_that_is_heard(bench):
    first, second = sine(441, 1.0), sine(300, 1.0)
    bench.player.play(in_memory(first, key="first"))
    before = bench.hear(4410 + 25)
    bench.player.play(in_memory(second, key="second"))
    after = bench.hear(4410)
    assert steepest(np.concatenate((before, after))) <= slope(441)
    np.testing.assert_allclose(after[FADE:, 0], second[FADE:4410], atol=1e-6)
    assert bench.player.state().key == "second"
    assert len(bench.devices.opened) == 1


def test_a_pause_fades_out_and_goes_on_where_it_was(bench):
    data = sine(441, 1.0)
    sound = in_memory(data)
    bench.player.toggle(sound)
    before = bench.hear(4410 + 25)
    bench.player.toggle(sound)
    fading = bench.devices.last.ask(2000)
    assert not fading[FADE:].any()
    bench.until(lambda: bench.player.quiet)
    assert not bench.devices.last.alive
    assert bench.player.state().position == pytest.approx((4435 + FADE) / RATE)
    bench.player.toggle(sound)
    after = bench.hear(2000)
    assert steepest(np.concatenate((before, fading, after))) <= slope(441)
    start = 4435 + FADE
    np.testing.assert_allclose(after[FADE:, 0], data[start + FADE : start + 2000], atol=1e-6)


def test_the_device_is_stopped_only_when_the_fade_has_left_the_loudspeaker(make):
    bench = make(latency=0.1)
    bench.player.play(in_memory(sine(441, 1.0)))
    bench.hear(4410)
    bench.player.pause()
    bench.devices.last.ask(FADE)
    looks, look = [], bench.player._work.look
    bench.player._work.look = lambda: looks.append(1) or look()
    bench.until(lambda: len(looks) > 2)
    assert bench.devices.last.alive, "some systems throw away what they hold"
    bench.devices.last.ask(4410 + BLOCK)
    bench.until(lambda: not bench.devices.last.alive)


def test_stop_goes_back_to_the_beginning(bench):
    bench.player.play(in_memory(sine(441, 1.0)))
    bench.hear(4410)
    bench.player.stop()
    assert not bench.devices.last.ask(1000)[FADE:].any()
    bench.until(lambda: bench.player.quiet)
    assert bench.player.state().position == 0.0


def test_a_seek_in_a_pause_is_where_it_goes_on(bench):
    data = sine(441, 1.0)
    sound = in_memory(data)
    bench.player.play(sound)
    bench.hear(441)
    bench.player.pause()
    bench.devices.last.ask(1000)
    bench.player.seek(0.5)
    assert bench.player.state().position == 0.5
    bench.player.toggle(sound)
    heard = bench.hear(2000)
    np.testing.assert_allclose(heard[FADE:, 0], data[22050 + FADE : 22050 + 2000], atol=1e-6)


# Loops


def looped(data: np.ndarray, start: int, first: int, last: int, count: int) -> np.ndarray:
    """``count`` samples from ``start`` on, around the loop."""
    places = start + np.arange(count)
    behind = places >= last
    places[behind] = first + (places[behind] - last) % (last - first)
    return data[places]


@pytest.mark.parametrize("kept", [30.0, 0.0], ids=["in memory", "by going back in the file"])
def test_a_loop_is_exact_to_the_sample(bench, tmp_path, monkeypatch, kept):
    monkeypatch.setattr(play_feed, "KEPT_SECONDS", kept)
    data = np.random.default_rng(0).uniform(-0.5, 0.5, 20000).astype(np.float32)
    bench.player.play(in_file(tmp_path / "noise.wav", data))
    bench.player.set_loop(2000 / RATE, 9001 / RATE)
    heard = bench.hear(40000)[:, 0]
    np.testing.assert_allclose(
        heard[FADE:], looped(data, 2000, 2000, 9001, 40000)[FADE:], atol=1e-6
    )


def test_a_loop_of_whole_periods_has_no_seam(bench):
    data = sine(441, 1.0)
    bench.player.play(in_memory(data), at=88 / 441)
    bench.player.set_loop(88 / 441, 98 / 441)
    heard = bench.hear(RATE)
    assert steepest(heard) <= slope(441)
    np.testing.assert_allclose(heard[FADE:, 0], sine(441, 1.0)[FADE:], atol=1e-4)


def test_a_loop_has_no_seam_at_another_rate_either(make):
    bench = make(rates=(48000,))
    bench.player.play(in_memory(sine(441, 1.0)), at=0.2)
    bench.player.set_loop(0.2, 0.2 + 10 / 441)
    heard = bench.hear(48000, block=480)[4800:, 0]
    power = abs(np.fft.rfft(heard * np.hanning(len(heard)))) ** 2
    peak = power.argmax()
    assert power[: peak - 10].sum() + power[peak + 10 :].sum() < 1e-6 * power.sum()


def test_a_loop_set_around_what_is_heard_changes_nothing_until_its_end(bench):
    data = np.random.default_rng(0).uniform(-0.5, 0.5, RATE).astype(np.float32)
    bench.player.play(in_memory(data))
    before = bench.hear(8820)
    bench.player.set_loop(0.1, 0.6)
    after = bench.hear(60000)
    heard = np.concatenate((before, after))[:, 0]
    np.testing.assert_allclose(heard, looped(data, 0, 4410, 26460, len(heard)), atol=1e-6)


def test_a_loop_is_seamless_although_the_device_goes_on_while_it_is_prepared(bench, monkeypatch):
    data = np.random.default_rng(0).uniform(-0.5, 0.5, RATE).astype(np.float32)
    bench.player.play(in_memory(data))
    heard = [bench.hear(8820)]

    class Slow(play_feed.Reader):
        def __init__(self, *arguments) -> None:
            heard.append(bench.devices.last.ask(882))
            super().__init__(*arguments)

    monkeypatch.setattr(play_work, "Reader", Slow)
    bench.player.set_loop(0.1, 0.6)
    bench.settle()
    heard.append(bench.hear(40000))
    together = np.concatenate(heard)[:, 0]
    assert len(heard) == 3
    np.testing.assert_allclose(together, looped(data, 0, 4410, 26460, len(together)), atol=1e-6)


def test_another_sound_does_not_inherit_a_loop(bench):
    bench.player.play(in_memory(sine(441, 1.0), key="first"))
    bench.player.set_loop(0.1, 0.2)
    bench.player.play(in_memory(sine(441, 1.0), key="first"), at=0.15)
    assert bench.player.state().loop == (0.1, 0.2)
    bench.player.play(in_memory(sine(300, 1.0), key="second"))
    assert bench.player.state().loop is None
    bench.settle()


def test_without_its_loop_a_sound_goes_on_to_its_end(bench):
    data = np.random.default_rng(0).uniform(-0.5, 0.5, 30000).astype(np.float32)
    bench.player.play(in_memory(data))
    bench.player.set_loop(0.0, 0.4)
    bench.hear(RATE)  # one round and a bit
    before = bench.player._work._reader.feed.taken
    bench.player.clear_loop()
    heard = bench.hear(17640 * 3)[:, 0]
    place = before % 17640
    np.testing.assert_allclose(heard[: 30000 - place], data[place:], atol=1e-6)
    assert not heard[30000 - place :].any()


def test_a_loop_behind_the_position_is_jumped_to(bench):
    data = sine(441, 1.0)
    bench.player.play(in_memory(data), at=0.5)
    bench.hear(4410)
    bench.player.set_loop(0.1, 0.2)
    bench.hear(BLOCK)
    assert 0.1 <= bench.player.state().position < 0.2


def test_a_loop_that_the_header_promises_too_long_is_as_long_as_the_sound(bench, monkeypatch):
    data = np.random.default_rng(0).uniform(-0.5, 0.5, 5000).astype(np.float32)
    sound = in_memory(data)
    bench.player.play(sound)
    bench.player.set_loop(0.05, 600.0)
    heard = bench.hear(20000)[:, 0]
    np.testing.assert_allclose(
        heard[FADE:], looped(data, 2205, 2205, 5000, 20000)[FADE:], atol=1e-6
    )


# Facts


def test_the_position_is_what_has_left_the_loudspeaker(make):
    bench = make(latency=0.1)
    bench.player.play(in_memory(sine(441, 2.0)))
    bench.hear(RATE)
    assert bench.player.state().position == pytest.approx(0.9, abs=0.001)


def test_the_position_goes_around_with_the_loop(bench):
    bench.player.play(in_memory(sine(441, 2.0)))
    bench.player.set_loop(0.5, 1.0)
    bench.hear(round(0.7 * RATE))
    assert bench.player.state().position == pytest.approx(0.7, abs=0.001)


def test_the_meter_tells_the_peak_of_each_channel(bench):
    two = np.stack([sine(441, 1.0, 0.5), sine(441, 1.0, 0.1)], axis=1)
    bench.player.play(in_memory(two))
    bench.hear(22050)
    assert bench.player.state().levels == pytest.approx((-6.02, -20.0), abs=0.01)


def test_the_meter_of_a_mono_sound_has_one_bar_and_none_in_a_pause(bench):
    bench.player.play(in_memory(sine(441, 1.0)))
    bench.hear(4410)
    assert len(bench.player.state().levels) == 1
    bench.player.pause()
    assert bench.player.state().levels == ()


def test_a_sound_whose_length_nobody_promised_has_one_at_its_end(bench, tmp_path):
    path = tmp_path / "tone.ogg"
    soundfile.write(path, sine(880, 0.2), RATE, format="OGG", subtype="VORBIS")
    bench.player.play(Sound("ogg", "tone.ogg", path=path))
    with open_sound(path) as decoder:
        assert decoder.frames is None
        frames = sum(len(block) for block in decoder.blocks())
    bench.hear(RATE // 2)
    assert bench.player.state().seconds == pytest.approx(frames / RATE)


# Trouble


def only_error(bench: Bench) -> Exception:
    (error,) = bench.player.errors()
    return error


def test_what_cannot_be_read_is_refused_and_the_next_sound_is_heard(bench, tmp_path):
    path = tmp_path / "notes.wav"
    path.write_text("no sound at all")
    bench.player.play(Sound("bad", "notes.wav", path=path))
    bench.settle()
    assert not bench.player.state().playing
    assert isinstance(only_error(bench), UserError)
    data = sine(441, 0.1)
    bench.player.play(in_memory(data))
    np.testing.assert_array_equal(bench.hear(len(data))[:, 0], data)


def test_a_file_without_sound_in_it_says_so(bench):
    bench.player.play(in_memory(np.zeros(0, np.float32)))
    bench.settle()
    assert "no sound" in str(only_error(bench))


@pytest.mark.parametrize("rate", [3, 2_000_000])
def test_a_rate_that_is_none_is_refused(bench, rate):
    bench.player.play(in_memory(sine(441, 0.1), rate))
    bench.settle()
    assert str(rate) in str(only_error(bench))


def test_samples_that_cannot_be_fetched_say_why(bench):
    def refuse():
        raise UserError("The example is gone.", "Look again.")

    bench.player.play(Sound("gone", "gone", load=refuse))
    bench.settle()
    assert only_error(bench).what == "The example is gone."


def test_a_fault_of_ours_is_handed_on_as_it_is(bench):
    bench.player.play(Sound("fault", "fault", load=lambda: 1 / 0))
    bench.settle()
    assert isinstance(only_error(bench), ZeroDivisionError)
    assert not bench.player.state().playing


def test_a_device_unplugged_in_mid_play_is_told_and_the_next_try_goes_on(bench):
    data = sine(441, 1.0)
    sound = in_memory(data)
    bench.player.play(sound)
    bench.hear(4410)
    bench.devices.last.alive = False
    bench.until(lambda: not bench.player.state().playing)
    assert "does not answer" in str(only_error(bench))
    assert bench.devices.last.closed
    assert bench.player.state().position == pytest.approx(0.1)
    bench.player.toggle(sound)
    heard = bench.hear(2205)
    np.testing.assert_allclose(heard[FADE:, 0], data[4410 + FADE : 4410 + 2205], atol=1e-6)
    assert len(bench.devices.opened) == 2


def test_a_device_that_asks_for_nothing_any_more_is_gone_too(bench):
    bench.player.play(in_memory(sine(441, 1.0)))
    bench.hear(4410)
    bench.devices.now += play_work.LOST_SECONDS + 0.1
    bench.until(lambda: not bench.player.state().playing)
    assert "does not answer" in str(only_error(bench))


def test_a_device_that_is_not_there_is_looked_for_again_and_then_refused(bench):
    bench.player.set_device("Earphones")
    bench.player.play(in_memory(sine(441, 0.1)))
    bench.settle()
    assert "Earphones" in str(only_error(bench))
    assert bench.devices.looks == 1


def test_another_device_takes_over_at_the_same_place(bench):
    data = sine(441, 1.0)
    bench.player.play(in_memory(data))
    bench.hear(4410)
    bench.player.set_device("Headphones")
    heard = bench.hear(2205)
    assert [device.name for device in bench.devices.opened] == ["", "Headphones"]
    assert bench.devices.opened[0].closed
    np.testing.assert_allclose(heard[FADE:, 0], data[4410 + FADE : 4410 + 2205], atol=1e-6)


def test_after_a_while_the_device_is_given_back_and_taken_again(bench):
    data = sine(441, 1.0)
    sound = in_memory(data)
    bench.player.play(sound)
    bench.hear(4410)
    bench.player.pause()
    bench.devices.last.ask(1000)
    bench.until(lambda: bench.player.quiet)
    bench.devices.now += play_work.IDLE_SECONDS + 0.1
    bench.until(lambda: bench.devices.last.closed)
    bench.player.toggle(sound)
    heard, start = bench.hear(2205), 4410 + FADE
    np.testing.assert_allclose(heard[FADE:, 0], data[start + FADE : start + 2205], atol=1e-6)


def test_what_was_wished_while_a_file_was_opened_is_what_counts(bench):
    gate, begun = threading.Event(), threading.Event()
    slow = in_memory(sine(441, 1.0), key="slow")

    def load():
        begun.set()
        assert gate.wait(10)
        return slow.load()

    bench.player.play(Sound("slow", "slow", load=load))
    assert begun.wait(10)
    data = sine(300, 0.2)
    bench.player.play(in_memory(data, key="quick"))
    gate.set()
    np.testing.assert_array_equal(bench.hear(len(data))[:, 0], data)


def test_a_reader_that_is_too_slow_makes_a_gap_without_a_click(bench):
    bench.player.play(in_memory(sine(441, 3.0)))
    bench.settle()
    device = bench.devices.last
    reader = bench.player._work._reader
    with_gap = []
    bench.player._work.prepare = lambda: None  # the disk hangs
    while reader.feed.buffered:
        with_gap.append(device.ask(1000))
    with_gap.append(device.ask(1000))
    del bench.player._work.prepare
    with_gap.append(bench.hear(4410))
    assert bench.player._work._mixer.underruns
    assert steepest(np.concatenate(with_gap)) <= slope(441)


def test_the_end_ends_thread_and_device_and_nothing_plays_after_it(bench):
    bench.player.play(in_memory(sine(441, 1.0)))
    bench.hear(441)
    bench.player.close()
    assert bench.player.join(10)
    assert bench.devices.last.closed
    bench.player.play(in_memory(sine(441, 1.0), key="late"))
    assert not bench.player.running
