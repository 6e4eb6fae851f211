"""Sound through the model that is being trained, leaving everything in it as it was.

A training with previews must learn the very same as one without: random numbers, the training mode
of every module and all buffers (running means, codebooks) are put back. It is done between two
batches in the thread of the training, since the next step would change the weights under a render
in another thread, and a copy of the model would take GPU memory that the training may need.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

SEED = 20_231
"""Every render draws the same random numbers, so that steps differ by what was learnt only."""
_JOINT = 1024
"""Samples over which two pieces fade into each other."""
Hurry = Callable[[], bool]


class Hurried(Exception):
    """Somebody waits for the training to end."""


@contextlib.contextmanager
def undisturbed(module: Any) -> Iterator[None]:
    """Evaluate inside the block; afterwards the training goes on as if nothing had been."""
    import torch  # noqa: PLC0415  loaded by RAVE already

    modes = [(part, part.training) for part in module.modules()]
    buffers = [(buffer, buffer.detach().clone()) for buffer in module.buffers()]
    devices = [module.device] if getattr(module.device, "type", "") == "cuda" else []
    pythons, numpys = random.getstate(), np.random.get_state()
    benchmark = torch.backends.cudnn.benchmark
    try:
        # Trying out kernels would cost seconds for each new length of sound.
        torch.backends.cudnn.benchmark = False
        with torch.no_grad(), torch.random.fork_rng(devices=devices):
            module.eval()
            yield
    finally:
        torch.backends.cudnn.benchmark = benchmark
        random.setstate(pythons)
        np.random.set_state(numpys)
        for part, mode in modes:
            part.training = mode
        with torch.no_grad():
            for buffer, before in buffers:
                buffer.copy_(before)


def render(module: Any, sound: np.ndarray, piece: int, hurry: Hurry) -> np.ndarray:
    """What the model makes of ``sound``, as its own ``forward`` does.

    Args:
        module: RAVE, inside :func:`undisturbed`.
        sound: float32[channels, samples].
        piece: Most samples that go through the model at a time, a multiple of its ratio.
        hurry: Whether to give up, asked before each piece.

    Returns:
        float32[channels, samples] of the same length.

    Raises:
        Hurried: ``hurry()`` said so.
        ValueError: the model gives values that are not numbers.
    """
    import torch  # noqa: PLC0415

    torch.manual_seed(SEED)
    made = np.zeros_like(sound)
    for first, last, fade in pieces(sound.shape[-1], piece, _context(module)):
        if hurry():
            raise Hurried
        part = _forward(module, sound[:, first:last], piece)
        slope = np.ones(last - first, np.float32)
        if fade:
            begin = fade - first
            slope[:begin] = 0.0
            slope[begin : begin + _JOINT] = np.linspace(0, 1, _JOINT, dtype=np.float32)
        made[:, first:last] = made[:, first:last] * (1 - slope) + part * slope
    if not np.isfinite(made).all():
        raise ValueError("the model gives values that are not numbers (NaN)")
    return made


def pieces(length: int, piece: int, context: int) -> list[tuple[int, int, int]]:
    """How to cut ``length`` samples: first, last, and where the fade from the one before begins.

    Neighbours overlap by ``context``, what the model hears around a sample, so that no joint is
    heard; at most half a piece.
    """
    if length <= piece:
        return [(0, length, 0)]
    overlap = min(max(context, 2 * _JOINT), piece // 2)
    found = [(0, piece, 0)]
    while found[-1][1] < length:
        first = found[-1][1] - overlap
        found.append((first, min(first + piece, length), first + (overlap - _JOINT) // 2))
    return found


def _context(module: Any) -> int:
    """Samples on both sides; the model knows them once it was validated."""
    field = getattr(module, "receptive_field", None)
    return int(field.sum()) if field is not None else 0


def _forward(module: Any, part: np.ndarray, piece: int) -> np.ndarray:
    """One piece, of always the same length for the model's ratio and the kernels of a GPU."""
    import torch  # noqa: PLC0415

    x = torch.zeros(1, part.shape[0], piece)
    x[0, :, : part.shape[1]] = torch.from_numpy(np.ascontiguousarray(part))
    y = module(x.to(module.device))[0].float().cpu().numpy()
    made = np.zeros_like(part)
    count = min(part.shape[1], y.shape[-1])
    made[:, :count] = y[: part.shape[0], :count]
    return made
