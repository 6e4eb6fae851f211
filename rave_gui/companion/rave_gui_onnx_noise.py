"""The random branch of RAVE's decoders for ONNX, which knows no FFT and no seed.

What RAVE draws inside becomes an input, so that the same input always gives the same sound. The
rest is linear: the filter that RAVE makes of amplitudes (``core.amp_to_impulse_response``) is found
by sending unit amplitudes through RAVE's own function, and its convolution by FFT
(``core.fft_convolve``) is the same one written as three products with Fourier matrices.
"""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

import torch

CLASSES = ("NoiseGenerator", "NoiseGeneratorV2")
"""``rave/blocks.py``; both have ``net``, ``data_size`` and ``target_size``."""


def noise_branches(decoder: Any) -> list[tuple[Any, str, Any]]:
    """The random branches of a decoder: parent, name of the child, child."""
    return [
        (parent, name, child)
        for parent in decoder.modules()
        for name, child in parent.named_children()
        if type(child).__name__ in CLASSES
    ]


def is_heard(decoder: Any) -> bool:
    """Whether a branch is added to the sound: v1 leaves it out before phase 2 (blocks.py, 545)."""
    if not noise_branches(decoder):
        return False
    if hasattr(decoder, "use_noise"):
        return bool(decoder.use_noise) and bool(decoder.warmed_up)
    return True


class NoiseFromInput(torch.nn.Module):  # type: ignore[misc]
    """Stands in for a noise generator; :attr:`source` is what it uses instead of ``rand_like``."""

    def __init__(self, original: Any) -> None:
        super().__init__()
        core = import_module("rave.core")  # only in the engine
        self.net = original.net
        self.cumulative_delay = getattr(original, "cumulative_delay", 0)
        self.size = int(original.target_size)
        self.bands = int(original.data_size) * int(getattr(original, "n_channels", 1))
        self.activate = core.mod_sigmoid
        self.source: torch.Tensor | None = None
        self.register_buffer("filters", self._filters(core))
        real, imaginary = _fourier(self.size)
        self.register_buffer("real", real)
        self.register_buffer("imaginary", imaginary)
        self.register_buffer("back", _second_half_back(self.size))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Filtered noise, as ``NoiseGenerator.forward`` makes it: bands by time."""
        if self.source is None:
            return torch.zeros(1, self.bands, 1)
        amplitudes = self.activate(self.net(x) - 5).permute(0, 2, 1)
        amplitudes = amplitudes.reshape(1, -1, self.bands, self.filters.shape[0])
        kernel = amplitudes @ self.filters
        noise = self.source.reshape(1, self.bands, -1, self.size).permute(0, 2, 1, 3)
        made = self._convolved(noise, kernel).permute(0, 2, 1, 3)
        return made.reshape(1, self.bands, -1)

    def _convolved(self, noise: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
        """Both padded as RAVE pads them: the noise at its end, the kernel at its beginning."""
        half = self.size
        a, b = noise @ self.real[:half], noise @ self.imaginary[:half]
        c, d = kernel @ self.real[half:], kernel @ self.imaginary[half:]
        return torch.cat([a * c - b * d, a * d + b * c], -1) @ self.back

    def _filters(self, core: Any) -> torch.Tensor:
        """One impulse response for each amplitude."""
        count = next(
            part.out_channels for part in reversed(list(self.net.modules())) if _is_conv(part)
        )
        unit = torch.eye(count // self.bands)
        found: torch.Tensor = core.amp_to_impulse_response(unit, self.size)
        return found


def _is_conv(part: Any) -> bool:
    return isinstance(part, torch.nn.Conv1d)


def _fourier(size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """``rfft`` of ``2 * size`` samples as two matrices, real and imaginary part."""
    times = torch.arange(2 * size, dtype=torch.float64)
    turns = torch.outer(times, torch.arange(size + 1, dtype=torch.float64)) * (math.pi / size)
    return turns.cos().float(), (-turns.sin()).float()


def _second_half_back(size: int) -> torch.Tensor:
    """``irfft``, of which RAVE keeps the second half, as one matrix for both parts."""
    times = torch.arange(size, 2 * size, dtype=torch.float64)
    turns = torch.outer(torch.arange(size + 1, dtype=torch.float64), times) * (math.pi / size)
    weight = torch.full((size + 1, 1), 2.0, dtype=torch.float64)
    weight[0] = weight[-1] = 1.0
    matrix = torch.cat([weight * turns.cos(), -weight * turns.sin()], 0) / (2 * size)
    return matrix.float()
