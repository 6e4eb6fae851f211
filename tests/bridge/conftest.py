"""What the tests of the bridge share: job directories without any process behind them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core.jobs import JobDirectory, JobSpec, new_job_id
from rave_gui.core.records import JobKind


class FakeJob:
    """A job directory whose runner is this very process, so that it counts as alive."""

    def __init__(self, parent: Path, kind: JobKind = JobKind.TRAIN) -> None:
        spec = JobSpec(
            id=new_job_id(kind), kind=kind, argv=("true",), cwd=parent, created_at=time.time()
        )
        self.directory = JobDirectory.create(parent, spec)
        self.path = self.directory.path

    def runs(self, state: str = "running") -> None:
        pid = os.getpid()
        runner = {"runner_pid": pid, "runner_token": job_files.process_token(pid), "state": state}
        job_files.write_json(self.path / job_files.RUNNER, runner, durable=False)

    def says(self, kind: str, **fields: object) -> None:
        job_files.append_fact(self.path, kind, **fields)

    def prints(self, data: bytes) -> None:
        with (self.path / job_files.OUTPUT).open("ab") as stream:
            stream.write(data)

    def ends(self, returncode: int = 0, **fields: object) -> None:
        end = {"returncode": returncode, "ended_at": time.time(), **fields}
        job_files.write_json(self.path / job_files.EXIT, end, durable=False)


@pytest.fixture
def fake_job(tmp_path: Path) -> FakeJob:
    job = FakeJob(tmp_path / "jobs")
    job.runs()
    return job
