"""How long a training example must be: the receptive field of a RAVE network, computed.

RAVE measures the field after its first validation (core.py:181) and from then on throws that much
of every example away (core.py:220). What is left must be longer than half of the longest analysis
window, in each band, or training stops at that very moment. The arithmetic below follows
``blocks.py``, ``pqmf.py`` and cached_conv layer by layer, backwards from one output sample to the
interval of input samples that it sees. Checked against what RAVE 2.3.1 measures itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rave_gui.core.gin_config import GinModel

Interval = tuple[int, int]

_FILTER_BANK = {4: (16, 110), 8: (33, 221), 16: (67, 443), 32: (135, 887)}
"""Bands to the first and last tap of the analysis filter that is not zero, at 100 dB."""
_FILTER_BANK_PAD = {4: 64, 8: 128, 16: 256, 32: 512}
_SYNTHESIS_TAPS = (4, 27)
"""The same of the synthesis filter, 33 taps long, for any number of bands."""
_SYNTHESIS_PAD = 16
_LONGEST_LIST = 64


@dataclass(frozen=True)
class _Network:
    """One side of the autoencoder in the words of ``EncoderV2`` and ``GeneratorV2``."""

    ratios: tuple[int, ...]
    dilations: tuple[tuple[int, ...], ...]
    kernel: int
    causal: bool


def receptive_field(model: GinModel) -> tuple[int, int] | None:
    """Samples to the left and right that one output sample depends on; None if not known.

    Known for all networks of ``EncoderV2`` and ``GeneratorV2`` behind a filter bank of 4, 8, 16
    or 32 bands, which are all of RAVE's but the v1 family, where nothing is cropped.
    """
    encoder, decoder = _network(model, model.encoder), _network(model, model.decoder)
    bands = model.n_band or 0
    known = bands in _FILTER_BANK and model.input_mode == "pqmf"
    if encoder is None or decoder is None or not known:
        return None
    origin = 1 << 40
    low, high = _through_decoder(origin, decoder, model, bands)
    low, high = _through_encoder((low, high), encoder)
    first, last = _FILTER_BANK[bands]
    pad = _FILTER_BANK_PAD[bands] * (2 if model.causal else 1)
    low, high = low * bands - pad + first, high * bands - pad + last
    left = min(high + 1, origin) - low
    return left, max(0, high + 1 - origin)


def shortest_window(model: GinModel) -> int | None:
    """The smallest ``--n_signal`` that trains, a multiple of the compression ratio.

    None where the receptive field or the ratio is not known.
    """
    ratio, bands = model.ratio, model.n_band
    field = receptive_field(model) if model.valid_signal_crop else (0, 0)
    if ratio is None or bands is None or field is None:
        return None
    # torch pads by reflection, n_fft // 2 on each side, and wants more samples than that.
    needed = _longest_window(model) // 2 + 1 + field[0] // bands + -(-field[1] // bands)
    return -(-needed * bands // ratio) * ratio


def _longest_window(model: GinModel) -> int:
    scales = model.bound("MultiScaleSTFT", "scales")
    whole = isinstance(scales, (list, tuple)) and all(type(item) is int for item in scales)
    return max(scales, default=2048) if whole else 2048


def _network(model: GinModel, name: str) -> _Network | None:
    if name not in {"EncoderV2", "GeneratorV2"}:
        return None
    ratios = model.bound(name, "ratios")
    kernel = model.bound(name, "kernel_size")
    dilations = model.bound(name, "dilations")
    if not _whole(ratios) or type(kernel) is not int or not isinstance(dilations, (list, tuple)):
        return None
    nested = [dilations] * len(ratios) if _whole(dilations) else dilations
    if not all(_whole(item) for item in nested):
        return None
    pairs = tuple(tuple(item) for item in nested)
    return _Network(tuple(ratios), pairs, kernel, model.causal)


def _whole(value: Any) -> bool:
    """A list of positive whole numbers, short enough to be meant."""
    return (
        isinstance(value, (list, tuple))
        and 0 < len(value) <= _LONGEST_LIST
        and all(type(item) is int and 0 < item < 10**6 for item in value)
    )


def _through_decoder(origin: int, net: _Network, model: GinModel, bands: int) -> Interval:
    """From one sample of sound to the latent frames behind it."""
    seen = (origin, origin)
    if model.bound("RAVE", "output_mode") != "raw":
        pad = _SYNTHESIS_PAD * (2 if net.causal else 1)
        index = origin // bands
        seen = (index - pad + _SYNTHESIS_TAPS[0], index - pad + _SYNTHESIS_TAPS[1])
    wave = _conv(seen, 2 * net.kernel + 1, net)
    noise = _noise(seen, model) if model.bound("GeneratorV2", "noise_module") else wave
    seen = min(wave[0], noise[0]), max(wave[1], noise[1])
    # The decoder walks ratios and dilations from last to first; backwards it is the plain order.
    for ratio, dilations in zip(net.ratios, net.dilations, strict=False):
        for dilation in reversed(dilations):
            seen = _conv(seen, net.kernel, net, dilation)
        seen = _transposed(seen, ratio)
    return _conv(seen, net.kernel, net)


def _through_encoder(seen: Interval, net: _Network) -> Interval:
    """From latent frames to samples of each band."""
    seen = _conv(seen, net.kernel, net)
    for ratio, dilations in reversed(list(zip(net.ratios, net.dilations, strict=False))):
        seen = _strided(seen, ratio, net)
        for dilation in reversed(dilations):
            seen = _conv(seen, net.kernel, net, dilation)
    return _conv(seen, 2 * net.kernel + 1, net)


def _conv(seen: Interval, kernel: int, net: _Network, dilation: int = 1) -> Interval:
    """``get_padding`` of cached_conv, which RAVE's residual units call with ``dilation``."""
    span = (kernel - 1) * dilation
    left = span if net.causal else span // 2
    return seen[0] - left, seen[1] - left + span


def _strided(seen: Interval, ratio: int, net: _Network) -> Interval:
    """A convolution of 2 x ratio taps that keeps one sample in ``ratio``."""
    left = 2 * ratio - 1 if net.causal else (2 * ratio - 1) // 2
    return seen[0] * ratio - left, seen[1] * ratio - left + 2 * ratio - 1


def _transposed(seen: Interval, ratio: int) -> Interval:
    """Its opposite in the decoder: the frames that reach an output sample."""
    pad = ratio // 2
    return -(-(seen[0] + pad - 2 * ratio + 1) // ratio), (seen[1] + pad) // ratio


def _noise(seen: Interval, model: GinModel) -> Interval:
    """``NoiseGeneratorV2``: one spectrum for each block of prod(ratios) samples.

    Up to 54 samples more than RAVE measures, since the first tap of each block is nearly zero.
    """
    ratios = model.bound("NoiseGeneratorV2", "ratios")
    if not _whole(ratios):
        return seen
    for ratio in ratios:
        seen = seen[0] // ratio, seen[1] // ratio
    for ratio in reversed(ratios):
        seen = seen[0] * ratio - ratio, seen[1] * ratio + ratio - 1
    return seen
