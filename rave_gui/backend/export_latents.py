"""From a wanted number of latents to the fidelity that gives it, and back.

``rave export`` knows no number, only ``--fidelity``: the share of the variance that is to be kept.
It looks for the first latent with which the sum of shares exceeds it, and goes up to a power of two
(export.py:119-123). Only variational models have such shares; the others keep a fixed number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rave_gui.backend.rave_rules_export import FIDELITY

Table = Sequence[tuple[float, int]]
"""Shares from low to high, each with the latents that RAVE exports for it."""


@dataclass(frozen=True)
class Choice:
    """A number of latents that can be had, and a fidelity that gives it."""

    latents: int
    fidelity: float
    low: float
    """The least share that gives as many."""


def choices(table: Table) -> tuple[Choice, ...]:
    """Every number of latents that the checkpoint can be exported with, fewest first.

    The fidelity lies in the middle of all that give the number, far from both neighbours, since a
    share at the very edge may be counted to either side when it is rounded.
    """
    spans: dict[int, tuple[float, float]] = {}
    ends = [*(share for share, _ in table[1:]), FIDELITY[1]]
    for (share, size), after in zip(table, ends, strict=False):
        low, high = max(share, FIDELITY[0]), min(after, FIDELITY[1])
        if low <= high and size > 0:
            begun = spans.get(size, (low, high))
            spans[size] = min(begun[0], low), max(begun[1], high)
    return tuple(
        Choice(size, round((low + high) / 2, 6), low) for size, (low, high) in sorted(spans.items())
    )


def latents_for(table: Table, fidelity: float) -> int | None:
    """How many latents a fidelity gives; None where the table says nothing of it."""
    found = [size for share, size in table if share <= fidelity + 1e-9]
    return found[-1] if found else None


def table_of(cumulative: Sequence[float]) -> Table:
    """The table for a checkpoint's own buffer ``fidelity``: the variance kept by so many latents.

    Empty for a buffer of zeros, which every model has before its first validation.
    """
    if not cumulative or max(cumulative) <= 0:
        return ()
    edges = [0.0, *cumulative]
    rows = [(share, _kept(index)) for index, share in enumerate(edges[:-1]) if share < edges[-1]]
    rising = [row for at, row in enumerate(rows) if at == 0 or row[0] > rows[at - 1][0]]
    return tuple(rising)


def _kept(index: int) -> int:
    """``2 ** ceil(log2(max(argmax, 1)))``."""
    return 1 << (max(index, 1) - 1).bit_length()
