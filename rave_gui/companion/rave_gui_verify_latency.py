"""How much later a sound comes out than it went in, measured on an instrument without chance.

The answer to a short sound is spread over the receptive field; its delay is the middle of the
energy by which an output with the sound differs from one without. Encoder and decoder are measured
each on its own and added, because a short sound may be lost in rounding on its way through both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_verify_model import Instrument
else:
    from rave_gui_verify_model import Instrument

_LENGTH, _STEPS = 65536, 64
"""At least so many samples, and so many steps of the model: longer than any of its memories."""
_PLACES = 4
"""Positions within a step from which the delay is averaged: it has no finer grid of its own."""
_SHORT = 64
"""Samples of the short sound."""


def latency(instrument: Instrument) -> float | None:
    """The delay of the model in samples; None where it does not answer to a change of its input."""
    ratio = instrument.ratio
    length = ratio * max(_STEPS, -(-_LENGTH // ratio))
    parts = (_of_encoder(instrument, length), _of_decoder(instrument, length))
    instrument.reset()
    return None if None in parts else sum(part for part in parts if part is not None)


def _of_encoder(instrument: Instrument, length: int) -> float | None:
    ratio, generator = instrument.ratio, torch.Generator().manual_seed(3)
    noise = torch.rand(1, instrument.channels, length, generator=generator)
    x, delays = 0.1 * (2 * noise - 1), []
    plain = _answer(instrument, "encode", x)
    for place in range(_PLACES):
        start = length // 4 + place * ratio // _PLACES
        struck = x.clone()
        struck[..., start : start + _SHORT] += 0.5 * torch.hann_window(_SHORT)
        middle = _middle(_answer(instrument, "encode", struck) - plain)
        if middle is None:
            return None
        delays.append((middle + 0.5) * ratio - start - _SHORT / 2)
    return sum(delays) / _PLACES


def _of_decoder(instrument: Instrument, length: int) -> float | None:
    ratio, generator = instrument.ratio, torch.Generator().manual_seed(4)
    decode = instrument.params["decode"]
    steps, latents = length // ratio, decode[0] if decode else 1
    z, delays = 0.5 * torch.randn(1, latents, steps, generator=generator), []
    plain = _answer(instrument, "decode", z)
    for place in range(_PLACES):
        step = steps // 4 + place
        struck = z.clone()
        struck[..., step] += 1.0
        middle = _middle(_answer(instrument, "decode", struck) - plain)
        if middle is None:
            return None
        delays.append(middle - (step + 0.5) * ratio)
    return sum(delays) / _PLACES


def _answer(instrument: Instrument, method: str, x: torch.Tensor) -> torch.Tensor:
    instrument.reset()
    return torch.nan_to_num(instrument.run(method, x))


def _middle(change: torch.Tensor) -> float | None:
    """Where half of the energy of a change has passed."""
    passed = change.double().pow(2).sum((0, 1)).cumsum(0)
    whole = float(passed[-1])
    return float(torch.searchsorted(passed, whole / 2)) if whole > 0 else None
