"""Lanes on one playhead: a switch is heard at once, fades over 5 ms and leaves no gap."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from offline_device import BLOCK, RATE, Bench, OfflineDevices, in_file, in_memory, sine

from rave_gui.audio.lanes import LaneDesk
from rave_gui.audio.live_lane import LiveLane
from rave_gui.audio.sound import Samples, Sound

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


def room(*lanes: np.ndarray | Sound, key: str = "room") -> Sound:
    sounds = [
        lane if isinstance(lane, Sound) else in_memory(lane, key=f"{key}{number}")
        for number, lane in enumerate(lanes)
    ]
    return Sound(key, key, desk=LaneDesk(sounds))


def step(hertz: float, level: float) -> float:
    """The largest step of a sine from sample to sample."""
    return 2 * np.pi * hertz * level / RATE


def test_the_lane_that_is_heard_is_the_sound_itself(bench):
    low, high = sine(220, 0.5), sine(440, 0.5)
    sound = room(low, high)
    sound.desk.hear(1)
    bench.player.play(sound)
    np.testing.assert_array_equal(bench.hear(len(high))[:, 0], high)


def test_a_switch_is_given_to_the_device_in_its_very_next_block(bench):
    first, second = np.full(RATE, 0.25, np.float32), np.full(RATE, 0.5, np.float32)
    sound = room(first, second)
    bench.player.play(sound)
    bench.hear(10 * BLOCK)
    sound.desk.hear(1)
    heard = bench.hear(2 * BLOCK)[:, 0]
    assert heard[0] > 0.25, "the fade begins with the first frame"
    np.testing.assert_allclose(heard[FADE:], 0.5)


def test_two_lanes_of_one_phase_are_switched_without_a_step_or_a_gap(bench):
    level = 0.5
    sound = room(sine(440, 2, level), sine(440, 2, level))
    bench.player.play(sound)
    parts = []
    for number in range(40):
        sound.desk.hear(number % 2)
        parts.append(bench.hear(BLOCK + 7 * number, block=BLOCK))
    heard = np.concatenate(parts)[:, 0]
    np.testing.assert_allclose(heard, sine(440, 2, level)[: len(heard)], atol=1e-6)
    assert abs(np.diff(heard)).max() <= step(440, level) + 1e-6


def test_lanes_of_different_sounds_fade_into_each_other_at_the_same_moment(bench):
    low, high = sine(220, 1), sine(550, 1, 0.3)
    sound = room(low, high)
    bench.player.play(sound)
    before = bench.hear(11_025)
    sound.desk.hear(1)
    after = bench.hear(11_025)
    at = 11_025
    np.testing.assert_array_equal(before[:, 0], low[:at])
    np.testing.assert_array_equal(after[FADE:, 0], high[at + FADE : 2 * at])
    weight = 0.5 - 0.5 * np.cos(np.pi * np.arange(1, FADE + 1) / FADE)
    crossed = low[at : at + FADE] * (1 - weight) + high[at : at + FADE] * weight
    np.testing.assert_allclose(after[:FADE, 0], crossed, atol=1e-6)


def test_a_switch_inside_a_switch_goes_on_from_where_the_fade_is(bench):
    lanes = [np.full(RATE, level, np.float32) for level in (0.1, 0.5, 0.9)]
    sound = room(*lanes)
    bench.player.play(sound)
    bench.hear(BLOCK)
    sound.desk.hear(2)
    parts = [bench.hear(50, block=50)]
    sound.desk.hear(1)
    parts.append(bench.hear(BLOCK))
    heard = np.concatenate(parts)[:, 0]
    assert abs(np.diff(heard)).max() < 0.8 * np.pi / 2 / FADE + 1e-6
    assert heard[-1] == pytest.approx(0.5)


def test_each_lane_is_as_loud_as_the_desk_says(bench):
    sound = room(sine(440, 1), sine(440, 1))
    sound.desk.set_gains([1.0, 0.5])
    sound.desk.hear(1)
    bench.player.play(sound)
    np.testing.assert_allclose(bench.hear(BLOCK)[:, 0], sine(440, 1)[:BLOCK] * 0.5, atol=1e-6)
    sound.desk.set_gains([1.0, 1.0])
    heard = bench.hear(2 * BLOCK)[:, 0]
    np.testing.assert_allclose(heard[BLOCK:], sine(440, 1)[2 * BLOCK : 3 * BLOCK], atol=1e-6)


def test_a_loop_goes_around_in_every_lane(bench):
    low, high = sine(220, 1), sine(550, 1)
    sound = room(low, high)
    bench.player.play(sound, 0.1)
    bench.player.set_loop(0.1, 0.2)
    first, last = round(0.1 * RATE), round(0.2 * RATE)
    bench.hear(first)
    sound.desk.hear(1)
    bench.hear(last - first)
    heard = bench.hear(last - first)[:, 0]
    around = np.tile(high[first:last], 3)
    shifts = [shift for shift in range(last - first) if around[shift] == heard[0]]
    same = [shift for shift in shifts if np.array_equal(around[shift:][: len(heard)], heard)]
    assert same, "it is the loop from some place on"


def test_going_elsewhere_goes_there_in_every_lane(bench):
    low, high = sine(220, 1), sine(550, 1)
    sound = room(low, high)
    bench.player.play(sound)
    bench.hear(BLOCK)
    bench.player.seek(0.5)
    bench.hear(2 * BLOCK)
    sound.desk.hear(1)
    bench.hear(BLOCK)
    place = round(0.5 * RATE) + 3 * BLOCK
    np.testing.assert_array_equal(bench.hear(BLOCK)[:, 0], high[place : place + BLOCK])


def test_a_shorter_lane_is_silent_where_it_is_over_and_the_longest_is_heard_to_its_end(bench):
    long, short = sine(220, 0.3), sine(440, 0.1)
    sound = room(short, long)
    bench.player.play(sound)
    heard = bench.hear(len(long))
    assert not heard[len(short) :].any()
    bench.until(lambda: bench.player.quiet or bench.hear(BLOCK) is None)
    assert bench.player.state().seconds == pytest.approx(0.3)


def test_lanes_of_another_rate_sound_at_the_same_moment(bench, tmp_path):
    slow = sine(440, 1, rate=22050)
    sound = room(sine(440, 1), in_file(tmp_path / "slow.wav", slow, rate=22050))
    bench.player.play(sound, 0.2)
    sound.desk.hear(1)
    bench.hear(2 * BLOCK)
    place = round(0.2 * RATE) + 2 * BLOCK
    heard = bench.hear(4 * BLOCK)[:, 0]
    np.testing.assert_allclose(heard, sine(440, 1)[place : place + 4 * BLOCK], atol=0.01)


def test_a_device_of_another_rate_hears_every_lane(make):
    bench = make(rates=(48000,))
    sound = room(sine(440, 1), sine(880, 1))
    bench.player.play(sound)
    bench.hear(BLOCK)
    sound.desk.hear(1)
    bench.hear(4 * BLOCK)
    heard = bench.hear(9600)[:, 0]
    power = abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert power.argmax() * 48000 / len(heard) == pytest.approx(880, abs=10)


def test_another_set_of_lanes_goes_on_at_the_same_moment(bench):
    low, high = sine(220, 2), sine(550, 2)
    bench.player.play(room(low))
    before = bench.hear(20 * BLOCK)[:, 0]
    more = room(low, high, key="more")
    bench.player.exchange(more)
    heard = np.concatenate([before, bench.hear(20 * BLOCK)[:, 0]])
    np.testing.assert_allclose(heard, low[: len(heard)], atol=1e-6)
    more.desk.hear(1)
    bench.hear(BLOCK)
    np.testing.assert_array_equal(bench.hear(BLOCK)[:, 0], high[41 * BLOCK : 42 * BLOCK])


def test_the_loop_and_the_pause_survive_another_set_of_lanes(bench):
    bench.player.play(room(sine(220, 2)), 0.5)
    bench.player.set_loop(0.4, 0.6)
    bench.hear(BLOCK)
    bench.player.pause()
    bench.settle()
    bench.player.exchange(room(sine(220, 2), sine(440, 2), key="more"))
    bench.settle()
    state = bench.player.state()
    assert (state.playing, state.loop, state.key) == (False, (0.4, 0.6), "more")
    assert state.position == pytest.approx(0.51, abs=0.02)


def test_a_lane_that_cannot_be_read_is_named_and_nothing_stays_open(bench, tmp_path):
    bench.player.play(room(sine(220, 1), Sound("gone", "gone", path=tmp_path / "gone.wav")))
    bench.settle()
    (error,) = bench.player.errors()
    assert "gone.wav" in str(error)


def test_nine_long_lanes_are_read_in_bounded_memory(bench, tmp_path):
    import tracemalloc

    lanes = [in_file(tmp_path / f"{n}.wav", sine(110 * n, 20)) for n in range(1, 10)]
    sound = room(*lanes)
    tracemalloc.start()
    bench.player.play(sound)
    bench.hear(40 * BLOCK, block=4 * BLOCK)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12e6, f"{peak / 1e6:.1f} MB"


# What is made while it is heard


class Made:
    """Gives a constant for each wish; slow if told."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int, object]] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.length = 10 * RATE

    def __call__(self, first: int, frames: int, settings: object) -> np.ndarray:
        self.may_answer.wait(10)
        self.asked.append((first, frames, settings))
        left = max(0, min(frames, self.length - first))
        return np.full((left, 1), settings, np.float32)


