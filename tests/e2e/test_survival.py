"""What must not be lost: the application killed, two applications at once, damaged input."""

from __future__ import annotations

import json
import os
import signal
import threading

import pytest

from rave_gui.backend.forecast import forecast
from rave_gui.backend.presets import presets
from rave_gui.backend.services import build_services
from rave_gui.core.errors import UserError
from rave_gui.core.records import DatasetStatus, ExperimentStatus, JobState

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]


def wait_until(condition, timeout=120.0):
    pause, waited = threading.Event(), 0.0
    while not (value := condition()):
        assert waited < timeout, "it did not happen in time"
        pause.wait(0.2)
        waited += 0.2
    return value


def test_the_training_outlives_the_application_that_started_it(home, sound, rave_gui, services):
    app = rave_gui(
        "run", str(sound), "--project", "Survivor", "--preset", "smoke", "--steps", "120"
    )

    def running():
        assert app.poll() is None, app.communicate()
        rows = services.repositories.experiments.list(status=ExperimentStatus.RUNNING)
        job = services.trainings.job(rows[0].id) if rows else None
        return rows and job and services.trainings.state(rows[0].id).step > 5 and (rows[0], job)

    experiment, job = wait_until(running)
    os.kill(app.pid, signal.SIGKILL)
    app.wait()

    directory = services.jobs.directory(job.id)
    wait_until(lambda: directory.exit() is not None)
    fresh = build_services(home)
    fresh.start()
    found = fresh.trainings.get_experiment(experiment.id)
    assert found.error == ""
    assert found.status is ExperimentStatus.COMPLETED
    assert found.step == 120
    metrics = fresh.trainings.metrics(experiment.id)
    metrics.poll()
    assert {"validation", "fullband_spectral_distance", "loss_dis"} <= set(metrics.tags())
    assert fresh.models.default_for_export(experiment.id).step == 120


def test_two_applications_do_not_fight(home, services, project, dataset, smoke):
    """Both see the same jobs; a device takes one training; each end is settled once."""
    other = build_services(home)
    first = services.trainings.create_experiment(project, dataset, "first", smoke())
    second = other.trainings.create_experiment(project, dataset, "second", smoke())
    services.trainings.start_training(first.id)
    other.trainings.start_training(second.id)
    assert other.trainings.get_experiment(second.id).status is ExperimentStatus.QUEUED

    threads = [
        threading.Thread(target=_tick_until_done, args=(app, (first.id, second.id)))
        for app in (services, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for row in (first, second):
        found = services.trainings.get_experiment(row.id)
        assert found.error == ""
        assert found.status is ExperimentStatus.COMPLETED
        jobs = services.repositories.jobs.list(kind="train", target_id=row.id)
        assert [job.state for job in jobs] == [JobState.SUCCEEDED]
    assert services.queue.slots() == {}


def _tick_until_done(app, numbers):
    def done():
        app.tick()
        rows = [app.trainings.get_experiment(number) for number in numbers]
        return all(row.status is ExperimentStatus.COMPLETED for row in rows)

    wait_until(done)


def test_nothing_usable_ends_with_a_sentence(services, project, tmp_path):
    settings = presets()["smoke"].preprocess
    with pytest.raises(UserError, match="No audio was found"):
        services.datasets.create_dataset(project, "empty", [tmp_path], settings)
    (tmp_path / "broken.wav").write_bytes(b"RIFF\x00\x00\x00\x00WAVE" + bytes(100))
    with pytest.raises(UserError, match=r"broken\.wav"):
        services.datasets.create_dataset(project, "broken", [tmp_path], settings)


def test_a_file_that_breaks_rave_ends_with_a_sentence_and_no_hang(
    services, project, sound, tmp_path
):
    """As if a file had passed the scan and were damaged afterwards: rave preprocess would hang."""
    bad = tmp_path / "later damaged.wav"
    bad.write_bytes((sound / "tone 0.wav").read_bytes())
    files = services.datasets.listen(services.datasets.scan([bad]))
    plan = forecast(files, presets()["smoke"].preprocess)
    bad.write_bytes(b"no sound any more")
    made = services.datasets.create_dataset(
        project, "damaged", [bad], presets()["smoke"].preprocess, plan
    )
    services.jobs.wait(services.datasets.job(made.id).id, timeout=60)
    found = services.datasets.get_dataset(made.id)
    assert found.status is DatasetStatus.FAILED
    assert "damaged" in found.error
    assert not (found.path / "db").exists()


def test_run_json_ends_with_one_object_for_programs(rave_gui, sound):
    app = rave_gui(
        "run", str(sound), "--project", "Json", "--preset", "smoke", "--export", "ts", "--json"
    )
    out, err = app.communicate(timeout=200)
    assert app.returncode == 0, err
    answer = json.loads(out)
    assert answer["dataset"]["examples"] > 50
    assert answer["experiment"]["status"] == "completed"
    assert answer["experiment"]["step"] == 20
    assert answer["experiment"]["checkpoints"]
    assert answer["export"]["verified"] is True
