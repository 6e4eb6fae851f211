"""What the curves of a training say, in words: a headline, and every observation with its evidence.

Pure: curves in, sentences out. The rules are in :mod:`judgement_rules`; what healthy curves look
like is told by RAVE's own guide (docs/tensorboard_guide.md): in phase 2 distances and validation
rise, and that is normal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

GOOD, NOTE, WARN, BAD = "good", "note", "warn", "bad"
_WEIGHT = {BAD: 0, WARN: 1, NOTE: 2, GOOD: 3}


class Curve(Protocol):
    """One tag, joined over all versions; arrays of equal length, steps strictly rising."""

    @property
    def steps(self) -> Any:
        """int[n], global steps."""

    @property
    def values(self) -> Any:
        """float[n]; may hold NaN and infinity."""

    @property
    def wall_times(self) -> Any:
        """float[n], POSIX seconds."""


Curves = Mapping[str, Curve]


@dataclass(frozen=True)
class RunMoment:
    """What is known of a run beside its curves; None where nobody knows."""

    step: int = 0
    max_steps: int = 0
    phase_1: int | None = None
    """The step at which phase 2 begins."""
    latent_size: int | None = None
    variational: bool = True
    """Whether the latent space is analysed: only then fidelity means anything."""
    live: bool = False
    """Whether it trains now."""
    ended: bool = False
    """Whether nothing more comes, unless somebody lets it go on."""
    gpu_use: float | None = None
    """Share of the time that the GPU worked lately, 0 to 1."""
    cpu_use: float | None = None
    """Share of all cores that were busy lately, 0 to 1."""


@dataclass(frozen=True)
class Observation:
    """One thing that the curves show."""

    id: str
    severity: str
    """``good``, ``note``, ``warn`` or ``bad``."""
    text: str
    evidence: str
    """The numbers behind it."""
    advice: str = ""
    """What people usually do then; empty where nothing is to be done."""


@dataclass(frozen=True)
class Judgement:
    """The whole opinion."""

    headline: str
    """A few words: ``Learning, slowly.``"""
    summary: str
    """One or two sentences behind the headline."""
    findings: tuple[Observation, ...] = ()
    """The worst first."""

    @property
    def severity(self) -> str:
        """That of the worst finding."""
        return min((one.severity for one in self.findings), key=_WEIGHT.__getitem__, default=GOOD)


def judge(curves: Curves, moment: RunMoment) -> Judgement:
    """What ``curves`` say at this moment. Never raises for what the curves hold."""
    import numpy as np  # noqa: PLC0415  start-up must not pay for it

    from rave_gui.backend import judgement_rules, judgement_words  # noqa: PLC0415
    from rave_gui.backend.judgement_view import View  # noqa: PLC0415

    view = View(curves, moment)
    with np.errstate(all="ignore"):  # curves may hold any number
        found = [one for rule in judgement_rules.RULES for one in rule(view)]
        found.sort(key=lambda one: _WEIGHT[one.severity])
        headline, summary = judgement_words.opinion(view, found)
    return Judgement(headline, summary, tuple(found))
