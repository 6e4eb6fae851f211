"""Long work tells in batches, ends when nobody wants it; of questions the newest counts."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from PyQt6 import sip

from rave_gui.bridge import stream as module
from rave_gui.bridge.background import BackgroundTasks
from rave_gui.bridge.stream import Drip, Newest, Stream
from rave_gui.core.errors import UserError


@pytest.fixture
def tasks(qapp):
    made = BackgroundTasks(threads=2)
    yield made
    made.refuse()
    assert made.wait(10)


@pytest.fixture
def stream(tasks):
    made = Stream(tasks.run)
    made.seen, made.sizes = [], []
    made.batch.connect(made.seen.extend)
    made.batch.connect(lambda items: made.sizes.append(len(items)))
    yield made
    if not sip.isdeleted(made):
        made.cancel()


def test_everything_that_was_told_arrives_in_order_before_the_end(qtbot, stream, monkeypatch):
    monkeypatch.setattr(module, "MOST", 40)

    def work(tell, stop):
        for number in range(100):
            tell(number)
        return "result"

    with qtbot.waitSignal(stream.ended) as ended:
        stream.start(work)
        assert stream.busy
    assert ended.args == ["result"]
    assert stream.seen == list(range(100))
    assert max(stream.sizes) == 40
    assert not stream.busy


def test_what_was_told_before_a_refusal_arrives_too(qtbot, stream):
    def work(tell, stop):
        tell(1)
        raise UserError("The disk is gone.")

    with qtbot.waitSignal(stream.refused) as refused:
        stream.start(work)
    assert str(refused.args[0]) == "The disk is gone."
    assert stream.seen == [1]


def test_told_things_arrive_while_the_work_goes_on(qtbot, stream):
    gate = threading.Event()

    def work(tell, stop):
        tell("early")
        gate.wait(10)

    with qtbot.waitSignal(stream.batch):
        stream.start(work)
    assert stream.seen == ["early"]
    with qtbot.waitSignal(stream.ended):
        gate.set()


@pytest.mark.parametrize("how", [Stream.cancel, sip.delete])
def test_work_that_nobody_wants_is_told_to_stop(qtbot, stream, how):
    stopped, begun = threading.Event(), threading.Event()

    def work(tell, stop):
        begun.set()
        if stop.wait(10):
            tell("late")
            stopped.set()

    stream.start(work)
    assert begun.wait(10)
    how(stream)
    assert stopped.wait(10)
    assert stream.seen == []


def test_new_work_ends_the_old_one(qtbot, stream):
    stopped = threading.Event()

    def old(tell, stop):
        tell("old")
        if stop.wait(10):
            stopped.set()
        return "old"

    stream.start(old)
    with qtbot.waitSignal(stream.ended) as ended:
        stream.start(lambda tell, stop: "new")
    assert ended.args == ["new"]
    assert stopped.wait(10)
    assert "old" not in stream.seen


def test_what_the_window_takes_slowly_is_handed_on_in_smaller_batches(qtbot):
    drip, sizes = Drip(), []

    def slow(items):
        sizes.append(len(items))
        threading.Event().wait(len(items) * 0.0004)

    drip.batch.connect(slow)
    with qtbot.waitSignal(drip.empty):
        drip.put(range(400))
    assert sizes[0] == 5 * module.FEWEST
    assert min(sizes[1:-1]) <= 2 * module.FEWEST


def test_a_long_list_drips(qtbot, monkeypatch):
    monkeypatch.setattr(module, "MOST", 3)
    drip, batches = Drip(), []
    drip.batch.connect(batches.append)
    drip.put(range(5))
    assert batches == [[0, 1, 2]]
    with qtbot.waitSignal(drip.empty):
        drip.put(range(10, 17))
    assert batches == [[0, 1, 2], [10, 11, 12], [13, 14, 15], [16]]
    assert not drip.busy
    drip.put(range(5))
    drip.cancel()
    assert not drip.busy


# Questions


def test_of_many_questions_the_last_is_answered_last(qtbot, tasks):
    newest, answers, asked = Newest(tasks.run, calm_ms=1), [], []
    gate = threading.Event()
    newest.answered.connect(answers.append)

    def slow(number):
        def question():
            asked.append(number)
            gate.wait(10)
            return number

        return question

    newest.ask(slow(1))
    qtbot.waitUntil(lambda: asked == [1])
    for number in (2, 3, 4):
        newest.ask_then(partial(slow, number))
    gate.set()
    qtbot.waitUntil(lambda: answers == [1, 4])
    assert asked == [1, 4], "those between were never asked"
    assert not newest.busy


def test_a_dropped_question_is_not_answered(qtbot, tasks):
    newest, answers = Newest(tasks.run, calm_ms=1), []
    newest.answered.connect(answers.append)
    gate, begun = threading.Event(), threading.Event()

    def slow():
        begun.set()
        gate.wait(10)
        return "dropped"

    newest.ask(slow)
    qtbot.waitUntil(begun.is_set)
    newest.cancel()
    newest.ask(lambda: "wanted")
    gate.set()
    qtbot.waitUntil(lambda: answers == ["wanted"])


@pytest.mark.parametrize("eager", [True, False])
def test_what_a_hand_waits_for_is_never_put_off(qtbot, tasks, monkeypatch, eager):
    clock = iter((0.0, 0.0, 60.0, 60.0, 60.0, 60.0))
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock, 60.0))
    newest = Newest(tasks.run, calm_ms=1, eager=eager)
    with qtbot.waitSignal(newest.answered):
        newest.ask(lambda: "took a minute")
    newest.ask(lambda: "next")
    assert (newest._timer.interval() <= 1) is eager
    newest.cancel()


def test_a_refusal_is_told_and_the_next_question_is_answered(qtbot, tasks):
    newest = Newest(tasks.run, calm_ms=1)

    def refuse():
        raise UserError("No.")

    with qtbot.waitSignal(newest.refused):
        newest.ask(refuse)
    with qtbot.waitSignal(newest.answered):
        newest.ask(lambda: 1)
