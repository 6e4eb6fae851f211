"""Listening without knowing to what: pairs in an order that nobody chose, and what was answered."""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations

from rave_gui.core.errors import UserError

MOST_ROUNDS = 200


class BlindKind(str, Enum):
    """What is asked in each round."""

    PREFERENCE = "preference"
    """Which of two sounds better."""
    ABX = "abx"
    """Which of two the third is: whether a difference can be heard at all."""


@dataclass(frozen=True)
class Round:
    """One question. Keys are those of lanes."""

    number: int
    a: str
    b: str
    x: str = ""
    """What X is, in A/B/X."""


@dataclass(frozen=True)
class BlindTest:
    """A plan of rounds that the seed alone decides."""

    kind: BlindKind
    keys: tuple[str, ...]
    seed: int
    rounds: tuple[Round, ...]

    @property
    def name(self) -> str:
        """Under which its answers are kept."""
        return f"{self.kind.value}-{self.seed:08x}"


@dataclass(frozen=True)
class Answer:
    """What was said in one round."""

    test: str
    seed: int
    kind: BlindKind
    number: int
    a: str
    b: str
    x: str
    chosen: str
    """The key that was preferred, or taken for X."""
    at: float
    """POSIX seconds."""
    sound: str = ""
    """What was put through the models."""

    @property
    def correct(self) -> bool:
        """Whether X was recognised."""
        return self.kind is BlindKind.ABX and self.chosen == self.x

    @property
    def preference(self) -> tuple[str, str] | None:
        """(preferred, other); None in A/B/X."""
        if self.kind is not BlindKind.PREFERENCE:
            return None
        return self.chosen, self.b if self.chosen == self.a else self.a


def new_seed() -> int:
    """One that nobody can guess; it is kept with the answers."""
    return secrets.randbits(32)


def plan(kind: BlindKind, keys: Sequence[str], rounds_each: int, seed: int) -> BlindTest:
    """``rounds_each`` rounds of every pair, sides and order shuffled by ``seed``.

    Each pair stands as often in one order as in the other (one time more where the number is odd),
    so that liking the first of two sounds changes nothing.

    Raises:
        UserError: there are fewer than two, or far too many rounds.
    """
    found = tuple(dict.fromkeys(keys))
    pairs = list(combinations(found, 2))
    if not pairs:
        raise UserError("A blind test needs two lanes at least.", "Add another model or sound.")
    if not 1 <= rounds_each * len(pairs) <= MOST_ROUNDS:
        raise UserError(
            f"These are {rounds_each * len(pairs)} rounds.",
            f"Choose fewer lanes or rounds: at most {MOST_ROUNDS} together.",
        )
    chance = random.Random(seed)
    made = [side for pair in pairs for side in _sides(pair, rounds_each, chance)]
    chance.shuffle(made)
    abx = kind is BlindKind.ABX
    rounds = tuple(
        Round(number, a, b, chance.choice((a, b)) if abx else "")
        for number, (a, b) in enumerate(made, 1)
    )
    return BlindTest(kind, found, seed, rounds)


def answer(test: BlindTest, number: int, chosen: str, at: float, sound: str = "") -> Answer:
    """What to keep of round ``number`` (from 1); ``chosen`` is the key behind the letter."""
    asked = test.rounds[number - 1]
    return Answer(
        test.name, test.seed, test.kind, number, asked.a, asked.b, asked.x, chosen, at, sound
    )


def _sides(pair: tuple[str, str], rounds: int, chance: random.Random) -> list[tuple[str, str]]:
    first, second = pair if chance.random() < 0.5 else pair[::-1]
    return [(first, second) if turn % 2 == 0 else (second, first) for turn in range(rounds)]
