from __future__ import annotations

import time

import pytest

from rave_gui.backend.queue import Queue, owner_of
from rave_gui.core.database import Database
from rave_gui.core.errors import UserError
from rave_gui.core.records import (
    Experiment,
    ExperimentStatus,
    Job,
    JobKind,
    JobState,
    Project,
)
from rave_gui.core.repositories import Repositories


@pytest.fixture
def rows(tmp_path):
    database = Database(tmp_path / "records.sqlite3")
    database.migrate()
    return Repositories(database)


@pytest.fixture
def add(rows, tmp_path):
    project = rows.projects.add(Project("P", tmp_path, time.time()))

    def make(name, device="cpu", **more):
        record = Experiment(project.id, None, name, {"device": device}, time.time(), **more)
        return rows.experiments.add(record).id

    return make


class Starter:
    def __init__(self, queue):
        self.names = []
        self.error = None
        queue.serve(self)

    def __call__(self, experiment):
        if self.error:
            raise self.error
        self.names.append(experiment.name)


@pytest.fixture
def queue(rows):
    return Queue(rows)


@pytest.fixture
def started(queue):
    return Starter(queue)


def status(rows, number):
    return rows.experiments.get(number).status


def test_a_free_device_starts_at_once(queue, started, rows, add):
    number = add("a")
    queue.enqueue(number)
    assert started.names == ["a"]
    assert status(rows, number) is ExperimentStatus.RUNNING
    assert queue.slots() == {"cpu": owner_of(number)}


def test_one_training_a_device_in_order(queue, started, rows, add):
    numbers = [add(name) for name in "abc"]
    other = add("gpu", device="gpu:0")
    for number in (*numbers, other):
        queue.enqueue(number)
    assert started.names == ["a", "gpu"]
    assert queue.waiting() == numbers[1:]
    queue.release(numbers[0])
    rows.experiments.update(numbers[0], status=ExperimentStatus.COMPLETED)
    queue.dispatch()
    assert started.names == ["a", "gpu", "b"]


def test_what_runs_or_waits_is_not_queued_twice(queue, started, rows, add):
    number = add("a")
    queue.enqueue(number)
    with pytest.raises(UserError, match="a is running already"):
        queue.enqueue(number)
    waiting = add("b")
    queue.enqueue(waiting)
    with pytest.raises(UserError, match="b is queued already"):
        queue.enqueue(waiting)


def test_a_waiting_training_can_be_withdrawn(queue, started, rows, add):
    queue.enqueue(add("a"))
    number = add("b")
    queue.enqueue(number)
    assert queue.withdraw(number)
    assert queue.waiting() == []
    assert status(rows, number) is ExperimentStatus.PENDING
    assert not queue.withdraw(number)


def test_a_start_that_fails_frees_the_device_and_says_why(queue, started, rows, add):
    started.error = UserError("There is no engine.")
    number = add("a")
    with pytest.raises(UserError):
        queue.enqueue(number)
    assert status(rows, number) is ExperimentStatus.FAILED
    assert rows.experiments.get(number).error == "There is no engine."
    assert queue.slots() == {}


def test_two_applications_start_it_once(queue, started, rows, add):
    """The second one finds the lease of the very experiment, but not the row to move."""
    other = Queue(rows)
    others = Starter(other)
    number = add("a")
    queue.enqueue(number)
    rows.queue.add(number)
    assert other.dispatch() == []
    assert (started.names, others.names) == (["a"], [])
    assert queue.slots() == {"cpu": owner_of(number)}


def test_a_crash_between_lease_and_start_heals(queue, started, rows, add):
    number = add("a", status=ExperimentStatus.QUEUED)
    rows.queue.add(number)
    rows.devices.claim("cpu", owner_of(number))
    queue.reconcile()
    assert started.names == ["a"]


def test_a_device_that_nobody_works_on_is_given_back(queue, started, rows, add):
    long_ago = time.time() - 3600
    number = add("crashed", status=ExperimentStatus.RUNNING, started_at=long_ago)
    rows.devices.claim("cpu", owner_of(number))
    rows.devices.claim("gpu:1", "nonsense")
    queue.reconcile()
    assert queue.slots() == {}


def test_a_start_in_this_moment_is_left_alone(queue, started, rows, add):
    number = add("now", status=ExperimentStatus.RUNNING, started_at=time.time())
    rows.devices.claim("cpu", owner_of(number))
    queue.reconcile()
    assert queue.slots() == {"cpu": owner_of(number)}


