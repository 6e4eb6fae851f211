"""Checkpoints on disk become records, of our own runs and of those brought in."""

from __future__ import annotations

import pytest
from event_records import framed, scalar
from project_maker import application, checkpoint_file

from rave_gui.backend.adopt import Adopter
from rave_gui.backend.model import ModelManager
from rave_gui.core.errors import UserError
from rave_gui.core.records import CheckpointKind, ExperimentStatus


@pytest.fixture
def app(app_paths):
    built = application(app_paths)
    built.models = ModelManager(app_paths, built.rows, built.signals)
    built.adopter = Adopter(built.rows, built.archive, built.models, built.signals)
    return built


@pytest.fixture
def project(app):
    return app.projects.create("Bells")


@pytest.fixture
def runs(tmp_path):
    """A folder of runs as plain RAVE leaves it."""
    run = tmp_path / "their runs" / "church bells_0123456789"
    version = run / "version_0"
    checkpoint_file(version / "checkpoints" / "best.ckpt", 200)
    checkpoint_file(version / "checkpoints" / "epoch-epoch=0007.ckpt", 300)
    (run / "config.gin").write_text("SAMPLING_RATE = 48000\n")
    points = [scalar("validation", 200, 6.5), scalar("validation", 300, 7.5)]
    (version / "events.out.tfevents.1.host.1.0").write_bytes(b"".join(map(framed, points)))
    return run.parent


def test_a_run_is_brought_in_as_it_is(app, project, runs):
    before = {path: path.stat().st_mtime_ns for path in runs.rglob("*")}
    (experiment,) = app.adopter.adopt(runs, project)
    assert experiment.name == "church bells"
    assert experiment.status is ExperimentStatus.STOPPED
    assert experiment.step == 300
    assert experiment.run_dir == runs / "church bells_0123456789"
    assert {path: path.stat().st_mtime_ns for path in runs.rglob("*")} == before
    rows = app.models.list_checkpoints(experiment.id)
    assert [(row.step, row.kind, row.validation) for row in rows] == [
        (200, CheckpointKind.BEST, 6.5),
        (300, CheckpointKind.EPOCH, 7.5),
    ]


def test_a_run_is_brought_in_once(app, project, runs):
    assert len(app.adopter.adopt(runs, project)) == 1
    assert app.adopter.adopt(runs.parent, project) == []


def test_a_folder_without_runs_is_a_sentence(app, project, tmp_path):
    with pytest.raises(UserError, match="no RAVE run"):
        app.adopter.adopt(tmp_path, project)
    with pytest.raises(UserError, match="is no folder"):
        app.adopter.adopt(tmp_path / "gone", project)


def test_an_export_takes_the_newest_model_and_not_raves_best(app, project, runs):
    (experiment,) = app.adopter.adopt(runs, project)
    assert app.models.best(experiment.id).step == 200
    assert app.models.default_for_export(experiment.id).step == 300


def test_what_lightning_replaced_is_forgotten_unless_it_was_pinned(app, project, runs):
    (experiment,) = app.adopter.adopt(runs, project)
    folder = experiment.run_dir / "version_0" / "checkpoints"
    best, epoch = app.models.list_checkpoints(experiment.id)
    app.models.pin(best.id, True)
    best.checkpoint_path.unlink()
    epoch.checkpoint_path.unlink()
    checkpoint_file(folder / "epoch-epoch=0009.ckpt", 400)
    rows = app.models.sync(experiment.id)
    assert [(row.step, row.pinned) for row in rows] == [(200, True), (400, False)]
    assert app.models.default_for_export(experiment.id).step == 400


def test_a_replaced_file_of_the_same_name_is_read_again(app, project, runs):
    (experiment,) = app.adopter.adopt(runs, project)
    best = app.models.best(experiment.id)
    app.models.pin(best.id, True)
    checkpoint_file(best.checkpoint_path, 1_000_000)
    again = app.models.sync(experiment.id)[-1]
    assert (again.id, again.step, again.pinned) == (best.id, 1_000_000, True)
