"""The opinion in a few words: what is worst, else how it learns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum

from rave_gui.backend.judgement import BAD, WARN, Observation
from rave_gui.backend.judgement_view import VALIDATION, View, percent, trend

_LEAST_POINTS = 20
_TREND_STEPS = 50 * _LEAST_POINTS
"""RAVE writes a point every 50 steps."""
_FAST, _SLOW = 0.03, 0.005
"""Share that the distance falls over the last quarter."""


def opinion(view: View, found: Sequence[Observation]) -> tuple[str, str]:
    """Headline and summary."""
    if found and found[0].severity == BAD:
        return found[0].text, found[0].advice
    if not len(view.distance):
        return _nothing(view)
    if found and found[0].severity == WARN:
        return found[0].text, " ".join((_progress(view), _latents(view))).strip()
    summary = " ".join((_progress(view), _latents(view))).strip()
    return (_ended(view) if view.moment.ended else _headline(view)), summary


def _nothing(view: View) -> tuple[str, str]:
    if view.moment.ended:
        return "Nothing to judge.", "It ended before the first figures, which come after 50 steps."
    return "Nothing to judge yet.", "The first figures come after 50 steps."


def _headline(view: View) -> str:
    if len(view.now) < _LEAST_POINTS:
        if view.phase == 2:
            return "Phase 2 has just begun."
        return "Too early to tell."
    if view.phase == 2:
        return "Learning to sound real."
    return {
        _Course.FLAT: "Hardly changing.",
        _Course.WORSE: "Getting worse lately.",
        _Course.FAST: "Learning well.",
        _Course.SLOW: "Learning, slowly.",
    }[_course(view)]


def _ended(view: View) -> str:
    """The same of a training that trains no more."""
    if len(view.now) < _LEAST_POINTS:
        return "Phase 2 was too short to judge." if view.phase == 2 else "Too short to judge."
    if view.phase == 2:
        return "Decide by ear."
    return {
        _Course.FLAT: "It hardly changed any more.",
        _Course.WORSE: "It got worse at the end.",
        _Course.FAST: "It was still learning well.",
        _Course.SLOW: "It was still learning, slowly.",
    }[_course(view)]


class _Course(Enum):
    """Where the distance goes lately."""

    FLAT = "flat"
    WORSE = "worse"
    FAST = "fast"
    SLOW = "slow"


def _course(view: View) -> _Course:
    line = trend(view.lately(view.now))
    if line is None or not line.sure or abs(line.relative) < _SLOW:
        return _Course.FLAT
    if line.relative > 0:
        return _Course.WORSE
    return _Course.FAST if line.relative < -_FAST else _Course.SLOW


def _progress(view: View) -> str:
    """``The distance fell 1.8 % in the last 50,000 steps, validation agrees.``."""
    lately = view.lately(view.now)
    line = trend(lately)
    if len(view.now) < _LEAST_POINTS:
        later = f"A trend shows after {_TREND_STEPS:,} steps of a phase."
        return "" if view.moment.ended else later
    if line is None:
        return ""
    if view.phase == 2:
        return f"The distance is {lately.median:.3g}; in this phase it says little, your ears more."
    verb = "fell" if line.relative < 0 else "rose"
    text = f"The distance {verb} {percent(abs(line.relative))} in the last {lately.span:,.0f} steps"
    return f"{text}{_agreement(view, lately.steps[0], line.relative)}."


def _agreement(view: View, since: float, change: float) -> str:
    checked = trend(view.piece(VALIDATION).after(since))
    if checked is None:
        return ""
    if not checked.sure:
        return ", validation stays where it is"
    return ", validation agrees" if checked.relative * change > 0 else ", validation does not agree"


def _latents(view: View) -> str:
    """``95 % of the sound needs 10 latents``; RAVE counts from 0 (#335 of its issues)."""
    piece = view.piece("fidelity_0.95")
    if not len(piece) or not view.moment.variational or not math.isfinite(piece.values[-1]):
        return ""
    needed = int(piece.values[-1]) + 1
    return f"95\u00a0% of the sound needs {needed} latent{'s' if needed != 1 else ''}."
