"""What comes out of an instrument: numbers, loudness, an answer to a clip of the user's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_verify_blocks import lead_of
    from rave_gui.companion.rave_gui_verify_file import FAIL, OK, WARN, Check
    from rave_gui.companion.rave_gui_verify_model import Instrument, decibels
    from rave_gui.companion.rave_gui_verify_sounds import read_clip
else:
    from rave_gui_verify_blocks import lead_of
    from rave_gui_verify_file import FAIL, OK, WARN, Check
    from rave_gui_verify_model import Instrument, decibels
    from rave_gui_verify_sounds import read_clip

PEAK = 1.5
"""Full scale is 1; a little above is usual, much above is dangerous to ears and loudspeakers."""
SILENT = 1e-4
FAINT = -60.0
"""dB below full scale; fainter than this a tone of ordinary level gets lost in a room."""
LASTING = ("noise", "tone")
"""Signals after whose first half no memory of silence is left."""
_NO_NUMBERS = "its output holds values that are not numbers; the model is broken"


def check_sound(instrument: Instrument, signals: Mapping[str, torch.Tensor]) -> Iterator[Check]:
    """Finite numbers of the right shape, heard and not too loud."""
    decode = instrument.params["decode"] or [0, 0, 1, 1]
    peak, lead, loudness = 0.0, 0, 0.0
    for name, x in signals.items():
        instrument.reset()
        y = instrument.run("forward", x)
        problem = _problem(y, decode[2], x.shape[-1], lasting=name in LASTING)
        if problem:
            yield Check("output", FAIL, f"Played with {name}, {problem}.")
            return
        lead = max(lead, lead_of(y))
        y = torch.nan_to_num(y)
        peak = max(peak, float(y.abs().max()))
        loudness = float(y.pow(2).mean().sqrt()) if name == "tone" else loudness
    yield _answered(lead)
    yield _heard(loudness)
    yield _not_too_loud(peak)


def check_clip(instrument: Instrument, path: Path, rate: int) -> Iterator[Check]:
    """Whether a clip of the user's comes out as sound; the figure is its level in dB."""
    try:
        x = read_clip(path, rate, instrument.channels)
    except ValueError as error:
        yield Check("clip", WARN, f"Your clip was not played: {error}.")
        return
    instrument.reset()
    steps = -(-x.shape[-1] // instrument.ratio)
    x = torch.nn.functional.pad(x, (0, steps * instrument.ratio - x.shape[-1]))
    y = instrument.run("forward", x)
    if lead_of(y) > y.shape[-1] // 2:
        yield Check("clip", FAIL, f"Played with {path.name}, {_NO_NUMBERS}.")
        return
    level = decibels(float(torch.nan_to_num(y).pow(2).mean().sqrt()))
    seconds = x.shape[-1] / rate
    if level < FAINT:
        text = f"Your clip {path.name} is answered with next to silence ({level:.0f} dB)."
        yield Check("clip", WARN, text, level)
    else:
        text = f"{seconds:.1f} s of {path.name} come out as sound ({level:.0f} dB)."
        yield Check("clip", OK, text, level)


def _problem(y: torch.Tensor, channels: int, length: int, *, lasting: bool) -> str:
    wanted = (1, channels, length)
    if tuple(y.shape) != wanted:
        shapes = " x ".join(map(str, y.shape)), " x ".join(map(str, wanted))
        return f"it gives {shapes[0]} values where {shapes[1]} are expected"
    return _NO_NUMBERS if lasting and lead_of(y) > length // 2 else ""


def _answered(lead: int) -> Check:
    if lead:
        text = (
            "It answers digital silence with values that are not numbers, as models of “spherical” "
            "do, which clicks or falls silent in a host: keep a little noise at its input."
        )
        return Check("output", WARN, text)
    return Check("output", OK, "Silence, noise, an impulse and a tone come out as sound.")


def _heard(loudness: float) -> Check:
    level = decibels(loudness)
    if loudness < SILENT:
        text = "It answers a tone with silence: it may not have been trained enough."
        return Check("heard", WARN, text, level)
    if level < FAINT:
        text = f"It answers a tone, but faintly ({level:.0f} dB): train it longer."
        return Check("heard", WARN, text, level)
    return Check("heard", OK, f"It answers a tone with sound ({level:.0f} dB).", level)


def _not_too_loud(peak: float) -> Check:
    if peak > PEAK:
        text = (
            f"Its output reaches {peak:.1f} times full scale: turn the volume down first, and "
            "put a limiter behind it."
        )
        return Check("peak", WARN, text, peak)
    return Check("peak", OK, f"Its output stays within {peak:.2g} times full scale.", peak)
