"""Names, tags, notes, stars, archive and deletion of trainings."""

from __future__ import annotations

import json

import pytest
from project_maker import application, lose_database

from rave_gui.backend.reindex import Reindexer
from rave_gui.backend.training_care import TrainingCare
from rave_gui.core.errors import UserError
from rave_gui.core.records import (
    Checkpoint,
    CheckpointKind,
    Experiment,
    ExperimentStatus,
    Export,
)


@pytest.fixture
def app(app_paths):
    built = application(app_paths)
    built.trashed, built.told = [], []
    built.care = TrainingCare(built.rows, built.archive, built.signals, built.trashed.append)
    built.signals.training_updated.connect(built.told.append)
    built.signals.training_deleted.connect(built.told.append)
    built.project = built.projects.create("Bells")
    return built


@pytest.fixture
def add(app):
    def make(name, **more):
        folder = app.project.path / "runs" / name
        folder.mkdir(parents=True)
        (folder / "weights").write_bytes(bytes(100))
        record = Experiment(
            app.project.id, None, name, {}, 0.0, output_path=folder, run_dir=folder / "r", **more
        )
        return app.rows.experiments.add(record)

    return make


def test_what_a_person_says_of_it_is_kept_in_the_project(app, add):
    row = add("bells")
    app.care.annotate(row.id, name=" Big bells ", tags=("Night ", "night", "", "a  b"), rating=4)
    app.care.annotate(row.id, notes="warm\nand dark")
    kept = app.rows.experiments.get(row.id)
    assert (kept.name, kept.tags, kept.rating) == ("Big bells", ("Night", "a b"), 4)
    sidecar = json.loads((row.output_path / "experiment.json").read_text())["record"]
    assert (sidecar["notes"], sidecar["rating"]) == ("warm\nand dark", 4)
    assert len(app.told) == 2
    assert app.care.annotate(row.id, rating=0).rating is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": " "}, "needs a name"),
        ({"name": "OTHER"}, "called other already"),
        ({"rating": 6}, "no 6 stars"),
        ({"tags": ["x" * 41]}, "too long"),
        ({"notes": "x" * 100_001}, "too long"),
    ],
)
def test_what_cannot_be_kept_is_refused(app, add, changes, why):
    add("other")
    row = add("bells")
    with pytest.raises(UserError, match=why):
        app.care.annotate(row.id, **changes)
    assert app.rows.experiments.get(row.id) == row


def test_its_own_name_in_other_letters_is_no_clash(app, add):
    row = add("bells")
    assert app.care.annotate(row.id, name="Bells").name == "Bells"


def test_only_what_is_the_persons_can_be_changed(app, add):
    with pytest.raises(ValueError, match="status"):
        app.care.annotate(add("bells").id, status="completed")


@pytest.mark.parametrize("status", [ExperimentStatus.RUNNING, ExperimentStatus.QUEUED])
def test_what_runs_or_waits_is_neither_archived_nor_deleted(app, add, status):
    row = add("bells", status=status)
    with pytest.raises(UserError, match="Stop it first"):
        app.care.put_away(row.id, True)
    with pytest.raises(UserError, match="Stop it first"):
        app.care.delete(row.id, files=True)
    assert app.trashed == []


def test_an_archived_training_stays_archived_when_the_records_are_lost(app, add, app_paths):
    app.care.put_away(add("bells").id, True)
    root = app.project.path
    lose_database(app_paths)
    again = application(app_paths)
    Reindexer(again.rows, again.archive).run(root)
    (row,) = again.rows.experiments.list()
    assert row.archived
    care = TrainingCare(again.rows, again.archive, again.signals)
    assert not care.put_away(row.id, False).archived


def test_the_stakes_name_what_came_of_it(app, add):
    row = add("bells")
    fork = add("fork", parent_id=row.id)
    path = row.output_path / "x.ckpt"
    point = app.rows.checkpoints.add(Checkpoint(row.id, "x", path, 5, CheckpointKind.SAVED, 0.0))
    export = app.rows.exports.add(
        Export(app.project.id, "e", "torchscript", app.project.path / "e.ts", 0.0, point.id)
    )
    stakes = app.care.stakes(row.id)
    assert (stakes.forks, stakes.exports, stakes.checkpoints) == ([fork], [export], [point])
    assert stakes.bytes == 100
    assert stakes.outside is None


def test_of_an_adopted_run_only_our_own_folder_goes_to_the_trash(app, add, tmp_path):
    row = add("bells")
    row = app.rows.experiments.update(row.id, run_dir=tmp_path / "theirs")
    assert app.care.stakes(row.id).outside == tmp_path / "theirs"
    app.care.delete(row.id, files=True)
    assert app.trashed == [row.output_path]


def test_forks_of_a_deleted_training_forget_it_and_stay(app, add):
    row = add("bells")
    fork = add("fork", parent_id=row.id)
    app.archive.save_experiment(fork)
    app.care.delete(row.id, files=False)
    assert app.trashed == []
    assert [one.name for one in app.rows.experiments.list()] == ["fork"]
    sidecar = json.loads((fork.output_path / "experiment.json").read_text())
    assert sidecar["parent"] is None
    assert not (row.output_path / "experiment.json").exists()
    assert app.told[-1].action == "deleted"


def test_a_trash_that_refuses_keeps_everything(app, add):
    def refuse(_path):
        raise UserError("There is no trash.")

    care = TrainingCare(app.rows, app.archive, app.signals, refuse)
    row = add("bells")
    with pytest.raises(UserError, match="no trash"):
        care.delete(row.id, files=True)
    assert app.rows.experiments.get(row.id) == row
