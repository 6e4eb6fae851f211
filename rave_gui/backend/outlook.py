"""What trainings will find in a dataset: is it enough, and for which of RAVE's networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from rave_gui.backend.rave_facts import TRAINING_PERCENT

GREEN, AMBER, RED = "green", "amber", "red"
ENOUGH_HOURS = 3.0
"""RAVE's guide asks for at least three hours of alike sound (docs/training_setup.md)."""
_WORKABLE_HOURS = 1.0
_TRIAL_SECONDS = 300.0
_MOST_VALIDATION = 1000
"""``split_dataset.max_residual`` in RAVE's configurations."""
_LATENT_SIZE, _RATIO = 128, 2048
"""Of v2, the usual choice: its analysis wants 128 latent frames of 2048 samples at least."""
SHORTEST = {
    "v2": 71680,
    "v2_small": 37376,
    "v3": 71680,
    "discrete": 52224,
    "v1": 18432,
    "onnx": 18432,
    "raspberry": 18432,
}
"""Least ``--n_signal`` of each network, from its receptive field (``rave_window``); v2_small, v1
and discrete were run just above and below with acids-rave 2.3.1."""


class Amount(Protocol):
    """The numbers of a forecast or of a finished dataset that count here."""

    @property
    def windows(self) -> int:
        """Examples that trainings find."""

    @property
    def usable_seconds(self) -> float:
        """Sound in them."""

    @property
    def num_signal(self) -> int:
        """RAVE's ``--num_signal``."""


@dataclass(frozen=True)
class Fit:
    """Whether a network can learn from windows of this dataset."""

    name: str
    fits: bool
    least: int
    """Samples that its window needs."""
    reason: str


@dataclass(frozen=True)
class Outlook:
    """The traffic light, and what a training would come to."""

    light: str
    """``green``, ``amber`` or ``red``."""
    reason: str
    steps_per_epoch: int
    """Whole batches; zero means that RAVE would crash."""
    validation_examples: int
    latent_ok: bool
    """Whether RAVE's analysis of the latent space finds enough to work on."""
    latent_reason: str
    architectures: tuple[Fit, ...]


def outlook(amount: Amount, batch: int = 8) -> Outlook:
    """What trainings with ``batch`` examples a step will find."""
    light, reason = enough(amount.usable_seconds)
    training, validation = _split(amount.windows)
    steps = training // batch
    if amount.windows and not steps:
        light, reason = RED, f"fewer examples than one batch of {batch}: RAVE cannot train on it"
    elif amount.windows and not validation:
        light, reason = RED, "only one example: none is left to measure with"
    frames = validation * (amount.num_signal // _RATIO)
    return Outlook(
        light=light,
        reason=reason,
        steps_per_epoch=steps,
        validation_examples=validation,
        latent_ok=frames >= _LATENT_SIZE,
        latent_reason=_latent_words(frames),
        architectures=tuple(_fit(name, amount.num_signal) for name in SHORTEST),
    )


def enough(seconds: float) -> tuple[str, str]:
    """The light for so much sound, and why."""
    if seconds < _TRIAL_SECONDS:
        return RED, "very little: fit for a trial, not for an instrument"
    if seconds < _WORKABLE_HOURS * 3600:
        return AMBER, "little: small recipes can learn from it, large ones will repeat it"
    if seconds < ENOUGH_HOURS * 3600:
        return AMBER, "workable; RAVE is at ease from about 3 hours of alike sound"
    return GREEN, "enough for RAVE, if it is alike"


def _split(examples: int) -> tuple[int, int]:
    """Training and validation examples (``split_dataset`` in rave/dataset.py)."""
    if not examples:
        return 0, 0
    training = max(TRAINING_PERCENT * examples // 100, 1)
    validation = min(examples - training, _MOST_VALIDATION)
    return examples - validation, validation


def _latent_words(frames: int) -> str:
    if frames >= _LATENT_SIZE:
        return f"enough validation sound for the analysis of {_LATENT_SIZE} latent dimensions"
    if frames == 0:
        return "no validation sound for the analysis of the latent space"
    most = 1 << frames.bit_length() - 1
    return (
        f"validation has {frames} latent frames, the analysis of {_LATENT_SIZE} dimensions needs as"
        f" many: use LATENT_SIZE={most} or more sound"
    )


def _fit(name: str, num_signal: int) -> Fit:
    least, longest = SHORTEST[name], 2 * num_signal
    if longest < least:
        why = f"needs windows of {least:,} samples, examples have {longest:,}"
    elif num_signal < least:
        why = f"fits with windows of {least:,} samples; examples then leave less room for chance"
    else:
        why = f"fits (at least {least:,} samples)"
    return Fit(name, longest >= least, least, why)
