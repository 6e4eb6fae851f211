"""Managers when what they stand on fails: records never claim work that nobody does."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from project_maker import application, checkpoint_file

from rave_gui.backend.dataset import DatasetManager
from rave_gui.backend.dataset_end import outcome
from rave_gui.backend.export import ExportManager
from rave_gui.backend.job_failure import explain_end
from rave_gui.backend.listening import Listener
from rave_gui.backend.model import ModelManager
from rave_gui.backend.queue import Queue
from rave_gui.backend.rave_settings import ExportSettings, PreprocessSettings, TrainingSettings
from rave_gui.backend.resume_point import RESUME_KEY
from rave_gui.backend.training import TrainingManager
from rave_gui.core.errors import UserError
from rave_gui.core.job_facts import JobExit, Liveness
from rave_gui.core.jobs import JobDirectory
from rave_gui.core.paths import fresh_folder
from rave_gui.core.records import (
    Dataset,
    DatasetStatus,
    ExperimentStatus,
    Export,
    Job,
    JobKind,
    JobState,
)


class Jobs:
    """Takes requests; ``error`` is what the disk says to the next one."""

    def __init__(self):
        self.requests, self.handlers, self.error = [], {}, None

    def on_end(self, kind, handler):
        self.handlers[kind] = handler

    def submit(self, request):
        if self.error:
            raise self.error
        self.requests.append(request)


class Engines:
    def __init__(self):
        self.error = None

    def current(self):
        if self.error:
            raise self.error
        return SimpleNamespace(
            python="python",
            tool_faults={},
            configs_dir=None,
            environment=dict,
            rave=lambda verb, *arguments: ["rave", verb, *arguments],
        )

    def search_path(self):
        return os.environ["PATH"]


@pytest.fixture
def app(app_paths):
    built = application(app_paths)
    rows, archive, signals = built.rows, built.archive, built.signals
    built.jobs, built.engines = Jobs(), Engines()
    listener = Listener(app_paths.cache / "heard.sqlite3")
    built.datasets = DatasetManager(rows, archive, built.engines, built.jobs, signals, listener)
    built.models = ModelManager(app_paths, rows, signals)
    built.queue = Queue(rows)
    built.trainings = TrainingManager(
        paths=app_paths,
        repositories=rows,
        archive=archive,
        engines=built.engines,
        jobs=built.jobs,
        models=built.models,
        queue=built.queue,
        signals=signals,
    )
    built.exports = ExportManager(rows, archive, built.engines, built.jobs, signals)
    built.project = built.projects.create("Bells")
    return built


@pytest.fixture
def sound(tmp_path):
    import numpy as np
    import soundfile

    path = tmp_path / "bell.wav"
    soundfile.write(path, np.sin(np.arange(44100) / 10) / 2, 44100)
    return path


SHORT = PreprocessSettings(num_signal=4096)


@pytest.fixture
def dataset(app):
    folder = app.project.path / "datasets" / "d"
    (folder / "db").mkdir(parents=True)
    record = Dataset(app.project.id, "d", folder, (), 0.0, DatasetStatus.READY)
    return app.rows.datasets.add(record)


@pytest.fixture
def experiment(app, dataset):
    settings = TrainingSettings(max_steps=100)
    return app.trainings.create_experiment(app.project, dataset, "e", settings)


def test_a_dataset_whose_job_cannot_be_started_has_failed(app, sound):
    app.jobs.error = UserError("The disk is full.")
    with pytest.raises(UserError, match="disk is full"):
        app.datasets.create_dataset(app.project, "d", [sound], SHORT)
    (row,) = app.rows.datasets.list()
    assert (row.status, row.error) == (DatasetStatus.FAILED, "The disk is full.")


def test_a_second_dataset_of_a_name_is_refused_before_anything_is_made(app, dataset, sound):
    with pytest.raises(UserError, match="a dataset called d already"):
        app.datasets.create_dataset(app.project, "D", [sound], SHORT)
    assert [path.name for path in dataset.path.parent.iterdir()] == ["d"]


@pytest.mark.parametrize(
    ("age", "state", "left"),
    [
        (3600, None, True),
        (3600, JobState.FAILED, True),
        (3600, JobState.RUNNING, False),
        (1, None, False),
    ],
)
def test_a_dataset_that_nobody_makes_is_not_made_for_ever(app, dataset, tmp_path, age, state, left):
    record = replace(
        dataset,
        id=None,
        name="x",
        path=tmp_path / "x",
        status=DatasetStatus.PREPROCESSING,
        created_at=time.time() - age,
    )
    row = app.rows.datasets.add(record)
    if state:
        job = Job("j", JobKind.PREPROCESS, tmp_path / "j", state, 0.0, target_id=row.id)
        app.rows.jobs.add(job)
    app.datasets.reconcile()
    gone = app.rows.datasets.get(row.id).status is DatasetStatus.INTERRUPTED
    assert gone is left


def test_a_preprocess_that_came_to_its_end_unseen_is_kept(dataset, monkeypatch):
    """The runner was killed; hours of preprocessing must not be thrown away for that."""

    class Whole:
        def __init__(self, folder):
            self.folder = folder

        def metadata(self):
            return {}

        def check(self):
            return 7

    end = SimpleNamespace(exit=None, liveness=Liveness.INTERRUPTED)
    assert outcome(dataset, end)[0]["status"] is DatasetStatus.INTERRUPTED
    monkeypatch.setattr("rave_gui.backend.dataset_end.DatasetDatabase", Whole)
    changes, _ = outcome(dataset, end)
    assert (changes["status"], changes["num_samples"]) == (DatasetStatus.READY, 7)


def test_a_start_without_its_dataset_is_refused_and_changes_nothing(app, dataset, experiment):
    (dataset.path / "db").rmdir()
    with pytest.raises(UserError, match="The dataset d is gone"):
        app.trainings.start_training(experiment.id)
    assert app.trainings.get_experiment(experiment.id).status is ExperimentStatus.PENDING


def test_a_resume_without_its_configuration_is_refused_and_changes_nothing(app, experiment):
    run = experiment.output_path / "e_0123456789"
    checkpoint_file(run / "version_0" / "checkpoints" / "saved-step=000050.ckpt", 50)
    changes = {"run_dir": run, "status": ExperimentStatus.STOPPED, "step": 70}
    app.rows.experiments.update(experiment.id, **changes)
    with pytest.raises(UserError, match=r"config\.gin is gone"):
        app.trainings.resume_training(experiment.id)
    row = app.trainings.get_experiment(experiment.id)
    assert (row.status, row.step) == (ExperimentStatus.STOPPED, 70)
    assert RESUME_KEY not in row.config


def test_a_training_that_fails_when_its_turn_comes_is_told(app, experiment):
    heard = []
    app.signals.training_failed.connect(heard.append)
    app.rows.devices.claim("cpu", "experiment-999")
    app.trainings.start_training(experiment.id)
    app.jobs.error = UserError("The disk is full.")
    app.queue.reconcile()  # nobody works on 999 any more
    row = app.trainings.get_experiment(experiment.id)
    assert (row.status, row.error) == (ExperimentStatus.FAILED, "The disk is full.")
    assert [(event.target_id, event.message) for event in heard] == [(row.id, row.error)]


def exported(app, **fields):
    path = app.project.path / "exports" / "e" / "e.ts"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"model")
    record = Export(app.project.id, "e", "torchscript", path, 0.0, **fields)
    return app.rows.exports.add(record)


def test_an_export_stays_good_when_its_verification_cannot_start(app):
    export = exported(app)
    app.engines.error = UserError("There is no engine.")
    done = JobExit(0, None, False, "", None, 1.0)
    end = SimpleNamespace(job=SimpleNamespace(target_id=export.id), exit=done)
    message = app.jobs.handlers[JobKind.EXPORT](end)
    assert message.startswith("e.ts is written, but could not be verified.")
    assert "There is no engine." in app.exports.get_export(export.id).error


def test_an_export_whose_job_cannot_be_started_says_so(app, experiment):
    run = experiment.output_path / "e_0123456789"
    checkpoint_file(run / "version_0" / "checkpoints" / "saved-step=000050.ckpt", 50)
    (run / "config.gin").write_text("model.RAVE.sampling_rate = 44100\n")
    app.rows.experiments.update(experiment.id, run_dir=run)
    (checkpoint,) = app.models.sync(experiment.id)
    app.jobs.error = UserError("The disk is full.")
    with pytest.raises(UserError):
        app.exports.export(checkpoint.id, ExportSettings(name="e"))
    (export,) = app.rows.exports.list()
    assert export.error == "The disk is full."


def test_an_export_takes_what_was_trained_last_and_not_what_was_left(app, experiment, tmp_path):
    """Somebody went back from step 500 to 100, and has come to 200 since."""
    run, now = experiment.output_path / "e_0123456789", time.time()
    early = checkpoint_file(run / "version_0" / "checkpoints" / "saved-step=000100.ckpt", 100)
    checkpoint_file(run / "version_0" / "checkpoints" / "saved-step=000500.ckpt", 500)
    app.rows.experiments.update(experiment.id, run_dir=run)
    app.models.sync(experiment.id)
    assert app.models.default_for_export(experiment.id).step == 500
    job = Job("j", JobKind.TRAIN, tmp_path, JobState.STOPPED, now + 60, target_id=experiment.id)
    app.rows.jobs.add(job)
    config = {**experiment.config, RESUME_KEY: str(early)}
    app.rows.experiments.update(experiment.id, config=config)
    assert app.models.default_for_export(experiment.id).step == 100


def test_a_folder_is_made_once_for_each_who_asks(tmp_path):
    assert fresh_folder(tmp_path, "a") != fresh_folder(tmp_path, "a")
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be made"):
        fresh_folder(tmp_path / "file", "a")


def test_a_training_is_followed_at_the_cost_of_what_is_new(app, experiment, tmp_path, monkeypatch):
    from rave_gui.companion.rave_gui_job_files import append_fact

    job = Job("j", JobKind.TRAIN, tmp_path, JobState.RUNNING, 0.0, target_id=experiment.id)
    app.rows.jobs.add(job)
    monkeypatch.setattr(app.jobs, "directory", lambda _: JobDirectory(tmp_path), raising=False)
    append_fact(tmp_path, "progress", step=3)
    assert app.trainings.state(experiment.id).step == 3
    read = []
    take = app.trainings._follower._jobs["j"].reader._take
    monkeypatch.setattr(
        app.trainings._follower._jobs["j"].reader,
        "_take",
        lambda chunk: read.append(len(chunk)) or take(chunk),
    )
    assert app.trainings.state(experiment.id).step == 3
    append_fact(tmp_path, "progress", step=4)
    assert app.trainings.state(experiment.id).step == 4
    assert len(read) == 1


@pytest.mark.parametrize(("free", "words"), [(4096, "is full"), (10**9, "gave no reason")])
def test_a_disk_too_full_for_last_words_is_the_reason(tmp_path, monkeypatch, free, words):
    monkeypatch.setattr(
        "rave_gui.backend.job_failure.shutil.disk_usage", lambda _: SimpleNamespace(free=free)
    )
    end = SimpleNamespace(
        directory=JobDirectory(tmp_path), exit=JobExit(1, None, False, "", 5, 1.0), last_error=""
    )
    assert words in explain_end(end)


@pytest.mark.parametrize(
    "wrong", [{"sample_rate": 10**9}, {"sample_rate": 1}, {"channels": 100}, {"num_signal": 1}]
)
def test_what_no_dataset_can_be_made_with_is_refused_first(app, sound, wrong):
    with pytest.raises(UserError, match="is of no use to RAVE"):
        app.datasets.create_dataset(app.project, "d", [sound], replace(SHORT, **wrong))
    assert not (app.project.path / "datasets").exists() or not list(
        (app.project.path / "datasets").iterdir()
    )


def test_nothing_stays_behind_when_the_record_cannot_be_made(app, sound, monkeypatch):
    def taken(_record):
        raise UserError("somebody was faster")

    monkeypatch.setattr(app.rows.datasets, "add", taken)
    with pytest.raises(UserError, match="somebody was faster"):
        app.datasets.create_dataset(app.project, "d", [sound], SHORT)
    assert not list((app.project.path / "datasets").iterdir())
