"""The one player of the window: it is handed to every page, and ends with the window."""

from __future__ import annotations

import pytest
from offline_device import OfflineDevices, in_memory, sine

from rave_gui.app import App
from rave_gui.audio import playback as engine
from rave_gui.backend.engine import EngineManager
from rave_gui.backend.services import build_services
from rave_gui.ui.context import PageContext

WAIT = 20_000


@pytest.fixture
def devices(monkeypatch):
    made = OfflineDevices()
    monkeypatch.setattr(engine, "shared", lambda: made)
    return made


@pytest.fixture
def app(qtbot, qapp, app_paths, devices, monkeypatch):
    monkeypatch.setattr(EngineManager, "current", lambda self, refresh=False: None)
    services = build_services(app_paths)
    services.settings.change(sound_device="Headphones")
    yield App(qapp, services)
    qapp.setStyleSheet("")


def test_it_plays_through_what_was_remembered_and_ends_with_the_window(qtbot, app, devices):
    context: PageContext = app.context
    context.playback.play(in_memory(sine(441, 1.0)))
    qtbot.waitUntil(lambda: bool(devices.opened) and devices.last.alive, timeout=WAIT)
    assert devices.last.name == "Headphones"
    with qtbot.waitSignal(app.done, timeout=WAIT):
        app.lifecycle.shut_down()
    assert not app.playback.running
    assert devices.last.closed


def test_a_window_in_which_nothing_was_played_ends_at_once(qtbot, app, devices):
    with qtbot.waitSignal(app.done, timeout=WAIT):
        app.lifecycle.shut_down()
    assert not devices.opened
    assert not app.playback.running