@pytest.fixture
def live(bench):
    made = Made()
    sound = room(np.full(10 * RATE, 0.1, np.float32), np.full(10 * RATE, 0.2, np.float32))
    lane = LiveLane(1, made, lambda: sound.desk.playing, RATE, bench.player._clock)
    sound.desk.set_live(lane)
    yield bench, sound, lane, made
    lane.close()
    made.may_answer.set()
    assert lane.join(10)


def until(reached) -> None:
    deadline, pause = time.monotonic() + 10, threading.Event()
    while not reached():
        assert time.monotonic() < deadline
        pause.wait(0.001)


def filled(sound: Sound, lane: LiveLane) -> bool:
    """Whether as much is made as is ever made ahead."""
    take, feed = lane.take, sound.desk.playing
    return take is not None and take.feed is feed and take.end - feed.taken > 0.29 * RATE


def test_a_live_lane_is_heard_in_the_place_of_its_lane_and_of_no_other(live):
    bench, sound, lane, _made = live
    bench.player.play(sound)
    bench.hear(4 * BLOCK)
    lane.wish(0.7)
    until(lambda: filled(sound, lane))
    assert bench.hear(8 * BLOCK)[-1, 0] == pytest.approx(0.1), "another lane is heard"
    sound.desk.hear(1)
    until(lambda: filled(sound, lane))
    assert bench.hear(8 * BLOCK)[-1, 0] == pytest.approx(0.7)
    sound.desk.set_live(None)
    assert bench.hear(2 * BLOCK)[-1, 0] == pytest.approx(0.2)


