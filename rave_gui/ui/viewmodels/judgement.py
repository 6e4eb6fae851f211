"""What the card on the curves asks of a training, and the signs beside its words."""

from __future__ import annotations

from typing import Any

from rave_gui.backend.judgement import BAD, GOOD, NOTE, WARN, Judgement, RunMoment, judge

_SIGNS = {BAD: "✕", WARN: "!", NOTE: "·", GOOD: "✓"}


def sign(severity: str) -> str:
    """A sign, so that colour is never the only one."""
    return _SIGNS.get(severity, "·")


def judged(metrics: Any, moment: RunMoment) -> Judgement:
    """The judgement of open metrics; called in the background."""
    return judge({tag: metrics.joined(tag) for tag in metrics.tags()}, moment)
