"""Forks: what may change, what is refused, and what lies on the disk before RAVE starts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from project_maker import application, checkpoint_file
from test_managers import Engines, Jobs

from rave_gui.backend.fork_plan import (
    FIXED,
    FORK_KEY,
    FREE,
    GIN,
    ForkRequest,
    changed_settings,
    differences,
)
from rave_gui.backend.model import ModelManager
from rave_gui.backend.queue import Queue
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.resume_point import RESUME_KEY, config_beside
from rave_gui.backend.training import TrainingManager
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import read_run
from rave_gui.core.gin_edit import with_values
from rave_gui.core.records import Dataset, DatasetStatus, Experiment, ExperimentStatus

GIN_TEXT = """from __gin__ import dynamic_registration
from rave import model

# Macros:
CAPACITY = 4
PHASE_1_DURATION = 100

model.BetaWarmupCallback.target_value = 0.1
model.BetaWarmupCallback.warmup_len = 1
model.RAVE.latent_size = 4
model.RAVE.phase_1_duration = %PHASE_1_DURATION
model.RAVE.update_discriminator_every = 2
"""
SETTINGS = TrainingSettings(
    configs=("v1",),
    overrides=("CAPACITY=4", "PHASE_1_DURATION=100"),
    max_steps=1000,
    n_signal=32768,
    batch=2,
)


@pytest.fixture
def app(app_paths):
    built = application(app_paths)
    rows, archive, signals = built.rows, built.archive, built.signals
    built.jobs, built.engines = Jobs(), Engines()
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
    built.project = built.projects.create("Bells")
    return built


@pytest.fixture
def parent(app):
    """A training that stopped, with a best checkpoint and one that was saved."""
    root = app.project.path
    (root / "datasets" / "tones" / "db").mkdir(parents=True)
    dataset = app.rows.datasets.add(
        Dataset(app.project.id, "tones", root / "datasets" / "tones", (), 0.0, DatasetStatus.READY)
    )
    folder = root / "runs" / "parent"
    run = folder / "parent_0123456789"
    checkpoint_file(run / "version_0" / "checkpoints" / "best.ckpt", 40)
    checkpoint_file(run / "version_0" / "checkpoints" / "saved-step=000070.ckpt", 70)
    (run / "config.gin").write_text(GIN_TEXT)
    row = app.rows.experiments.add(
        Experiment(
            app.project.id, dataset.id, "parent", SETTINGS.to_json(), 0.0,
            ExperimentStatus.STOPPED, folder, run, 70, tags=("bells",),
        )
    )  # fmt: skip
    app.models.sync(row.id)
    return row


def checkpoint(app, parent, step):
    return next(row for row in app.models.list_checkpoints(parent.id) if row.step == step)


def request(app, parent, step=70, name="fork", **changes):
    return ForkRequest(parent.id, checkpoint(app, parent, step).id, name, changes)


def test_a_fork_has_its_own_checkpoint_and_edited_configuration(app, parent):
    told = []
    app.signals.training_created.connect(told.append)
    fork = app.trainings.forks.fork(request(app, parent, phase_1=5, max_steps=2000, batch=1))
    assert (fork.parent_id, fork.step, fork.status) == (parent.id, 70, ExperimentStatus.PENDING)
    assert fork.config["max_steps"] == 2000
    assert fork.config["batch"] == 1
    assert fork.config["overrides"] == ["CAPACITY=4", "RAVE.phase_1_duration = 5"]
    assert fork.config[FORK_KEY]["changes"] == {"phase_1": 5, "max_steps": 2000, "batch": 1}
    assert [event.id for event in told] == [fork.id]
    origin = fork.config[RESUME_KEY]
    assert str(fork.output_path) in origin
    gin = read_run(config_beside(Path(origin)))
    assert gin.phase_1_duration == 5
    assert gin.latent_size == 4, "everything else is the parent's"
    assert read_run(parent.run_dir).phase_1_duration == 100, "the parent's file stays"
    argv = app.trainings.command_line(fork.id)
    assert argv[argv.index("--ckpt") + 1] == origin
    assert argv[argv.index("--max_steps") + 1] == "2000"
    sidecar = json.loads((fork.output_path / "experiment.json").read_text())
    assert sidecar["parent"].endswith("runs/parent/experiment.json")


def test_a_fork_is_started_from_its_own_checkpoint(app, parent):
    fork = app.trainings.forks.fork(request(app, parent))
    app.trainings.start_training(fork.id)
    (job,) = app.jobs.requests
    assert fork.config[RESUME_KEY] in job.argv
    assert app.rows.experiments.get(fork.id).status is ExperimentStatus.RUNNING


@pytest.mark.parametrize("step", [40, 70])
def test_what_becomes_of_the_parents_file_does_not_matter(app, parent, step):
    """Lightning overwrites ``best.ckpt`` in place and removes the others."""
    original = checkpoint(app, parent, step).checkpoint_path
    before = original.read_bytes()
    fork = app.trainings.forks.fork(request(app, parent, step))
    kept = Path(fork.config[RESUME_KEY])
    assert kept.samefile(original) == (step == 70), "no disk is wasted where that is safe"
    if step == 40:
        with original.open("wb") as file:
            file.write(b"another model")
    original.unlink()
    assert kept.read_bytes() == before


@pytest.mark.parametrize("key", sorted(FIXED))
def test_what_would_not_fit_the_weights_is_refused_with_the_reason(app, parent, key):
    with pytest.raises(UserError) as told:
        app.trainings.forks.fork(request(app, parent, **{key: 8}))
    assert told.value.what == FIXED[key]
    assert [row.name for row in app.rows.experiments.list()] == ["parent"]
    assert sorted(path.name for path in (app.project.path / "runs").iterdir()) == ["parent"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"max_steps": 70}, "larger number"),
        ({"phase_1": 0}, "1 or more"),
        ({"batch": 0}, "Batch must be"),
        ({"colour": 1}, "no setting"),
    ],
)
def test_what_cannot_be_is_refused(app, parent, changes, why):
    with pytest.raises(UserError, match=why):
        app.trainings.forks.fork(request(app, parent, **changes))


def test_a_name_is_taken_once_and_a_checkpoint_must_be_whole(app, parent):
    with pytest.raises(UserError, match="called parent already"):
        app.trainings.forks.fork(request(app, parent, name="Parent"))
    wanted = request(app, parent)
    checkpoint(app, parent, 70).checkpoint_path.write_bytes(b"half")
    with pytest.raises(UserError, match="not complete"):
        app.trainings.forks.fork(wanted)


def test_another_dataset_must_sound_alike(app, parent):
    other = app.rows.datasets.get(parent.dataset_id)
    stereo = app.rows.datasets.add(
        replace(other, id=None, name="wide", path=other.path.parent / "wide", channels=2)
    )
    wanted = replace(request(app, parent), dataset_id=stereo.id)
    with pytest.raises(UserError, match="other channels"):
        app.trainings.forks.fork(wanted)


def test_a_full_disk_leaves_nothing_behind(app, parent, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rave_gui.backend.training_fork._keep", full)
    with pytest.raises(UserError, match="No space left"):
        app.trainings.forks.fork(request(app, parent))
    assert sorted(path.name for path in (app.project.path / "runs").iterdir()) == ["parent"]


def test_only_the_line_of_a_value_changes():
    edited = with_values(GIN_TEXT, {GIN["phase_1"]: 7, GIN["beta"]: 0.5})
    before, after = GIN_TEXT.splitlines(), edited.splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [
        "model.BetaWarmupCallback.target_value = 0.5",
        "model.RAVE.phase_1_duration = 7",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "model.RAVE.latent_size = 4\n",
        "scope/model.RAVE.phase_1_duration = 4\n",
        "model.RAVE.phase_1_duration = (\n 4,\n 5)\n",
        "not gin at all ===",
    ],
)
def test_a_value_that_cannot_be_set_is_refused(text):
    with pytest.raises(UserError):
        with_values(text, {GIN["phase_1"]: 7})


def test_every_free_setting_is_one_of_the_settings():
    known = set(SETTINGS.to_json())
    assert known >= FREE
    assert not FREE & set(FIXED)
    for key in FREE:
        value = SETTINGS.to_json()[key]
        assert changed_settings(SETTINGS, {key: value}, None) == SETTINGS


def test_what_stays_the_same_is_no_difference():
    changes = {"batch": 2, "max_steps": 5, "phase_1": 5, "augmentations": []}
    assert differences(SETTINGS, changes) == {"max_steps": 5, "phase_1": 5}
