"""Who is told what: once over all applications, in the background, whatever a channel does."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest

from rave_gui.backend import notify_post
from rave_gui.backend.notify import Notifier
from rave_gui.backend.notify_book import TroubleBook
from rave_gui.backend.notify_channel import Outcome
from rave_gui.backend.services import build_services
from rave_gui.companion.rave_gui_job_files import EXIT, append_fact, write_json
from rave_gui.core.errors import UserError
from rave_gui.core.jobs import JobDirectory, JobSpec, new_job_id
from rave_gui.core.records import (
    Dataset,
    DatasetStatus,
    Experiment,
    ExperimentStatus,
    Job,
    JobKind,
    JobState,
)
from rave_gui.core.signals import JobEnded


class Ear:
    """A channel that writes down what it is told; ``error`` is what becomes of it."""

    name = "webhook"

    def __init__(self):
        self.told, self.error, self.hold = [], None, None
        self.wanted = self.can = True

    def chosen(self, settings):
        return self.wanted

    def reaches(self):
        return self.can

    def send(self, notice, settings, cancel):
        if self.hold is not None:
            self.hold.wait(20)
        if self.error is not None:
            raise self.error
        self.told.append(notice)
        return "Heard."


class App:
    """One application on a home, and what it tells."""

    def __init__(self, paths):
        self.services = build_services(paths)
        self.ear = Ear()
        services = self.services
        services.notifier._post.channels = ()
        self.notifier = Notifier(
            paths, services.repositories, services.jobs, services.trainings, services.signals,
            [self.ear],
        )  # fmt: skip
        self.rows = services.repositories

    @property
    def told(self):
        assert notify_post.finish(20)
        return self.ear.told

    @property
    def titles(self):
        return [notice.title for notice in self.told]


@pytest.fixture
def app(app_paths):
    return App(app_paths)


@pytest.fixture
def project(app):
    return app.services.projects.create("Glass")


def training(app, project, **changes):
    facts = {"status": ExperimentStatus.RUNNING, "config": {"max_steps": 100}, **changes}
    folder = project.path / "runs" / "bells"
    name, now = facts.pop("name", "Bells"), time.time()
    row = Experiment(
        project.id, None, name, created_at=0.0, output_path=folder, started_at=now, **facts
    )
    return app.rows.experiments.add(row)


def job_of(app, project, target, kind=JobKind.TRAIN, began=None, **fields):
    """A job whose runner has not come yet, so that nobody takes it for dead."""
    spec = JobSpec(
        id=new_job_id(kind), kind=kind, argv=("rave",), cwd=project.path,
        created_at=began or time.time(), target_id=target,
    )  # fmt: skip
    directory = JobDirectory.create(project.path / "jobs", spec)
    row = Job(
        spec.id, kind, directory.path, JobState.RUNNING, spec.created_at, "x", project.id, target,
        **fields,
    )  # fmt: skip
    return app.rows.jobs.add(row)


def phase(job, number, step):
    append_fact(job.directory, "phase", phase=number, step=step)


def end(job, returncode=0, stopped_by="", last_step=100):
    facts = {"returncode": returncode, "stop_requested": bool(stopped_by), "error": ""}
    facts |= {"stopped_by": stopped_by, "signal": None, "last_step": last_step}
    write_json(job.directory / EXIT, {**facts, "ended_at": job.created_at + 7200})


class TestEnds:
    def test_the_end_of_a_training(self, app, project):
        end(job_of(app, project, training(app, project).id))
        app.services.tick()
        (notice,) = app.told
        assert (notice.event, notice.title, notice.project) == ("ended", "Bells is done", "Glass")
        assert notice.text == "All 100 steps are done after 2 h."
        app.services.tick()
        assert len(app.told) == 1

    def test_the_hours_of_all_its_starts_count(self, app, project):
        row = training(app, project)
        ended = {"exit": {"ended_at": time.time() + 3600}}
        job_of(app, project, row.id, **ended)
        app.rows.jobs.update(app.rows.jobs.list()[0].id, state=JobState.STOPPED)
        end(job_of(app, project, row.id))
        app.services.tick()
        assert "after 3 h" in app.told[0].text

    def test_a_failure_with_its_cause(self, app, project):
        job = job_of(app, project, training(app, project).id)
        (job.directory / "output.log").write_text(
            "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB\n"
        )
        end(job, returncode=1, last_step=7)
        app.services.tick()
        (notice,) = app.told
        assert (notice.event, notice.title, notice.step) == ("failed", "Bells has failed", 7)
        assert "memory" in notice.text
        assert "step 7" in notice.text

    def test_who_stops_a_training_knows_it(self, app, project):
        end(job_of(app, project, training(app, project).id), stopped_by="user", last_step=7)
        app.services.tick()
        assert app.rows.experiments.list()[0].status is ExperimentStatus.STOPPED
        assert app.told == []

    def test_one_that_could_not_start_when_its_turn_came(self, app, project):
        app.rows.queue.add(training(app, project, status=ExperimentStatus.QUEUED).id)
        app.services.tick()
        (notice,) = app.told
        assert notice.title == "Bells has failed"
        assert notice.text

    def test_of_two_applications_one_tells(self, app, app_paths, project):
        other = App(app_paths)
        end(job_of(app, project, training(app, project).id))
        threads = [threading.Thread(target=one.services.tick) for one in (app, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        app.services.tick()
        other.services.tick()
        assert len(app.told) + len(other.told) == 1

    @pytest.mark.parametrize("name", ["notify_end", "notify_phase", "notify_failure"])
    def test_only_what_is_wanted_is_told(self, app, project, name):
        app.services.settings.change(**{name: False})
        job = job_of(app, project, training(app, project).id)
        phase(job, 1, 0)
        phase(job, 2, 50)
        app.services.tick()
        app.notifier.look()
        end(job)
        app.services.tick()
        lost = job_of(app, project, training(app, project, name="Lost").id)
        end(lost, returncode=1)
        app.services.tick()
        events = [notice.event for notice in app.told]
        assert len(events) == 2
        kinds = {"notify_end": "ended", "notify_phase": "phase", "notify_failure": "failed"}
        assert kinds[name] not in events


class TestPhases:
    def test_a_change_is_told_once(self, app, project):
        job = job_of(app, project, training(app, project).id)
        phase(job, 1, 0)
        app.notifier.look()
        assert app.told == []
        phase(job, 2, 1_000_000)
        app.notifier.look()
        app.notifier.look()
        (notice,) = app.told
        assert (notice.event, notice.title) == ("phase", "Bells is in phase 2")
        assert "step 1,000,000" in notice.text

    def test_a_start_in_phase_2_is_no_news_and_not_looked_at_again(self, app, project):
        job = job_of(app, project, training(app, project).id)
        phase(job, 2, 900)
        app.notifier.look()
        assert app.told == []
        app.services.trainings.state_of = lambda _job: pytest.fail("looked at again")
        app.notifier.look()

    def test_of_two_applications_one_tells(self, app, app_paths, project):
        other = App(app_paths)
        job = job_of(app, project, training(app, project).id)
        phase(job, 1, 0)
        phase(job, 2, 50)
        threads = [threading.Thread(target=one.notifier.look) for one in (app, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(app.told) + len(other.told) == 1

    def test_what_happened_long_ago_is_no_news(self, app, project, monkeypatch):
        job = job_of(app, project, training(app, project).id)
        phase(job, 1, 0)
        phase(job, 2, 50)
        now = time.time()
        monkeypatch.setattr("rave_gui.backend.notify_phase.time.time", lambda: now + 90_000)
        app.notifier.look()
        assert app.told == []

    def test_the_tick_looks(self, app, project):
        job = job_of(app, project, training(app, project).id)
        phase(job, 1, 0)
        phase(job, 2, 50)
        looked = []
        object.__setattr__(app.services, "notifier", SimpleNamespace(look=lambda: looked.append(1)))
        app.services.tick()
        assert looked == [1]

    def test_where_nobody_wants_to_hear_no_fact_is_read(self, app, project):
        job_of(app, project, training(app, project).id)
        app.services.trainings.state_of = lambda _job: pytest.fail("read")
        app.ear.wanted = False
        app.notifier.look()
        app.ear.wanted = True
        app.services.settings.change(notify_phase=False)
        app.notifier.look()


class TestDatasets:
    def ended(self, app, project, status, hours=1.0):
        folder = project.path / "datasets" / "d"
        row = app.rows.datasets.add(Dataset(project.id, "Choir", folder, (), 0.0, status))
        job = job_of(app, project, row.id, JobKind.PREPROCESS)
        end = {"ended_at": job.created_at + hours * 3600}
        app.rows.jobs.update(job.id, state=JobState.SUCCEEDED, exit=end)
        return JobEnded(job.id, "preprocess", "succeeded", row.id, "64 examples.")

    def test_every_application_hears_of_it_and_one_tells(self, app, app_paths, project):
        other = App(app_paths)
        event = self.ended(app, project, DatasetStatus.READY)
        for one in (app, other, app):
            one.services.signals.job_ended.emit(event)
        told = app.told + other.told
        assert [notice.title for notice in told] == ["The dataset Choir is ready"]

    @pytest.mark.parametrize(
        ("status", "hours", "told"),
        [
            (DatasetStatus.READY, 0.001, 0),  # who waited a few seconds has seen it
            (DatasetStatus.FAILED, 0.001, 1),
            (DatasetStatus.INTERRUPTED, 1.0, 1),
            (DatasetStatus.STOPPED, 1.0, 0),
        ],
    )
    def test_what_is_news(self, app, project, status, hours, told):
        app.services.signals.job_ended.emit(self.ended(app, project, status, hours))
        assert len(app.told) == told


class TestAwaited:
    def test_only_while_something_runs(self, app, project):
        assert not app.notifier.awaited()
        job = job_of(app, project, training(app, project).id)
        assert app.notifier.awaited()
        app.rows.jobs.update(job.id, state=JobState.SUCCEEDED)
        assert not app.notifier.awaited()
        job_of(app, project, None, JobKind.EXPORT)
        assert not app.notifier.awaited(), "seconds; nobody closes the window over it"

    def test_only_where_somebody_can_be_told(self, app, project):
        job_of(app, project, training(app, project).id)
        app.ear.can = False
        assert not app.notifier.awaited()
        app.ear.can, app.ear.wanted = True, False
        assert not app.notifier.awaited()
        app.ear.wanted = True
        everything = dict.fromkeys(("notify_end", "notify_failure", "notify_phase"), False)
        app.services.settings.change(**everything)
        assert not app.notifier.awaited()
        app.services.settings.change(notify_failure=True)
        assert app.notifier.awaited()


class TestDelivery:
    def finished(self, app, project):
        end(job_of(app, project, training(app, project).id))
        app.services.tick()

    def test_nobody_waits_for_a_channel(self, app, project):
        app.ear.hold = threading.Event()
        self.finished(app, project)
        assert app.ear.told == []
        app.ear.hold.set()
        assert app.titles == ["Bells is done"]

    def test_what_takes_too_long_at_the_end_is_called_off(self, app, project):
        app.ear.send = lambda _notice, _settings, cancel: str(cancel.wait(20))
        self.finished(app, project)
        assert not notify_post._all_ended(0.0)
        assert notify_post.finish(0.05)

    def test_a_failure_is_kept_until_it_works_again(self, app, project, caplog):
        app.ear.error = UserError("The server is away.", "Wait.")
        self.finished(app, project)
        assert app.told == []
        trouble = app.notifier.troubles()["webhook"]
        assert trouble.text == "The server is away. Wait."
        assert abs(trouble.time - time.time()) < 60
        assert "The server is away" in caplog.text
        app.ear.error = None
        assert app.notifier.test() == [Outcome("webhook", True, "Heard.")]
        assert app.notifier.troubles() == {}

    def test_a_fault_in_a_channel_harms_nothing(self, app, project, allow_errors):
        app.ear.error = ZeroDivisionError("oops")
        self.finished(app, project)
        assert app.told == []
        assert len(allow_errors) == 1
        (outcome,) = app.notifier.test()
        assert not outcome.ok
        assert "ZeroDivisionError" in outcome.text

    def test_what_cannot_work_here_is_passed_over_but_a_test_tells(self, app, project):
        app.ear.can = False
        self.finished(app, project)
        assert app.told == []
        assert app.notifier.troubles() == {}
        assert len(app.notifier.test()) == 1

    def test_nothing_chosen_nothing_sent(self, app):
        app.ear.wanted = False
        assert app.notifier.test() == []


def test_the_book_takes_damage_and_a_full_disk(tmp_path, caplog):
    book = TroubleBook(tmp_path / "notify")
    assert book.troubles() == {}
    book.note(Outcome("sound", False, "No device."))
    (tmp_path / "notify" / "command.json").write_text('{"text": 3}')
    (tmp_path / "notify" / "webhook.json").write_text("{")
    assert list(book.troubles()) == ["sound"]
    (tmp_path / "file").write_text("")
    TroubleBook(tmp_path / "file").note(Outcome("sound", False, "No device."))
    assert "cannot be written" in caplog.text
