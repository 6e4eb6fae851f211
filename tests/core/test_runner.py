"""The runner with real, tiny processes: what it starts, how it stops them, what it writes down."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core.job_facts import JobExit, Patience, Wish
from rave_gui.core.jobs import JobDirectory, Liveness
from rave_gui.core.process import is_alive, kill_tree

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

SHORT = Patience(ask=0.3, interrupt=0.3, terminate=0.3)
SLEEP = "import signal, pathlib; pathlib.Path('ready').touch(); signal.pause()\n"
LISTEN = """
import signal, pathlib
try:
    pathlib.Path('ready').touch()
    signal.pause()
except KeyboardInterrupt:
    print('bye')
"""
COUNT = """
import pathlib, time
number = 0
while True:
    number += 1
    pathlib.Path('count').write_text(str(number))
    time.sleep(0.01)
"""
STUBBORN = """
import pathlib, signal
def note(number, frame):
    with open('heard', 'a') as heard:
        heard.write(signal.Signals(number).name + '\\n')
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, note)
pathlib.Path('ready').touch()
while True:
    signal.pause()
"""
HELPER = """
import os, pathlib, subprocess, sys
code = "import signal; print('up', flush=True); signal.pause()"
helper = subprocess.Popen([sys.executable, '-I', '-S', '-c', code], stdout=subprocess.PIPE,
                          start_new_session={apart})
