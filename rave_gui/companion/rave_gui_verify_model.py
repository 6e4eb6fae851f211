"""A loaded instrument as hosts see it: its methods, its shapes, its sound, its state."""

from __future__ import annotations

import math
from typing import Any

import torch

METHODS = ("encode", "decode", "forward")


class Instrument:
    """A TorchScript model of RAVE, as nn~ reads it.

    nn~ finds the methods by name and their shapes in buffers ``NAME_params``: channels in, samples
    that go into one step, channels out, samples that come out of one.
    """

    def __init__(self, model: Any) -> None:
        self.model = model
        self.model.eval()
        buffers = dict(model.named_buffers())
        self.params = {m: _four(buffers.get(f"{m}_params")) for m in METHODS}
        self._fresh = {name: _fresh(name, buffer) for name, buffer in buffers.items()}
        self.caches = sum(1 for name in buffers if name.endswith(".pad"))

    @property
    def methods(self) -> list[str]:
        """What the model can be asked for by nn~, by its own account."""
        try:
            return [str(name) for name in self.model.get_methods()]
        except Exception:
            return [name for name, params in self.params.items() if params]

    @property
    def ratio(self) -> int:
        """Samples in one step of the latent space."""
        encode, decode = self.params["encode"], self.params["decode"]
        return max([p[3] for p in [encode] if p] + [p[1] for p in [decode] if p] + [1])

    @property
    def channels(self) -> int:
        """Channels that go in."""
        params = self.params["forward"] or self.params["encode"]
        return params[0] if params else 1

    @property
    def attributes(self) -> list[str]:
        """What a host may set; nn~ leaves out the one that stands for none."""
        try:
            return [str(name) for name in self.model.get_attributes() if name != "none"]
        except Exception:
            return []

    def broken_weights(self) -> int:
        """How many weights are not numbers; what caches hold of an earlier sound does not count."""
        buffers = {k: v for k, v in self.model.named_buffers() if not _of_a_cache(k)}
        everything = [*self.model.parameters(), *buffers.values()]
        return sum(int((~torch.isfinite(t)).sum()) for t in everything if t.is_floating_point())

    def number(self, name: str) -> int | None:
        """A whole number that the model holds as an attribute, None where it does not."""
        value = getattr(self.model, name, None)
        return int(value) if isinstance(value, (int, float)) else None

    def reset(self) -> None:
        """Forget all sound that went through: every buffer as it was loaded."""
        for name, buffer in self.model.named_buffers():
            fresh = self._fresh.get(name)
            if fresh is not None and fresh.shape == buffer.shape:
                buffer.copy_(fresh)

    def run(self, method: str, x: torch.Tensor, seed: int = 0) -> torch.Tensor:
        """One call; RAVE draws random numbers in it, the same ones for the same seed."""
        torch.manual_seed(seed)
        y = getattr(self.model, method)(x)
        if not isinstance(y, torch.Tensor):
            raise TypeError(f"{method} gave no sound but {type(y).__name__}")
        return y

    def in_blocks(self, method: str, x: torch.Tensor, block: int, seed: int = 0) -> torch.Tensor:
        """The same input in blocks of ``block`` samples or steps, as a host gives it."""
        torch.manual_seed(seed)
        call = getattr(self.model, method)
        return torch.cat([call(part) for part in x.split(block, -1)], -1)


def _fresh(name: str, buffer: torch.Tensor) -> torch.Tensor:
    """A copy; RAVE's export sends silence through a model, whose traces may be no numbers."""
    return torch.nan_to_num(buffer) if _of_a_cache(name) else buffer.clone()


def _of_a_cache(name: str) -> bool:
    return name.endswith((".pad", ".cache"))


def _four(buffer: Any) -> list[int] | None:
    if not isinstance(buffer, torch.Tensor) or buffer.numel() < 4:
        return None
    return [int(value) for value in buffer.flatten()[:4]]


def signals(channels: int, length: int, rate: int) -> dict[str, torch.Tensor]:
    """What is played through the model, each ``[1, channels, length]``."""
    generator = torch.Generator().manual_seed(1)
    silence = torch.zeros(1, channels, length)
    impulse = silence.clone()
    impulse[..., length // 2] = 1.0
    times = torch.arange(length) / rate
    tone = 0.5 * torch.sin(2 * math.pi * 220.0 * times) * torch.exp(-3.0 * (times % 0.5))
    return {
        "silence": silence,
        "noise": 0.3 * (2 * torch.rand(1, channels, length, generator=generator) - 1),
        "impulse": impulse,
        "tone": tone.expand(1, channels, length).clone(),
    }


def decibels(ratio: float) -> float:
    """A ratio of amplitudes in dB, bounded where it is nothing at all."""
    return 20 * math.log10(max(ratio, 1e-10))


def carries_memory(instrument: Instrument, tone: torch.Tensor) -> bool:
    """Whether a block sounds different after another one: what streaming is about.

    Both times the same random numbers are drawn for the second block, so that nothing but memory
    can make a difference.
    """
    length = tone.shape[-1] // 2 // instrument.ratio * instrument.ratio
    first, second = tone[..., :length], tone[..., length : 2 * length]
    heard = []
    for before in (first, torch.zeros_like(first)):
        instrument.reset()
        instrument.run("forward", before)
        heard.append(instrument.run("forward", second, seed=2))
    instrument.reset()
    return not torch.equal(*heard)
