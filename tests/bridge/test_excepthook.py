"""Nothing uncaught is lost, whichever thread it happened in, and nobody is told twice."""

from __future__ import annotations

import sys
import threading

import pytest
from PyQt6.QtCore import QTimer

from rave_gui.bridge.crash_reports import mark_seen, unseen_reports, write_report
from rave_gui.bridge.excepthook import ExceptionHook
from rave_gui.core.errors import UserError


@pytest.fixture
def hook(qtbot, tmp_path):
    installed = ExceptionHook(tmp_path / "logs")
    installed.install()
    yield installed
    installed.uninstall()


def test_a_fault_in_a_slot_does_not_end_the_program(qtbot, hook, tmp_path, allow_errors):
    with qtbot.waitSignal(hook.crashed) as crash, qtbot.captureExceptions():
        hook.install()  # pytest-qt takes the hook for the time of a test
        QTimer.singleShot(0, _fail)
    report = crash.args[0]
    assert report.summary == "ZeroDivisionError: division by zero"
    assert len(allow_errors) == 1
    assert "_fail" in report.path.read_text()
    assert unseen_reports(tmp_path / "logs") == [report.path]


def test_a_fault_in_a_thread_is_told_in_the_main_thread(qtbot, hook, allow_errors):
    homes = []
    hook.crashed.connect(lambda report: homes.append(threading.get_ident()))
    hook.install()
    worker = threading.Thread(target=_fail)
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: homes == [threading.get_ident()])


def test_the_same_fault_is_told_once(qtbot, hook, allow_errors):
    told = []
    hook.crashed.connect(told.append)
    for _ in range(3):
        _raise_into(hook)
    qtbot.waitUntil(lambda: bool(told))
    qtbot.wait(1)
    assert len(told) == 1


def test_a_refusal_is_no_crash(qtbot, hook, tmp_path):
    error = UserError("The disk is full.", "Free some room.")
    with qtbot.waitSignal(hook.refused) as refusal, qtbot.assertNotEmitted(hook.crashed):
        hook.handle(UserError, error, None)
    assert refusal.args == [error]
    assert unseen_reports(tmp_path / "logs") == []


def test_an_interrupt_from_the_keyboard_keeps_its_meaning(hook, monkeypatch):
    passed = []
    monkeypatch.setattr(hook, "_before", (lambda *args: passed.append(args), None))
    hook.handle(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert len(passed) == 1


def test_the_hooks_are_given_back(qtbot, tmp_path):
    before = (sys.excepthook, threading.excepthook)
    hook = ExceptionHook(tmp_path)
    hook.install()
    hook.uninstall()
    assert (sys.excepthook, threading.excepthook) == before


def test_a_report_is_offered_until_it_was_seen(tmp_path):
    report = write_report(tmp_path, ValueError, ValueError("x"), None)
    assert unseen_reports(tmp_path) == [report.path]
    mark_seen([report.path])
    assert unseen_reports(tmp_path) == []


def test_a_folder_that_cannot_be_written_does_not_hide_the_fault(tmp_path):
    (tmp_path / "logs").write_text("a file where the folder should be")
    report = write_report(tmp_path / "logs", ValueError, ValueError("x"), None)
    assert report.path is None
    assert "ValueError: x" in report.text


def test_old_reports_are_removed(tmp_path):
    for number in range(30):
        (tmp_path / f"crash-20200101-000000-{number:03}.txt").write_text("x")
    mark_seen(unseen_reports(tmp_path))
    assert len(list(tmp_path.glob("crash-*.txt"))) == 20


def _fail() -> float:
    return 1 / 0


def _raise_into(hook: ExceptionHook) -> None:
    try:
        _fail()
    except ZeroDivisionError as error:
        hook.handle(type(error), error, error.__traceback__)
