"""The rule about numbers that cannot be meant, from the ranges of the table of parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rave_gui.backend.parameters import problems
from rave_gui.backend.rave_findings import Finding, Plan, Rule, error

_ELSEWHERE = frozenset(
    {"max_steps", "val_every", "save_every", "workers", "ema", "n_signal", "batch", "rand_pitch"}
)
"""Rules of their own say more about these."""


def ranges(plan: Plan) -> Iterator[Finding]:
    """A width of 0 or a latent space of a thousand billion dimensions."""
    for one, reason in problems(plan.settings):
        if one.key not in _ELSEWHERE:
            yield replace(error("range", reason, f"Use {one.usual_words}."), about=one.key)


RULES: tuple[Rule, ...] = (ranges,)
