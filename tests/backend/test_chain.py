"""What follows an end is started once, and only after a good one."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from project_maker import application

from rave_gui.backend.chain import EXPORT_NEXT, TRAIN_NEXT, Chain
from rave_gui.core.errors import UserError
from rave_gui.core.records import (
    Checkpoint,
    CheckpointKind,
    Dataset,
    DatasetStatus,
    Experiment,
    ExperimentStatus,
)
from rave_gui.core.signals import JobEnded


class Managers:
    """Stands in for those that would start RAVE; writes down what was asked."""

    def __init__(self, rows):
        self.rows = rows
        self.asked = []
        self.error = None

    def create_experiment(self, project, dataset, name, settings, then):
        if self.error:
            raise self.error
        config = {**settings.to_json(), **then}
        record = Experiment(project.id, dataset.id, name, config, time.time())
        return self.rows.experiments.add(record)

    def start_training(self, number):
        self.asked.append(("train", number))

    def default_for_export(self, number):
        return next(iter(self.rows.checkpoints.list(experiment_id=number)), None)

    def export(self, number, settings):
        self.asked.append(("export", number, settings.name))


@pytest.fixture
def app(app_paths):
    built = application(app_paths)
    built.managers = Managers(built.rows)
    built.chain = Chain(
        repositories=built.rows,
        projects=built.projects,
        datasets=SimpleNamespace(),
        trainings=built.managers,
        models=built.managers,
        exports=built.managers,
        signals=built.signals,
    )
    built.project = built.projects.create("Bells")
    return built


def add_dataset(app, status=DatasetStatus.READY, **statistics):
    folder = app.project.path / "datasets" / "d"
    record = Dataset(app.project.id, "d", folder, (), 0.0, status, statistics=statistics)
    return app.rows.datasets.add(record)


def end(app, kind, number):
    app.signals.job_ended.emit(JobEnded("job", kind, "succeeded", number, ""))


def test_a_ready_dataset_is_trained_on_once(app):
    dataset = add_dataset(app, **{TRAIN_NEXT: "smoke"})
    end(app, "preprocess", dataset.id)
    end(app, "preprocess", dataset.id)
    (experiment,) = app.rows.experiments.list()
    assert experiment.config["preset"] == "smoke"
    assert experiment.config[EXPORT_NEXT] is True
    assert app.managers.asked == [("train", experiment.id)]


@pytest.mark.parametrize(
    ("status", "statistics"),
    [(DatasetStatus.READY, {}), (DatasetStatus.FAILED, {TRAIN_NEXT: "smoke"})],
)
def test_nothing_follows_unasked_or_after_a_failure(app, status, statistics):
    end(app, "preprocess", add_dataset(app, status, **statistics).id)
    assert app.managers.asked == []


def test_a_completed_training_is_exported_under_its_name(app, tmp_path):
    dataset = add_dataset(app)
    for status in (ExperimentStatus.STOPPED, ExperimentStatus.COMPLETED):
        record = Experiment(
            app.project.id, dataset.id, f"My bells {status.value}", {EXPORT_NEXT: True}, 0.0, status
        )
        experiment = app.rows.experiments.add(record)
        path = tmp_path / f"{status.value}.ckpt"
        checkpoint = app.rows.checkpoints.add(
            Checkpoint(experiment.id, "c", path, 1, CheckpointKind.LAST, 0.0)
        )
        end(app, "train", experiment.id)
    assert app.managers.asked == [("export", checkpoint.id, "my-bells-completed")]


def test_a_step_that_cannot_be_started_is_logged_and_harms_nothing(app, caplog):
    app.managers.error = UserError("There is a training called d already.")
    end(app, "preprocess", add_dataset(app, **{TRAIN_NEXT: "smoke"}).id)
    assert "called d already" in caplog.text


def test_of_two_applications_one_goes_on(app):
    """Both hear of the end in the same second; the second finds the first one's claim."""
    dataset = add_dataset(app, **{TRAIN_NEXT: "smoke"})
    Chain(
        repositories=app.rows,
        projects=app.projects,
        datasets=SimpleNamespace(),
        trainings=app.managers,
        models=app.managers,
        exports=app.managers,
        signals=app.signals,
    )
    made = []
    slow = SimpleNamespace(id=1)  # its row is not there yet when the second looks
    app.managers.create_experiment = lambda *a, **k: made.append(a) or slow
    end(app, "preprocess", dataset.id)
    assert len(made) == 1


def test_a_state_of_the_model_is_exported_once_though_the_first_is_not_recorded_yet(app, tmp_path):
    dataset = add_dataset(app)
    record = Experiment(
        app.project.id, dataset.id, "e", {EXPORT_NEXT: True}, 0.0, ExperimentStatus.COMPLETED
    )
    experiment = app.rows.experiments.add(record)
    app.rows.checkpoints.add(
        Checkpoint(experiment.id, "c", tmp_path / "c.ckpt", 1, CheckpointKind.LAST, 0.0)
    )
    end(app, "train", experiment.id)
    end(app, "train", experiment.id)
    assert len(app.managers.asked) == 1