helper.stdout.readline()
pathlib.Path('helper.tmp').write_text(str(helper.pid))
os.rename('helper.tmp', 'helper')
"""
COMPANION = f"""
import os, pathlib, sys, time
sys.path.insert(0, {str(Path(job_files.__file__).parent)!r})
import rave_gui_job_files as job_files
job = os.environ['RAVE_GUI_JOB']
job_files.write_json(job + '/companion.json', {{}})
"""


@pytest.fixture
def ended(wait_until: Callable[..., None]) -> Callable[[JobDirectory], JobExit]:
    """Wait for the exit record and for the runner to be gone."""

    def wait(directory: JobDirectory) -> JobExit:
        wait_until(lambda: directory.exit() is not None, 30, "no exit record was written")
        info, end = directory.runner(), directory.exit()
        assert info is not None
        assert end is not None
        wait_until(lambda: not is_alive(info.runner_pid, info.runner_token))
        return end

    return wait


def answers(directory: JobDirectory) -> list[tuple[str, bool]]:
    return [(f["wish"], f["ok"]) for f in directory.facts().poll() if f["kind"] == "answer"]


def texts(directory: JobDirectory, kind: str) -> list[str]:
    return [fact["text"] for fact in directory.facts().poll() if fact["kind"] == kind]


def test_output_is_kept_byte_for_byte(start_job, ended):
    code = (
        "import os, sys\n"
        "os.write(1, b'10%\\r20%\\r\\n')\n"
        "os.write(2, b'\\xff\\xfe bad \\x00 bytes')\n"
        "os.write(1, sys.stdin.buffer.read())\n"
        "os.write(1, os.environ['RAVE_GUI_JOB'].encode() + os.environ['PYTHONUNBUFFERED'].encode())"
        "\nos.write(1, os.environ['EXTRA'].encode())"
    )
    directory = start_job(code, stdin="yes\nnö\n", environment={"EXTRA": "wörd"})
    end = ended(directory)
    expected = b"10%\r20%\r\n\xff\xfe bad \x00 bytes" + "yes\nnö\n".encode()
    expected += os.fsencode(directory.path) + b"1" + "wörd".encode()
    assert directory.output.read_bytes() == expected
    assert (end.returncode, end.signal, end.stop_requested, end.stopped_by) == (0, None, False, "")
    assert directory.liveness() is Liveness.ENDED


def test_the_return_code_and_the_last_step_are_written_down(start_job, ended):
    code = COMPANION + (
        "job_files.append_fact(job, 'progress', step=41)\n"
        "job_files.append_fact(job, 'metrics', step=42, values={})\n"
        "open(job + '/progress.jsonl', 'a').write('{\"kind\": \"progress\", \"step\": 9')\n"
        "sys.exit(3)"
    )
    end = ended(start_job(code))
    assert (end.returncode, end.last_step, end.stop_requested) == (3, 42, False)


def test_a_child_that_ends_by_itself_through_a_signal(start_job, ended):
    end = ended(start_job("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"))
    assert (end.returncode, end.signal) == (-signal.SIGSEGV, signal.SIGSEGV)
    assert not end.stop_requested


@pytest.mark.parametrize("name", ["with space", "ünïcode", "new\nline", "quote'\"$HOME;"])
def test_odd_folder_names(start_job, ended, tmp_path: Path, name: str):
    place = tmp_path / name
    place.mkdir()
    directory = start_job("import os; print(os.getcwd(), end='')", parent=place / "jobs", cwd=place)
    assert ended(directory).returncode == 0
    assert directory.output.read_bytes() == os.fsencode(place)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"argv": ("/no/such/program",)}, "/no/such/program was not found"),
        ({"argv": ("/",)}, "may not be run"),
        ({"cwd": Path("/no/such/folder")}, "/no/such/folder"),
        ({"argv": ("a\0b",)}, "could not be started"),
    ],
)
def test_what_cannot_start_says_why(start_job, ended, fields: dict[str, Any], words: str):
    end = ended(start_job("", **fields))
    assert end.returncode is None
    assert words in end.error


def test_a_damaged_description_says_so(make_job, end_jobs, wait_until):
    directory = make_job("")
    (directory.path / "job.json").write_text('{"id": "torn')
    assert run_runner(directory) == 0
    end = directory.exit()
    assert end is not None
    assert "gone or damaged" in end.error


def test_stop_climbs_from_interrupt_to_kill(start_job, ended, wait_until, tmp_path: Path):
    directory = start_job(STUBBORN, patience=SHORT)
    wait_until((tmp_path / "ready").exists)
    directory.wish(Wish.STOP)
    end = ended(directory)
    assert (tmp_path / "heard").read_text().split() == ["SIGINT", "SIGTERM"]
    assert (end.signal, end.stop_requested, end.stopped_by) == (signal.SIGKILL, True, "user")
    assert answers(directory) == [("stop", True)]


def test_stop_of_a_program_that_listens(start_job, ended, wait_until, tmp_path: Path):
    directory = start_job(LISTEN)
    wait_until((tmp_path / "ready").exists)
    directory.wish(Wish.STOP)
    end = ended(directory)
    assert (end.returncode, end.stop_requested, end.stopped_by) == (0, True, "user")
    assert directory.output.read_bytes() == b"bye\n"


def test_kill_waits_for_nothing(start_job, ended, wait_until, tmp_path: Path):
    directory = start_job(STUBBORN)
    wait_until((tmp_path / "ready").exists)
    directory.wish(Wish.STOP)
    wait_until((tmp_path / "heard").exists)
    directory.wish(Wish.STOP)
    directory.wish(Wish.KILL)
    end = ended(directory)
    assert (end.signal, end.stopped_by) == (signal.SIGKILL, "user")
    assert "SIGTERM" not in (tmp_path / "heard").read_text()


def test_the_companion_is_asked_before_any_signal(start_job, ended, wait_until):
    code = COMPANION + (
        "while job_files.take_wish(job, 'stop') is None:\n    time.sleep(0.01)\nprint('saved')"
    )
    directory = start_job(code, companion=True)
    wait_until(directory.has_companion)
    directory.wish(Wish.STOP)
    end = ended(directory)
    assert (end.returncode, end.stop_requested, end.stopped_by) == (0, True, "user")
    assert directory.output.read_bytes() == b"saved\n"


def test_a_companion_that_took_the_wish_and_hangs_is_interrupted(start_job, ended, wait_until):
    code = COMPANION + "while True:\n    job_files.take_wish(job, 'stop')\n    time.sleep(0.001)"
    directory = start_job(code, companion=True, patience=SHORT)
    wait_until(directory.has_companion)
    directory.wish(Wish.STOP)
    end = ended(directory)
    assert end.stopped_by == "user"
    assert b"KeyboardInterrupt" in directory.output.read_bytes()


def test_a_companion_that_refuses_to_stop_is_interrupted_at_once(start_job, ended, wait_until):
    code = COMPANION + (
        "while job_files.take_wish(job, 'stop') is None:\n    time.sleep(0.01)\n"
        "job_files.append_fact(job, 'answer', wish='stop', ok=False, text='no')\ntime.sleep(600)"
    )
    directory = start_job(code, companion=True)
    wait_until(directory.has_companion)
    directory.wish(Wish.STOP)
    assert ended(directory).stopped_by == "user"


def test_a_job_stopped_before_its_start_never_starts(make_job, end_jobs, tmp_path: Path):
    directory = make_job("open('started', 'w')")
    directory.wish(Wish.STOP)
    assert run_runner(directory) == 0
    end = directory.exit()
    assert end is not None
    assert (end.returncode, end.stop_requested, end.stopped_by) == (None, True, "user")
    assert not (tmp_path / "started").exists()


def test_helpers_that_outlive_the_program_are_ended(start_job, ended, tmp_path: Path, wait_until):
    directory = start_job(HELPER.format(apart=False))
    assert ended(directory).returncode == 0
    pid = int((tmp_path / "helper").read_text())
    wait_until(lambda: job_files.process_token(pid) is None)


@pytest.mark.parametrize("apart", [False, True])
def test_a_kill_reaches_every_helper(start_job, ended, tmp_path: Path, wait_until, apart: bool):
    directory = start_job(HELPER.format(apart=apart) + "helper.wait()")
    wait_until((tmp_path / "helper").exists)
    directory.wish(Wish.KILL)
    ended(directory)
    pid = int((tmp_path / "helper").read_text())
    wait_until(lambda: job_files.process_token(pid) is None)


def test_pause_holds_the_whole_tree_until_resume(start_job, wait_until, tmp_path: Path):
    directory = start_job(HELPER.format(apart=False) + COUNT)
    wait_until((tmp_path / "count").exists)
    directory.wish(Wish.PAUSE)
    wait_until(lambda: answers(directory) == [("pause", True)])
    info = directory.runner()
    assert info is not None
    for pid in (info.child_pid, int((tmp_path / "helper").read_text())):
        assert psutil.Process(pid).status() == psutil.STATUS_STOPPED
    wait_until(lambda: directory.runner().state == "paused")
    before = (tmp_path / "count").read_text()
    directory.wish(Wish.RESUME)
    wait_until(lambda: answers(directory)[-1] == ("resume", True))
    wait_until(lambda: int((tmp_path / "count").read_text() or 0) > int(before or 0) + 5)
    wait_until(lambda: directory.runner().state == "running")


def test_a_paused_job_can_be_stopped(start_job, ended, wait_until, tmp_path: Path):
    directory = start_job(COUNT)
    wait_until((tmp_path / "count").exists)
    directory.wish(Wish.PAUSE)
    wait_until(lambda: answers(directory))
    directory.wish(Wish.STOP)
    end = ended(directory)
    assert end.stopped_by == "user"
    assert b"KeyboardInterrupt" in directory.output.read_bytes()


def test_silence_is_told_once_and_not_stopped_unasked(start_job, ended, wait_until):
    directory = start_job(SLEEP, silence_seconds=0.3)
    wait_until(lambda: texts(directory, "silence"))
    beat = directory.runner().heartbeat
    wait_until(lambda: directory.runner().heartbeat > beat + 1.0)
    assert len(texts(directory, "silence")) == 1
    directory.wish(Wish.SAVE_NOW)
    wait_until(lambda: answers(directory) == [("save-now", False)])
    directory.wish(Wish.KILL)
    assert ended(directory).stopped_by == "user"


def test_silence_ends_a_job_that_should_not_be_silent(start_job, ended):
    directory = start_job(SLEEP, silence_seconds=0.3, silence_stops=True, patience=SHORT)
    end = ended(directory)
    assert (end.stop_requested, end.stopped_by) == (True, "silence")
    assert len(texts(directory, "silence")) == 1


def test_a_hang_that_announced_itself_is_ended(start_job, ended):
    code = "print('a\\rNo valid file found in here\\nnext', flush=True)\n" + SLEEP
    directory = start_job(code, stuck_patterns=("No valid file found",))
    end = ended(directory)
    assert (end.signal, end.stopped_by) == (signal.SIGKILL, "stuck")
    assert texts(directory, "stuck") == ["No valid file found in here"]


def test_wishes_for_a_companion_are_refused_when_the_job_has_ended(start_job, ended, wait_until):
    code = COMPANION + "while not os.path.exists('go'):\n    time.sleep(0.01)"
    directory = start_job(code, companion=True)
    wait_until(directory.has_companion)
    directory.wish(Wish.PREVIEW_NOW)
    (directory.spec().cwd / "go").touch()
    ended(directory)
    assert answers(directory) == [("preview-now", False)]
    assert job_files.pending_wishes(directory.path) == []


def test_a_second_runner_leaves_the_job_alone(start_job, wait_until, tmp_path: Path):
    directory = start_job("open('starts', 'a').write('x')\n" + SLEEP)
    wait_until((tmp_path / "ready").exists)
    before = directory.runner()
    assert run_runner(directory) == 3
    assert (tmp_path / "starts").read_text() == "x"
    after = directory.runner()
    assert before is not None
    assert after is not None
    assert (after.runner_pid, after.child_pid) == (before.runner_pid, before.child_pid)


def test_a_job_that_has_ended_is_not_started_again(start_job, ended, tmp_path: Path):
    directory = start_job("open('starts', 'a').write('x')")
    end = ended(directory)
    assert run_runner(directory) == 3
    assert directory.exit() == end
    assert (tmp_path / "starts").read_text() == "x"


def test_the_child_outlives_a_killed_runner(start_job, wait_until, tmp_path: Path):
    directory = start_job(SLEEP)
    wait_until(lambda: (tmp_path / "ready").exists() and directory.runner().child_pid)
    info = directory.runner()
    assert info is not None
    os.kill(info.runner_pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(info.runner_pid, info.runner_token))
    assert directory.liveness() is Liveness.LIVE
    kill_tree(info.child_pid, info.child_token)
    wait_until(lambda: directory.liveness() is Liveness.INTERRUPTED)
    assert directory.exit() is None
    assert run_runner(directory) == 3


def test_the_end_of_the_terminal_is_nothing_and_a_request_to_end_is_a_stop(
    start_job, ended, wait_until, tmp_path: Path
):
    directory = start_job(STUBBORN, patience=SHORT)
    wait_until(lambda: (tmp_path / "ready").exists() and directory.runner().child_pid)
    runner = directory.runner().runner_pid
    os.kill(runner, signal.SIGHUP)
    os.kill(runner, signal.SIGTERM)
    end = ended(directory)
    assert (end.signal, end.stopped_by) == (signal.SIGKILL, "user")
    assert (tmp_path / "heard").read_text().split() == ["SIGINT", "SIGTERM"]


def test_the_child_does_not_inherit_deafness(make_job, ended, end_jobs, wait_until, tmp_path):
    """A window started in the background of a shell ignores Ctrl-C; its jobs must not."""
    directory = make_job(LISTEN)
    deaf = f"trap '' INT HUP; exec {sys.executable} -m rave_gui.runner \"$0\""
    with subprocess.Popen(["sh", "-c", deaf, str(directory.path)], start_new_session=True):
        wait_until((tmp_path / "ready").exists)
        directory.wish(Wish.STOP)
        assert ended(directory).returncode == 0


def test_the_folder_may_vanish_while_the_job_runs(start_job, wait_until, tmp_path: Path):
    directory = start_job(SLEEP)
    wait_until(lambda: (tmp_path / "ready").exists() and directory.runner().child_pid)
    info = directory.runner()
    assert info is not None
    directory.path.rename(tmp_path / "elsewhere")
    os.kill(info.runner_pid, signal.SIGTERM)
    wait_until(lambda: not is_alive(info.child_pid, info.child_token))
    wait_until(lambda: not is_alive(info.runner_pid, info.runner_token))


def test_without_a_directory_it_says_what_it_needs(tmp_path: Path):
    runner = [sys.executable, "-m", "rave_gui.runner"]
    assert subprocess.run(runner, check=False, capture_output=True).returncode == 2
    gone = subprocess.run([*runner, str(tmp_path / "gone")], check=False, capture_output=True)
    assert gone.returncode == 1
    assert b"cannot be used" in gone.stderr


def run_runner(directory: JobDirectory) -> int:
    argv = [sys.executable, "-m", "rave_gui.runner", str(directory.path)]
    with contextlib.suppress(subprocess.TimeoutExpired):
        return subprocess.run(argv, check=False, timeout=30).returncode
    pytest.fail("the runner did not end")