def test_another_wish_is_heard_soon_and_fades_in(live):
    bench, sound, lane, _made = live
    sound.desk.hear(1)
    bench.player.play(sound)
    bench.hear(BLOCK)
    lane.wish(0.3)
    until(lambda: filled(sound, lane))
    bench.hear(8 * BLOCK)
    lane.wish(0.8)
    until(lambda: lane.take.number == 2 and filled(sound, lane))
    heard = bench.hear(20 * BLOCK)[:, 0]
    changed = np.flatnonzero(heard != heard[0])
    assert heard[-1] == pytest.approx(0.8)
    assert changed[0] / RATE < 0.15
    assert abs(np.diff(heard)).max() < 0.5 * np.pi / 2 / FADE + 1e-5


def test_late_blocks_fall_back_to_the_lane_itself_without_a_click_and_come_back(live):
    bench, sound, lane, made = live
    sound.desk.hear(1)
    bench.player.play(sound)
    bench.hear(BLOCK)
    lane.wish(0.7)
    until(lambda: filled(sound, lane))
    bench.hear(8 * BLOCK)
    made.may_answer.clear()
    heard = bench.hear(60 * BLOCK)[:, 0]
    assert lane.starved
    assert heard[-1] == pytest.approx(0.2)
    assert abs(np.diff(heard)).max() < 0.6 * np.pi / 2 / FADE + 1e-5
    assert heard.min() > 0.19, "no gap"
    made.may_answer.set()
    until(lambda: filled(sound, lane))
    heard = bench.hear(16 * BLOCK)
    assert not lane.starved
    assert heard[-1, 0] == pytest.approx(0.7)


