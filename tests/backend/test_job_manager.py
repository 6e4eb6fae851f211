"""Jobs as records: every end is settled once, whoever dies meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from rave_gui.backend.job_end import condensed, state_of
from rave_gui.backend.jobs import JobEnd, JobManager, JobRequest
from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core.database import Database
from rave_gui.core.errors import UserError
from rave_gui.core.job_facts import JobExit, JobSpec, Liveness, Patience, RunnerInfo, Wish
from rave_gui.core.jobs import JobDirectory
from rave_gui.core.paths import AppPaths
from rave_gui.core.process import is_alive
from rave_gui.core.records import Job, JobKind, JobState, Project
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, JobEnded, RecordChanged

WAIT = "import pathlib, time\npathlib.Path('ready').touch()\ntime.sleep(600)"
SHORT = Patience(ask=0.3, interrupt=0.3, terminate=0.3)


@dataclass
class App:
    """One application: what it heard, beside its manager."""

    jobs: JobManager
    rows: Repositories
    ended: list[JobEnded] = field(default_factory=list)
    changed: list[RecordChanged] = field(default_factory=list)


@pytest.fixture
def new_app(app_paths: AppPaths, end_jobs: None) -> Callable[[], App]:
    """Another application on the same records."""

    def build() -> App:
        app_paths.data.mkdir(parents=True, exist_ok=True)
        database = Database(app_paths.database)
        database.migrate()
        rows, signals = Repositories(database), AppSignals()
        app = App(JobManager(app_paths, rows, signals), rows)
        signals.job_ended.connect(app.ended.append)
        signals.job_changed.connect(app.changed.append)
        return app

    return build


@pytest.fixture
def app(new_app: Callable[[], App]) -> App:
    return new_app()


@pytest.fixture
def request_for(tmp_path: Path) -> Callable[..., JobRequest]:
    def build(code: str, **fields: Any) -> JobRequest:
        spec = {"kind": JobKind.PREPROCESS, "project": None, "title": "Bells", **fields}
        argv = (sys.executable, "-I", "-S", "-c", code)
        return JobRequest(argv=argv, cwd=tmp_path, **{"patience": SHORT, **spec})

    return build


def old_job(app: App, paths: AppPaths, age: float = 60.0, **fields: Any) -> Job:
    """A row that some application left behind."""
    job_id = f"job-{time.time_ns()}"
    job = Job(
        id=job_id,
        kind=JobKind.PREPROCESS,
        directory=paths.jobs / job_id,
        state=JobState.CREATED,
        created_at=time.time() - age,
    )
    return app.rows.jobs.add(Job(**{**job.__dict__, **fields}))


def old_directory(job: Job, code: str = "") -> JobDirectory:
    argv = (sys.executable, "-I", "-S", "-c", code)
    spec = JobSpec(job.id, job.kind, argv, job.directory.parent, job.created_at)
    return JobDirectory.create(job.directory.parent, spec)


def test_a_job_from_request_to_settled_record(app: App, request_for, app_paths: AppPaths):
    ends: list[JobEnd] = []
    app.jobs.on_end(JobKind.PREPROCESS, lambda end: ends.append(end) or "Ready to train.")
    code = "import os\nopen(os.environ['RAVE_GUI_JOB'] + '/progress.jsonl', 'w').write(%r)"
    lines = '{"kind": "progress", "step": 1}\n{"kind": "progress", "step": 2}\n'
    job = app.jobs.submit(request_for(code % lines, target_id=5, snapshot={"a": 1}))
    assert job.state is JobState.CREATED
    assert job.directory.parent == app_paths.jobs
    assert is_alive(job.pid, job.process_token)
    heard: list[dict[str, Any]] = []
    job = app.jobs.wait(job.id, on_facts=heard.extend)
    assert [fact["step"] for fact in heard] == [1, 2]
    assert job == app.rows.jobs.get(job.id)
    assert job.state is JobState.SUCCEEDED
    assert job.exit["returncode"] == 0
    assert job.exit["message"] == "Ready to train."
    (end,) = ends
    assert (end.liveness, end.spec.snapshot, end.spec.target_id) == (Liveness.ENDED, {"a": 1}, 5)
    assert [fact["step"] for fact in end.facts] == [2]
    assert app.ended == [JobEnded(job.id, "preprocess", "succeeded", 5, "Ready to train.")]
    assert app.changed[0] == RecordChanged("jobs", job.id, "created")
    assert app.jobs.active() == []


def test_jobs_of_a_project_lie_in_its_folder(app: App, request_for, tmp_path: Path):
    project = app.rows.projects.add(Project("Bells", tmp_path / "bells", 1.0))
    job = app.jobs.submit(request_for("", project=project))
    assert job.directory.parent == tmp_path / "bells" / "jobs"
    assert app.jobs.wait(job.id).project_id == project.id


def test_a_failure_says_what_was_printed_last(app: App, request_for):
    ends: list[JobEnd] = []
    app.jobs.on_end(JobKind.PREPROCESS, lambda end: ends.append(end) or "")
    job = app.jobs.wait(app.jobs.submit(request_for("raise ValueError('no bells')")).id)
    assert job.state is JobState.FAILED
    assert "no bells" in ends[0].last_error
    assert "no bells" in job.exit["message"]


def test_a_program_that_is_missing_fails_in_words(app: App, tmp_path: Path):
    request = JobRequest(JobKind.EXPORT, ("/no/rave",), tmp_path, "Export", None)
    job = app.jobs.wait(app.jobs.submit(request).id)
    assert job.state is JobState.FAILED
    assert "/no/rave was not found" in job.exit["message"]


def test_a_stop_is_recorded_before_it_happens(app: App, request_for, wait_until, tmp_path: Path):
    job = app.jobs.submit(request_for(WAIT))
    wait_until((tmp_path / "ready").exists)
    wait_until(lambda: app.jobs.refresh(job.id).state is JobState.RUNNING)
    app.jobs.wish(job.id, Wish.STOP)
    assert app.rows.jobs.get(job.id).state is JobState.STOPPING
    app.jobs.wish(job.id, Wish.STOP)
    with pytest.raises(UserError, match="stopping already"):
        app.jobs.wish(job.id, Wish.PAUSE)
    assert app.jobs.refresh(job.id).state in (JobState.STOPPING, JobState.STOPPED)
    job = app.jobs.wait(job.id)
    assert job.state is JobState.STOPPED
    assert job.exit["stopped_by"] == "user"
    with pytest.raises(UserError, match="ended already"):
        app.jobs.wish(job.id, Wish.STOP)


def test_pause_and_resume_show_in_the_record(app: App, request_for, wait_until, tmp_path: Path):
    job = app.jobs.submit(request_for(WAIT))
    wait_until((tmp_path / "ready").exists)
    app.jobs.wish(job.id, Wish.PAUSE)
    wait_until(lambda: app.jobs.refresh(job.id).state is JobState.PAUSED)
    app.jobs.wish(job.id, Wish.RESUME)
    wait_until(lambda: app.jobs.refresh(job.id).state is JobState.RUNNING)
    app.jobs.wish(job.id, Wish.KILL)
    assert app.jobs.wait(job.id).state is JobState.STOPPED


def test_waiting_has_an_end(app: App, request_for):
    job = app.jobs.submit(request_for(WAIT))
    with pytest.raises(UserError, match="not ended"):
        app.jobs.wait(job.id, timeout=0)
    app.jobs.wish(job.id, Wish.KILL)
    app.jobs.wait(job.id)


def test_what_a_handler_refuses_has_failed(app: App, request_for):
    def refuse(end: JobEnd) -> str:
        raise UserError("The dataset is empty.", "Add longer files.")

    app.jobs.on_end(JobKind.PREPROCESS, refuse)
    job = app.jobs.wait(app.jobs.submit(request_for("")).id)
    assert job.state is JobState.FAILED
    assert job.exit["message"] == "The dataset is empty. Add longer files."


def test_a_faulty_handler_ends_as_a_failure_and_in_the_log(app: App, request_for, allow_errors):
    app.jobs.on_end(JobKind.PREPROCESS, lambda end: str(1 // 0))
    job = app.jobs.wait(app.jobs.submit(request_for("")).id)
    assert job.state is JobState.FAILED
    assert "could not be recorded" in job.exit["message"]
    assert len(allow_errors) == 1


def test_a_crash_while_settling_loses_nothing(app: App, new_app, request_for, wait_until):
    def crash(end: JobEnd) -> str:
        raise SystemExit

    app.jobs.on_end(JobKind.PREPROCESS, crash)
    job = app.jobs.submit(request_for(""))
    wait_until(lambda: JobDirectory(job.directory).exit() is not None)
    with pytest.raises(SystemExit):
        app.jobs.refresh(job.id)
    assert not app.rows.jobs.get(job.id).state.ended
    other = new_app()
    other.jobs.on_end(JobKind.PREPROCESS, lambda end: "Settled after all.")
    (settled,) = other.jobs.reconcile()
    assert settled.state is JobState.SUCCEEDED
    assert settled.exit["message"] == "Settled after all."


def test_of_many_who_settle_at_once_one_does(new_app, request_for, wait_until):
    apps = [new_app() for _ in range(3)]
    settled: list[str] = []
    for one in apps:
        one.jobs.on_end(JobKind.PREPROCESS, lambda end: settled.append(end.job.id) or "Once.")
    job = apps[0].jobs.submit(request_for(""))
    for one in apps:
        one.jobs.refresh(job.id)
    wait_until(lambda: JobDirectory(job.directory).exit() is not None)
    barrier = threading.Barrier(6)

    def settle(one: App) -> None:
        barrier.wait()
        one.jobs.reconcile()

    threads = [threading.Thread(target=settle, args=(one,)) for one in apps * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert settled == [job.id]
    for one in apps:
        assert one.jobs.refresh(job.id).state is JobState.SUCCEEDED
        one.jobs.refresh(job.id)
        assert [ended.message for ended in one.ended] == ["Once."]


APPLICATION = """
import sys, threading
from pathlib import Path
from rave_gui.backend.jobs import JobManager, JobRequest
from rave_gui.core.database import Database
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import JobKind
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals
paths = AppPaths.below(Path(sys.argv[1]))
jobs = JobManager(paths, Repositories(Database(paths.database)), AppSignals())
code = "import os, time\\nwhile not os.path.exists('go'): time.sleep(0.01)"
argv = (sys.executable, '-I', '-S', '-c', code)
print(jobs.submit(JobRequest(JobKind.TRAIN, argv, Path(sys.argv[2]), 'Bells', None)).id, flush=True)
threading.Event().wait()
"""


def test_a_job_outlives_its_application_and_is_adopted(
    app: App, app_paths: AppPaths, tmp_path: Path, wait_until
):
    argv = [sys.executable, "-c", APPLICATION, str(app_paths.data), str(tmp_path)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as application:
        job_id = application.stdout.readline().strip()
        wait_until(lambda: app.jobs.refresh(job_id).state is JobState.RUNNING)
        application.kill()
    (adopted,) = app.jobs.reconcile()
    assert (adopted.id, adopted.state) == (job_id, JobState.RUNNING)
    (tmp_path / "go").touch()
    job = app.jobs.wait(job_id)
    assert job.state is JobState.SUCCEEDED
    assert [ended.job_id for ended in app.ended] == [job_id]


def test_killed_between_row_and_directory(app: App, app_paths: AppPaths):
    old, young = old_job(app, app_paths), old_job(app, app_paths, age=1)
    states = {job.id: job for job in app.jobs.reconcile()}
    assert states[old.id].state is JobState.INTERRUPTED
    assert "is gone" in states[old.id].exit["message"]
    assert states[young.id].state is JobState.CREATED


def test_killed_between_directory_and_runner(app: App, app_paths: AppPaths, tmp_path: Path):
    job = old_job(app, app_paths)
    directory = old_directory(job, f"open({str(tmp_path / 'started')!r}, 'w')")
    (settled,) = app.jobs.reconcile()
    assert settled.state is JobState.INTERRUPTED
    assert "never started" in settled.exit["message"]
    # A runner that comes hours late must not start what nobody follows any more.
    argv = [sys.executable, "-m", "rave_gui.runner", str(directory.path)]
    assert subprocess.run(argv, check=False, timeout=30).returncode == 0
    assert not (tmp_path / "started").exists()


def test_after_a_reboot_running_jobs_were_interrupted(app: App, app_paths: AppPaths):
    mine = os.getpid()
    job = old_job(app, app_paths, state=JobState.RUNNING, pid=mine, process_token="old-1")
    directory = old_directory(job)
    info = RunnerInfo(mine, "old-1", mine, "old-2", 1.0, "running")
    job_files.write_json(directory.path / job_files.RUNNER, info.to_json())
    ends: list[JobEnd] = []
    app.jobs.on_end(JobKind.PREPROCESS, lambda end: ends.append(end) or "")
    (settled,) = app.jobs.reconcile()
    assert settled.state is JobState.INTERRUPTED
    assert "interrupted" in settled.exit["message"]
    assert (ends[0].exit, ends[0].liveness) == (None, Liveness.INTERRUPTED)


@pytest.mark.parametrize(
    ("before", "reported", "after"),
    [
        (JobState.STOPPING, "running", JobState.STOPPING),
        (JobState.CREATED, "starting", JobState.CREATED),
        (JobState.CREATED, "running", JobState.RUNNING),
        (JobState.RUNNING, "paused", JobState.PAUSED),
        (JobState.PAUSED, "running", JobState.RUNNING),
        (JobState.RUNNING, "stopping", JobState.STOPPING),
        (JobState.RUNNING, "of the future", JobState.RUNNING),
    ],
)
def test_the_record_follows_the_runner_but_never_undoes_a_stop(
    app: App, app_paths: AppPaths, before: JobState, reported: str, after: JobState
):
    job = old_job(app, app_paths, state=before)
    me, token = os.getpid(), job_files.process_token(os.getpid())
    info = RunnerInfo(me, token, None, None, 1.0, reported)
    job_files.write_json(old_directory(job).path / job_files.RUNNER, info.to_json())
    followed = app.jobs.refresh(job.id)
    assert followed == app.rows.jobs.get(job.id)
    assert (followed.state, followed.pid, followed.process_token) == (after, me, token)
    assert len(app.changed) == (before is not after)


def test_a_deleted_folder_neither_hides_nor_frees_a_running_job(
    app: App, request_for, wait_until, tmp_path: Path
):
    job = app.jobs.submit(request_for(WAIT))
    wait_until((tmp_path / "ready").exists)
    wait_until(lambda: app.jobs.refresh(job.id).state is JobState.RUNNING)
    shutil.rmtree(job.directory)
    assert app.jobs.refresh(job.id).state is JobState.RUNNING
    app.jobs.wish(job.id, Wish.STOP)
    ended = app.jobs.wait(job.id)
    assert ended.state is JobState.INTERRUPTED
    assert str(job.directory) in ended.exit["message"]


@pytest.mark.parametrize("wish", [Wish.STOP, Wish.KILL])
def test_without_its_runner_a_program_can_still_be_ended(
    app: App, request_for, wait_until, tmp_path: Path, wish: Wish
):
    job = app.jobs.submit(request_for(WAIT))
    wait_until((tmp_path / "ready").exists)
    wait_until(lambda: app.jobs.refresh(job.id).state is JobState.RUNNING)
    os.kill(job.pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(job.pid, job.process_token))
    assert app.jobs.refresh(job.id).state is JobState.RUNNING
    with pytest.raises(UserError, match="stop it"):
        app.jobs.wish(job.id, Wish.PAUSE)
    app.jobs.wish(job.id, wish)
    assert app.jobs.wait(job.id).state is JobState.INTERRUPTED


def test_what_cannot_be_written_is_recorded_as_failed(app: App, app_paths: AppPaths, request_for):
    app_paths.jobs.parent.mkdir(parents=True, exist_ok=True)
    app_paths.jobs.write_text("a file where the folder should be")
    with pytest.raises(UserError, match="cannot be written"):
        app.jobs.submit(request_for(""))
    (job,) = app.rows.jobs.list()
    assert job.state is JobState.FAILED
    assert [ended.state for ended in app.ended] == ["failed"]


def test_one_job_that_cannot_be_looked_after_hides_no_other(
    app: App, app_paths: AppPaths, allow_errors, monkeypatch: pytest.MonkeyPatch
):
    bad, good = old_job(app, app_paths), old_job(app, app_paths)
    real = app.jobs._follower.liveness

    def liveness(job: Job) -> Liveness:
        if job.id == bad.id:
            raise RuntimeError("damaged")
        return real(job)

    monkeypatch.setattr(app.jobs._follower, "liveness", liveness)
    assert [job.id for job in app.jobs.reconcile()] == [good.id]
    assert len(allow_errors) == 1


def test_a_job_that_was_deleted_is_unknown(app: App):
    with pytest.raises(UserError, match="gone"):
        app.jobs.refresh("gone")


def test_of_many_facts_the_telling_ones_are_kept(tmp_path: Path):
    for step in range(50):
        job_files.append_fact(tmp_path, "progress", step=step)
        job_files.append_fact(tmp_path, "metrics", step=step)
        if step % 20 == 0:
            job_files.append_fact(tmp_path, "checkpoint", step=step)
    kept = condensed(JobDirectory(tmp_path).facts())
    assert [(fact["kind"], fact["step"]) for fact in kept] == [
        ("checkpoint", 0),
        ("checkpoint", 20),
        ("checkpoint", 40),
        ("progress", 49),
        ("metrics", 49),
    ]


@pytest.mark.parametrize(
    ("exit_record", "state"),
    [
        (None, JobState.INTERRUPTED),
        (JobExit(0, None, False, "", 1, 0.0), JobState.SUCCEEDED),
        (JobExit(1, None, False, "", 1, 0.0), JobState.FAILED),
        (JobExit(-9, 9, False, "", 1, 0.0), JobState.FAILED),
        (JobExit(None, None, False, "", None, 0.0, "not found"), JobState.FAILED),
        (JobExit(0, None, True, "user", 1, 0.0), JobState.STOPPED),
        (JobExit(-9, 9, True, "user", 1, 0.0), JobState.STOPPED),
        (JobExit(0, None, True, "silence", 1, 0.0), JobState.FAILED),
        (JobExit(-9, 9, True, "stuck", 1, 0.0), JobState.FAILED),
    ],
)
def test_the_state_follows_intent_and_return_code(exit_record: JobExit | None, state: JobState):
    assert state_of(exit_record) is state


def test_a_stop_that_nobody_heard_leaves_the_job_as_it_was(
    app, request_for, wait_until, monkeypatch
):
    job = app.jobs.submit(request_for(WAIT))
    wait_until(lambda: app.jobs.refresh(job.id).state is JobState.RUNNING)

    def refuse(*_):
        raise UserError("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr("rave_gui.backend.jobs.meet", refuse)
        with pytest.raises(UserError, match="disk is full"):
            app.jobs.wish(job.id, Wish.STOP)
    assert app.jobs.refresh(job.id).state is JobState.RUNNING
    app.jobs.wish(job.id, Wish.KILL)
    app.jobs.wait(job.id)


def test_an_end_is_told_once_even_to_who_looks_in_two_threads(app: App, app_paths):
    job = old_job(app, app_paths, state=JobState.RUNNING)
    app.jobs.refresh(job.id)
    assert len(app.ended) == 1
    app.jobs._follower.noted(job, JobState.RUNNING)  # a look from before the end comes late
    app.jobs.refresh(job.id)
    assert len(app.ended) == 1


def test_waiting_looks_also_while_there_are_no_facts(app: App, request_for):
    looks: list[int] = []
    job = app.jobs.submit(request_for("pass"))
    app.jobs.wait(job.id, on_look=lambda: looks.append(1))
    assert looks


def test_the_same_trouble_is_logged_once(app: App, app_paths, monkeypatch, caplog):
    old_job(app, app_paths)

    def refuse(*_):
        raise UserError("The records are in use.")

    monkeypatch.setattr(app.jobs, "refresh", refuse)
    for _ in range(3):
        assert app.jobs.reconcile() == []
    assert caplog.text.count("could not be looked after") == 1


def test_a_job_given_up_before_its_start_does_not_start(app: App, request_for, monkeypatch):
    """The computer slept between the record and the runner."""
    create = JobDirectory.create

    def slow(parent, spec):
        app.rows.jobs.transition(spec.id, [JobState.CREATED], JobState.INTERRUPTED)
        return create(parent, spec)

    monkeypatch.setattr(JobDirectory, "create", slow)
    with pytest.raises(UserError, match="called off"):
        app.jobs.submit(request_for(WAIT))
    (job,) = app.rows.jobs.list()
    assert job.pid is None
