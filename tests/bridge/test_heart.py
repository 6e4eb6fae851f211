"""The heart beats one at a time, elsewhere, and no fault stops it."""

from __future__ import annotations

import sys
import threading

import pytest

from rave_gui.bridge.heart import Heart

WAIT = 10_000


@pytest.fixture
def start(qtbot):
    hearts: list[Heart] = []

    def begin(beat, seconds=0.001) -> Heart:
        hearts.append(Heart(beat, seconds=seconds))
        hearts[-1].start()
        return hearts[-1]

    yield begin
    for heart in hearts:
        heart.stop()
        assert heart.worker.wait(10)


def test_it_beats_again_and_again_outside_the_main_thread(qtbot, start):
    threads = []
    start(lambda: threads.append(threading.get_ident()))
    qtbot.waitUntil(lambda: len(threads) >= 3, timeout=WAIT)
    assert threading.get_ident() not in threads


def test_beats_do_not_pile_up_behind_a_slow_one(qtbot, start):
    gate, begun = threading.Event(), []
    heart = start(lambda: begun.append(1) or gate.wait(10), seconds=3600)
    qtbot.waitUntil(lambda: bool(begun), timeout=WAIT)
    heart.beat_now()
    heart.beat_now()
    gate.set()
    qtbot.waitUntil(lambda: not heart.worker.busy, timeout=WAIT)
    assert begun == [1]


def test_a_beat_tells_what_it_answered(qtbot, start):
    heart = start(lambda: ["active"], seconds=3600)
    with qtbot.waitSignal(heart.beaten, timeout=WAIT) as beaten:
        pass
    assert beaten.args == [["active"]]


def test_the_same_fault_is_told_once_and_the_heart_goes_on(qtbot, start, monkeypatch):
    faults, beats = [], []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *rest: faults.append(kind))

    def beat() -> None:
        beats.append(1)
        raise OSError("disk gone")

    start(beat)
    qtbot.waitUntil(lambda: len(beats) >= 4, timeout=WAIT)
    assert faults == [OSError]


def test_no_beat_begins_after_the_stop(qtbot, start):
    beats = []
    heart = start(lambda: beats.append(1), seconds=3600)
    qtbot.waitUntil(lambda: bool(beats), timeout=WAIT)
    heart.stop()
    heart.beat_now()
    assert beats == [1]
