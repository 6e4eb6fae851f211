"""A messy folder through the real ``rave preprocess``: what was forecast is what is there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from sound_corpus import Case, make_corpus, make_long, noise

from rave_gui.backend.dataset import Preparation
from rave_gui.backend.forecast import forecast
from rave_gui.backend.rave_settings import PreprocessSettings
from rave_gui.core.lmdb_reader import DatasetDatabase
from rave_gui.core.paths import AppPaths

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]
NUM_SIGNAL = 4096


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[Case]]]:
    """The corpus; afterwards every original still has its bytes and its time."""
    folder = tmp_path_factory.mktemp("sounds") / "corpus"
    cases = make_corpus(folder)
    before = _state(folder)
    yield folder, cases
    assert _state(folder) == before


def _state(folder: Path) -> dict[Path, tuple[int, int, bytes]]:
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return {
        path: (path.stat().st_mtime_ns, path.stat().st_size, path.read_bytes()) for path in files
    }


def answer_of(home: AppPaths, engine: Path, *arguments: str) -> Any:
    """What the command line answers with ``--json``."""
    environment = {**os.environ, "RAVE_GUI_HOME": str(home.data), "RAVE_GUI_ENGINE": str(engine)}
    done = subprocess.run(
        [sys.executable, "-m", "rave_gui", *arguments, "--json"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def create(home: AppPaths, engine: Path, sources: list[str], name: str, *options: str) -> Any:
    return answer_of(
        home, engine, "dataset", "create", *sources, "--project", "P", "--name", name,
        "--num-signal", str(NUM_SIGNAL), *options,
    )  # fmt: skip


def test_the_scan_answers_for_every_file(home, engine_python, corpus):
    folder, cases = corpus
    found = answer_of(home, engine_python, "scan", str(folder), "--deep")
    verdicts = {file["path"]: file["verdict"] for file in found["files"]}
    assert verdicts.keys() == {str(case.path) for case in cases}
    assert all(verdicts[str(case.path)] in case.deep.split("|") for case in cases)
    promised = {"path", "verdict", "reason", "duration_seconds", "sample_rate", "channels"}
    assert all(promised | {"format"} <= file.keys() for file in found["files"])
    assert found["seconds"] > 0


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("mono", []),
        ("stereo", ["--channels", "2", "--short-files", "pad", "--sampling-rate", "48000"]),
        ("lazy mono", ["--lazy"]),
        ("lazy stereo", ["--lazy", "--channels", "2"]),
        ("all", ["--sampling-rate", "32000", "--trim-silence", "--match-level", "--mix", "first"]),
    ],
)
def test_rave_makes_exactly_what_was_forecast(home, engine_python, corpus, tmp_path, name, options):
    sources = [str(corpus[0])]
    if "--lazy" in options:  # RAVE would make 60,000 examples of it otherwise
        sources.append(str(make_long(tmp_path).path))
    answer = create(home, engine_python, sources, name, *options)
    assert answer["ok"], answer["error"]
    assert answer["examples"] == answer["forecast_examples"] > 50
    database = DatasetDatabase(Path(answer["dataset"]["path"]) / "db")
    assert database.check() == answer["examples"]
    assert database.metadata()["channels"] == answer["dataset"]["channels"]
    assert "rave" in answer["command"]
    assert all(entry["reason"] for entry in answer["left_out"])
    staging = Path(answer["dataset"]["path"]) / "staging"
    kept = [path for path in staging.iterdir() if not path.is_symlink()]
    assert bool(kept) == ("--lazy" in options), "copies are needed by a lazy dataset alone"


def test_the_sound_in_the_database_is_what_was_meant(home, engine_python, tmp_path):
    """Mixed, turned down and joined: decoded from RAVE's own database, in RAVE's own order."""
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    long = noise(0.6, channels=2, seed=1)[: 2 * NUM_SIGNAL * 3]
    soundfile.write(sounds / "a long.wav", long, 44100)
    shorts = [noise(0.1, seed=number)[:4096, 0] for number in (2, 3)]
    for name, wave in zip(("b1.wav", "b2.wav"), shorts, strict=True):
        soundfile.write(sounds / name, wave, 44100)
    answer = create(home, engine_python, [str(sounds)], "meant")
    assert answer["examples"] == answer["forecast_examples"] == len(long) // (2 * NUM_SIGNAL) + 1
    database = DatasetDatabase(Path(answer["dataset"]["path"]) / "db")
    found = [database.read_example(number)[0] for number in range(answer["examples"])]
    mixed = np.rint(long.mean(axis=1) * 32768).astype(int)[: 2 * NUM_SIGNAL]
    assert _nearest(found, mixed) <= 2
    joined = np.rint(np.concatenate(shorts) * 32768).astype(int)
    quiet = slice(300, 3800)  # away from the fades
    assert _nearest([one[quiet] for one in found], joined[quiet]) <= 2


def _nearest(examples: list[np.ndarray], wanted: np.ndarray) -> int:
    """The largest difference, in steps of 16 bits, of the example that is nearest."""
    return min(int(np.abs(one.astype(int) - wanted).max()) for one in examples)


def test_a_file_that_goes_while_it_is_prepared_is_named(services, tmp_path):
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    for number in range(3):
        soundfile.write(sounds / f"{number}.wav", noise(1, channels=2, seed=number), 44100)
    files = services.datasets.listen(services.datasets.scan([sounds]))
    plan = forecast(files, PreprocessSettings(num_signal=NUM_SIGNAL))
    (sounds / "1.wav").unlink()
    project = services.projects.get_or_create("Gone")
    made = services.datasets.create_dataset(project, "gone", [sounds], plan.settings, plan)
    services.jobs.wait(services.datasets.job(made.id).id)
    made = services.datasets.get_dataset(made.id)
    assert made.status.value == "failed"
    assert "1.wav is gone since it was checked" in made.error
    assert not (made.path / "staging").exists()
    assert not (made.path / "db").exists()


def test_ctrl_c_while_files_are_copied_leaves_nothing(services, rave_gui, tmp_path, wait_until):
    """The copy of one long stereo file takes seconds; it is stopped in the middle."""
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    soundfile.write(sounds / "a.wav", np.tile(noise(60, channels=2, seed=1), (8, 1)), 44100)
    command = rave_gui(
        "dataset", "create", str(sounds), "--project", "Stop", "--name", "stopped",
        "--sampling-rate", "48000", "--json",
    )  # fmt: skip

    def copying() -> bool:
        rows = [row for row in services.repositories.datasets.list() if row.name == "stopped"]
        seen.extend(map(services.datasets.preparation, rows))
        return bool(seen) and seen[-1].stage == "copying" and 0 < seen[-1].done < seen[-1].total

    seen: list[Preparation] = []
    wait_until(copying, 60)
    assert 0 < seen[-1].fraction < 0.5, "copying is half of the work at most"
    command.send_signal(signal.SIGINT)
    answer = json.loads(command.communicate(timeout=20)[0])
    assert command.returncode == 130
    assert (answer["ok"], answer["dataset"]["status"], answer["examples"]) == (False, "stopped", 0)
    folder = Path(answer["dataset"]["path"])
    assert sorted(path.name for path in folder.iterdir()) == ["dataset.json", "plan.json"]
