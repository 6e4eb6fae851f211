"""By how many samples the streaming build of a checkpoint comes later than its one pass.

Cached convolutions cannot look ahead; they wait instead, and nobody in RAVE adds up for how long.
The decoder's wait is measured exactly: the same latents through both builds give the same sound,
later (not in the v1 family, whose branches RAVE aligns otherwise). The encoder's wait is no whole
number of its frames. It is added up layer by layer, and held against what the encoder gives.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_worker_measure import context_of, reach_of
    from rave_gui.companion.rave_gui_worker_models import Model, Rebuilt
else:
    from rave_gui_worker_measure import context_of, reach_of

SAME = -60.0
"""dB; below this two renders differ by rounding only."""
_LEAST_LENGTH = 2**16


def streaming_delay(model: Rebuilt) -> int:
    """Of the whole model in samples; measured once."""
    if model.known_delay is None:
        model.known_delay = _encoder_delay(model) + decoder_delay(model)[0]
    return model.known_delay


def decoder_delay(model: Rebuilt) -> tuple[int, float]:
    """Of the decoder alone; and what is left of the difference then, in dB. Measured once."""
    if model.known_decoder_delay is None:
        frames, twin = _length(model) // model.ratio, model.streamed()
        z = torch.randn(1, model.latent_size, frames, generator=_seeded(4))
        twin.reset()
        with model.chance.silenced():
            model.known_decoder_delay = lag(model.decode(z, 0), twin.decode(z, 0))
        twin.reset()
    return model.known_decoder_delay


def _encoder_delay(model: Rebuilt) -> int:
    """The sum that stands the test; else what is left of where a change is heard in the end."""
    network = getattr(model.streamed().module.encoder, "encoder", None)
    net = getattr(network, "net", None)
    filters = _of_filters(model)
    bands = max(1, int(getattr(model.module.pqmf, "n_band", 1)))
    sums = [filters + _waits(net)[0] * bands] if net is not None else []
    sums += [filters + int(getattr(net, "cumulative_delay", 0)) * model.ratio]
    for found in sums:
        if _stands(model, found):
            return found
    centres = reach_of(model.streamed()).centre - reach_of(model).centre
    return max(0, centres - decoder_delay(model)[0])


def _of_filters(model: Rebuilt) -> int:
    filters = getattr(model.streamed().module, "pqmf", None)
    waits = getattr(getattr(filters, "forward_conv", None), "cumulative_delay", 0)
    return (
        int(waits) * int(getattr(filters, "n_band", 1)) if model.module.input_mode == "pqmf" else 0
    )


def _waits(layer: Any) -> tuple[int, int]:
    """The wait of a layer and its stride, both in steps of its input."""
    if hasattr(layer, "downsampling_delay"):
        stride = int(layer.stride[0])
        return int(layer.cumulative_delay) * stride, stride
    if isinstance(layer, torch.nn.Sequential):
        total, product = 0, 1
        for part in layer:
            wait, stride = _waits(part)
            total, product = total + wait * product, product * stride
        return total, product
    return int(getattr(layer, "cumulative_delay", 0)), 1


def _stands(model: Rebuilt, delay: int) -> bool:
    """Whether latents of a sound that comes so much later are the streamed ones."""
    length, twin = _length(model), model.streamed()
    x = 0.3 * torch.randn(1, model.channels, length, generator=_seeded(3))
    later = torch.nn.functional.pad(x, (delay % model.ratio, 0))[..., :length]
    twin.reset()
    with model.chance.silenced():
        frames, rest = lag(model.encode(later, 0), twin.encode(x, 0))
    twin.reset()
    return frames == delay // model.ratio and rest < SAME


def _length(model: Model) -> int:
    left, right = context_of(model)
    return math.ceil(max(3 * (left + right), _LEAST_LENGTH) / model.ratio) * model.ratio


def _seeded(number: int) -> torch.Generator:
    return torch.Generator().manual_seed(number)


def lag(a: torch.Tensor, b: torch.Tensor) -> tuple[int, float]:
    """By how many samples ``b`` comes after ``a``, and the difference that is left, in dB.

    Found by cross-correlation; judged in the middle third, where no edge is heard.
    """
    a, b = a[0].double().nan_to_num(), b[0].double().nan_to_num()
    length = a.shape[-1]
    spectrum = torch.fft.rfft(b, 2 * length) * torch.fft.rfft(a, 2 * length).conj()
    alike = torch.fft.irfft(spectrum, 2 * length).sum(0)[: length // 2]
    found = int(alike.argmax())
    part = a[:, length // 3 : length // 2]
    other = b[:, length // 3 + found : length // 2 + found]
    power = float(part.pow(2).mean())
    rest = float((part - other).pow(2).mean())
    return found, 10 * math.log10(max(rest / power, 1e-20)) if power else 0.0
