"""What people say of a checkpoint stays; what is deleted was told before."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from project_maker import checkpoint_file, lose_database
from shelf_bench import Bin, at, regular, steps, training

from rave_gui.backend.checkpoint_care import CheckpointCare
from rave_gui.backend.checkpoint_clearing import Clearing
from rave_gui.backend.fork_plan import FORK_KEY
from rave_gui.backend.resume_point import RESUME_KEY
from rave_gui.backend.retention import Reason, Rules
from rave_gui.backend.services import build_services
from rave_gui.core.errors import UserError
from rave_gui.core.records import CheckpointKind, ExperimentStatus, Export, JobKind, Preview


@pytest.fixture
def trash(tmp_path):
    return Bin(tmp_path / "trash")


@pytest.fixture
def services(app_paths, trash):
    built = build_services(app_paths)
    rows, models = built.repositories, built.models
    care = CheckpointCare(rows, built.archive, models, built.jobs, built.signals, trash)
    return replace(built, checkpoints=care, clearing=Clearing(rows, models, care))


@pytest.fixture
def project(services):
    return services.projects.create("Bells")


def test_stars_and_notes_survive_the_loss_of_the_database(services, project, app_paths):
    run = training(services, project, "bells", regular(40, 10))
    row = at(services, run, 20)
    services.checkpoints.annotate(row.id, rating=4, notes="the warm one")
    services.checkpoints.pin(row.id, True)
    lose_database(app_paths)
    again = build_services(app_paths)
    again.projects.reindex(project.path)
    found = again.repositories.checkpoints.by_path(row.checkpoint_path)
    assert (found.rating, found.notes, found.pinned) == (4, "the warm one", True)


def test_stars_are_one_to_five_and_zero_takes_them_away(services, project):
    row = at(services, training(services, project, "bells", regular(20, 10)), 10)
    assert services.checkpoints.annotate(row.id, rating=5).rating == 5
    assert services.checkpoints.annotate(row.id, rating=0).rating is None
    with pytest.raises(UserError, match="no 7 stars"):
        services.checkpoints.annotate(row.id, rating=7)
    with pytest.raises(KeyError):
        services.checkpoints.annotate(row.id, step=3)


@pytest.mark.parametrize("name", ["epoch-epoch=0003.ckpt", "best.ckpt"])
def test_what_rave_would_replace_gets_a_name_of_its_own_when_it_is_kept(services, project, name):
    run = training(services, project, "bells", {name: 30, "epoch_10.ckpt": 10})
    services.repositories.experiments.update(run.id, status=ExperimentStatus.RUNNING)
    row = at(services, run, 30)
    kept = services.checkpoints.pin(row.id, True)
    assert kept.checkpoint_path.name == "saved-step=000030-kept.ckpt"
    before = kept.checkpoint_path.read_bytes()
    # What Lightning does next: best.ckpt is written over in place, the other is removed.
    if name == "best.ckpt":
        with row.checkpoint_path.open("r+b") as file:
            file.write(b"other")
    else:
        row.checkpoint_path.unlink()
    assert kept.checkpoint_path.read_bytes() == before
    services.models.sync(run.id)
    now = services.repositories.checkpoints.get(row.id)
    assert (now.pinned, now.step, now.kind) == (True, 30, CheckpointKind.SAVED)


def test_a_training_that_rests_keeps_its_names(services, project):
    run = training(services, project, "bells", {"best.ckpt": 30})
    kept = services.checkpoints.pin(at(services, run, 30).id, True)
    assert kept.checkpoint_path.name == "best.ckpt"


def test_what_depends_on_a_checkpoint_is_told(services, project):
    run = training(services, project, "bells", regular(40, 10))
    row = at(services, run, 20)
    rows = services.repositories
    rows.exports.add(Export(project.id, "bells", "torchscript", project.path / "x.ts", 1.0, row.id))
    rows.previews.add(Preview(run.id, 20, "clip", project.path / "a.wav", 1.0))
    told = {"checkpoint": str(row.checkpoint_path), "step": 20, "changes": {}}
    fork = training(services, project, "fork", {}, config={FORK_KEY: told}, parent_id=run.id)
    (stakes,) = services.checkpoints.stakes([row.id])
    assert [one.name for one in stakes.exports] == ["bells"]
    assert [one.id for one in stakes.forks] == [fork.id]
    assert (stakes.previews, stakes.only, stakes.shared, stakes.there) == (1, False, False, True)
    assert stakes.held == {Reason.EXPORTED}


def test_deleting_moves_the_file_to_the_trash_and_forgets(services, project, trash):
    run = training(services, project, "bells", regular(40, 10))
    rows = [at(services, run, step) for step in (10, 30)]
    assert services.checkpoints.delete([row.id for row in rows], files=True) == 2
    assert steps(services, run) == [20, 40]
    assert [path.name for path in trash.thrown] == ["epoch_10.ckpt", "epoch_30.ckpt"]
    document = (run.output_path / "experiment.json").read_text()
    assert "epoch_10.ckpt" not in document
    assert "epoch_20.ckpt" in document


def test_an_export_keeps_telling_where_it_came_from(services, project):
    run = training(services, project, "bells", regular(20, 10))
    row = at(services, run, 10)
    rows = services.repositories
    export = rows.exports.add(
        Export(project.id, "bells", "torchscript", project.path / "x.ts", 1.0, row.id)
    )
    services.checkpoints.delete([row.id], files=True)
    assert not row.checkpoint_path.exists()
    assert rows.exports.get(export.id).model_id == row.id
    services.checkpoints.delete([row.id], files=False)
    assert rows.checkpoints.find(row.id) is None


def test_a_checkpoint_in_use_is_not_deleted(services, project, trash):
    run = training(services, project, "bells", {"best.ckpt": 10, "epoch_20.ckpt": 20})
    services.repositories.experiments.update(run.id, status=ExperimentStatus.RUNNING)
    with pytest.raises(UserError, match="in use"):
        services.checkpoints.delete([at(services, run, 10).id], files=True)
    assert trash.thrown == []
    services.checkpoints.delete([at(services, run, 20).id], files=True)


# Clearing


def test_a_plan_is_done_and_a_resume_still_finds_its_point(services, project):
    run = training(services, project, "bells", regular(200, 10) | {"stopped-step=000205.ckpt": 205})
    services.checkpoints.annotate(at(services, run, 30).id, rating=3)
    services.checkpoints.annotate(at(services, run, 70).id, notes="bright")
    made = services.clearing.plan([run], Rules(keep=5))
    assert {one.step for one in made.staying} >= {30, 70, 205}
    done = services.clearing.clear(made)
    assert steps(services, run) == sorted(one.step for one in made.staying)
    assert len(done.gone) == 16
    assert done.freed == made.freed == sum(row.size for row in done.gone)
    assert services.models.sync(run.id)[-1].step == 205


def test_what_changed_since_the_plan_was_shown_stays(services, project):
    run = training(services, project, "bells", regular(100, 10))
    made = services.clearing.plan([run], Rules(keep=2))
    services.checkpoints.pin(at(services, run, 40).id, True)
    done = services.clearing.clear(made)
    assert 40 in steps(services, run)
    assert done.kept == ("epoch_40.ckpt stays: meanwhile it is pinned.",)


def test_the_newest_that_vanished_makes_another_one_the_newest(services, project):
    run = training(services, project, "bells", regular(50, 10))
    made = services.clearing.plan([run], Rules(keep=1))
    at(services, run, 50).checkpoint_path.unlink()
    done = services.clearing.clear(made)
    assert 40 in steps(services, run)
    assert "would go on from it" in done.kept[0]


def test_every_reason_holds(services, project, tmp_path):
    names = regular(80, 10) | {"best.ckpt": 5, "final-step=90.ckpt": 90, "saved-step=7.ckpt": 7}
    run = training(services, project, "bells", names)
    rows = services.repositories
    queued = {RESUME_KEY: str(at(services, run, 20).checkpoint_path)}
    training(services, project, "next", {}, config=queued, status=ExperimentStatus.QUEUED)
    rows.exports.add(Export(project.id, "e", "onnx", tmp_path / "x", 1.0, at(services, run, 10).id))
    outside = checkpoint_file(tmp_path / "epoch_35.ckpt", 35)
    rows.checkpoints.update(at(services, run, 30).id, checkpoint_path=outside)
    at(services, run, 40).checkpoint_path.unlink()
    job = _job_with(services, project, at(services, run, 50).checkpoint_path)
    held = {one.step: one.held for one in services.checkpoints.holdings([run]).candidates()}
    assert held[20] == {Reason.RESUME}
    assert held[10] == {Reason.EXPORTED}
    assert held[30] == {Reason.OUTSIDE}
    assert held[40] == {Reason.GONE}
    assert held[50] == {Reason.IN_USE}
    assert held[5] == {Reason.BEST}
    assert held[7] == {Reason.SAVED}
    assert held[90] == {Reason.LAST, Reason.RESUME}
    assert held[60] == frozenset()
    services.jobs.wait(job.id, timeout=30)


def _job_with(services, project, path):
    """A job that has the file in its hands, and ends when nobody needs it any more."""
    import sys

    from rave_gui.backend.jobs import JobRequest

    argv = (sys.executable, "-c", "import time; time.sleep(3)", str(path))
    return services.jobs.submit(JobRequest(JobKind.EXPORT, argv, project.path, "busy", project))


def test_a_second_name_gives_no_room_back(services, project, tmp_path):
    run = training(services, project, "bells", regular(40, 10))
    os.link(at(services, run, 20).checkpoint_path, tmp_path / "fork.ckpt")
    made = services.clearing.plan([run], Rules(keep=1))
    assert {one.step: one.frees > 0 for one in made.going} == {10: True, 20: False, 30: True}


def test_for_good_leaves_the_trash_alone(services, project, trash):
    run = training(services, project, "bells", regular(40, 10))
    services.clearing.clear(services.clearing.plan([run], Rules(keep=1)), for_good=True)
    assert trash.thrown == []
    assert len(list(run.run_dir.rglob("*.ckpt"))) == 1
