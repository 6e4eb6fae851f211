from __future__ import annotations

from rave_gui.core.records import ExperimentStatus, JobKind, JobState
from rave_gui.ui import readers
from rave_gui.ui.readers_models import read_models


def test_trainings_come_with_what_runs_first(world):
    old = world.experiment("old", created_at=10.0)
    world.experiment("new", created_at=99.0)
    world.experiment("queued", created_at=5.0, status=ExperimentStatus.QUEUED)
    world.experiment("running", created_at=1.0, status=ExperimentStatus.RUNNING)
    found = readers.read_trainings(world.services, world.project, old.id, None, {})
    assert [item.name for item in found.experiments] == ["running", "queued", "new", "old"]
    assert found.detail.experiment.id == old.id


def test_the_detail_of_a_training(world):
    dataset = world.dataset()
    run = world.experiment(dataset_id=dataset.id)
    world.checkpoint(run, 200)
    world.checkpoint(run, 400)
    detail = readers.read_trainings(world.services, world.project, None, None, {}).detail
    assert detail.dataset.name == "bells"
    assert detail.newest.step == 400
    assert detail.phase1 == 1000
    assert detail.gin == "RAVE.phase_1_duration = 1000\n"
    assert detail.job is detail.log is None
    assert detail.command == "", "without an engine there is no command to show"


def test_without_a_project_there_is_nothing(world):
    services = world.services
    assert readers.read_trainings(services, None, None, None, {}).experiments == ()
    assert read_models(services, None, None).checkpoints == ()
    assert readers.read_exports(services, None, None).exports == ()
    assert readers.read_jobs(services, None) == ()


def test_models_and_exports(world):
    run = world.experiment()
    row = world.checkpoint(run)
    made = world.export(model_id=row.id)
    models = read_models(world.services, world.project, None)
    assert [item.step for item in models.checkpoints] == [400]
    assert models.phase1 == {run.id: 1000}
    exports = readers.read_exports(world.services, world.project, None)
    assert exports.checkpoints == 1
    assert exports.detail.export.id == made.id
    assert exports.detail.origin == "bells-v2, step 400"
    assert exports.detail.there
    made.export_path.unlink()
    assert not readers.read_exports(world.services, world.project, None).detail.there


def test_work_under_way_with_trainings_first(world):
    run = world.experiment(status=ExperimentStatus.RUNNING)
    world.job(JobKind.EXPORT, 1)
    world.job(JobKind.TRAIN, run.id)
    world.job(JobKind.VERIFY, 1, state=JobState.SUCCEEDED)
    work = readers.read_work(world.services, None)
    assert [item.job.kind for item in work] == [JobKind.TRAIN, JobKind.EXPORT]
    assert work[0].experiment.id == run.id
    assert work[0].phase1 == 1000


def test_free_disk_of_a_folder_that_is_not_there_yet(tmp_path):
    free = readers.free_disk(tmp_path / "not" / "yet")
    assert free is not None
    assert free > 0


def test_a_project_whose_folder_is_gone_says_so(world, tmp_path):
    world.project.path.rename(tmp_path / "elsewhere")
    (facts,) = readers.read_home(world.services, engine_missing=False).projects
    assert not facts.there
