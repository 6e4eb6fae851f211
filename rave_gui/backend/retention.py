"""Which checkpoints may go under given rules, and why the others stay.

Pure: it looks at facts that were gathered elsewhere and deletes nothing.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from rave_gui.backend.thinning import Loss, Spacing, order


class Reason(str, Enum):
    """Why a checkpoint stays, whatever the rules say."""

    PINNED = "pinned"
    STARRED = "starred"
    NOTED = "noted"
    EXPORTED = "exported"
    BEST = "best"
    LAST = "last"
    STOPPED = "stopped"
    SAVED = "saved"
    NEWEST = "newest"
    RESUME = "resume"
    """A training goes on from it."""
    IN_USE = "in-use"
    """A training, an export or another job works with it now."""
    OUTSIDE = "outside"
    """It lies outside the project: it was brought in where it lay, and is not ours to clear."""
    GONE = "gone"
    """Its file is not there any more."""


KINDS = frozenset({Reason.BEST, Reason.LAST, Reason.STOPPED, Reason.SAVED})
"""What a person may give up; all other reasons hold always."""


@dataclass(frozen=True)
class Candidate:
    """One checkpoint as the rules see it."""

    id: int
    run: int
    step: int
    written: float
    """POSIX seconds."""
    size: int
    """Bytes."""
    held: frozenset[Reason] = frozenset()
    shared: bool = False
    """Its bytes have a second name, say in a fork: deleting it gives none back."""

    @property
    def frees(self) -> int:
        """Bytes that come back when it is deleted."""
        return 0 if self.shared else self.size


@dataclass(frozen=True)
class Rules:
    """What to keep. A rule that is None does not apply; without any rule nothing goes."""

    every: int | None = None
    """Of each so many steps of a run, one."""
    keep: int | None = None
    """At most so many of a run, those that are held counted in."""
    spacing: Spacing = Spacing.EVEN
    budget: int | None = None
    """Bytes of all runs together."""
    kinds: frozenset[Reason] = KINDS
    """Which of ``KINDS`` stay."""


@dataclass(frozen=True)
class Plan:
    """What would happen."""

    going: tuple[Candidate, ...] = ()
    staying: tuple[Candidate, ...] = ()
    """``held`` tells why; empty: within the rules."""
    over: int = 0
    """Bytes by which what stays is above the budget; 0: it is met, or there is none."""
    freed: int = 0
    """Bytes that come back."""

    @property
    def left(self) -> int:
        """Bytes that stay taken."""
        shared = sum(one.size for one in self.going if one.shared)
        return shared + sum(one.size for one in self.staying)


def plan(candidates: Iterable[Candidate], rules: Rules) -> Plan:
    """What goes under ``rules``: never what is held, nor the newest of a run."""
    runs = {key: _settled(found, rules) for key, found in _by_run(candidates).items()}
    going: set[int] = set()
    for found in runs.values():
        going |= _beyond_every(found, rules)
        going |= _beyond_most(found, rules, going)
    going |= _beyond_budget(runs, rules, going)
    every = [one for found in runs.values() for one in found]
    gone = tuple(one for one in every if one.id in going)
    stay = tuple(one for one in every if one.id not in going)
    made = Plan(gone, stay, freed=sum(one.frees for one in gone))
    over = 0 if rules.budget is None else max(0, made.left - rules.budget)
    return replace(made, over=over)


def _by_run(candidates: Iterable[Candidate]) -> Mapping[int, list[Candidate]]:
    found: dict[int, list[Candidate]] = {}
    for one in candidates:
        found.setdefault(one.run, []).append(one)
    return found


def _settled(found: Sequence[Candidate], rules: Rules) -> list[Candidate]:
    """A run by steps, with every reason that counts under ``rules``."""
    there = [one for one in found if Reason.GONE not in one.held]
    furthest = max(there, key=lambda one: (one.step, one.written), default=None)
    latest = max(there, key=lambda one: (one.written, one.step), default=None)
    given_up = KINDS - rules.kinds
    made = []
    for one in sorted(found, key=lambda one: (one.step, one.written, one.id)):
        newest = {Reason.NEWEST} if one in (furthest, latest) else set()
        made.append(replace(one, held=(one.held - given_up) | newest))
    return made


def _beyond_every(found: Sequence[Candidate], rules: Rules) -> set[int]:
    """All but one of each so many steps; what is held may be that one."""
    if rules.every is None:
        return set()
    taken = {one.step // rules.every for one in found if one.held}
    going = set()
    for one in found:
        part = one.step // rules.every
        if not one.held and part in taken:
            going.add(one.id)
        taken.add(part)
    return going


def _beyond_most(found: Sequence[Candidate], rules: Rules, going: set[int]) -> set[int]:
    if rules.keep is None:
        return set()
    rest = [one for one in found if one.id not in going and Reason.GONE not in one.held]
    too_many = max(0, len(rest) - rules.keep)
    return {rest[loss.index].id for loss in _losses(rest, rules.spacing)[:too_many]}


def _beyond_budget(
    runs: Mapping[int, Sequence[Candidate]], rules: Rules, going: set[int]
) -> set[int]:
    """The least missed of all runs, until what stays fits."""
    if rules.budget is None:
        return set()
    everything = [one for found in runs.values() for one in found]
    left = sum(one.size for one in everything) - sum(
        one.frees for one in everything if one.id in going
    )
    more: set[int] = set()
    for one in _least_missed(runs, rules.spacing, going):
        if left <= rules.budget:
            break
        if one.frees:
            more.add(one.id)
            left -= one.frees
    return more


def _least_missed(
    runs: Mapping[int, Sequence[Candidate]], spacing: Spacing, going: set[int]
) -> Iterable[Candidate]:
    """What may go, of all runs, by the hole that it leaves in its run."""
    lines = []
    for found in runs.values():
        rest = [one for one in found if one.id not in going]
        lines.append([(loss.gap, rest[loss.index]) for loss in _losses(rest, spacing)])
    return (one for _, one in heapq.merge(*lines, key=lambda pair: pair[0]))


def _losses(rest: Sequence[Candidate], spacing: Spacing) -> list[Loss]:
    return order([one.step for one in rest], [bool(one.held) for one in rest], spacing)
