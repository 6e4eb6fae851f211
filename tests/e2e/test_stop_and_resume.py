"""A stop loses nothing, and going on joins what was there."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from rave_gui.core.checkpoint_header import read_header
from rave_gui.core.errors import UserError
from rave_gui.core.records import CheckpointKind, ExperimentStatus

pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]
TAG = "fullband_spectral_distance"


def wait_for_step(services, experiment_id, step, timeout=90.0):
    """Block until the training has done ``step`` steps."""
    pause, waited = threading.Event(), 0.0
    while services.trainings.state(experiment_id).step < step:
        assert waited < timeout, services.trainings.state(experiment_id)
        assert not services.jobs.refresh(services.trainings.job(experiment_id).id).state.ended
        pause.wait(0.1)
        waited += 0.1


def test_stop_in_phase_2_saves_that_very_step_and_resume_joins_the_curves(
    services, project, dataset, smoke
):
    trainings, jobs = services.trainings, services.jobs
    made = trainings.create_experiment(
        project, dataset, "stopped", smoke(max_steps=100_000, val_every=30, save_every=100_000)
    )
    trainings.start_training(made.id)
    wait_for_step(services, made.id, 70)
    trainings.stop_training(made.id)
    jobs.wait(trainings.job(made.id).id, timeout=60)

    stopped = trainings.get_experiment(made.id)
    assert stopped.status is ExperimentStatus.STOPPED
    checkpoint = max(services.models.list_checkpoints(made.id), key=lambda row: row.step)
    assert checkpoint.kind is CheckpointKind.STOPPED
    assert checkpoint.step == stopped.step
    assert read_header(checkpoint.checkpoint_path).step == checkpoint.step
    assert trainings.state(made.id).phase == 2
    earlier = {row.checkpoint_path for row in services.models.list_checkpoints(made.id)}

    goal = (checkpoint.step // 50 + 2) * 50 + 5
    trainings.resume_training(made.id, max_steps=goal)
    jobs.wait(trainings.job(made.id).id, timeout=90)
    resumed = trainings.get_experiment(made.id)
    assert resumed.error == ""
    assert resumed.status is ExperimentStatus.COMPLETED
    assert resumed.step == goal
    assert resumed.run_dir == stopped.run_dir
    assert all(path.is_file() for path in earlier), "a resume must not lose earlier checkpoints"

    metrics = trainings.metrics(made.id)
    metrics.poll()
    steps = metrics.joined(TAG).steps.tolist()
    assert steps == sorted(set(steps))
    assert {49, 99} <= set(steps) or {50, 100} <= set(steps)
    assert max(steps) >= goal - 50
    assert len(set(metrics.joined(TAG).versions.tolist())) == 2


def test_a_finished_training_is_not_resumed_without_more_steps(services, project):
    done = services.repositories.experiments.by_name(project.id, "stopped")
    with pytest.raises(UserError, match="larger number"):
        services.trainings.resume_training(done.id)


def test_save_now_and_pause_answer(services, project, dataset, smoke):
    trainings, jobs = services.trainings, services.jobs
    made = trainings.create_experiment(
        project, dataset, "saved", smoke(max_steps=100_000, val_every=10_000)
    )
    trainings.start_training(made.id)
    wait_for_step(services, made.id, 3)
    trainings.save_now(made.id)
    reader = jobs.directory(trainings.job(made.id).id).facts()
    saved = next_fact(reader, "checkpoint", reason="saved-now")
    assert read_header(Path(saved["path"])).step == saved["step"]

    trainings.pause(made.id)
    assert next_fact(reader, "answer", wish="pause")["ok"]
    held = trainings.state(made.id).step
    trainings.resume(made.id)
    assert next_fact(reader, "answer", wish="resume")["ok"]
    wait_for_step(services, made.id, held + 3)
    trainings.stop_training(made.id)
    jobs.wait(trainings.job(made.id).id, timeout=60)
    assert trainings.get_experiment(made.id).status is ExperimentStatus.STOPPED


def next_fact(reader, kind, timeout=60.0, **wanted):
    """The next fact of that kind, read as it comes."""
    pause, waited = threading.Event(), 0.0
    while waited < timeout:
        for fact in reader.poll():
            if fact["kind"] == kind and all(fact.get(k) == v for k, v in wanted.items()):
                return fact
        pause.wait(0.05)
        waited += 0.05
    raise AssertionError(f"no {kind} {wanted} within {timeout} s")
