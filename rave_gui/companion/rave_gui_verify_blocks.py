"""Sound in blocks against sound in one piece: how much differs, and whether borders click."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_verify_model import Instrument, decibels
else:
    from rave_gui_verify_model import Instrument, decibels

SIZES = (64, 128, 256, 512, 1024, 2048, 4096, 8192)
"""Samples that hosts hand over at a time."""
INAUDIBLE = 1e-4
"""Amplitude (-80 dB below full scale) under which a model is taken for silent."""
PLACES = 8
"""Other places in a block at which jumps are measured, beside its border."""


@dataclass(frozen=True)
class Blocks:
    """What came of playing in blocks of one size."""

    block: int
    difference: float
    """In dB: how loud the difference to one pass is beside the sound; -200 where there is none."""
    clicks: float
    """In dB: how much more or less the sound leaps at block borders than elsewhere, beyond what one
    pass does there: more where it jumps, less where it breaks off."""
    real_time: float
    """Seconds of a processor core for a second of sound."""

    def to_json(self) -> dict[str, Any]:
        """As an answer holds it."""
        return {key: round(value, 4) for key, value in asdict(self).items()}


def usable(ratio: int) -> list[int]:
    """The sizes that hold whole steps of the model: hosts gather smaller ones first."""
    return [size for size in SIZES if size % ratio == 0] or [ratio]


def lead_of(sound: torch.Tensor) -> int:
    """Samples until the last value that is not a number."""
    broken = (~torch.isfinite(sound)).flatten(0, -2).any(0).nonzero()
    return int(broken[-1]) + 1 if broken.numel() else 0


class Passage:
    """One method of an instrument and a sound for it, played in one pass for comparison.

    Args:
        method: ``forward`` with a sound, or ``decode`` with latents.
        x: Its input, ``[1, channels, samples or steps]``.
        step: Samples of sound for each value of the input: 1, or the ratio.
    """

    def __init__(self, instrument: Instrument, method: str, x: torch.Tensor, step: int = 1) -> None:
        self.instrument, self.method, self.x, self.step = instrument, method, x, step
        self.whole = self.again(0)

    def again(self, seed: int) -> torch.Tensor:
        """In one pass, with the random numbers of ``seed``."""
        self.instrument.reset()
        return self.instrument.run(self.method, self.x, seed)

    def spread(self) -> float:
        """How much two passes differ from each other by chance alone, in dB."""
        other = self.again(1)
        lead = max(lead_of(self.whole), lead_of(other))
        return apart(self.whole[..., lead:], other[..., lead:])

    def in_blocks(self, block: int) -> tuple[float, float, float]:
        """Difference and clicks in dB, and the seconds of processor time spent.

        Raises:
            ValueError: when nothing but values that are not numbers comes out.
        """
        self.instrument.reset()
        started = time.process_time()
        y = self.instrument.in_blocks(self.method, self.x, block // self.step)
        spent = time.process_time() - started
        lead = -(-max(lead_of(y), lead_of(self.whole)) // block) * block
        if lead >= y.shape[-1] - 2 * block:
            raise ValueError("its output holds values that are not numbers")
        a, b = self.whole[..., lead : y.shape[-1]].double(), y[..., lead:].double()
        b = b[..., : a.shape[-1]]
        beyond = jumps_at_borders(b, block) - jumps_at_borders(a, block)
        return apart(a, b), beyond, spent


def play_in_blocks(passages: Sequence[Passage], block: int, rate: int) -> Blocks:
    """The worst of all passages in blocks of one size; the speed is that of the first."""
    found = [passage.in_blocks(block) for passage in passages]
    samples = passages[0].x.shape[-1] * passages[0].step
    return Blocks(
        block,
        difference=max(difference for difference, _, _ in found),
        clicks=max((clicks for _, clicks, _ in found), key=abs),
        real_time=found[0][2] * rate / samples,
    )


def apart(a: torch.Tensor, b: torch.Tensor) -> float:
    """How loud the difference is beside ``a``, in dB.

    Where ``a`` is next to silent, beside what can barely be heard: rounding is no difference then.
    """
    level = max(float(a.pow(2).mean().sqrt()), INAUDIBLE)
    return decibels(float((a - b).pow(2).mean().sqrt()) / level)


def jumps_at_borders(y: torch.Tensor, block: int) -> float:
    """How large jumps are at borders of blocks beside those elsewhere, in dB.

    A jump is the second difference: straight through a border a sound may be steep, but not bent.
    """
    bend = (y[..., 2:] - 2 * y[..., 1:-1] + y[..., :-2]).abs()
    elsewhere = [_jumps(bend, block, place * block // PLACES) for place in range(1, PLACES)]
    usual = math.sqrt(sum(value * value for value in elsewhere) / len(elsewhere))
    return decibels((_jumps(bend, block, 0) + INAUDIBLE / 10) / (usual + INAUDIBLE / 10))


def _jumps(bend: torch.Tensor, block: int, offset: int) -> float:
    """The usual size of the largest bend around one place in every block."""
    places = torch.arange(block + offset, bend.shape[-1] - 1, block)
    around = torch.stack([bend[..., places - shift] for shift in (0, 1, 2)])
    return float(around.amax(0).pow(2).mean().sqrt())
