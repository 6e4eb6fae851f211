"""What blind answers say: how likely chance would do as well, and which of many is liked best."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SETTLED = 0.05
"""Where chance is less likely than this, a preference is called settled."""
_Z = 1.959963984540054
"""Of a normal distribution, 95 % on both sides."""
_ROUNDS = 500
_MOST_MORE = 200
Pair = tuple[str, str]


def chance_at_least(wins: int, rounds: int) -> float:
    """How likely a coin gives ``wins`` or more of ``rounds``: the one-sided exact binomial test.

    P(X >= k) = sum over i = k..n of C(n, i) / 2^n. Of A/B/X tests: there is no worse than guessing.
    """
    ways = sum(math.comb(rounds, hits) for hits in range(max(0, wins), rounds + 1))
    return float(ways / 2**rounds)


def preference_p(wins: int, rounds: int) -> float:
    """The same with two sides: how likely a coin is so uneven, whichever side it prefers.

    Nobody said beforehand which one would be preferred; testing only the side that happened to
    win would halve the figure without a reason. For p = 1/2 it is twice the smaller tail, at most
    1 (Conover, Practical Nonparametric Statistics, 3rd ed., 3.1).
    """
    return min(1.0, 2 * chance_at_least(max(wins, rounds - wins), rounds))


def rounds_to_settle(wins: int, rounds: int) -> int | None:
    """How many more rounds, all won as well, would settle it; 0: it is settled."""
    ahead = max(wins, rounds - wins)
    for more in range(_MOST_MORE):
        if preference_p(ahead + more, rounds + more) < SETTLED:
            return more
    return None


def wilson(wins: float, rounds: float) -> tuple[float, float]:
    """The interval in which the true share of wins lies with 95 %.

    (p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n), E. B. Wilson, Probable inference, the law
    of succession, and statistical inference, JASA 22 (1927). Holds for few rounds as well.
    """
    if rounds <= 0:
        return 0.0, 1.0
    share, z2 = wins / rounds, _Z * _Z / rounds
    middle = share + z2 / 2
    reach = _Z * math.sqrt(share * (1 - share) / rounds + z2 / (4 * rounds))
    return max(0.0, (middle - reach) / (1 + z2)), min(1.0, (middle + reach) / (1 + z2))


@dataclass(frozen=True)
class Standing:
    """How one did against all others."""

    key: str
    wins: int
    rounds: int
    strength: float
    """Bradley and Terry's: the mean over all is 1."""
    low: float
    high: float
    """Between these lies its true share of wins, with 95 %."""


def ranking(preferences: Iterable[Pair]) -> tuple[Standing, ...]:
    """All that were compared, best first, from pairs of (preferred, other).

    Bradley-Terry: i is preferred to j with the probability s_i / (s_i + s_j). The strengths are
    the most likely ones, found by Hunter's iteration s_i <- W_i / sum_j n_ij / (s_i + s_j)
    (D. R. Hunter, MM algorithms for generalized Bradley-Terry models, Annals of Statistics 32,
    2004). Half a win each way is added to every pair that was compared: without it whoever never
    lost would be infinitely strong.
    """
    won = _tally(preferences)
    keys = sorted({key for pair in won for key in pair})
    strengths = _strengths(keys, won)
    found = []
    for key in keys:
        wins = sum(count for (winner, _), count in won.items() if winner == key)
        rounds = wins + sum(count for (_, loser), count in won.items() if loser == key)
        found.append(Standing(key, wins, rounds, strengths[key], *wilson(wins, rounds)))
    return tuple(sorted(found, key=lambda one: (-one.strength, one.key)))


def between(preferences: Iterable[Pair], first: str, second: str) -> tuple[int, int]:
    """(how often the first was preferred, rounds) of two."""
    won = _tally(preferences)
    wins, losses = won.get((first, second), 0), won.get((second, first), 0)
    return wins, wins + losses


def _tally(preferences: Iterable[Pair]) -> Mapping[Pair, int]:
    won: dict[Pair, int] = {}
    for pair in preferences:
        won[pair] = won.get(pair, 0) + 1
    return won


def _strengths(keys: Sequence[str], won: Mapping[Pair, int]) -> dict[str, float]:
    met = {frozenset(pair) for pair in won}
    wins = {
        key: sum(count for (winner, _), count in won.items() if winner == key)
        + 0.5 * sum(key in pair for pair in met)
        for key in keys
    }
    games = {pair: sum(won.get(order, 0) for order in _orders(pair)) + 1.0 for pair in met}
    strength = dict.fromkeys(keys, 1.0)
    for _ in range(_ROUNDS):
        fresh = {key: wins[key] / _weight(key, strength, games) for key in keys}
        mean = sum(fresh.values()) / max(1, len(fresh))
        fresh = {key: value / mean for key, value in fresh.items()}
        calm = all(math.isclose(fresh[key], strength[key], rel_tol=1e-9) for key in keys)
        strength = fresh
        if calm:
            break
    return strength


def _weight(
    key: str, strength: Mapping[str, float], games: Mapping[frozenset[str], float]
) -> float:
    return sum(
        count / sum(strength[one] for one in pair) for pair, count in games.items() if key in pair
    )


def _orders(pair: frozenset[str]) -> tuple[Pair, Pair]:
    first, second = sorted(pair)
    return (first, second), (second, first)
