"""What a model hears around a sample, and how much later its sound comes: measured, not believed.

RAVE's own buffer ``receptive_field`` is right for mono only: for stereo it counts both channels
into each half (core.py:200), and in a checkpoint before the first validation it is zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_worker_models import Model

_FIRST_LENGTH, _LONGEST = 2**16, 2**20
_FAINT = 1e-12
"""Of the strongest change, as power; less is rounding."""
_SYMMETRIC = 0.15
_PULSE = 16
_FAR = 2**15


@dataclass(frozen=True)
class Reach:
    """Where a change of the input is heard, in samples from it; ``first`` may be negative."""

    first: int
    last: int
    centre: int

    @property
    def context(self) -> tuple[int, int]:
        """Samples before and after an output sample that matter to it."""
        return max(0, self.last), max(0, -self.first)

    @property
    def delay(self) -> int:
        """How late the sound of a streaming model comes.

        A model that looks into both directions is heard evenly around its delay; one that looks
        back only is heard most soon after, and its delay is where that begins.
        """
        middle = (self.first + self.last) / 2
        even = abs(self.centre - middle) < _SYMMETRIC * (self.last - self.first)
        return max(0, self.centre if even else self.first)


def reach_of(model: Any) -> Reach:
    """Through the whole model; measured once."""
    known: Reach | None = getattr(model, "known_reach", None)
    if known is None:
        known = model.known_reach = _measured(model)
    return known


def context_of(model: Any) -> tuple[int, int]:
    """Samples to the left and right that one output sample hears.

    With a frame to spare on both sides: RAVE measures at the first sample of a frame, and the last
    one of a causal model hears that much of what comes after it.
    """
    told = getattr(getattr(model, "module", None), "receptive_field", None)
    if model.channels == 1 and told is not None and not model.streaming and int(told.sum()):
        left, right = int(told[0]), int(told[1])
    else:
        left, right = reach_of(model).context
    return left + model.ratio, right + model.ratio


def _measured(model: Model) -> Reach:
    length = _FIRST_LENGTH
    while True:
        reach = _heard(model, length)
        enough = reach.last < length // 4 and -reach.first < length // 4
        if enough or length >= _LONGEST:
            return reach
        length *= 2


def _heard(model: Model, length: int) -> Reach:
    """From the difference that a short change in the middle of some noise makes."""
    length = math.ceil(length / model.ratio) * model.ratio
    place = length // 2 // model.ratio * model.ratio
    generator = torch.Generator().manual_seed(1)
    x = 0.1 * torch.randn(1, model.channels, length, generator=generator)
    changed = x.clone()
    changed[..., place : place + _PULSE] += 1.0
    change = (fresh_forward(model, x) - fresh_forward(model, changed)).nan_to_num()
    power = change.pow(2).sum((0, 1))
    if bool((power > 0).any()):
        return _reach(power, place)
    # A model that hears nothing may hear something else: take it to hear as much as any other.
    return Reach(0 if model.streaming else -_FAR, _FAR, 0)


def fresh_forward(model: Model, x: torch.Tensor) -> torch.Tensor:
    """What the model makes of ``x`` as the first sound that it hears."""
    model.reset()
    y = model.forward(x, 0)
    model.reset()
    return y


def _reach(power: torch.Tensor, place: int) -> Reach:
    heard = (power > _FAINT * power.max()).nonzero().flatten()
    if not len(heard):
        return Reach(0, 0, 0)
    centre = (torch.arange(len(power)) * power).sum() / power.sum()
    return Reach(int(heard[0]) - place, int(heard[-1]) - place, round(float(centre)) - place)


def decoder_reach(model: Model, context: tuple[int, int]) -> tuple[int, int]:
    """Latent frames before and after a frame of sound that the decoder hears.

    Args:
        model: With a latent space.
        context: Of the whole model in samples, which is more than the decoder's.
    """
    half = math.ceil(max(context) / model.ratio) + 2
    generator = torch.Generator().manual_seed(2)
    z = torch.randn(1, model.latent_size, 2 * half + 1, generator=generator)
    changed = z.clone()
    changed[..., half] += 1.0
    outputs = []
    for latents in (z, changed):
        model.reset()
        outputs.append(model.decode(latents, 0))
    model.reset()
    power = (outputs[0] - outputs[1]).nan_to_num().pow(2).sum((0, 1))
    reach = _reach(power, half * model.ratio)
    left, right = reach.context
    return math.ceil(left / model.ratio) + 1, math.ceil(right / model.ratio) + 1
