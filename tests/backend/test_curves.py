"""Smoothing moves no peak and bends no line; thinning loses no extreme."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rave_gui.backend.curves import bandwidth, between, limits, nearest, smooth, thin


def noisy(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=n)


@pytest.mark.parametrize("strength", [0.1, 0.4, 0.8, 1.0])
def test_a_peak_stays_where_it_is(strength):
    x = np.arange(2001.0)
    peak = np.exp(-0.5 * ((x - 700) / 60) ** 2)
    assert abs(int(np.argmax(smooth(peak, strength))) - 700) <= 1


@pytest.mark.parametrize("strength", [0.2, 1.0])
def test_a_straight_line_stays_itself_to_its_very_ends(strength):
    line = 30 - 0.01 * np.arange(500.0)
    np.testing.assert_allclose(smooth(line, strength), line, rtol=1e-9)


def test_reversed_in_time_gives_the_reversed_trend():
    values = noisy(300)
    np.testing.assert_allclose(smooth(values[::-1], 0.5)[::-1], smooth(values, 0.5), atol=1e-9)


def test_noise_becomes_calm_and_its_level_stays():
    values = 5 + noisy(5000)
    trend = smooth(values, 0.6)
    assert np.std(trend) < 0.2 < np.std(values)
    assert np.mean(trend) == pytest.approx(5, abs=0.1)


def test_it_equals_a_plain_local_regression():
    values, sigma = noisy(60), bandwidth(60, 0.7)
    x = np.arange(60.0)
    expected = [_line_at(x, values, at, sigma) for at in x]
    np.testing.assert_allclose(smooth(values, 0.7), expected, atol=2e-2)


def test_a_gap_stays_a_gap_and_does_not_spread():
    values = np.linspace(10, 5, 200)
    values[50], values[80] = np.nan, np.inf
    trend = smooth(values, 0.5)
    assert np.isnan(trend[[50, 80]]).all()
    rest = np.delete(np.arange(200), [50, 80])
    np.testing.assert_allclose(trend[rest], np.linspace(10, 5, 200)[rest], rtol=1e-9)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [np.nan] * 5, [3.0] * 40])
def test_short_empty_and_constant_curves_pass(values):
    np.testing.assert_allclose(smooth(np.array(values), 1.0), values)


def test_strength_zero_is_the_curve_itself():
    values = noisy(100)
    np.testing.assert_array_equal(smooth(values, 0.0), values)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=2000),
    st.integers(1, 50),
)
def test_thinning_keeps_extremes_ends_and_order(values, buckets):
    y, x = np.array(values), np.arange(len(values), dtype=float)
    short_x, short_y = thin(x, y, buckets)
    assert len(short_x) <= max(4 * buckets, len(values) if len(values) <= 4 * buckets else 0)
    assert (short_y.min(), short_y.max()) == (y.min(), y.max())
    assert (short_x[0], short_x[-1]) == (x[0], x[-1])
    assert (np.diff(short_x) > 0).all()
    np.testing.assert_array_equal(short_y, y[short_x.astype(int)])


def test_every_pixel_column_keeps_its_own_extremes():
    x, y = np.arange(10_000.0), noisy(10_000)
    short_x, short_y = thin(x, y, 100)
    whole, kept = (x * 100 / 9999).astype(int).clip(0, 99), (short_x * 100 / 9999).astype(int)
    for column in (0, 17, 99):
        inside = short_y[kept.clip(0, 99) == column]
        assert inside.min() == y[whole == column].min()
        assert inside.max() == y[whole == column].max()


def test_points_without_a_value_are_left_out():
    x, y = thin(np.arange(4.0), np.array([1.0, np.nan, np.inf, 2.0]), 10)
    assert list(x) == [0, 3]
    assert list(y) == [1, 2]


def test_a_zoomed_range_keeps_a_neighbour_each_side():
    x = np.array([0.0, 10, 20, 30, 40])
    assert list(x[between(x, 15, 25)]) == [10, 20, 30]
    assert list(x[between(x, -5, 100)]) == list(x)


@pytest.mark.parametrize(("at", "index"), [(-9, 0), (4, 0), (6, 1), (14, 1), (99, 2)])
def test_the_nearest_point(at, index):
    assert nearest(np.array([0.0, 10, 20]), at) == index
    assert nearest(np.array([]), at) is None


def test_one_outlier_does_not_flatten_the_rest():
    values = np.r_[np.linspace(5, 10, 1000), 1e6]
    low, high = limits([values])
    assert 4 < low < 5
    assert 10 < high < 20
    assert limits([values], clip=False)[1] > 1e6


def test_a_steep_beginning_is_no_outlier():
    values = 5 + 25 * np.exp(-np.arange(1000) / 100)
    assert limits([values])[1] > 29


def test_a_logarithmic_axis_is_positive():
    low, high = limits([np.array([-1.0, 0.0, 0.1, 10.0])], log=True)
    assert 0 < low < 0.1
    assert high > 10


@pytest.mark.parametrize("curves", [[], [np.array([])], [np.array([np.nan])], [np.array([3.0])]])
def test_limits_are_always_a_range(curves):
    for log in (False, True):
        low, high = limits(curves, log=log)
        assert low < high


def _line_at(x: np.ndarray, y: np.ndarray, at: float, sigma: float) -> float:
    weights = np.exp(-0.5 * ((x - at) / sigma) ** 2)
    slope, level = np.polyfit(x - at, y, 1, w=np.sqrt(weights))
    return level + 0 * slope
