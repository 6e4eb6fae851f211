"""Sound to verified instrument through the managers, and back from the project folder alone."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from rave_gui.backend import notify_post
from rave_gui.backend.export import settings_for, verified
from rave_gui.backend.rave_settings import ExportSettings
from rave_gui.backend.services import build_services
from rave_gui.core.records import DatasetStatus, ExperimentStatus, JobKind, JobState

pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]
TAGS = {"fullband_spectral_distance", "multiband_spectral_distance", "validation", "loss_dis"}


@pytest.fixture(scope="module")
def news(services, tmp_path_factory) -> Path:
    """Where the program of somebody who wants to be told puts what it hears, a line each."""
    path = tmp_path_factory.mktemp("news") / "told"
    code = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"
    line = shlex.join([sys.executable, "-I", "-S", "-c", code, str(path)])
    services.settings.change(notify_desktop=False, notify_command=line)
    return path


@pytest.fixture(scope="module")
def trained(services, project, dataset, news):
    from rave_gui.backend.presets import presets

    settings = presets()["smoke"].training
    changed = {"max_steps": 110, "val_every": 25, "save_every": 1000}
    settings = type(settings).from_json({**settings.to_json(), **changed})
    made = services.trainings.create_experiment(project, dataset, "tones v1", settings)
    services.trainings.start_training(made.id)
    job = services.trainings.job(made.id)
    services.jobs.wait(job.id, timeout=120, on_look=services.notifier.look)
    return services.trainings.get_experiment(made.id)


@pytest.fixture(scope="module")
def exported(services, trained):
    checkpoint = services.models.default_for_export(trained.id)
    made = services.exports.export(checkpoint.id, settings_for(trained, ExportSettings()))
    for kind in (JobKind.EXPORT, JobKind.VERIFY):
        services.jobs.wait(services.exports.job(made.id, kind).id, timeout=90)
    return services.exports.get_export(made.id)


def test_the_dataset_holds_exactly_the_forecast_examples(dataset):
    assert dataset.error == ""
    assert dataset.status is DatasetStatus.READY
    assert dataset.num_samples == dataset.statistics["forecast_examples"] > 50


def test_the_training_ends_with_every_step_and_both_phases(services, trained):
    assert trained.error == ""
    assert trained.status is ExperimentStatus.COMPLETED
    assert trained.step == 110
    state = services.trainings.state(trained.id)
    assert state.phase == 2
    assert state.companion is not None
    metrics = services.trainings.metrics(trained.id)
    metrics.poll()
    assert set(metrics.tags()) >= TAGS
    assert set(trained.final_metrics) >= TAGS


def test_phase_2_and_the_end_are_told(trained, news):
    assert notify_post.finish(60)
    phase, end = map(json.loads, news.read_text().splitlines())
    assert (phase["event"], phase["title"]) == ("phase", "tones v1 is in phase 2")
    assert 0 < phase["step"] < 110
    assert (end["event"], end["title"], end["status"]) == (
        "ended",
        "tones v1 is done",
        "completed",
    )
    assert end["text"].startswith("All 110 steps are done after ")
    assert end["project"] == "Bells & whistles"


def test_the_last_step_is_kept_although_rave_would_not_save_it(services, trained):
    checkpoint = services.models.default_for_export(trained.id)
    assert checkpoint.step == 110
    assert checkpoint.checkpoint_path.is_file()


def test_rave_best_is_marked_and_carries_its_validation_value(services, trained):
    best = services.models.best(trained.id)
    assert best is not None
    assert best.validation is not None


def test_the_export_plays(exported):
    assert exported.error == ""
    assert verified(exported)
    assert exported.export_path.is_file()
    assert exported.latent_size >= 1


def test_every_job_is_settled(services, exported):
    states = {job.kind: job.state for job in services.repositories.jobs.list()}
    assert set(states) == {JobKind.PREPROCESS, JobKind.TRAIN, JobKind.EXPORT, JobKind.VERIFY}
    assert set(states.values()) == {JobState.SUCCEEDED}


def test_a_second_training_of_the_same_name_is_refused(services, project, dataset, trained):
    from rave_gui.core.errors import UserError

    with pytest.raises(UserError, match="called tones v1"):
        services.trainings.create_experiment(project, dataset, "tones v1", _settings(trained))


def test_the_records_come_back_without_the_database(services, home, project, exported, trained):
    before = _facts(services, project)
    for path in home.database.parent.glob(home.database.name + "*"):
        path.unlink()
    fresh = build_services(home)
    report = fresh.projects.reindex(project.path)
    assert report.warnings in ((), [])
    again = fresh.repositories.projects.list()[0]
    assert _facts(fresh, again) == before


def _settings(experiment):
    from rave_gui.backend.rave_settings import TrainingSettings

    return TrainingSettings.from_json(experiment.config)


def _facts(services, project):
    rows = services.repositories
    datasets = rows.datasets.list(project_id=project.id)
    experiments = rows.experiments.list(project_id=project.id)
    return {
        "datasets": [(d.name, d.status, d.num_samples, d.path, d.sources) for d in datasets],
        "experiments": [
            (e.name, e.status, e.step, e.run_dir, dict(e.config), dict(e.final_metrics))
            for e in experiments
        ],
        "checkpoints": sorted(
            (c.checkpoint_path, c.step, c.kind, c.size, c.is_best) for c in rows.checkpoints.list()
        ),
        "exports": [
            (e.name, e.export_path, e.latent_size, e.verification.get("verdict"))
            for e in rows.exports.list(project_id=project.id)
        ],
        "jobs": sorted((j.id, j.kind, j.state) for j in rows.jobs.list()),
    }
