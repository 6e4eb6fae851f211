"""Every rule of judgement speaks on curves that show it, and all are silent on healthy runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from rave_gui.backend.judgement import GOOD, NOTE, Judgement, RunMoment, judge

DISTANCE, CHECK = "fullband_spectral_distance", "validation"
EVERY = 50


@dataclass
class Curve:
    steps: Any
    values: Any
    wall_times: Any


def curve(values: Any, start: int = 0, every: int = EVERY, pace: float = 0.1) -> Curve:
    steps = start + every * np.arange(1, len(values) + 1)
    return Curve(steps, np.asarray(values, float), 1.7e9 + pace * steps)


def noise(count: int, size: float) -> Any:
    return np.random.default_rng(count).normal(0, size, count)


def falling(count: int, start: float, end: float, spread: float = 0.3) -> Any:
    """As distances do: fast at first, then slower and slower."""
    x = np.arange(count) / count
    return end + (start - end) * np.exp(-5 * x) + noise(count, spread)


def healthy(step: int = 400_000, phase_1: int = 1_000_000) -> tuple[dict[str, Curve], RunMoment]:
    """A run of v1 as RAVE's guide draws it; beyond ``phase_1`` its second phase as well."""
    first, second = min(step, phase_1) // EVERY, max(0, step - phase_1) // EVERY
    whole = falling(phase_1 // EVERY, 28, 13)[:first]
    checks = falling(phase_1 // 10_000, 9, 6.7, 0.05)[: first * EVERY // 10_000]
    drift = np.linspace(0, 1, second) if second else np.zeros(0)
    later = np.linspace(0, 1, second * EVERY // 10_000)
    checks = np.r_[checks, 7.2 + 1.4 * later]
    curves = {
        DISTANCE: curve(np.r_[whole, 16.5 + 0.4 * drift + noise(second, 0.3)]),
        CHECK: curve(checks, every=10_000),
        "fidelity_0.95": curve(np.full(first * EVERY // 10_000, 3.0), every=10_000),
        "fidelity_0.99": curve(np.linspace(60, 5, first * EVERY // 10_000), every=10_000),
    }
    if second:
        start = first * EVERY
        curves["loss_dis"] = curve(1.3 + 2.7 * np.exp(-4 * drift) + noise(second, 0.1), start)
        curves["pred_real"] = curve(15 * drift + noise(second, 0.3), start)
        curves["pred_fake"] = curve(-10 * drift + noise(second, 0.3), start)
    moment = RunMoment(step, 3_000_000, phase_1, latent_size=128, live=True)
    return curves, moment


def ids(found: Judgement) -> set[str]:
    return {one.id for one in found.findings}


@pytest.mark.parametrize(
    "step", [50, 500, 3000, 20_000, 40_000, 100_000, 250_000, 400_000, 700_000]
)
def test_healthy_first_phases_are_left_in_peace(step: int) -> None:
    found = judge(*healthy(step))
    assert ids(found) == set()
    assert found.headline


@pytest.mark.parametrize("beyond", [100, 5_000, 40_000, 100_000, 250_000])
def test_healthy_second_phases_are_left_in_peace(beyond: int) -> None:
    found = judge(*healthy(1_000_000 + beyond))
    assert ids(found) <= {"phase-2"}
    if beyond < 50_000:
        assert "normal" in found.findings[0].evidence
        assert found.severity == GOOD


def test_it_says_how_it_learns() -> None:
    curves, moment = healthy(400_000)
    found = judge(curves, moment)
    assert found.headline in {"Learning well.", "Learning, slowly."}
    assert "fell" in found.summary
    assert "validation agrees" in found.summary
    assert "needs 4 latents" in found.summary


def test_nothing_is_judged_from_nothing() -> None:
    assert judge({}, RunMoment()).headline == "Nothing to judge yet."
    empty = {DISTANCE: curve([]), CHECK: curve([]), "fidelity_0.95": curve([])}
    assert judge(empty, RunMoment()).findings == ()
    assert judge({DISTANCE: curve([5.0])}, RunMoment()).headline == "Too early to tell."


def test_what_has_ended_is_told_as_ended() -> None:
    over = RunMoment(600, 600, 300, ended=True)
    found = judge({}, over)
    assert found.headline == "Nothing to judge."
    assert "ended before" in found.summary
    short = judge({DISTANCE: curve(15 + noise(12, 0.3)), "loss_dis": curve([6.0], 300)}, over)
    assert short.headline == "Phase 2 was too short to judge."
    assert short.findings[0].text.startswith("It ended early in phase 2")
    curves, moment = healthy(400_000)
    assert "still learning" in judge(curves, replace(moment, live=False, ended=True)).headline
    curves, moment = healthy(1_400_000)
    assert judge(curves, replace(moment, live=False, ended=True)).headline == "Decide by ear."


def test_what_is_too_early_says_when_it_is_not() -> None:
    assert "1,000 steps" in judge({DISTANCE: curve([5.0])}, RunMoment(live=True)).summary


def test_a_broken_training() -> None:
    curves, moment = healthy(100_000)
    curves[DISTANCE].values[-300:] = np.nan
    found = judge(curves, moment)
    assert found.headline.startswith("The training has broken")
    assert "85,050" in found.headline
    curves[DISTANCE].values[-1] = 20.0
    assert "nan" not in ids(judge(curves, moment)), "a single gap heals"


def test_no_learning() -> None:
    curves, moment = healthy(100_000)
    curves[DISTANCE] = curve(28 + noise(2000, 0.3))
    assert "no-learning" in ids(judge(curves, moment))


def test_a_plateau_in_phase_1_is_the_moment_for_phase_2() -> None:
    curves, moment = healthy(400_000)
    curves[DISTANCE] = curve(np.r_[falling(3000, 28, 13), 13 + noise(5000, 0.3)])
    found = judge(curves, moment)
    assert "plateau" in ids(found)
    assert found.severity == NOTE
    assert "phase 2" in found.findings[0].advice


def test_a_plateau_long_into_phase_2_is_for_the_ears() -> None:
    curves, moment = healthy(1_600_000)
    count = len(curves[DISTANCE].values)
    curves[DISTANCE].values[count // 2 :] = 16.5 + noise(count - count // 2, 0.2)
    assert "plateau-2" in ids(judge(curves, moment))


def test_a_collapsed_latent_space() -> None:
    curves, moment = healthy(200_000)
    curves["fidelity_0.95"].values[:] = 0
    assert "collapse" in ids(judge(curves, moment))
    assert "collapse" not in ids(judge(curves, replace(moment, latent_size=2)))
    assert "collapse" not in ids(judge(curves, replace(moment, variational=False)))
    curves["fidelity_0.95"].values[-1] = 1
    assert "collapse" not in ids(judge(curves, moment))


def test_a_latent_space_that_stays_wide() -> None:
    curves, moment = healthy(300_000)
    curves["fidelity_0.99"].values[:] = 127
    assert "loose-latents" in ids(judge(curves, moment))


def test_a_judge_that_wins() -> None:
    curves, moment = healthy(1_200_000)
    loss = curves["loss_dis"].values
    curves["loss_dis"].values[:] = np.linspace(4, 0.01, len(loss)) ** 2 / 4
    curves["pred_real"].values[:] *= 10
    assert "judge-wins" in ids(judge(curves, moment))


def test_a_judge_that_learns_nothing() -> None:
    curves, moment = healthy(1_200_000)
    for tag, level in (("loss_dis", 4.0), ("pred_real", 0.01), ("pred_fake", 0.0)):
        curves[tag].values[:] = level
    assert "judge-stuck" in ids(judge(curves, moment))


def test_learning_by_heart() -> None:
    curves, moment = healthy(400_000)
    count = len(curves[CHECK].values)
    curves[CHECK].values[count // 2 :] += np.linspace(0, 2, count - count // 2)
    curves[DISTANCE] = curve(np.linspace(28, 10, 8000) + noise(8000, 0.2))
    assert "by-heart" in ids(judge(curves, moment))


def test_a_machine_that_becomes_slow() -> None:
    curves, moment = healthy(400_000)
    times = curves[DISTANCE].wall_times
    times[-200:] = times[-201] + 3 * EVERY * 0.1 * np.arange(1, 201)
    assert "slowdown" in ids(judge(curves, moment))
    assert "slowdown" not in ids(judge(curves, replace(moment, live=False)))


def test_a_pause_is_no_slowdown() -> None:
    curves, moment = healthy(400_000)
    curves[DISTANCE].wall_times[-5:] += 7200
    assert "slowdown" not in ids(judge(curves, moment))


def test_a_gpu_that_waits() -> None:
    curves, moment = healthy(100_000)
    found = judge(curves, replace(moment, gpu_use=0.2, cpu_use=0.95))
    assert "starved" in ids(found)
    assert "20 %" in found.findings[0].evidence
    assert "starved" not in ids(judge(curves, replace(moment, gpu_use=0.97)))


def test_single_spikes_bend_no_trend() -> None:
    curves, moment = healthy(400_000)
    curves[DISTANCE].values[::97] *= 40
    assert ids(judge(curves, moment)) == set()


def test_the_old_name_of_the_distance_counts() -> None:
    curves, moment = healthy(400_000)
    curves["distance"] = curves.pop(DISTANCE)
    assert judge(curves, moment).headline.startswith("Learning")


def test_where_phase_2_begins_is_seen_without_a_plan() -> None:
    curves, moment = healthy(1_020_000)
    assert "phase-2" in ids(judge(curves, replace(moment, phase_1=None)))


def test_damaged_curves_raise_nothing() -> None:
    strange = [np.full(500, np.inf), np.zeros(500), np.full(500, -1e308), np.full(500, np.nan)]
    for values in strange:
        curves = {
            tag: curve(values)
            for tag in (DISTANCE, CHECK, "loss_dis", "pred_real", "pred_fake", "fidelity_0.95")
        }
        judge(curves, RunMoment(live=True, phase_1=10_000, latent_size=16))
