"""What a blind test asks and says. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import comb

from rave_gui.backend.blind_statistics import between
from rave_gui.backend.blind_test import Answer, BlindKind, BlindTest
from rave_gui.ui.text import plural, translate
from rave_gui.ui.viewmodels.listening_room import abx_verdict, verdict

A, B, X = "A", "B", "X"


def _tr(text: str) -> str:
    return translate("blind-test", text)


def kinds() -> tuple[tuple[str, str, str], ...]:
    """(kind, word, explanation)."""
    return (
        (
            BlindKind.PREFERENCE.value,
            _tr("Which sounds better?"),
            _tr("Two lanes at a time without their names; your answers rank the models."),
        ),
        (
            BlindKind.ABX.value,
            _tr("Can I hear a difference?"),
            _tr("X is A or B: say which. Many right answers mean that you can tell them apart."),
        ),
    )


def amount(lanes: int, rounds_each: int) -> str:
    """How much there is to answer."""
    if lanes < 2:
        return _tr("Choose two lanes at least.")
    pairs = comb(lanes, 2)
    rounds = pairs * rounds_each
    words = plural(pairs, _tr("{rounds} rounds of one pair."), _tr("{rounds} rounds of {n} pairs."))
    return words.format(rounds=rounds, n=pairs)


def round_title(number: int, rounds: int) -> str:
    """``Round 3 of 12``."""
    return _tr("Round {n} of {all}").format(n=number, all=rounds)


def question(kind: BlindKind) -> str:
    """What is asked."""
    if kind is BlindKind.ABX:
        return _tr("Listen to A, B and X as often as you like. Which of both is X?")
    return _tr("Listen to A and B as often as you like. Which sounds better?")


def keys(kind: BlindKind) -> str:
    """What the keyboard does."""
    if kind is BlindKind.ABX:
        return _tr("The keys A, B and X switch, space pauses.")
    return _tr("The keys A and B switch, space pauses.")


def choices(kind: BlindKind) -> tuple[str, str]:
    """The words of the two answers."""
    if kind is BlindKind.ABX:
        return _tr("X is A"), _tr("X is B")
    return _tr("A sounds better"), _tr("B sounds better")


def results(
    test: BlindTest, answers: Sequence[Answer], titles: Mapping[str, str]
) -> tuple[str, ...]:
    """What came out of this test, pair by pair, names and all."""
    pairs = dict.fromkeys(tuple(sorted((one.a, one.b))) for one in test.rounds)
    return tuple(line for first, second in pairs if (line := _pair(first, second, answers, titles)))


def _pair(first: str, second: str, answers: Sequence[Answer], titles: Mapping[str, str]) -> str:
    met = [answer for answer in answers if {answer.a, answer.b} == {first, second}]
    if not met:
        return ""
    if met[0].kind is BlindKind.ABX:
        right = sum(answer.correct for answer in met)
        names = [titles.get(first, first), titles.get(second, second)]
        words = _tr("{right} of {n} recognised. {verdict}")
        return words.format(right=right, n=len(met), verdict=abx_verdict(right, len(met), names))
    wins, rounds = between([one.preference for one in met if one.preference], first, second)
    if 2 * wins < rounds:
        first, second, wins = second, first, rounds - wins
    words = _tr("{one} preferred {wins} of {n} times against {other}, {sure}")
    return words.format(
        one=titles.get(first, first),
        other=titles.get(second, second),
        wins=wins,
        n=rounds,
        sure=verdict(wins, rounds),
    )
