"""Asking an environment, and remembering what it said for as long as it stays as it is."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from fake_engine import ANSWER, GPU, NVIDIA, answer, broken, environment, questions

from rave_gui.backend import engine_probe
from rave_gui.backend.engine_record import Engine

CONFIGS = Path("/engine/rave/configs")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "an environment"


def probe(python: Path, tmp_path: Path, *, refresh: bool = False) -> Engine:
    return engine_probe.probe(python, "PATH", tmp_path / "cache", refresh=refresh)


def test_the_record_holds_what_was_answered(place: Path, tmp_path: Path) -> None:
    torch = {**ANSWER["torch"], "gpus": [GPU]}
    python = environment(place, answer(torch=torch, nvidia=[NVIDIA], script="/engine/bin/rave"))

    engine = probe(python, tmp_path)

    assert engine.ready
    assert engine.python == python
    assert engine.rave_version == "2.3.1"
    assert engine.configs == ("v1", "v2")
    assert engine.configs_dir == CONFIGS
    assert engine.flags["train"] == {"name": None}
    assert engine.flag_details["train"]["name"]["help"] == "name of the run"
    assert engine.ffmpeg == "7.1"
    assert engine.device_names() == ("cpu", "gpu:0")
    assert engine.gpus[0].memory_free == 7_000, "NVIDIA's own tool knows better"
    assert engine.rave("train", "--name", "x") == ["/engine/bin/rave", "train", "--name", "x"]


def test_without_a_living_script_the_function_behind_it_is_called(
    place: Path, tmp_path: Path
) -> None:
    python = environment(place)

    command = probe(python, tmp_path).rave("export")

    assert command[0] == str(python)
    assert command[1] == "-c"
    assert command[-1] == "export"


def test_the_second_time_only_what_changes_is_asked(place: Path, tmp_path: Path) -> None:
    python = environment(place)
    probe(python, tmp_path)
    missing = {"path": "", "version": "", "fault": "not found"}
    (place / "answer.json").write_text(json.dumps(answer(ffmpeg=missing)))

    engine = probe(python, tmp_path)

    assert questions(place) == ["full", "quick"]
    assert engine.ffmpeg == ""
    assert "not installed" in engine.tool_faults["ffmpeg"]
    assert engine.ready, "training needs no ffmpeg"


def test_a_changed_environment_is_asked_anew(place: Path, tmp_path: Path) -> None:
    python = environment(place)
    packages = place / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    probe(python, tmp_path)
    os.utime(packages, (1, 1))

    probe(python, tmp_path)

    assert questions(place) == ["full", "full"]


def test_a_new_gpu_or_an_explicit_wish_asks_anew(place: Path, tmp_path: Path) -> None:
    python = environment(place)
    probe(python, tmp_path)
    (place / "answer.json").write_text(json.dumps(answer(nvidia=[NVIDIA])))

    probe(python, tmp_path)
    probe(python, tmp_path, refresh=True)

    assert questions(place) == ["full", "quick", "full", "full"]


def test_sox_is_there_where_it_was_tried_and_did_not_fail(place: Path, tmp_path: Path) -> None:
    assert not probe(environment(place), tmp_path).sox
    assert probe(environment(place, answer(sox="")), tmp_path, refresh=True).sox
    assert not probe(environment(place, answer(sox="OSError: none")), tmp_path, refresh=True).sox


def test_a_library_that_came_asks_anew(place: Path, tmp_path: Path) -> None:
    python = environment(place, answer(libsox=False))
    probe(python, tmp_path)
    (place / "answer.json").write_text(json.dumps(answer(libsox=True, sox="")))

    assert probe(python, tmp_path).sox
    assert questions(place) == ["full", "quick", "full"]


@pytest.mark.parametrize("damage", ["", "[]", '{"fingerprint"', "\x00\x01"])
def test_a_damaged_memory_is_no_memory(place: Path, tmp_path: Path, damage: str) -> None:
    python = environment(place)
    probe(python, tmp_path)
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_text(damage)

    assert probe(python, tmp_path).ready
    assert questions(place) == ["full", "full"]


def test_a_memory_with_missing_parts_is_no_memory(place: Path, tmp_path: Path) -> None:
    python = environment(place)
    probe(python, tmp_path)
    (kept,) = (tmp_path / "cache").iterdir()
    facts = json.loads(kept.read_text())
    facts["answer"]["torch"] = {}
    kept.write_text(json.dumps(facts))

    assert probe(python, tmp_path).ready
    assert questions(place) == ["full", "quick", "full"]


def test_a_cache_that_cannot_be_written_costs_time_only(place: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")

    assert probe(environment(place), tmp_path).ready


@pytest.mark.parametrize(
    "said", ["", "nothing of use", '{"format": 1, "torn', '{"format": 99}', "[1, 2]", "{}"]
)
def test_nonsense_becomes_a_problem_in_words(place: Path, tmp_path: Path, said: str) -> None:
    engine = probe(environment(place, said), tmp_path)

    assert not engine.ready
    assert str(place) in engine.problems[0]
    assert "rave-gui engine install" in engine.problems[0]


def test_a_crash_is_told_with_its_last_words(place: Path, tmp_path: Path) -> None:
    python = environment(place)
    (place / "crash").write_text("a long story\nFatal Python error: init_fs_encoding\n")

    (problem,) = probe(python, tmp_path).problems

    assert "init_fs_encoding" in problem
    assert "code 3" in problem


def test_a_python_that_hangs_is_ended(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = environment(place)
    python.write_text("#!/bin/sh\nsleep 600 & wait\n")
    monkeypatch.setattr(engine_probe, "PATIENCE", 0.2)

    (problem,) = probe(python, tmp_path).problems

    assert "did not answer" in problem


def test_a_python_that_is_gone_is_a_problem_not_a_crash(place: Path, tmp_path: Path) -> None:
    python = environment(place)
    python.unlink()

    assert not probe(python, tmp_path).ready


def test_noise_around_the_answer_does_no_harm(place: Path, tmp_path: Path) -> None:
    said = "a banner of sitecustomize {\n" + json.dumps(answer()) + "\n"

    assert probe(environment(place, said), tmp_path).ready


def test_a_broken_environment_is_remembered_with_its_problem(place: Path, tmp_path: Path) -> None:
    python = environment(place, broken("ImportError: libtorch"))

    assert not probe(python, tmp_path).ready
    assert "libtorch" in probe(python, tmp_path).problems[0]
    assert questions(place) == ["full", "quick"]


def test_free_memory_of_this_moment(place: Path, tmp_path: Path) -> None:
    torch = {**ANSWER["torch"], "gpus": [GPU]}
    engine = probe(environment(place, answer(torch=torch, nvidia=[NVIDIA])), tmp_path)
    busy = answer(nvidia=[{**NVIDIA, "memory_free": 12}])
    (place / "answer.json").write_text(json.dumps(busy))

    assert engine_probe.now(engine).gpus[0].memory_free == 12


def test_processes_of_the_engine_find_its_own_tools_first(place: Path, tmp_path: Path) -> None:
    engine = probe(environment(place), tmp_path)

    assert engine.environment()["PATH"].split(os.pathsep)[0] == str(place / "bin")


@pytest.mark.engine
def test_the_real_engine_is_ready_and_quick_the_second_time(
    engine_python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = probe(engine_python, tmp_path)
    full = engine_probe.ask
    asked: list[bool] = []

    def ask(python: Path, *, quick: bool = False) -> dict[str, object]:
        asked.append(quick)
        return full(python, quick=quick)

    monkeypatch.setattr(engine_probe, "ask", ask)
    second = probe(engine_python, tmp_path)

    assert first.ready, first.problems
    assert first == second
    assert asked == [True]
    assert first.can_install_lightning_callbacks
    assert first.configs_dir is not None
    assert (first.configs_dir / "v2.gin").is_file()
    assert first.flags["train"]["max_steps"] == 6_000_000
