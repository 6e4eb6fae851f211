"""Every finding of the doctor, made to happen."""

from __future__ import annotations

import sqlite3
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from fake_engine import ANSWER, GPU, NVIDIA, answer, environment

from rave_gui.backend import doctor as doctor_module
from rave_gui.backend import system_parts
from rave_gui.backend.doctor import Check, Doctor, Result, is_healthy
from rave_gui.backend.engine import ENGINE_VARIABLE, EngineManager
from rave_gui.backend.system_parts import Part
from rave_gui.core.database import Database
from rave_gui.core.paths import AppPaths
from rave_gui.core.settings import SettingsStore


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A computer with ffmpeg, a sound card and nothing of ours."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("ffmpeg", "ffprobe"):
        tool(folder, name, f"echo {name} version 7.1")
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (ENGINE_VARIABLE, "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    sound_with(monkeypatch, [{"name": "card", "max_output_channels": 2}])
    return folder


def tool(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def sound_with(monkeypatch: pytest.MonkeyPatch, devices: list[dict[str, Any]]) -> None:
    module = types.SimpleNamespace(query_devices=lambda: devices)
    monkeypatch.setitem(sys.modules, "sounddevice", module)


@pytest.fixture
def engine(tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound engine, named by the variable."""
    environment(tmp_path / "engine")
    monkeypatch.setenv(ENGINE_VARIABLE, str(tmp_path / "engine"))
    return tmp_path / "engine"


def examine(paths: AppPaths) -> dict[str, Check]:
    engines = EngineManager(paths, SettingsStore(paths.settings))
    return {check.id: check for check in Doctor(paths, engines).examine()}


def test_a_sound_computer(engine: Path, app_paths: AppPaths) -> None:
    Database(app_paths.database).migrate()

    checks = examine(app_paths)

    bad = {name: check for name, check in checks.items() if check.result is not Result.OK}
    assert list(bad) == ["gpu"], bad
    assert is_healthy(list(checks.values()))
    assert "RAVE 2.3.1" in checks["engine"].text


def test_without_an_engine(programs: Path, app_paths: AppPaths) -> None:
    checks = examine(app_paths)

    assert checks["engine"].result is Result.FAILURE
    assert "rave-gui engine install" in checks["engine"].remedy
    assert checks["gpu"].result is Result.WARNING
    assert checks["ffmpeg"].result is Result.OK, "found on PATH all the same"
    assert not is_healthy(list(checks.values()))


def test_a_usable_gpu(engine: Path, app_paths: AppPaths) -> None:
    torch = {**ANSWER["torch"], "gpus": [GPU]}
    environment(engine, answer(torch=torch, nvidia=[NVIDIA]))

    check = examine(app_paths)["gpu"]

    assert check.result is Result.OK
    assert "RTX 9" in check.text


def test_a_gpu_that_torch_cannot_use(engine: Path, app_paths: AppPaths) -> None:
    environment(engine, answer(torch={**ANSWER["torch"], "cuda": None}, nvidia=[NVIDIA]))

    check = examine(app_paths)["gpu"]

    assert check.result is Result.WARNING
    assert "CPUs only" in check.remedy


def test_an_engine_with_a_weakness_is_a_warning(engine: Path, app_paths: AppPaths) -> None:
    environment(engine, answer(callbacks=False))

    assert examine(app_paths)["engine"].result is Result.WARNING


def test_settings_that_name_a_lost_engine(
    programs: Path, app_paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(app_paths.engines / "ours")
    (app_paths.engines / "ours" / "rave-gui-engine.json").write_text("{}")
    SettingsStore(app_paths.settings).change(engine_python="/gone/bin/python")

    check = examine(app_paths)["engine"]

    assert check.result is Result.WARNING
    assert "/gone/bin/python" in check.remedy


def test_missing_and_broken_tools(
    engine: Path, programs: Path, app_paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_module, "search_path", lambda python: str(programs))
    (programs / "ffmpeg").unlink()
    tool(programs, "ffprobe", "echo 'libx264 is missing' >&2; exit 127")

    checks = examine(app_paths)

    assert checks["ffmpeg"].result is Result.FAILURE
    assert "not installed" in checks["ffmpeg"].text
    assert checks["ffprobe"].result is Result.FAILURE
    assert "libx264" in checks["ffprobe"].text


@pytest.mark.parametrize(
    ("free", "result"),
    [(500_000_000, Result.FAILURE), (5 * 10**9, Result.WARNING), (10**12, Result.OK)],
)
def test_disk_space(
    engine: Path,
    app_paths: AppPaths,
    monkeypatch: pytest.MonkeyPatch,
    free: int,
    result: Result,
) -> None:
    usage = types.SimpleNamespace(free=free)
    monkeypatch.setattr(doctor_module.shutil, "disk_usage", lambda place: usage)

    assert examine(app_paths)["disk"].result is result


def test_damaged_records(engine: Path, app_paths: AppPaths) -> None:
    app_paths.database.parent.mkdir(parents=True, exist_ok=True)
    app_paths.database.write_bytes(b"no database" * 1000)

    check = examine(app_paths)["database"]

    assert check.result is Result.FAILURE
    assert str(app_paths.database) in check.text


def test_records_of_a_newer_version(engine: Path, app_paths: AppPaths) -> None:
    Database(app_paths.database).migrate()
    with sqlite3.connect(app_paths.database) as connection:
        connection.execute("PRAGMA user_version = 9999")
    connection.close()

    check = examine(app_paths)["database"]

    assert check.result is Result.FAILURE
    assert "newer" in check.text


def test_the_doctor_makes_no_records(engine: Path, app_paths: AppPaths) -> None:
    assert examine(app_paths)["database"].result is Result.OK
    assert not app_paths.database.exists()


def test_damaged_settings(engine: Path, app_paths: AppPaths) -> None:
    app_paths.settings.parent.mkdir(parents=True, exist_ok=True)
    app_paths.settings.write_text('{"theme": 7}')

    assert examine(app_paths)["settings"].result is Result.WARNING


def test_a_projects_folder_that_cannot_be_written(
    engine: Path, app_paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor_module.tempfile, "TemporaryFile", refuse)

    check = examine(app_paths)["projects"]

    assert check.result is Result.FAILURE
    assert "Permission denied" in check.text


def test_no_sound_output_is_a_warning_only(
    engine: Path, app_paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound_with(monkeypatch, [{"name": "microphone", "max_output_channels": 0}])

    assert examine(app_paths)["audio"].result is Result.WARNING


def test_missing_portaudio_names_its_package(
    engine: Path, app_paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    monkeypatch.setattr(doctor_module, "_PLATFORM", "linux")

    check = examine(app_paths)["audio"]

    assert check.result is Result.WARNING
    assert "libportaudio2" in check.remedy


def test_missing_window_libraries_are_named(
    engine: Path, app_paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_module, "_PLATFORM", "linux")
    absent = Part("libxcb-cursor0", library="libnothing-of-the-kind.so.9")
    monkeypatch.setattr(system_parts, "X11", (absent,))
    assert examine(app_paths)["window"].result is Result.WARNING

    monkeypatch.setattr(system_parts, "WINDOW", (absent,))
    check = examine(app_paths)["window"]

    assert check.result is Result.FAILURE
    assert "apt-get install libxcb-cursor0" in check.remedy


def test_a_check_that_breaks_is_a_finding_and_stops_no_other(
    engine: Path,
    app_paths: AppPaths,
    monkeypatch: pytest.MonkeyPatch,
    allow_errors: list[object],
) -> None:
    def break_down(self: Doctor) -> None:
        raise ZeroDivisionError("deep inside")

    monkeypatch.setattr(Doctor, "disk", break_down)

    checks = examine(app_paths)

    assert checks["disk"].result is Result.FAILURE
    assert "deep inside" in checks["disk"].text
    assert "window" in checks
