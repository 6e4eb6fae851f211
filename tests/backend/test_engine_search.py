"""Where RAVE is looked for, and in which order."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from fake_engine import environment

from rave_gui.backend import engine_search
from rave_gui.core.errors import UserError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person with nothing: no conda, nothing on PATH, this Python without RAVE."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    for name in (engine_search.ENGINE_VARIABLE, "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.executable", str(environment(tmp_path / "us")))
    (tmp_path / "us" / "bin" / "rave").unlink()
    return home


def complete(folder: Path, age: int = 0) -> Path:
    python = environment(folder)
    marker = folder / engine_search.MARKER
    marker.write_text(json.dumps({"pins": []}))
    os.utime(marker, (1_000_000 - age, 1_000_000 - age))
    return python


def origins(settings: str = "", engines: Path = Path("/nowhere")) -> list[str]:
    return [one.origin for one in engine_search.candidates(settings, engines)]


def test_every_place_in_its_order(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, chosen = environment(tmp_path / "named"), environment(tmp_path / "chosen")
    complete(tmp_path / "engines" / "ours")
    environment(tmp_path / "pathed")
    environment(home / "miniconda3" / "envs" / "rave")
    (tmp_path / "us" / "bin" / "rave").write_text("")
    monkeypatch.setenv("PATH", str(tmp_path / "pathed" / "bin"))
    monkeypatch.setenv(engine_search.ENGINE_VARIABLE, str(named))

    found = origins(str(chosen), tmp_path / "engines")

    variable = engine_search.ENGINE_VARIABLE
    assert found == [variable, "settings", "installed", "PATH", "current", "conda"]


def test_one_environment_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = complete(tmp_path / "engines" / "ours")
    (tmp_path / "link").symlink_to(python.parent)
    monkeypatch.setenv("PATH", str(tmp_path / "link"))
    monkeypatch.setenv(engine_search.ENGINE_VARIABLE, str(tmp_path / "engines" / "ours"))

    found = engine_search.candidates(str(python), tmp_path / "engines")

    assert [one.python for one in found] == [python]


def test_half_made_and_damaged_engines_are_never_used(tmp_path: Path) -> None:
    engines = tmp_path / "engines"
    environment(engines / "half")
    (engines / "half" / engine_search.BEGUN).write_text("{}")
    complete(engines / "torn")
    (engines / "torn" / engine_search.MARKER).write_text('{"pins"')

    assert engine_search.installed(engines) == []
    assert engine_search.is_half_made(engines / "half")


def test_the_newest_of_ours_comes_first(tmp_path: Path) -> None:
    old = complete(tmp_path / "a", age=500)
    new = complete(tmp_path / "b", age=5)

    assert engine_search.installed(tmp_path) == [new, old]


def test_conda_is_read_from_its_own_records(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed, active = environment(tmp_path / "listed"), environment(tmp_path / "active")
    environment(home / "anaconda3" / "envs" / "without")
    (home / "anaconda3" / "envs" / "without" / "bin" / "rave").unlink()
    (home / ".conda").mkdir()
    (home / ".conda" / "environments.txt").write_text(f"{tmp_path / 'listed'}\n/gone\n\n")
    monkeypatch.setenv("CONDA_PREFIX", str(tmp_path / "active"))

    assert engine_search.conda() == [active, listed]


def test_a_damaged_conda_list_is_no_list(home: Path) -> None:
    (home / ".conda").mkdir()
    (home / ".conda" / "environments.txt").write_bytes(b"\xff\xfe\x00")

    assert engine_search.conda() == []


@pytest.mark.parametrize(
    "head",
    [
        "#!{python}\n",
        "#!{python} -E\n",
        "#!/bin/sh\n'''exec' '{python}' \"$0\" \"$@\"\n' '''\n",
        "#!/usr/bin/env bash\n",
        "MZ no script at all",
    ],
)
def test_the_python_behind_a_rave_command(tmp_path: Path, head: str) -> None:
    python = environment(tmp_path / "env with spaces")
    script = python.parent / "rave"
    script.write_text(head.replace("{python}", str(python)))

    assert engine_search.python_behind(script) == python


def test_a_script_elsewhere_leads_to_its_environment(tmp_path: Path) -> None:
    python = environment(tmp_path / "env")
    script = tmp_path / "programs" / "rave"
    script.parent.mkdir()
    script.write_text(f"#!{python}\n")

    assert engine_search.python_behind(script) == python


def test_a_place_without_python_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=str(tmp_path)):
        engine_search.named_python(str(tmp_path), "The variable")


def test_a_frozen_application_is_no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "us" / "bin" / "rave").write_text("")
    assert engine_search.current()
    monkeypatch.setattr("sys.frozen", True, raising=False)
    assert engine_search.current() == []
