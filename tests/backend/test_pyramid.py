"""At any zoom a curve looks as it is; pauses do not count as training; differences are told."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from rave_gui.backend.compare import differences
from rave_gui.backend.curves import smooth, trend_line
from rave_gui.backend.pyramid import Pyramid
from rave_gui.backend.trained_time import TrainedTime
from rave_gui.core.records import Experiment

COUNT = 60_000
X = np.arange(COUNT) * 50.0
NOISE = np.random.default_rng(1).normal(0, 1, COUNT)


@pytest.mark.parametrize("window", [(0, 3e6), (1e6, 1.5e6), (1.2e6, 1.21e6)])
def test_no_extreme_is_lost_at_any_zoom(window: tuple[float, float]) -> None:
    values = NOISE.copy()
    values[24_100], values[24_150] = 90.0, -90.0
    pyramid = Pyramid(X, values)
    x, y = pyramid.view(*window, 800)
    inside = (window[0] <= X) & (window[1] >= X)
    seen = (window[0] <= x) & (window[1] >= x)
    assert y[seen].max() == values[inside].max()
    assert y[seen].min() == values[inside].min()
    assert len(x) <= 4 * 800 + 8
    assert np.all(np.diff(x) >= 0)


def test_zoomed_in_it_is_exact() -> None:
    x, y = Pyramid(X, NOISE).view(1_000_000, 1_010_000, 800)
    part = (X >= 1_000_000 - 50) & (X <= 1_010_000 + 50)
    np.testing.assert_array_equal(x, X[part])
    np.testing.assert_array_equal(y, NOISE[part])


def test_points_without_a_value_and_empty_curves() -> None:
    pyramid = Pyramid(np.arange(4.0), np.array([1.0, np.nan, np.inf, 2.0]))
    assert len(pyramid) == 2
    assert pyramid.nearest(1.2) == (0.0, 1.0)
    empty = Pyramid(np.zeros(0), np.zeros(0))
    assert empty.ends is None
    assert empty.nearest(3) is None
    assert len(empty.view(0, 1, 100)[0]) == 0


def test_a_trend_of_few_points_is_the_trend_of_all() -> None:
    values = 13 + 10 * np.exp(-X / 500_000) + 0.3 * NOISE
    x, y = trend_line(X, values, 0.6)
    assert len(x) < 3000
    full = np.interp(x, X, smooth(values, 0.6))
    assert np.abs(y - full)[20:-20].max() < 0.05


def test_a_peak_of_the_trend_stays_where_it_is() -> None:
    peak = np.exp(-(((X - 1_000_000) / 100_000) ** 2))
    x, y = trend_line(X, peak, 0.5)
    assert abs(x[np.argmax(y)] - 1_000_000) < 2000


def test_gaps_do_not_spread_in_the_trend() -> None:
    values = np.ones(COUNT)
    values[100:5000] = np.nan
    _, y = trend_line(X, values, 0.5)
    assert np.nanmax(np.abs(y - 1)) < 1e-9


def test_pauses_are_no_training() -> None:
    times = 1e9 + X / 50 * 2.0
    times[30_000:] += 86_400
    clock = TrainedTime(X, times)
    assert clock.hours(X[-1:])[0] == pytest.approx(COUNT * 2 / 3600, rel=1e-3)
    assert clock.hours(np.array([1_000_000.0]))[0] == pytest.approx(20_000 * 2 / 3600, rel=1e-3)


def test_time_of_a_run_of_one_point_or_none() -> None:
    assert TrainedTime(np.zeros(0), np.zeros(0)).hours(np.array([3.0])) == [0.0]
    assert TrainedTime(np.array([50.0]), np.array([1e9])).hours(np.array([3.0])) == [0.0]


def run(name: str, **config: object) -> Experiment:
    return Experiment(1, 1, name, config, time.time(), output_path=Path("/p"))


def test_only_what_differs_is_told() -> None:
    rows = differences(
        [
            run("a", batch=8, configs=["v2"], overrides=["CAPACITY=64", "A = 1"], preset="x"),
            run("b", batch=8, configs=["v2", "causal"], overrides=["A=1"], preset="y"),
        ]
    )
    assert {row.key: row.values for row in rows} == {
        "configs": (("v2",), ("v2", "causal")),
        "CAPACITY": ("64", None),
    }
    assert differences([run("a", batch=8), run("b", batch=8)]) == []
    assert differences([run("a", overrides="broken"), run("b", overrides=[3])]) == []