def test_a_live_lane_follows_a_seek_and_a_loop(live):
    bench, sound, lane, made = live
    sound.desk.hear(1)
    bench.player.play(sound)
    bench.player.set_loop(1.0, 1.2)
    lane.wish(0.7)
    bench.hear(4 * BLOCK)
    for _ in range(8):
        until(lambda: filled(sound, lane))
        heard = bench.hear(8 * BLOCK)
    assert heard[-1, 0] == pytest.approx(0.7)
    first, last = round(1.0 * RATE), round(1.2 * RATE)
    assert {ask[0] for ask in made.asked[2:]} <= set(range(first, last))


def test_a_model_that_refuses_is_asked_no_more_and_says_why(live):
    bench, sound, lane, _made = live

    def refuse(first, frames, settings):
        raise OSError("the worker is gone")

    lane._make = refuse
    sound.desk.hear(1)
    bench.player.play(sound)
    bench.hear(BLOCK)
    lane.wish(0.7)
    until(lambda: lane.error is not None)
    assert bench.hear(2 * BLOCK)[-1, 0] == pytest.approx(0.2)


def test_the_sound_of_a_live_lane_is_continuous_over_its_blocks(bench):
    whole = sine(330, 10)
    lane_sound = room(np.zeros_like(whole), whole)
    lane = LiveLane(
        1,
        lambda first, frames, _settings: whole[first : first + frames, None].copy(),
        lambda: lane_sound.desk.playing,
        RATE,
        bench.player._clock,
    )
    lane_sound.desk.set_live(lane)
    lane_sound.desk.hear(1)
    bench.player.play(lane_sound)
    bench.hear(BLOCK)
    lane.wish(1)
    parts = []
    for _ in range(60):
        until(lambda: filled(lane_sound, lane))
        parts.append(bench.hear(BLOCK))
    heard = np.concatenate(parts)[:, 0]
    np.testing.assert_allclose(heard, whole[BLOCK : BLOCK + len(heard)], atol=1e-5)
    lane.close()
    assert lane.join(10)


@pytest.mark.parametrize(("own", "device"), [(22050, RATE), (RATE, 48000), (48000, 48000)])
def test_a_model_of_another_rate_is_heard_at_the_same_moment(make, own, device):
    bench = make(rates=(device,))
    whole, shown = sine(330, 10, rate=own), sine(330, 10, rate=device)
    sound = room(np.zeros(10 * RATE, np.float32), sine(330, 10))
    asked = []

    def model(first, frames, _settings):
        asked.append((first, frames))
        return whole[first : first + frames, None].copy()

    lane = LiveLane(1, model, lambda: sound.desk.playing, own, bench.player._clock)
    sound.desk.set_live(lane)
    sound.desk.hear(1)
    bench.player.play(sound)
    bench.hear(BLOCK)
    lane.wish(1)
    until(lambda: lane.take is not None and lane.take.end - BLOCK > 0.29 * device)
    parts = [bench.hear(8 * BLOCK)]
    assert not lane.starved
    heard = parts[0][:, 0]
    np.testing.assert_allclose(heard[2000:], shown[BLOCK + 2000 : 9 * BLOCK], atol=0.02)
    follow = [one[0] + one[1] for one in asked[:-1]]
    assert [one[0] for one in asked[1:]] == follow, "it is asked in order"
    lane.close()
    assert lane.join(10)


def test_samples_in_memory_are_a_lane_as_well():
    sound = Sound("a", "a", load=lambda: Samples(np.zeros((10, 2), np.float32), RATE))
    desk = LaneDesk([sound], heard=7)
    assert desk.heard == 0
    desk.hear(7)
    assert desk.heard == 0
