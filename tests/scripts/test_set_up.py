"""The set-up scripts, as `make` calls them."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from rave_gui.backend.engine_pins import engine_name
from rave_gui.core.process import Completed, run_captured

ROOT = Path(__file__).resolve().parents[2]
TARGETS = {"demo", "test", "bench", "bundle", "engine", "engine-path", "lint", "run", "clean"}


def run(script: str, *arguments: str, **environment: str) -> Completed:
    """A script in a copy of the environment, with these variables on top."""
    inherited = {name: value for name, value in os.environ.items() if name != "RAVE_GUI_ENGINE"}
    argv = [str(ROOT / "scripts" / script), *arguments]
    return run_captured(argv, timeout=60, environment={**inherited, **environment})


@pytest.fixture
def stubs(tmp_path: Path) -> Path:
    """A folder for programs that pretend; prepended to PATH by the tests."""
    folder = tmp_path / "stubs"
    folder.mkdir()
    return folder


def stub(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def test_the_shared_engine_goes_by_its_pins(tmp_path: Path) -> None:
    done = run("engine-path", RAVE_GUI_ENGINES=str(tmp_path))

    assert done.stdout == f"{tmp_path / engine_name() / 'bin' / 'python'}\n"


@pytest.mark.parametrize("suffix", ["", "/", "/bin/python"])
def test_a_named_engine_is_used(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text("")

    done = run("engine-path", RAVE_GUI_ENGINE=f"{tmp_path}{suffix}")

    assert done.stdout == f"{tmp_path}/bin/python\n"


def test_a_name_on_path_that_does_not_run_is_passed_over(stubs: Path) -> None:
    stub(stubs, "python3.11", "exit 127")

    done = run("engine-path", PATH=f"{stubs}:{os.environ['PATH']}")

    assert done.returncode == 0
    assert engine_name() in done.stdout


def test_an_unsuitable_python_is_refused_in_words(stubs: Path) -> None:
    stub(stubs, "oldpython", "exit 1")

    done = run("engine-path", PYTHON=str(stubs / "oldpython"))

    assert done.returncode == 1
    assert "3.10 to 3.13" in done.stderr


def test_without_root_the_exact_line_is_printed(stubs: Path) -> None:
    stub(stubs, "id", "echo 1000")
    stub(stubs, "sudo", "exit 1")
    stub(stubs, "apt-get", "exit 1")
    stub(stubs, "python", 'case "$2" in "") echo libegl1 ffmpeg;; *) echo xvfb;; esac')

    done = run("system", str(stubs / "python"), PATH=f"{stubs}:{os.environ['PATH']}")

    assert done.returncode == 1
    assert "\nsudo apt-get install libegl1 ffmpeg\n" in done.stderr


def test_as_root_what_is_missing_is_installed(stubs: Path) -> None:
    stub(stubs, "id", "echo 0")
    stub(stubs, "apt-get", f'echo "$@" >>"{stubs}/asked"')
    answer = f'[ -z "$2" ] || exit 0; grep -qs install "{stubs}/asked" || echo libegl1 ffmpeg'
    stub(stubs, "python", answer)

    done = run("system", str(stubs / "python"), PATH=f"{stubs}:{os.environ['PATH']}")

    assert done.returncode == 0, done.stderr
    asked = (stubs / "asked").read_text().splitlines()
    assert asked[0].startswith("update")
    assert re.fullmatch(r"install .*-y .*libegl1 ffmpeg\s*", asked[1])


def test_an_installed_engine_is_not_installed_again(tmp_path: Path) -> None:
    folder = tmp_path / engine_name()
    (folder / "bin").mkdir(parents=True)
    shutil.copy("/bin/true", folder / "bin" / "python")
    (folder / "rave-gui-engine.json").write_text("{}")

    done = run("engine", RAVE_GUI_ENGINES=str(tmp_path))

    assert (done.returncode, done.stderr) == (0, "")


def test_make_knows_every_target_and_each_script_runs() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) >= TARGETS
    for script in re.findall(r"scripts/([a-z-]+)", makefile):
        assert os.access(ROOT / "scripts" / script, os.X_OK), script
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
