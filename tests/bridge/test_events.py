"""Announcements of managers arrive in the main thread, whichever thread made them."""

from __future__ import annotations

import threading
from dataclasses import fields

import pytest

from rave_gui.bridge.events import EventBridge
from rave_gui.core.signals import AppSignals, RecordChanged

CHANGE = RecordChanged("datasets", 1, "created")


@pytest.fixture
def signals() -> AppSignals:
    return AppSignals()


@pytest.mark.parametrize("name", [field.name for field in fields(AppSignals)])
def test_every_signal_has_its_like(qtbot, signals, name):
    bridge = EventBridge(signals)
    with qtbot.waitSignal(getattr(bridge, name)) as heard:
        getattr(signals, name).emit(CHANGE)
    assert heard.args == [CHANGE]


def test_delivery_is_in_the_main_thread_in_order(qtbot, signals):
    bridge, heard = EventBridge(signals), []
    bridge.job_changed.connect(lambda event: heard.append((event, threading.get_ident())))
    changes = [RecordChanged("jobs", number, "updated") for number in range(50)]
    worker = threading.Thread(target=lambda: [signals.job_changed.emit(c) for c in changes])
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: len(heard) == 50)
    assert heard == [(change, threading.get_ident()) for change in changes]


def test_nothing_is_delivered_while_the_manager_still_works(qtbot, signals):
    bridge, heard = EventBridge(signals), []
    bridge.dataset_created.connect(heard.append)
    signals.dataset_created.emit(CHANGE)
    assert heard == []
    qtbot.waitUntil(lambda: heard == [CHANGE])


def test_after_disconnecting_nothing_is_heard(qtbot, signals):
    bridge, heard = EventBridge(signals), []
    bridge.job_changed.connect(heard.append)
    bridge.disconnect_all()
    signals.job_changed.emit(CHANGE)
    qtbot.wait(1)
    assert heard == []
