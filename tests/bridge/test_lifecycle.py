"""Closing asks once, lets everything end, and never takes a job along."""

from __future__ import annotations

import threading

import pytest
from PyQt6.QtCore import QObject, pyqtSignal

from rave_gui.bridge.background import BackgroundTasks
from rave_gui.bridge.followers import JobFollowers
from rave_gui.bridge.heart import Heart
from rave_gui.bridge.lifecycle import Lifecycle, Stage
from rave_gui.bridge.process_thread import ProcessThread

WAIT = 10_000


class Farewell:
    """Keeps what it was told instead of showing it."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def training_goes_on(self, titles, *, leave, stay) -> None:
        self.asked.append(titles)
        self.leave, self.stay = leave, stay


class Closing:
    """A lifecycle with everything that it closes."""

    def __init__(self, titles: list[str], deadline: float = 10.0) -> None:
        self.followers, self.tasks = JobFollowers(), BackgroundTasks()
        self.heart, self.farewell = Heart(lambda: None, seconds=3600), Farewell()
        self.lifecycle = Lifecycle(
            self.followers,
            self.tasks,
            self.heart,
            running_titles=lambda: titles,
            farewell=self.farewell,
            deadline=deadline,
        )


@pytest.fixture
def closing(qtbot):
    made: list[Closing] = []

    def make(*titles: str, deadline: float = 10.0) -> Closing:
        made.append(Closing(list(titles), deadline))
        return made[-1]

    yield make
    for parts in made:
        assert parts.tasks.wait(10)
        assert parts.heart.worker.wait(10)


def test_with_nothing_running_it_closes_at_once(qtbot, closing):
    parts = closing()
    with qtbot.waitSignals([parts.lifecycle.closing, parts.lifecycle.done], timeout=WAIT):
        parts.lifecycle.request_close()
    assert parts.farewell.asked == []


def test_a_running_training_is_told_of_first(qtbot, closing):
    parts = closing("bells-v2")
    parts.lifecycle.request_close()
    parts.lifecycle.request_close()
    assert parts.farewell.asked == [["bells-v2"]]
    assert parts.lifecycle.stage is Stage.ASKING
    with qtbot.waitSignal(parts.lifecycle.done, timeout=WAIT):
        parts.farewell.leave()


def test_staying_leaves_everything_as_it_was(qtbot, closing):
    parts = closing("bells-v2")
    parts.lifecycle.request_close()
    parts.farewell.stay()
    assert parts.lifecycle.stage is Stage.RUNNING
    assert parts.tasks.run(lambda: None)
    parts.lifecycle.request_close()
    assert len(parts.farewell.asked) == 2
    with qtbot.waitSignal(parts.lifecycle.done, timeout=WAIT):
        parts.farewell.leave()


def test_followers_are_detached_and_waited_for(qtbot, closing, fake_job):
    parts = closing()
    parts.followers.follow(ProcessThread(fake_job.directory))
    with qtbot.waitSignal(parts.lifecycle.done, timeout=WAIT):
        parts.lifecycle.shut_down()
    assert parts.followers.running() == []
    assert fake_job.directory.exit() is None


def test_a_task_that_hangs_does_not_keep_the_window(qtbot, closing):
    parts, gate, begun = closing(deadline=0.05), threading.Event(), threading.Event()
    parts.tasks.run(lambda: begun.set() or gate.wait(10))
    assert begun.wait(10)
    with qtbot.waitSignal(parts.lifecycle.done, timeout=WAIT):
        parts.lifecycle.shut_down()
    assert parts.lifecycle.stage is Stage.DONE
    gate.set()


def test_new_work_is_refused_while_closing(qtbot, closing, fake_job):
    parts = closing()
    with qtbot.waitSignal(parts.lifecycle.done, timeout=WAIT):
        parts.lifecycle.shut_down()
        assert not parts.tasks.run(lambda: None)
        assert not parts.followers.follow(ProcessThread(fake_job.directory))


class _SilentPlayer(QObject):
    """A player that does nothing has ended at once, within the call."""

    ended = pyqtSignal()
    running = False

    def shut_down(self) -> None:
        self.ended.emit()


def test_windows_hear_of_the_end_before_it_is_time_to_quit(qtbot):
    tasks, heart = BackgroundTasks(), Heart(lambda: None, seconds=3600)
    lifecycle = Lifecycle(
        JobFollowers(),
        tasks,
        heart,
        running_titles=list,
        farewell=Farewell(),
        playback=_SilentPlayer(),
    )
    told: list[str] = []
    lifecycle.closing.connect(lambda: told.append("closing"))
    lifecycle.done.connect(lambda: told.append("done"))
    with qtbot.waitSignal(lifecycle.done, timeout=WAIT):
        lifecycle.shut_down()
    assert told == ["closing", "done"]
