"""The program of a preprocess job in a process of its own, with a command in place of RAVE."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile
from sound_corpus import noise

from rave_gui.audio import prepare
from rave_gui.audio.prepare import FAILED, FLAG, INTERRUPTED
from rave_gui.audio.staging_plan import Item, Piece, StagingPlan
from rave_gui.audio.wav_file import wav_header
from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core.process import clean_environment, own_argv, own_environment

RATE = 8000
TELLS_ALL = """
import json, os, sys
print(json.dumps([sys.stdin.read(), dict(os.environ), sorted(os.listdir(sys.argv[1]))]))
sys.exit(7)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a ``job`` in it, and no space for a program to be found by chance."""
    (tmp_path / "job").mkdir()
    return tmp_path


def copy_of(path: Path, frames: int, name: str) -> Item:
    stat = path.stat()
    piece = Piece(
        path, RATE, 1, ((0, frames),), frames, size=stat.st_size, modified=stat.st_mtime_ns
    )
    return Item(name, (piece,), False, frames, 1)


def sound(folder: Path, name: str, frames: int = RATE) -> Path:
    path = folder / name
    soundfile.write(path, noise(frames / RATE, RATE), RATE)
    return path


def start(folder: Path, *items: Item) -> subprocess.Popen[str]:
    """The program, as a runner starts it."""
    plan = folder / "plan.json"
    plan.write_bytes(b"".join(StagingPlan(RATE, 1, items).text()))
    staging = str(folder / "staging")
    command = [sys.executable, "-c", TELLS_ALL, staging]
    ours = {job_files.JOB_VARIABLE: str(folder / "job"), "FROM_THE_ENGINE": "yes"}
    return subprocess.Popen(
        own_argv(FLAG, str(plan), staging, "--", *command),
        env=clean_environment({**own_environment(), **ours}),
        cwd=folder, text=True, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def told(folder: Path) -> list[dict[str, Any]]:
    return job_files.FactReader(folder / "job" / job_files.PROGRESS).poll()


def test_it_fills_the_folder_and_then_is_the_command(folder):
    lengths = (RATE, 3 * RATE, 5)
    items = [
        copy_of(sound(folder, f"{number}.wav", length), length, f"00000{number}-a.wav")
        for number, length in enumerate(lengths)
    ]
    link = Item("000003-a.wav", (items[0].pieces[0],), True, RATE, 1)
    program = start(folder, *items, link)
    output, _ = program.communicate("y\n", timeout=30)
    assert program.returncode == 7, output
    *ours, answer = output.splitlines()
    given, environment, files = json.loads(answer)
    assert ours == ["rave-gui: the files are ready; RAVE takes over"]
    assert given == "y\n"
    assert environment["FROM_THE_ENGINE"] == "yes"
    assert not {"PYTHONPATH", job_files.JOB_VARIABLE} & environment.keys()
    assert files == [item.name for item in (*items, link)]
    facts = told(folder)
    progress = [fact for fact in facts if fact["kind"] == "progress"]
    assert progress[-1]["done"] == progress[-1]["total"] == pytest.approx(sum(lengths) / RATE, 1e-3)
    assert progress[-1]["files"] == progress[-1]["all_files"] == 3
    steps = [(fact["done"], fact["files"]) for fact in progress]
    assert steps == sorted(set(steps)), "what does not move is not told again"
    assert [facts[0]["stage"], facts[-1]["stage"]] == ["copying", "preprocessing"]


def test_a_second_attempt_goes_on_where_the_first_ended(folder):
    items = [copy_of(sound(folder, f"{n}.wav"), RATE, f"00000{n}-a.wav") for n in range(2)]
    start(folder, items[0]).communicate(timeout=30)
    first = folder / "staging" / items[0].name
    before = first.stat().st_mtime_ns
    program = start(folder, *items)
    program.communicate(timeout=30)
    assert program.returncode == 7
    assert first.stat().st_mtime_ns == before
    assert told(folder)[-2]["files"] == 2


def test_a_changed_original_ends_it_in_words_before_rave_begins(folder):
    good, other = (copy_of(sound(folder, f"{n}.wav"), RATE, f"{n}-a.wav") for n in range(2))
    sound(folder, "1.wav", 2 * RATE)
    program = start(folder, good, other)
    output, _ = program.communicate(timeout=30)
    assert program.returncode == FAILED
    assert output.startswith(f"rave-gui: {folder / '1.wav'} was changed since it was checked.")
    assert "Traceback" not in output
    assert {path.name for path in (folder / "staging").iterdir()} <= {good.name}


def test_a_stop_in_the_middle_ends_it_at_once_and_leaves_nothing_half_made(
    folder: Path, wait_until: Callable[..., Any]
) -> None:
    frames = 3600 * 24 * RATE
    long = folder / "a day.wav"
    with long.open("wb") as file:
        file.write(wav_header(frames, 1, RATE))
        file.truncate(file.tell() + 2 * frames)  # takes no room on the disk
    program = start(folder, copy_of(long, frames, "000000-a.wav"))
    try:
        wait_until(lambda: any(fact.get("done", 0) > 0 for fact in told(folder)), 20)
        os.killpg(program.pid, signal.SIGINT)
        output, _ = program.communicate(timeout=3)
    finally:
        program.kill()
    assert program.returncode == INTERRUPTED, output
    assert output == "rave-gui: stopped while the files were being prepared\n"
    assert not list((folder / "staging").iterdir())


def test_while_nothing_moves_nothing_is_told_so_that_a_hang_is_noticed(folder, monkeypatch):
    """The runner takes every fact for a sign of life."""
    moves, looks, real_wait = threading.Event(), [0], prepare.wait

    def counted_wait(futures, _seconds, return_when):
        looks[0] += 1
        if looks[0] > 5:
            moves.set()
        return real_wait(futures, 0.01, return_when)

    monkeypatch.setenv(job_files.JOB_VARIABLE, str(folder / "job"))
    monkeypatch.setattr(prepare, "wait", counted_wait)
    monkeypatch.setattr(prepare, "make_item", lambda *_arguments: moves.wait(10))
    item = copy_of(sound(folder, "a.wav"), RATE, "a.wav")
    prepare.Preparation(StagingPlan(RATE, 1, (item,)), folder / "staging").run()
    assert looks[0] > 5
    assert [fact["files"] for fact in told(folder) if fact["kind"] == "progress"] == [0, 1]


def test_a_command_that_is_not_there_is_told(folder, capfd):
    from rave_gui.core.process import become

    assert become([str(folder / "rave"), "preprocess"]) == 127
    assert "was not found" in capfd.readouterr().out