def test_a_deleted_experiment_leaves_the_queue(queue, started, rows, add):
    queue.enqueue(add("a"))
    number = add("b")
    queue.enqueue(number)
    rows.experiments.delete(number)
    queue.dispatch()
    assert queue.waiting() == []


def test_one_that_cannot_be_started_holds_up_no_other(queue, started, rows, add):
    queue.enqueue(add("first"))
    bad, good = add("bad"), add("good")
    queue.enqueue(bad)
    queue.enqueue(good)
    failed = []

    def start(experiment):
        if experiment.name == "bad":
            raise UserError("Its dataset is gone.")
        started(experiment)

    queue.serve(start, lambda number, why: failed.append((number, why)))
    rows.experiments.update(1, status=ExperimentStatus.COMPLETED)
    queue.release(1)
    assert queue.dispatch() == [good]
    assert status(rows, bad) is ExperimentStatus.FAILED
    assert failed == [(bad, "Its dataset is gone.")]
    assert queue.slots() == {"cpu": owner_of(good)}


def test_a_training_withdrawn_in_that_moment_leaves_its_device(
    queue, started, rows, add, monkeypatch
):
    number = add("a", status=ExperimentStatus.QUEUED)
    rows.queue.add(number)
    claim = rows.devices.claim

    def withdrawn_meanwhile(device, owner):
        queue.withdraw(number)
        return claim(device, owner)

    monkeypatch.setattr(rows.devices, "claim", withdrawn_meanwhile)
    assert queue.dispatch() == []
    assert queue.slots() == {}


def test_what_another_application_starts_keeps_its_device(queue, started, rows, add, monkeypatch):
    number = add("a", status=ExperimentStatus.QUEUED)
    rows.queue.add(number)
    claim = rows.devices.claim

    def taken_meanwhile(device, owner):
        rows.experiments.update(number, status=ExperimentStatus.RUNNING, started_at=time.time())
        return claim(device, owner)

    monkeypatch.setattr(rows.devices, "claim", taken_meanwhile)
    assert queue.dispatch() == []
    assert queue.slots() == {"cpu": owner_of(number)}


@pytest.mark.parametrize("state", [None, JobState.FAILED])
def test_a_training_without_a_job_does_not_run_for_ever(queue, started, rows, add, tmp_path, state):
    """Its start or the recording of its end crashed; it could be neither stopped nor continued."""
    number = add("left", status=ExperimentStatus.RUNNING, started_at=time.time() - 3600)
    rows.devices.claim("cpu", owner_of(number))
    if state:
        rows.jobs.add(Job("j", JobKind.TRAIN, tmp_path, state, 0.0, target_id=number))
    queue.reconcile()
    assert status(rows, number) is ExperimentStatus.INTERRUPTED
    assert "Nobody works on it" in rows.experiments.get(number).error
    assert queue.slots() == {}


def test_a_training_with_an_open_job_is_left_to_it(queue, started, rows, add, tmp_path):
    number = add("runs", status=ExperimentStatus.RUNNING, started_at=time.time() - 3600)
    rows.devices.claim("cpu", owner_of(number))
    rows.jobs.add(Job("j", JobKind.TRAIN, tmp_path, JobState.PAUSED, 0.0, target_id=number))
    queue.reconcile()
    assert status(rows, number) is ExperimentStatus.RUNNING
    assert queue.slots() == {"cpu": owner_of(number)}


def test_a_training_that_waits_stands_in_the_line(queue, started, rows, add):
    number = add("a", status=ExperimentStatus.QUEUED)
    queue.reconcile()
    assert started.names == ["a"]
    assert status(rows, number) is ExperimentStatus.RUNNING


def test_a_fault_after_the_start_leaves_the_running_job_its_device(
    queue, started, rows, add, tmp_path
):
    number = add("a")

    def start(experiment):
        job = Job("j", JobKind.TRAIN, tmp_path, JobState.CREATED, 0.0, target_id=number)
        rows.jobs.add(job)
        raise UserError("The records are in use.")

    queue.serve(start)
    with pytest.raises(UserError):
        queue.enqueue(number)
    assert status(rows, number) is ExperimentStatus.RUNNING
    assert queue.slots() == {"cpu": owner_of(number)}
