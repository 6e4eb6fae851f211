"""The forecast of a whole training from a few batches, and damaged facts."""

from __future__ import annotations

import pytest

from rave_gui.backend.derived import Derived
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.trial import shortened
from rave_gui.backend.trial_report import PhaseCost, TrialReport, forecast_run, report_of

FACTS = [
    {"kind": "stage", "stage": "training"},
    {"kind": "trial", "phase": 1, "seconds": [9.0, 0.1, 0.1], "gpu_bytes": 5, "memory_bytes": 7},
    {"kind": "trial", "phase": 2, "seconds": [9.0, 0.2, 0.4], "gpu_bytes": 6, "memory_bytes": 8},
    {"kind": "trial", "phase": 0, "start_seconds": 3.0, "validations": [2.0], "event_bytes": 100},
]
DERIVED = Derived(
    first_validation=100, longest_gap=100, phase_2_at=600, end=1000, steps_per_epoch=50
)


def test_both_phases() -> None:
    report = report_of(FACTS, "", {})
    assert report.ok
    assert [cost.seconds_a_step for cost in report.phases] == pytest.approx([0.1, 0.3])
    found = forecast_run(report, TrainingSettings(save_every=500), DERIVED)
    assert found.seconds_to_phase_2 == pytest.approx(3 + 60 + 6 * 2)
    assert found.seconds == pytest.approx(3 + 60 + 120 + 10 * 2)
    assert found.risk_seconds == pytest.approx(100 * 0.3)
    assert (found.gpu_bytes, found.memory_bytes) == (6, 8)


def test_disk_counts_what_rave_keeps() -> None:
    report = TrialReport(
        True,
        phases=(PhaseCost((1.0,)), PhaseCost((1.0,))),
        event_bytes=50,
        validations=2,
        checkpoint_bytes=(1000, 3000),
    )
    found = forecast_run(report, TrainingSettings(save_every=250), DERIVED)
    assert found.disk_bytes == 2 * 1000 + 2 * 3000 + 2 * 3000 + 10 * 25


def test_a_training_that_ends_in_phase_1() -> None:
    facts = Derived(first_validation=100, longest_gap=100, phase_2_at=5000, end=1000)
    found = forecast_run(report_of(FACTS, "", {}), TrainingSettings(), facts)
    assert found.seconds_to_phase_2 is None
    assert found.seconds == pytest.approx(3 + 100 + 10 * 2)


@pytest.mark.parametrize(
    "facts",
    [
        [],
        FACTS[:2],
        [{"kind": "trial"}, {"kind": "trial", "phase": 0, "validations": "many"}],
        [{"kind": "trial", "phase": 1, "seconds": [float("nan"), -1, "x", True, None]}],
    ],
)
def test_what_was_not_measured_is_not_foretold(facts: list[dict[str, object]]) -> None:
    report = report_of(facts, "", {})
    assert not report.ok
    assert report.reason
    assert forecast_run(report, TrainingSettings(), DERIVED) is None


def test_the_test_is_the_training_but_short() -> None:
    settings = TrainingSettings(
        overrides=("PHASE_1_DURATION = 7", "CAPACITY = 3", "RAVE.phase_1_duration=9"), batch=3
    )
    short = shortened(settings)
    assert short.overrides[0] == "CAPACITY = 3"
    assert len(short.overrides) == 2
    assert short.batch == 3
    assert short.max_steps < 20
