"""Blind listening: nobody chose the order, every answer is kept, and what follows is arithmetic."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy.stats import binomtest

from rave_gui.backend.blind_answers import BlindAnswers
from rave_gui.backend.blind_statistics import (
    between,
    chance_at_least,
    preference_p,
    ranking,
    rounds_to_settle,
    wilson,
)
from rave_gui.backend.blind_test import Answer, BlindKind, answer, new_seed, plan
from rave_gui.core.errors import UserError

Rounds = some.integers(1, 60).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n)))


@given(Rounds)
def test_chance_is_what_scipy_says(rounds):
    wins, count = rounds
    one = binomtest(wins, count, 0.5, alternative="greater").pvalue
    two = binomtest(wins, count, 0.5).pvalue
    assert chance_at_least(wins, count) == pytest.approx(one, rel=1e-9)
    assert preference_p(wins, count) == pytest.approx(two, rel=1e-9)


@given(Rounds)
def test_the_interval_is_the_one_of_scipy(rounds):
    wins, count = rounds
    found = binomtest(wins, count).proportion_ci(method="wilson")
    assert wilson(wins, count) == pytest.approx((found.low, found.high), abs=1e-9)


def test_how_many_more_rounds_would_settle_it():
    assert preference_p(9, 12) == pytest.approx(0.146, abs=0.001)
    assert rounds_to_settle(9, 12) == 3
    assert preference_p(12, 15) < 0.05 <= preference_p(11, 14)
    assert rounds_to_settle(15, 16) == 0
    assert rounds_to_settle(0, 0) == 6


def test_who_wins_most_is_first_and_a_favourite_of_favourites_before_one_of_losers():
    pairs = [("a", "b")] * 8 + [("b", "a")] * 2 + [("b", "c")] * 7 + [("c", "b")] * 3
    found = ranking(pairs)
    assert [one.key for one in found] == ["a", "b", "c"]
    assert (found[0].wins, found[0].rounds) == (8, 10)
    assert found[0].low < 0.8 < found[0].high
    ratio = found[0].strength / found[1].strength
    assert ratio == pytest.approx((8.5) / (2.5), rel=1e-6), "two alone: the wins, half added"
    assert sum(one.strength for one in found) / 3 == pytest.approx(1.0)


def test_one_that_never_lost_is_not_infinitely_strong():
    (best, worst) = ranking([("a", "b")] * 5)
    assert best.strength / worst.strength == pytest.approx(11)
    assert ranking([]) == ()
    assert between([("a", "b"), ("b", "a"), ("a", "b"), ("a", "c")], "a", "b") == (2, 3)


@given(some.integers(0, 2**32 - 1), some.integers(1, 12), some.integers(2, 5))
def test_the_seed_alone_decides_and_no_side_is_favoured(seed, each, count):
    keys = [f"lane{number}" for number in range(count)]
    test = plan(BlindKind.PREFERENCE, keys, each, seed)
    assert test == plan(BlindKind.PREFERENCE, keys, each, seed)
    orders = Counter((one.a, one.b) for one in test.rounds)
    for first in keys:
        for second in keys:
            if first != second:
                assert abs(orders[first, second] - orders[second, first]) <= 1
                assert orders[first, second] + orders[second, first] == each
    assert [one.number for one in test.rounds] == list(range(1, len(test.rounds) + 1))


def test_another_seed_is_another_order():
    plans = {plan(BlindKind.ABX, ["a", "b"], 12, seed).rounds for seed in range(20)}
    assert len(plans) == 20
    sides = Counter(one.x == one.a for seed in range(60) for one in abx(seed))
    assert 0.4 < sides[True] / sides.total() < 0.6
    assert new_seed() != new_seed()


def abx(seed: int):
    return plan(BlindKind.ABX, ["a", "b"], 12, seed).rounds


def test_one_lane_cannot_be_compared_and_too_many_rounds_are_refused():
    for keys, each in ((["a"], 5), (["a", "a"], 5), ([str(n) for n in range(9)], 12)):
        with pytest.raises(UserError):
            plan(BlindKind.PREFERENCE, keys, each, 1)


def test_answers_are_kept_with_their_seed_and_come_back(tmp_path):
    kept = BlindAnswers(tmp_path)
    assert kept.all() == ()
    test = plan(BlindKind.PREFERENCE, ["checkpoint:1", "checkpoint:2"], 3, 77)
    given_ = [answer(test, n, test.rounds[n - 1].a, 100.0 + n, "bell.wav") for n in (1, 2, 3)]
    for one in given_:
        kept.add(one, {"checkpoint:1": "bells · 400k", "checkpoint:2": "bells · best"})
    assert BlindAnswers(tmp_path).all() == tuple(given_)
    assert kept.titles()["checkpoint:1"] == "bells · 400k"
    assert {one.seed for one in kept.all()} == {77}
    assert kept.all()[0].preference == (test.rounds[0].a, test.rounds[0].b)


def test_torn_and_foreign_lines_are_passed_and_the_next_answer_is_whole(tmp_path):
    kept = BlindAnswers(tmp_path)
    test = plan(BlindKind.ABX, ["a", "b"], 2, 5)
    first, second = (answer(test, n, "a", 1.0) for n in (1, 2))
    kept.add(first, {})
    with kept.path.open("ab") as stream:
        stream.write(b'\n[1]\n{"test": "x"}\n\xff\xfe\n{"test": "torn')
    kept.add(second, {})
    assert kept.all() == (first, second)
    (*_, last) = kept.path.read_text(errors="replace").splitlines()
    assert json.loads(last)["number"] == 2


def test_an_answer_that_names_neither_side_does_not_count(tmp_path):
    kept = BlindAnswers(tmp_path)
    kept.add(Answer("t", 1, BlindKind.PREFERENCE, 1, "a", "b", "", "c", 1.0), {})
    assert kept.all() == ()


def test_only_abx_can_be_correct_and_only_a_preference_is_one():
    recognised = Answer("t", 1, BlindKind.ABX, 1, "a", "b", "b", "b", 1.0)
    preferred = Answer("t", 1, BlindKind.PREFERENCE, 1, "a", "b", "", "b", 1.0)
    assert recognised.correct
    assert recognised.preference is None
    assert not preferred.correct
    assert preferred.preference == ("b", "a")
