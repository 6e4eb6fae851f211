"""What an instrument offers to a host: methods, attributes, shapes, rate, latents, weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_verify_file import FAIL, OK, WARN, Check
    from rave_gui.companion.rave_gui_verify_model import METHODS, Instrument
else:
    from rave_gui_verify_file import FAIL, OK, WARN, Check
    from rave_gui_verify_model import METHODS, Instrument

_STEPS = 8
"""Steps of the latent space that each method is tried with."""


def check_weights(instrument: Instrument) -> Iterator[Check]:
    """Whether every weight is a number; the figure counts those that are not."""
    broken = instrument.broken_weights()
    if broken:
        yield Check(
            "weights",
            FAIL,
            f"{broken:,} of its weights are not numbers (NaN or infinite): its training broke, or "
            "the file was damaged. Export an earlier checkpoint.",
            float(broken),
        )
    else:
        yield Check("weights", OK, "Every weight is a number.", 0.0)


def check_interface(instrument: Instrument) -> Iterator[Check]:
    """Methods with the shapes that ``NAME_params`` promise, as nn~ asks for them."""
    missing = [name for name, params in instrument.params.items() if params is None]
    missing = [n for n in missing if n != "forward"] if len(missing) < 3 else missing
    unable = [name for name in METHODS if not hasattr(instrument.model, name)]
    if missing or unable:
        names = ", ".join(dict.fromkeys([*unable, *missing]))
        text = f"It lacks what nn~ looks for ({names}): it is not an export of RAVE for nn~."
        yield Check("interface", FAIL, text)
        return
    problem = next(_wrong_shapes(instrument), "")
    if problem:
        yield Check("interface", FAIL, f"{problem}: nn~ would play nothing.")
    else:
        yield Check("interface", OK, "It offers encode, decode and forward as nn~ expects them.")


def _wrong_shapes(instrument: Instrument) -> Iterator[str]:
    """nn~ gives up where the output is not as long as promised (backend.cpp, ``perform``)."""
    samples = _STEPS * instrument.ratio
    for name, params in instrument.params.items():
        if params is None or min(params) < 1:
            continue
        inputs, divided, outputs, spread = params
        instrument.reset()
        y = instrument.run(name, torch.zeros(1, inputs, samples // divided))
        wanted = (1, outputs, samples // spread)
        if tuple(y.shape) != wanted:
            shapes = [" x ".join(map(str, shape)) for shape in (y.shape, wanted)]
            yield f"Its {name} gives {shapes[0]} values where {shapes[1]} are expected"
    instrument.reset()


def check_attributes(instrument: Instrument) -> Iterator[Check]:
    """Whether each attribute can be read and set: ``get_``, ``set_``, ``_params`` of its name."""
    names, buffers = instrument.attributes, dict(instrument.model.named_buffers())
    lame = [
        name
        for name in names
        if f"{name}_params" not in buffers
        or not all(hasattr(instrument.model, f"{verb}_{name}") for verb in ("get", "set"))
    ]
    if lame:
        text = f"These attributes cannot be set in nn~, though it lists them: {', '.join(lame)}."
        yield Check("attributes", WARN, text, float(len(lame)))
    elif names:
        text = f"{len(names)} attributes can be set in nn~: {', '.join(names)}."
        yield Check("attributes", OK, text, float(len(names)))


def check_rate(instrument: Instrument, expected: int | None) -> Iterator[Check]:
    """Whether it says its sample rate, in Hz, and whether that is the one of its training."""
    rate = instrument.number("sr")
    if rate is None:
        text = f"It does not say its sample rate; {expected or 44100} Hz is assumed."
        yield Check("sample-rate", WARN, text)
    elif expected and rate != expected:
        text = (
            f"It says {rate} Hz, but it was made for {expected} Hz: what reads the rate would play "
            f"it {abs(_semitones(rate, expected)):.1f} semitones too "
            f"{'high' if rate > expected else 'low'}. Export it again."
        )
        yield Check("sample-rate", FAIL, text, float(rate))
    elif not 8000 <= rate <= 192000:
        yield Check("sample-rate", WARN, f"Its sample rate of {rate} Hz is unusual.", float(rate))
    else:
        yield Check("sample-rate", OK, f"Its sample rate is {rate} Hz.", float(rate))


def _semitones(rate: float, expected: float) -> float:
    from math import log2  # noqa: PLC0415

    return 12 * log2(rate / expected)


def check_latents(instrument: Instrument) -> Iterator[Check]:
    """How many dimensions there are to play on."""
    decode = instrument.params["decode"]
    size = decode[0] if decode else instrument.number("latent_size")
    if size is None or size <= 1:
        text = (
            "It has a single latent dimension, so little can be played on it. Checkpoints from "
            "before the first validation give that: export a later one."
        )
        yield Check("latents", WARN, text, float(size or 0))
    else:
        yield Check("latents", OK, f"It has {size} latent dimensions.", float(size))


def check_channels(instrument: Instrument) -> Iterator[Check]:
    """Channels in and out, in words."""
    decode = instrument.params["decode"]
    goes_in, comes_out = instrument.channels, decode[2] if decode else instrument.channels
    words = {1: "mono", 2: "stereo"}
    text = (
        f"It takes {words.get(goes_in, f'{goes_in} channels')} and gives "
        f"{words.get(comes_out, f'{comes_out} channels')}."
    )
    yield Check("channels", OK, text, float(comes_out))


def check_vst(instrument: Instrument) -> Iterator[Check]:
    """The very calls of the RAVE VST: one channel through ``encode``, then ``decode``.

    From ``PluginProcessorProcessing.cpp`` of acids-ircam/rave_vst.
    """
    channels = instrument.channels
    if channels != 1:
        text = "It does not fit the RAVE VST, which plays models of one channel only."
        yield Check("vst", WARN, text, float(channels))
        return
    samples = _STEPS * instrument.ratio
    try:
        instrument.reset()
        y = instrument.run("decode", instrument.run("encode", torch.zeros(1, 1, samples)))
    except RuntimeError:
        y = torch.zeros(0)
    instrument.reset()
    if y.dim() == 3 and y.shape[0] == 1 and y.shape[2] == samples:
        yield Check("vst", OK, "It answers the calls that the RAVE VST makes.", float(channels))
    else:
        text = "It does not fit the RAVE VST: its encode and decode do not fit together."
        yield Check("vst", WARN, text, float(channels))
