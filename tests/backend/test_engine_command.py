"""``rave-gui engine`` and ``rave-gui doctor`` as programs see them: output, exit codes, facts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fake_engine import answer, broken, environment

from rave_gui.backend import engine_install, engine_search, engine_uv
from rave_gui.backend.doctor import Check, Result
from rave_gui.cli import doctor as doctor_command
from rave_gui.cli.main import main
from rave_gui.companion.rave_gui_job_files import JOB_VARIABLE, PROGRESS
from rave_gui.core.paths import HOME_VARIABLE
from rave_gui.core.settings import SettingsStore

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An application with nothing, on a computer with nothing."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    for name in (engine_search.ENGINE_VARIABLE, "CONDA_PREFIX", JOB_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


@pytest.fixture
def named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An engine in ``RAVE_GUI_ENGINE``; returns its folder."""
    environment(tmp_path / "named")
    monkeypatch.setenv(engine_search.ENGINE_VARIABLE, str(tmp_path / "named"))
    return tmp_path / "named"


def test_path_prints_the_python_and_nothing_else(named: Path, capsys: Output) -> None:
    assert main(["engine", "path"]) == 0
    assert capsys.readouterr().out == f"{named / 'bin' / 'python'}\n"


def test_without_an_engine_path_fails_in_words(capsys: Output) -> None:
    assert main(["engine", "path"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "rave-gui engine install" in captured.err


def test_list_for_people_and_programs(named: Path, capsys: Output) -> None:
    assert main(["engine", "list"]) == 0
    assert "RAVE 2.3.1, torch 2.8.0" in capsys.readouterr().out

    assert main(["engine", "list", "--json"]) == 0
    (engine,) = json.loads(capsys.readouterr().out)
    assert engine["ready"] is True
    assert engine["python"] == str(named / "bin" / "python")
    assert engine["versions"]["torch"] == "2.8.0"


def test_check_exits_by_what_it_finds(tmp_path: Path, named: Path, capsys: Output) -> None:
    environment(tmp_path / "bad", broken("ImportError: torn apart"))

    assert main(["engine", "check"]) == 0
    assert "It can run RAVE." in capsys.readouterr().out
    assert main(["engine", "check", str(tmp_path / "bad")]) == 1
    assert "torn apart" in capsys.readouterr().out
    assert main(["engine", "check", str(tmp_path / "bad"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["ready"] is False


def test_use_is_remembered(tmp_path: Path, home: Path, capsys: Output) -> None:
    python = environment(tmp_path / "chosen")

    assert main(["engine", "use", str(tmp_path / "chosen")]) == 0
    capsys.readouterr()
    assert main(["engine", "path"]) == 0
    assert capsys.readouterr().out == f"{python}\n"


@pytest.fixture
def uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A uv whose environments are copies of a pretended one."""
    environment(tmp_path / "template", answer())
    program = tmp_path / "uv"
    program.write_text(
        '#!/bin/sh\nfor place in "$@"; do :; done\ncase "$*" in *venv*)\n'
        f'cp -R "{tmp_path}/template/." "$place"\n'
        f'sed -i.old "s#{tmp_path}/template#$place#" "$place/bin/python";;\nesac\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr(engine_uv, "find_uv", lambda: program)
    monkeypatch.setattr(engine_install, "needed_bytes", lambda torch: 0)
    return program


def test_install_elsewhere_is_used_from_then_on(
    uv: Path, tmp_path: Path, home: Path, capsys: Output
) -> None:
    place = tmp_path / "big disk" / "engine"

    assert main(["engine", "install", "--torch", "pypi", "--path", str(place), "--json"]) == 0

    captured = capsys.readouterr()
    assert json.loads(captured.out)["ok"] is True
    assert "CC BY-NC 4.0" in captured.err
    assert SettingsStore(home / "settings.json").load().engine_python == str(place / "bin/python")


def test_install_for_somebody_else_chooses_nothing(uv: Path, tmp_path: Path, home: Path) -> None:
    place = str(tmp_path / "shared")

    assert main(["engine", "install", "--torch", "pypi", "--path", place, "--no-use"]) == 0
    assert SettingsStore(home / "settings.json").load().engine_python == ""


def test_a_refused_installation_is_an_object_too(tmp_path: Path, capsys: Output) -> None:
    assert main(["engine", "install", "--torch", "nonsense", "--json"]) == 1

    answered = json.loads(capsys.readouterr().out)
    assert answered["ok"] is False
    assert "nonsense" in answered["error"]
    assert answered["remedy"]


def test_inside_a_job_its_followers_are_told(
    uv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "job").mkdir()
    monkeypatch.setenv(JOB_VARIABLE, str(tmp_path / "job"))

    assert main(["engine", "install", "--torch", "pypi"]) == 0

    lines = (tmp_path / "job" / PROGRESS).read_text().splitlines()
    facts = [json.loads(line) for line in lines]
    stages = [fact["stage"] for fact in facts if fact["kind"] == "stage"]
    assert stages == ["licence", "python", "torch", "rave", "check", "done"]
    assert [fact["done"] for fact in facts if fact["kind"] == "progress"][-1] == len(stages)
    assert facts[-1]["kind"] == "result"


def test_doctor_says_it_to_people_and_programs(named: Path, capsys: Output) -> None:
    code = main(["doctor", "--json"])
    report = json.loads(capsys.readouterr().out)

    failed = [check for check in report["checks"] if check["result"] == "failure"]
    assert report["ok"] is not bool(failed)
    assert code == (1 if failed else 0)
    assert {"engine", "ffmpeg", "disk", "database"} <= {check["id"] for check in report["checks"]}
    assert main(["doctor"]) == code
    assert len(capsys.readouterr().out.splitlines()) == len(report["checks"])


def test_doctor_fails_without_an_engine(capsys: Output) -> None:
    assert main(["doctor"]) == 1
    assert "✗ failure  Engine: " in capsys.readouterr().out


def test_a_finding_fits_one_line() -> None:
    check = Check("disk", "Disk space", Result.WARNING, "1 GB free.", "Make room.")

    line = doctor_command.line(check, {Result.WARNING: "!"})

    assert line == "! warning  Disk space: 1 GB free. Make room."
