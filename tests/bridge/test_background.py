"""Work happens elsewhere, its result comes home; refusals and bugs go different ways."""

from __future__ import annotations

import sys
import threading

import pytest
from PyQt6.QtCore import QObject

from rave_gui.bridge.background import (
    BackgroundTasks,
    InternalFault,
    application_tasks,
    run_in_background,
)
from rave_gui.core.errors import UserError

WAIT = 10_000


@pytest.fixture
def tasks(qtbot):
    owner = BackgroundTasks()
    yield owner
    owner.refuse()
    assert owner.wait(10)


def test_the_result_comes_to_the_main_thread(qtbot, tasks):
    seen = []
    tasks.run(
        threading.get_ident,
        lambda worker: seen.append((worker, threading.get_ident())),
        on_finally=lambda: seen.append("finally"),
    )
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=WAIT)
    (worker, home), last = seen
    assert worker != home == threading.get_ident()
    assert last == "finally"


def test_a_refusal_goes_to_on_error_and_not_to_the_hook(qtbot, tasks, monkeypatch):
    refusals, bugs = [], []
    monkeypatch.setattr(sys, "excepthook", lambda *args: bugs.append(args))
    tasks.run(_refuse, on_error=refusals.append)
    qtbot.waitUntil(lambda: bool(refusals), timeout=WAIT)
    assert refusals[0].what == "No."
    assert bugs == []


def test_a_bug_goes_to_the_hook_and_the_page_is_freed(qtbot, tasks, monkeypatch):
    bugs, refusals, freed = [], [], []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *rest: bugs.append(kind))
    tasks.run(_fail, on_error=refusals.append, on_finally=lambda: freed.append(True))
    qtbot.waitUntil(lambda: bool(freed), timeout=WAIT)
    assert bugs == [ZeroDivisionError]
    assert isinstance(refusals[0], InternalFault)


def test_a_refusal_that_nobody_handles_goes_to_the_hook(qtbot, tasks, monkeypatch):
    told = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *rest: told.append(kind))
    tasks.run(_refuse)
    qtbot.waitUntil(lambda: told == [UserError], timeout=WAIT)


def test_nobody_is_called_when_the_asker_is_gone(qtbot, tasks):
    owner, gate, called = QObject(), threading.Event(), []
    tasks.run(gate.wait, called.append, owner=owner)
    with qtbot.waitSignal(tasks.idle, timeout=WAIT):
        owner.deleteLater()
        qtbot.waitSignal(owner.destroyed, timeout=WAIT).wait()
        gate.set()
    assert called == []


def test_closing_refuses_new_work_and_takes_back_what_has_not_begun(qtbot):
    tasks, gate, done = BackgroundTasks(threads=1), threading.Event(), []
    begun = threading.Event()
    tasks.run(lambda: begun.set() or gate.wait(10), done.append)
    assert begun.wait(10)
    tasks.run(lambda: done.append("second"))
    tasks.refuse()
    assert not tasks.run(lambda: done.append("third"))
    with qtbot.waitSignal(tasks.idle, timeout=WAIT):
        gate.set()
    assert done == []
    assert tasks.wait(10)


def test_the_application_owns_one_pool_for_all_widgets(qtbot):
    seen = []
    run_in_background(lambda: 6 * 7, seen.append)
    qtbot.waitUntil(lambda: seen == [42], timeout=WAIT)
    assert application_tasks() is application_tasks()


def _refuse() -> None:
    raise UserError("No.", "Do something else.")


def _fail() -> float:
    return 1 / 0
