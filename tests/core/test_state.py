"""What the whole application looks at, and who is told when it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from rave_gui.core.errors import UserError
from rave_gui.core.records import Project
from rave_gui.core.settings import SettingsStore
from rave_gui.core.state import AppState, EngineView

PROJECT = Project("a", Path("/a"), 1.0, id=3)


@pytest.fixture
def store(tmp_path) -> SettingsStore:
    return SettingsStore(tmp_path / "config" / "settings.json")


@pytest.fixture
def state(store) -> AppState[str]:
    return AppState(store)


@pytest.fixture
def heard(state) -> list[object]:
    events: list[object] = []
    for signal in (state.project_changed, state.settings_changed, state.engine_changed):
        signal.connect(events.append)
    return events


def test_a_selected_project_is_announced_once_and_remembered(state, store, heard):
    state.select(PROJECT)
    state.select(PROJECT)
    assert state.project == PROJECT
    assert heard.count(PROJECT) == 1
    assert store.load().last_project == 3
    state.select(None)
    assert heard[-1] is None
    assert AppState(store).settings.last_project is None


def test_a_project_is_shown_even_if_it_cannot_be_remembered(state, store, heard):
    store.path.parent.write_text("a file where the folder should be")
    state.select(PROJECT)
    assert state.project == PROJECT
    assert heard == [PROJECT]


def test_settings_change_together_with_the_file_or_not_at_all(state, store, heard):
    changed = state.change_settings(theme="dark")
    assert heard == [changed]
    assert store.load() == state.settings == changed
    state.change_settings(theme="dark")
    assert heard == [changed]
    store.path.unlink()
    store.path.mkdir()
    with pytest.raises(UserError):
        state.change_settings(theme="light")
    assert state.settings.theme == "dark"
    assert heard == [changed]


def test_the_engine_is_announced_when_it_changes(state, heard):
    assert (state.engine, state.engine_problem, state.engine_busy) == (None, "", False)
    state.set_engine(busy=True)
    state.set_engine(busy=True)
    state.set_engine("engine")
    assert heard == [EngineView(None, "", True), EngineView("engine", "", False)]
    assert (state.engine, state.engine_busy) == ("engine", False)
    state.set_engine(problem="There is no engine.")
    assert (state.engine, state.engine_problem) == (None, "There is no engine.")


def test_a_listener_sees_the_new_state(state):
    seen: list[object] = []
    state.project_changed.connect(lambda project: seen.append(state.project is project))
    state.select(PROJECT)
    assert seen == [True]
