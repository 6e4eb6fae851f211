"""Checkpoints are cleared between the real RAVE's starts, and it goes on as if nothing had been."""

from __future__ import annotations

import shutil

import pytest

from rave_gui.backend.export import settings_for
from rave_gui.backend.model_import import ImportWish
from rave_gui.backend.rave_settings import ExportSettings
from rave_gui.backend.retention import Reason, Rules
from rave_gui.core.records import ExperimentStatus, JobKind

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]
TAG = "fullband_spectral_distance"


def ended(services, number, goal):
    services.jobs.wait(services.trainings.job(number).id, timeout=120)
    run = services.trainings.get_experiment(number)
    assert (run.error, run.status, run.step) == ("", ExperimentStatus.COMPLETED, goal)
    return run


@pytest.fixture(scope="module")
def trained(services, project, dataset):
    """A training to step 30, with RAVE's own checkpoint at every tenth."""
    from rave_gui.backend.presets import presets

    smoke = presets()["smoke"].training
    settings = type(smoke).from_json({**smoke.to_json(), "max_steps": 30, "save_every": 10})
    made = services.trainings.create_experiment(project, dataset, "long", settings)
    services.trainings.start_training(made.id)
    return ended(services, made.id, 30)


def test_clearing_between_resumes_loses_nothing_that_is_needed(services, trained):
    pinned = next(row for row in services.models.list_checkpoints(trained.id) if row.step == 10)
    services.checkpoints.pin(pinned.id, True)
    for goal in (50, 70):
        before = {row.checkpoint_path for row in services.models.list_checkpoints(trained.id)}
        made = services.clearing.plan([trained], Rules(keep=1))
        assert made.going
        assert not any(one.held for one in made.going)
        done = services.clearing.clear(made, for_good=True)
        assert len(done.gone) == len(made.going)
        left = {path for path in before if path.exists()}
        assert before - left == {row.checkpoint_path for row in done.gone}
        assert pinned.checkpoint_path in left
        services.trainings.resume_training(trained.id, max_steps=goal)
        ended(services, trained.id, goal)
    metrics = services.trainings.metrics(trained.id)
    metrics.poll()
    steps = list(metrics.series("validation").steps)
    assert steps == sorted(steps)
    assert steps[-1] > 50


def test_what_a_running_training_needs_stays(services, project, dataset, smoke):
    from tests.e2e.test_stop_and_resume import wait_for_step

    made = services.trainings.create_experiment(
        project, dataset, "busy", smoke(max_steps=100_000, val_every=5, save_every=10)
    )
    services.trainings.start_training(made.id)
    try:
        wait_for_step(services, made.id, 45)
        services.trainings.observe(made.id, services.trainings.state(made.id))
        services.models.sync(made.id)
        run = services.trainings.get_experiment(made.id)
        plan = services.clearing.plan([run], Rules(keep=1))
        names = {one.id: services.repositories.checkpoints.get(one.id).name for one in plan.going}
        assert names
        assert all(name.startswith("epoch_") for name in names.values())
        in_use = [one for one in plan.staying if Reason.IN_USE in one.held]
        assert in_use
        services.clearing.clear(plan, for_good=True)
        best = next(row for row in services.models.list_checkpoints(made.id) if row.is_best)
        kept = services.checkpoints.pin(best.id, True)
        assert kept.checkpoint_path.name == f"saved-step={kept.step:06d}-kept.ckpt"
        wait_for_step(services, made.id, 60)
    finally:
        services.trainings.stop_training(made.id)
        services.jobs.wait(services.trainings.job(made.id).id, timeout=60)
    run = services.trainings.get_experiment(made.id)
    assert (run.status, run.error) == (ExperimentStatus.STOPPED, "")
    assert kept.checkpoint_path.is_file()


@pytest.fixture
def looked_into(services):
    """The worker in the engine stays warm for minutes; a test may leave nothing behind."""
    yield
    services.worker.close()


@pytest.mark.usefixtures("looked_into")
def test_a_checkpoint_from_elsewhere_is_exported(services, project, trained, tmp_path):
    newest = services.models.default_for_export(trained.id)
    mail = tmp_path / "mail"
    mail.mkdir()
    shutil.copy(newest.checkpoint_path, mail / "from a friend.ckpt")
    shutil.copy(trained.run_dir / "config.gin", mail / "config.gin")
    stranger = services.importer.look(mail / "from a friend.ckpt")
    facts = services.importer.inspect(stranger)
    assert (facts.channels, facts.step) == (1, newest.step)
    run = services.importer.bring_checkpoint(ImportWish(stranger, "friend", copy=False), project)
    (row,) = services.models.list_checkpoints(run.id)
    assert row.checkpoint_path.resolve() == mail / "from a friend.ckpt"
    export = services.exports.export(row.id, settings_for(run, ExportSettings()))
    for kind in (JobKind.EXPORT, JobKind.VERIFY):
        services.jobs.wait(services.exports.job(export.id, kind).id, timeout=120)
    made = services.exports.get_export(export.id)
    assert made.export_path.stat().st_size > 0, made.error

    brought = services.importer.bring_instrument(
        ImportWish(services.importer.look(made.export_path), "ring"), project
    )
    assert (brought.verification, brought.channels, brought.streaming) == ({}, 1, True)
