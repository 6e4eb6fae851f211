"""The job directory as the application reads it: who works on it, and how it ended."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core.errors import UserError
from rave_gui.core.job_facts import JobExit, JobSpec, Patience, RunnerInfo, Wish
from rave_gui.core.jobs import JobDirectory, Liveness, Lock, new_job_id
from rave_gui.core.records import JobKind

SPEC = JobSpec(
    id="job-1",
    kind=JobKind.TRAIN,
    argv=("rave", "train", "--name", "ünï \n"),
    cwd=Path("/tmp/a b"),
    created_at=1000.5,
    environment={"A": "b"},
    title="Bells",
    stdin="y\n",
    target_id=7,
    silence_seconds=30.0,
    silence_stops=True,
    stuck_patterns=("a|b",),
    patience=Patience(1, 2, 3),
    companion=True,
    snapshot={"steps": 100},
)
END = JobExit(0, None, True, "user", 42, 1000.5)


@pytest.fixture
def directory(tmp_path: Path) -> JobDirectory:
    return JobDirectory.create(tmp_path / "jobs", replace(SPEC, created_at=time.time()))


def info(**changes: object) -> RunnerInfo:
    return replace(RunnerInfo(2**31 - 1, "gone", 2**31 - 1, "gone"), **changes)


def write(directory: JobDirectory, record: RunnerInfo | JobExit) -> None:
    name = job_files.RUNNER if isinstance(record, RunnerInfo) else job_files.EXIT
    job_files.write_json(directory.path / name, record.to_json())


def me() -> tuple[int, str | None]:
    return os.getpid(), job_files.process_token(os.getpid())


def test_the_description_comes_back_whole(tmp_path: Path):
    assert JobDirectory.create(tmp_path, SPEC).spec() == SPEC


def test_a_description_of_another_version_is_read_as_far_as_known():
    data = {**SPEC.to_json(), "patience": {"ask": 5, "coffee": 9}, "future": 1}
    del data["snapshot"]
    spec = JobSpec.from_json(data)
    assert spec.patience == Patience(ask=5)
    assert spec.snapshot == {}
    assert JobExit.from_json({}) == JobExit(None, None, False, "", None, 0.0)
    assert RunnerInfo.from_json({"state": "running"}) is None


@pytest.mark.parametrize(
    "change", [{"argv": []}, {"argv": "rave"}, {"kind": "bake"}, {"cwd": None}, {"created_at": "x"}]
)
def test_a_description_that_says_nothing_is_refused_in_words(change: dict[str, object]):
    with pytest.raises(UserError, match="damaged"):
        JobSpec.from_json({**SPEC.to_json(), **change})


def test_a_directory_is_never_made_twice(tmp_path: Path):
    JobDirectory.create(tmp_path, SPEC)
    with pytest.raises(UserError, match="cannot be written"):
        JobDirectory.create(tmp_path, SPEC)


def test_ids_are_plain_unique_and_in_order_of_time():
    ids = [new_job_id(JobKind.TRAIN) for _ in range(50)]
    assert len(set(ids)) == 50
    assert [i[:19] for i in ids] == sorted(i[:19] for i in ids)
    assert all(c.isalnum() or c == "-" for i in ids for c in i)


def test_a_young_job_waits_for_its_runner_and_an_old_one_was_interrupted(tmp_path: Path):
    now = time.time()
    ages = {0: Liveness.WAITING, 19: Liveness.WAITING, 21: Liveness.INTERRUPTED}
    # A clock that was set back must not keep a job waiting for ever.
    for age, expected in {**ages, -3600: Liveness.INTERRUPTED}.items():
        spec = replace(SPEC, id=f"job{age}", created_at=now - age)
        assert JobDirectory.create(tmp_path, spec).liveness() is expected


def test_a_slow_runner_that_owns_the_job_is_waited_for(tmp_path: Path):
    directory = JobDirectory.create(tmp_path, SPEC)
    lock = Lock.take(directory.path / job_files.LOCK)
    assert lock is not None
    assert directory.liveness() is Liveness.WAITING
    lock.release()
    assert directory.liveness() is Liveness.INTERRUPTED


def test_a_job_lives_while_its_runner_or_its_child_does(directory: JobDirectory):
    pid, token = me()
    write(directory, info(runner_pid=pid, runner_token=token))
    assert directory.liveness() is Liveness.LIVE
    write(directory, info(child_pid=pid, child_token=token))
    assert directory.liveness() is Liveness.LIVE


def test_numbers_of_an_earlier_boot_mean_nothing(directory: JobDirectory):
    pid, _ = me()
    stale = info(runner_pid=pid, runner_token="old-1", child_pid=pid, child_token="old-2")
    write(directory, stale)
    assert directory.liveness() is Liveness.INTERRUPTED
    write(directory, replace(stale, runner_token=None, child_token=None))
    assert directory.liveness() is Liveness.INTERRUPTED


def test_an_exit_record_outweighs_everything(directory: JobDirectory):
    pid, token = me()
    write(directory, info(runner_pid=pid, runner_token=token))
    write(directory, END)
    assert directory.liveness() is Liveness.ENDED
    assert directory.exit() == END


def test_an_end_written_between_two_looks_is_seen(
    directory: JobDirectory, monkeypatch: pytest.MonkeyPatch
):
    write(directory, info())

    def ends_now(pid: int) -> None:
        write(directory, END)

    monkeypatch.setattr(job_files, "process_token", ends_now)
    assert directory.liveness() is Liveness.ENDED


def test_torn_records_are_no_records(directory: JobDirectory):
    for name in (job_files.RUNNER, job_files.EXIT, job_files.JOB):
        (directory.path / name).write_bytes(b'{"runner_pid": 1')
    assert (directory.runner(), directory.exit()) == (None, None)
    with pytest.raises(UserError, match="gone or damaged"):
        directory.spec()
    assert directory.liveness() is Liveness.INTERRUPTED


def test_nothing_is_left_of_a_deleted_job(tmp_path: Path):
    directory = JobDirectory(tmp_path / "gone")
    assert directory.liveness() is Liveness.INTERRUPTED
    assert directory.facts().poll() == []
    with pytest.raises(UserError, match="save-now"):
        directory.wish(Wish.SAVE_NOW)


def test_one_tells_and_where_the_disk_refuses_everybody_does(directory: JobDirectory):
    assert directory.first_to_tell("phase-2")
    assert not directory.first_to_tell("phase-2")
    assert not JobDirectory(directory.path).first_to_tell("phase-2")
    assert directory.first_to_tell("end")
    gone = JobDirectory(directory.path / "gone")
    assert gone.first_to_tell("end")
    assert gone.first_to_tell("end")


def test_a_wish_can_be_taken_back_once(directory: JobDirectory):
    directory.wish(Wish.PAUSE)
    assert job_files.pending_wishes(directory.path) == ["pause"]
    assert directory.take(Wish.PAUSE)
    assert not directory.take(Wish.PAUSE)


def test_a_child_that_dies_without_its_runner_is_interrupted(directory: JobDirectory):
    with subprocess.Popen(["sleep", "60"]) as child:
        write(directory, info(child_pid=child.pid, child_token=job_files.process_token(child.pid)))
        assert directory.liveness() is Liveness.LIVE
        child.kill()
    assert directory.liveness() is Liveness.INTERRUPTED


def test_a_new_job_appears_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Another thread that looks while it is being made must not take it for a damaged one."""
    seen: list[list[str]] = []
    write = job_files.write_json

    def look(path: Path, obj: object, durable: bool = True) -> None:
        seen.append([found.name for found in tmp_path.iterdir() if not found.name.startswith(".")])
        write(path, obj, durable)

    monkeypatch.setattr(job_files, "write_json", look)
    spec = JobSpec(JobKind.TRAIN.value, JobKind.TRAIN, ("x",), tmp_path, time.time())
    made = JobDirectory.create(tmp_path, spec)
    assert seen == [[]]
    assert made.liveness() is Liveness.WAITING
    assert [found.name for found in tmp_path.iterdir()] == [spec.id]
