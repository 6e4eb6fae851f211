"""Starting programs and ending them with everything they started."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from rave_gui.core import process, process_tree
from rave_gui.core.errors import UserError
from rave_gui.core.process import clean_environment, is_alive, kill_tree, run_captured

PYTHON = (sys.executable, "-I", "-S", "-c")
FAMILY = """
import subprocess, sys, time
code = "import time; print('up', flush=True); time.sleep(600)"
child = subprocess.Popen([sys.executable, '-I', '-S', '-c', code], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def family():
    """A parent in its own session, and the pid of its child."""
    with subprocess.Popen(
        [*PYTHON, FAMILY], stdout=subprocess.PIPE, start_new_session=True
    ) as parent:
        child = int(parent.stdout.readline())
        yield parent, child
        process_tree.kill(parent.pid)


def test_a_short_program_is_heard_out(tmp_path: Path):
    code = (
        "import os, sys; print(os.getcwd()); sys.stderr.buffer.write(b'\\xff'); "
        "print(sys.stdin.read()); sys.exit(3)"
    )
    done = run_captured([*PYTHON, code], timeout=30, cwd=tmp_path, stdin="hällo")
    assert done == process.Completed(3, f"{tmp_path}\nhällo\n", "\ufffd")


@pytest.mark.parametrize(
    ("argv", "cwd", "words"),
    [
        (["/no/such/program"], None, "/no/such/program was not found"),
        (["/"], None, "may not be run"),
        ([sys.executable], Path("/no/such/folder"), "/no/such/folder"),
        (["a\0b"], None, "could not be started"),
    ],
)
def test_what_cannot_start_is_said_in_words(argv: list[str], cwd: Path | None, words: str):
    with pytest.raises(UserError, match=words):
        run_captured(argv, timeout=5, cwd=cwd)


def test_input_is_given_whole_to_one_that_somebody_may_lose_interest_in(tmp_path):
    """It is waited for in short steps, of which the first one hands over the input."""
    code = "import sys, threading; threading.Event().wait(0.2); print(len(sys.stdin.read()))"
    done = run_captured(
        [*PYTHON, code], timeout=30, cwd=tmp_path, stdin="x" * 300_000, cancel=threading.Event()
    )
    assert done.stdout.split() == ["300000"]


def test_what_takes_too_long_is_ended_with_its_helpers(tmp_path: Path, wait_until):
    argv = ["sh", "-c", "sleep 600 & echo $! > pid; wait"]
    with pytest.raises(UserError, match="within 2 seconds"):
        run_captured(argv, timeout=2, cwd=tmp_path)
    child = int((tmp_path / "pid").read_text())
    wait_until(lambda: process.process_token(child) is None)


def test_a_tree_is_killed_whole(family, wait_until):
    parent, child = family
    assert {parent.pid, child} <= process_tree.members(parent.pid)
    kill_tree(parent.pid, process.process_token(parent.pid))
    wait_until(lambda: process.process_token(child) is None)
    assert parent.wait() == -9


def test_orphans_of_a_session_still_belong_to_it(family, wait_until):
    parent, child = family
    parent.kill()
    parent.wait()
    assert process_tree.members(parent.pid) == {child}
    process_tree.kill(parent.pid)
    wait_until(lambda: process.process_token(child) is None)


def test_psutil_finds_the_same_tree(family, monkeypatch: pytest.MonkeyPatch):
    parent, child = family
    monkeypatch.setattr(process_tree, "_PROC", Path("/no/proc"))
    assert process_tree.members(parent.pid) == {parent.pid, child}


def test_a_number_that_went_to_somebody_else_is_left_alone(family):
    parent, _ = family
    assert not is_alive(parent.pid, "another token")
    for token in ("another token", None):
        kill_tree(parent.pid, token)
        process.interrupt_tree(parent.pid, token)
        process.terminate_process(parent.pid, token)
    assert is_alive(parent.pid, process.process_token(parent.pid))


@pytest.mark.parametrize("root", [0, 1, -1, os.getpid(), os.getppid(), os.getpgrp(), os.getsid(0)])
def test_our_own_kin_is_never_taken_for_a_job(root: int):
    assert os.getpid() not in process_tree.members(root)
    if root in (0, 1, -1, os.getpid(), os.getpgrp(), os.getsid(0)):
        assert process_tree.members(root) == set()


def test_children_do_not_inherit_our_poison(monkeypatch: pytest.MonkeyPatch):
    poison = {
        "PYTHONHOME": "/bundle",
        "PYTHONPATH": "/bundle",
        "VIRTUAL_ENV": "/venv",
        "QT_PLUGIN_PATH": "/bundle",
        "_MEIPASS2": "/bundle",
        "_PYI_APPLICATION_HOME_DIR": "/bundle",
        "RAVE_GUI_JOB": "/job",
    }
    for name, value in {**poison, "CUDA_VISIBLE_DEVICES": "1"}.items():
        monkeypatch.setenv(name, value)
    clean = clean_environment({"PYTHONPATH": "/companion"})
    assert not poison.keys() - {"PYTHONPATH"} & clean.keys()
    assert clean["PYTHONPATH"] == "/companion"
    assert clean["CUDA_VISIBLE_DEVICES"] == "1"
    assert clean["PATH"] == os.environ["PATH"]


@pytest.mark.parametrize(
    ("frozen", "original", "expected"),
    [
        (False, None, "/mine"),
        (True, None, None),
        (True, "/original", "/original"),
        (False, "/original", "/original"),
    ],
)
def test_the_library_path_of_a_bundle_stays_in_the_bundle(
    monkeypatch: pytest.MonkeyPatch, frozen: bool, original: str | None, expected: str | None
):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/mine")
    if original:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", original)
    monkeypatch.setattr(sys, "frozen", frozen, raising=False)
    clean = clean_environment()
    assert clean.get("LD_LIBRARY_PATH") == expected
    assert "LD_LIBRARY_PATH_ORIG" not in clean


def test_a_bundle_starts_itself_as_the_runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    started: list[list[str]] = []

    class Fake:
        pid = 4711
        returncode = 0

        def __init__(self, argv: list[str], **options: object) -> None:
            started.append(argv)

        def poll(self) -> int:
            return 0

    monkeypatch.setattr(process.subprocess, "Popen", Fake)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert process.spawn_runner(tmp_path) == 4711
    assert started == [[sys.executable, "--run-job", str(tmp_path)]]
    process.reap_runners()


def test_a_runner_that_cannot_start_is_said_in_words(tmp_path: Path):
    with pytest.raises(UserError, match="could not be started"):
        process.spawn_runner(tmp_path / "gone")


def test_a_runner_has_a_session_of_its_own_and_leaves_no_zombie(start_job, wait_until):
    directory = start_job("")
    wait_until(lambda: directory.exit() is not None)
    pid = directory.runner().runner_pid
    wait_until(lambda: (process.reap_runners(), not Path(f"/proc/{pid}").exists())[1])
