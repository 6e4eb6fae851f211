from __future__ import annotations

import time

import pytest
from two_processes import race

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
from rave_gui.core.repositories.schedule import PAUSE


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


def test_what_trained_before_is_stopped_again_once_it_leaves(queue, started, rows, add):
    blocker, number = add("a"), add("b")
    queue.enqueue(blocker)
    rows.experiments.update(number, started_at=1.0, step=74)
    queue.enqueue(number)
    assert queue.withdraw(number)
    assert rows.experiments.get(number).status is ExperimentStatus.STOPPED


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


def test_the_line_can_be_reordered(queue, started, rows, add):
    numbers = [add(name) for name in "abcd"]
    for number in numbers:
        queue.enqueue(number)
    _, b, c, d = numbers
    queue.move(d, 1)
    assert queue.waiting() == [d, b, c]
    queue.move(d, 2)
    assert queue.waiting() == [b, d, c]
    queue.move(b, 99)
    assert queue.waiting() == [d, c, b]
    with pytest.raises(UserError, match="a does not wait"):
        queue.move(numbers[0], 1)


def test_a_paused_queue_starts_nothing_until_it_goes_on(queue, started, rows, add):
    queue.pause()
    number = add("a")
    queue.enqueue(number)
    assert status(rows, number) is ExperimentStatus.QUEUED
    again = Queue(rows)
    others = Starter(again)
    assert again.policy.paused, "it is kept, also for another application"
    assert again.dispatch() == []
    queue.resume()
    assert (started.names, others.names) == (["a"], [])


def test_a_training_starts_no_earlier_than_it_should(queue, started, rows, add):
    later, now = add("later"), add("now")
    queue.enqueue(later, not_before=time.time() + 3600)
    queue.enqueue(now)
    assert started.names == ["now"]
    rows.experiments.update(now, status=ExperimentStatus.COMPLETED)
    queue.release(now)
    assert queue.dispatch() == []
    queue.start_at(later, None)
    assert started.names == ["now", "later"]
    with pytest.raises(UserError, match="does not wait"):
        queue.start_at(later, None)


def test_two_on_one_device_where_that_is_wanted(queue, started, rows, add):
    queue.set_policy(slots=2)
    numbers = [add(name) for name in "abc"]
    for number in numbers:
        queue.enqueue(number)
    assert started.names == ["a", "b"]
    assert queue.slots() == {"cpu": owner_of(numbers[0]), "cpu#2": owner_of(numbers[1])}
    queue.release(numbers[1])
    rows.experiments.update(numbers[1], status=ExperimentStatus.COMPLETED)
    assert queue.dispatch() == [numbers[2]]
    with pytest.raises(UserError, match="no rule"):
        queue.set_policy(slots=17)


@pytest.mark.parametrize(("policy", "names"), [("pause", ["bad"]), ("go-on", ["bad", "next"])])
def test_after_a_failure_the_queue_does_what_was_chosen(queue, started, rows, add, policy, names):
    queue.set_policy(after_failure=policy)
    bad, other = add("bad"), add("next")
    queue.enqueue(bad)
    queue.enqueue(other)
    rows.experiments.update(bad, status=ExperimentStatus.FAILED)
    queue.release(bad)
    queue.note_failure("bad")
    queue.dispatch()
    assert started.names == names
    assert queue.policy.reason == ("bad failed, so the queue waits for you." * (policy == PAUSE))
    queue.resume()
    assert started.names == ["bad", "next"]
    assert queue.policy.reason == ""


def test_a_refused_start_counts_as_a_failure(queue, started, rows, add):
    queue.set_policy(after_failure=PAUSE)
    queue.pause()
    bad, other = add("bad"), add("next")
    queue.enqueue(bad)
    queue.enqueue(other)
    started.error = UserError("There is no engine.")
    queue.resume()
    assert status(rows, bad) is ExperimentStatus.FAILED
    assert status(rows, other) is ExperimentStatus.QUEUED
    assert queue.policy.paused


_RACING = """
from rave_gui.backend.queue import Queue
import time
queue, started = Queue(rows), []
queue.serve(lambda experiment: started.append(experiment.name))
end = time.monotonic() + 20
while rows.queue.ordered() and time.monotonic() < end:
    queue.dispatch()
    for name in started:
        row = rows.experiments.first(name=name)
        if row.status is ExperimentStatus.RUNNING:
            assert sum(1 for _ in rows.experiments.list(status=ExperimentStatus.RUNNING)) <= 2
            rows.experiments.update(row.id, status=ExperimentStatus.COMPLETED)
            queue.release(row.id)
print(",".join(started))
"""


def test_two_applications_share_the_line_and_start_each_training_once(rows, add, tmp_path):
    rows.policies.change(slots=2)
    names = [f"t{number}" for number in range(12)]
    for name in names:
        number = add(name, status=ExperimentStatus.QUEUED)
        rows.queue.add(number)
    printed = race(tmp_path / "records.sqlite3", _RACING)
    told = [name for text in printed for name in text.strip().split(",") if name]
    assert sorted(told) == sorted(names)
    assert rows.devices.all() == {}
