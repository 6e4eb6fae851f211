"""A test of a setup runs the real RAVE for a few batches and foretells the whole training."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rave_gui.backend.derived import derived
from rave_gui.backend.rave_rules import plan_of
from rave_gui.backend.trial_report import forecast_run
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import ConfigManager

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]


def run(services, project, dataset, settings):
    job = services.trials.start(project, dataset, settings)
    services.jobs.wait(job.id, timeout=90)
    return services.trials.report(job.id)


def test_both_phases_are_measured_and_nothing_is_left(services, project, dataset, smoke) -> None:
    settings = smoke(max_steps=3000, val_every=1000, save_every=1000)
    report = run(services, project, dataset, settings)
    assert report.ok, report.reason
    first, second = report.phases
    assert len(first.seconds) >= 5
    assert len(second.seconds) >= 5
    assert first.seconds_a_step > 0
    assert second.memory_bytes >= first.memory_bytes > 50_000_000
    assert first.gpu_bytes is None
    assert report.validations >= 2
    small, large = report.checkpoint_bytes
    assert 0 < small < large, "the judge's optimizer only fills in phase 2"
    assert not any((project.path / ".trial").iterdir())
    assert services.trainings.list_experiments(project.id) == []

    engine = services.engines.current()
    plan = plan_of(settings, dataset, engine, ConfigManager(engine.configs_dir))
    forecast = forecast_run(report, settings, derived(plan))
    slowest = max(first.seconds_a_step, second.seconds_a_step)
    assert 3000 * min(first.seconds_a_step, second.seconds_a_step) <= forecast.seconds
    assert forecast.seconds <= 3000 * slowest + 4000 * report.validation_seconds + 60
    assert forecast.disk_bytes > 4 * small


def test_a_setup_that_fails_says_why(services, project, dataset, smoke) -> None:
    report = run(services, project, dataset, smoke(n_signal=16384))
    assert not report.ok
    assert "window" in report.reason.lower() or "example" in report.reason.lower()
    assert not any((project.path / ".trial").iterdir())


def test_a_device_that_works_is_not_disturbed(services, project, dataset, smoke) -> None:
    services.repositories.devices.claim("cpu", "somebody")
    try:
        with pytest.raises(UserError, match="disturb"):
            services.trials.start(project, dataset, replace(smoke(), device="cpu"))
    finally:
        services.repositories.devices.release("cpu", "somebody")
