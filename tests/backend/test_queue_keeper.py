"""Queue and news go on when the last window is closed."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest

from rave_gui.backend import queue_keeper
from rave_gui.backend.queue import Queue
from rave_gui.backend.queue_keeper import has_work, keep, leave_to_keeper, lock_path
from rave_gui.core.database import Database
from rave_gui.core.jobs import Lock
from rave_gui.core.records import Experiment, ExperimentStatus, Project
from rave_gui.core.repositories import Repositories


@pytest.fixture
def app(app_paths, tmp_path):
    database = Database(app_paths.database)
    database.migrate()
    rows = Repositories(database)
    project = rows.projects.add(Project("P", tmp_path, time.time()))
    record = Experiment(project.id, None, "a", {}, time.time(), ExperimentStatus.QUEUED)
    number = rows.experiments.add(record).id
    rows.queue.add(number)
    queue = Queue(rows)
    built = SimpleNamespace(paths=app_paths, queue=queue, ticks=[], number=number, rows=rows)
    built.tick, built.awaited = lambda: None, False
    built.notifier = SimpleNamespace(awaited=lambda: built.awaited)
    return built


def test_it_looks_after_the_queue_until_nothing_waits(app):
    def tick():
        app.ticks.append(1)
        if len(app.ticks) == 3:
            app.rows.queue.remove(app.number)

    app.tick = tick
    assert keep(app, beat=0)
    assert len(app.ticks) == 3
    lock = Lock.take(lock_path(app.paths))
    assert lock is not None, "the lock is given back"
    lock.release()


def test_it_stays_for_whoever_wants_to_hear_of_what_runs(app):
    """Nothing waits any more, but one that runs is awaited: the tick after its end tells."""
    app.rows.queue.remove(app.number)
    app.awaited = True

    def tick():
        app.ticks.append(1)
        app.awaited = len(app.ticks) < 3

    app.tick = tick
    assert keep(app, beat=0)
    assert len(app.ticks) == 3


def test_there_is_one_keeper(app):
    lock = Lock.take(_made(lock_path(app.paths)))
    assert not keep(app, beat=0)
    lock.release()


def test_it_ends_when_it_is_asked_to(app):
    stop = threading.Event()
    stop.set()
    assert keep(app, stop, beat=0)


@pytest.mark.parametrize("usual", [True, False])
def test_a_window_that_closes_leaves_who_waits_to_it(app, monkeypatch, usual):
    started = []
    monkeypatch.setattr(queue_keeper, "spawn_detached", lambda *given: started.append(given))
    if usual:
        monkeypatch.setenv("RAVE_GUI_HOME", str(app.paths.data))
    else:
        monkeypatch.delenv("RAVE_GUI_HOME", raising=False)
    assert leave_to_keeper(app)
    ((argv, extra),) = started
    assert argv[-2:] == ["queue", "work"]
    assert extra == ({} if usual else {"RAVE_GUI_HOME": str(app.paths.data)})


def test_nobody_is_started_for_nothing(app, monkeypatch):
    monkeypatch.setattr(queue_keeper, "spawn_detached", lambda *_given: pytest.fail("started"))
    app.queue.pause()
    assert not has_work(app), "a paused queue waits for a person"
    assert not leave_to_keeper(app)
    app.rows.policies.change(paused=False)
    app.rows.queue.remove(app.number)
    assert not leave_to_keeper(app)


def test_a_window_that_closes_leaves_a_training_that_is_awaited_to_it(app, monkeypatch):
    started = []
    monkeypatch.setattr(queue_keeper, "spawn_detached", lambda *given: started.append(given))
    app.rows.queue.remove(app.number)
    app.queue.pause()
    app.awaited = True
    assert leave_to_keeper(app)
    assert len(started) == 1


def _made(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
