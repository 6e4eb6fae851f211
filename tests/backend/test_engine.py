"""Which engine is used, and when it is looked for again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fake_engine import answer, broken, environment, questions

from rave_gui.backend import engine_search
from rave_gui.backend.engine import ENGINE_VARIABLE, EngineManager
from rave_gui.core.errors import UserError
from rave_gui.core.paths import AppPaths
from rave_gui.core.settings import SettingsStore


@pytest.fixture(autouse=True)
def _nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.delenv(ENGINE_VARIABLE, raising=False)


@pytest.fixture
def manager(app_paths: AppPaths) -> EngineManager:
    return EngineManager(app_paths, SettingsStore(app_paths.settings))


def ours(paths: AppPaths, name: str = "rave", facts: dict[str, object] | None = None) -> Path:
    python = environment(paths.engines / name, facts)
    (paths.engines / name / engine_search.MARKER).write_text("{}")
    return python


def test_without_any_engine_the_remedy_is_told(manager: EngineManager) -> None:
    assert manager.find() == []
    with pytest.raises(UserError, match="rave-gui engine install"):
        manager.current()


def test_ours_is_found_and_asked_once(manager: EngineManager, app_paths: AppPaths) -> None:
    python = ours(app_paths)

    assert manager.current().python == python
    assert manager.current() is manager.current()
    assert questions(app_paths.engines / "rave") == ["full"]


def test_refresh_asks_again(manager: EngineManager, app_paths: AppPaths) -> None:
    ours(app_paths)
    manager.current()
    manager.current(refresh=True)

    assert questions(app_paths.engines / "rave") == ["full", "full"]


def test_the_variable_beats_everything_and_may_be_a_folder(
    manager: EngineManager, app_paths: AppPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours(app_paths)
    named = environment(tmp_path / "named")
    assert manager.current().origin == "installed"
    monkeypatch.setenv(ENGINE_VARIABLE, str(tmp_path / "named"))

    assert manager.current().python == named
    assert manager.current().origin == ENGINE_VARIABLE


@pytest.mark.parametrize("exists", [True, False])
def test_an_unusable_variable_is_an_error_not_a_fall_through(
    manager: EngineManager,
    app_paths: AppPaths,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    exists: bool,
) -> None:
    ours(app_paths)
    if exists:
        environment(tmp_path / "named", broken("ImportError: torn"))
    monkeypatch.setenv(ENGINE_VARIABLE, str(tmp_path / "named"))

    with pytest.raises(UserError, match=ENGINE_VARIABLE):
        manager.current()


def test_an_unusable_engine_of_the_settings_is_passed_over(
    manager: EngineManager, app_paths: AppPaths, tmp_path: Path
) -> None:
    python = ours(app_paths)
    chosen = environment(tmp_path / "chosen", broken("ImportError: torn"))
    SettingsStore(app_paths.settings).change(engine_python=str(chosen))

    assert manager.current().python == python
    assert [engine.ready for engine in manager.find()] == [False, True]


def test_when_none_is_ready_the_best_ones_problem_is_told(
    manager: EngineManager, app_paths: AppPaths
) -> None:
    ours(app_paths, facts=broken("ImportError: libcudart"))

    with pytest.raises(UserError, match="libcudart"):
        manager.current()


def test_selecting_lasts(manager: EngineManager, app_paths: AppPaths, tmp_path: Path) -> None:
    ours(app_paths)
    chosen = environment(tmp_path / "chosen")
    manager.current()

    manager.select(manager.check(tmp_path / "chosen"))

    assert manager.current().python == chosen
    assert SettingsStore(app_paths.settings).load().engine_python == str(chosen)


def test_an_unusable_engine_cannot_be_selected(manager: EngineManager, tmp_path: Path) -> None:
    environment(tmp_path / "chosen", broken("ImportError: torn"))

    with pytest.raises(UserError, match="torn"):
        manager.select(manager.check(tmp_path / "chosen"))


def test_a_half_made_engine_is_not_even_asked(manager: EngineManager, tmp_path: Path) -> None:
    environment(tmp_path / "half")
    (tmp_path / "half" / engine_search.BEGUN).write_text("{}")

    engine = manager.check(tmp_path / "half")

    assert not engine.ready
    assert "did not finish" in engine.problems[0]
    assert questions(tmp_path / "half") == []


def test_ffmpeg_that_was_installed_meanwhile_is_seen(
    manager: EngineManager, app_paths: AppPaths
) -> None:
    missing = {"path": "", "version": "", "fault": "not found"}
    ours(app_paths, facts=answer(ffmpeg=missing))
    assert manager.current().ffmpeg == ""

    (app_paths.engines / "rave" / "answer.json").write_text(json.dumps(answer()))

    assert manager.current().ffmpeg == "7.1"
    assert questions(app_paths.engines / "rave") == ["full", "quick"]
