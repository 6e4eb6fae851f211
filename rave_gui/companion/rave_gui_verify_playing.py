"""The checks that need torch: load the instrument, ask it what it is, play through it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion import rave_gui_verify_model as model_of
    from rave_gui.companion.rave_gui_verify_file import FAIL, OK, WARN, Check
else:
    import rave_gui_verify_model as model_of
    from rave_gui_verify_file import FAIL, OK, WARN, Check

BLOCKS = (2048, 4096, 8192)
"""Samples a host may hand over at a time: usual buffer sizes of nn~."""
PEAK = 1.5
"""Full scale is 1; a little above is usual, much above is dangerous to ears and loudspeakers."""
SILENT = 1e-4
SAME = -60.0
"""dB; below this, blocks and one pass differ by rounding only."""
AUDIBLE = -30.0
"""dB; a difference above this is not called the same sound."""
FAINT = -60.0
"""dB below full scale; fainter than this a tone of ordinary level gets lost in a room."""

LASTING = ("noise", "tone")
"""Signals after whose first half no memory of silence is left."""


def play(path: Path, seconds: float, answer: Any) -> None:
    """Do all checks of the instrument in ``path`` and add them to ``answer``."""
    _prepare_torch()
    try:
        model = torch.jit.load(str(path), map_location="cpu")
        instrument = model_of.Instrument(model)
    except Exception as error:
        text = f"{path.name} cannot be loaded by torch {torch.__version__}: {_short(error)}"
        answer.add(Check("loads", FAIL, text))
        return
    answer.add(Check("loads", OK, f"It loads with torch {torch.__version__}."))
    session = Session(instrument, path, seconds)
    answer.model.update(session.about())
    for name, check in session.checks():
        try:
            found = list(check())
        except Exception as error:
            found = [Check(name, FAIL, f"The check of {name} failed: {_short(error)}")]
        for item in found:
            answer.add(item)
        if name == "interface" and any(item.result == FAIL for item in found):
            return
    answer.model.update(session.found)


def _prepare_torch() -> None:
    """Without gradients; on one core, for figures that do not depend on what else runs there.

    Without the profiling of TorchScript as well: it compiles each new length of sound anew.
    """
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    profiling = getattr(torch._C, "_jit_set_profiling_executor", None)
    if profiling is not None:
        profiling(False)


class Session:
    """One instrument under examination; each check yields what it found."""

    def __init__(self, instrument: model_of.Instrument, path: Path, seconds: float) -> None:
        self.instrument = instrument
        self.path = path
        self.seconds = seconds
        self.rate = instrument.number("sr") or 44100
        self.found: dict[str, Any] = {}
        ratio = instrument.ratio
        self.length = max(4, math.ceil(seconds * self.rate / ratio)) * ratio
        self.signals = model_of.signals(instrument.channels, self.length, self.rate)

    def checks(self) -> list[tuple[str, Callable[[], Iterator[Check]]]]:
        """In order; without an interface there is nothing to play."""
        return [
            ("interface", self.interface),
            ("sound", self.sound),
            ("streaming", self.streaming),
            ("speed", self.speed),
            ("vst", self.vst),
        ]

    def about(self) -> dict[str, Any]:
        """What the model says of itself."""
        decode = self.instrument.params["decode"]
        return {
            "sr": self.instrument.number("sr"),
            "channels": self.instrument.channels,
            "channels_out": decode[2] if decode else None,
            "latent_size": decode[0] if decode else self.instrument.number("latent_size"),
            "full_latent_size": self.instrument.number("full_latent_size"),
            "ratio": self.instrument.ratio,
            "methods": self.instrument.methods,
            "parameters": sum(p.numel() for p in self.instrument.model.parameters()),
            "size": self.path.stat().st_size,
            "torch": torch.__version__,
        }

    def interface(self) -> Iterator[Check]:
        """The methods and shapes that nn~ looks for."""
        missing = [name for name, params in self.instrument.params.items() if params is None]
        missing = [n for n in missing if n != "forward"] if len(missing) < 3 else missing
        unable = [name for name in model_of.METHODS if not hasattr(self.instrument.model, name)]
        if missing or unable:
            names = ", ".join(dict.fromkeys([*unable, *missing]))
            text = f"It lacks what nn~ looks for ({names}): it is not an export of RAVE for nn~."
            yield Check("interface", FAIL, text)
            return
        yield Check("interface", OK, "It offers encode, decode and forward as nn~ expects them.")
        if self.instrument.number("sr") is None:
            text = "It does not say its sample rate; 44100 Hz is assumed."
            yield Check("sample-rate", WARN, text)
        else:
            yield Check("sample-rate", OK, f"Its sample rate is {self.rate} Hz.", float(self.rate))
        yield self._latents()

    def _latents(self) -> Check:
        size = self.about()["latent_size"]
        if size is None or size <= 1:
            text = (
                "It has a single latent dimension, so little can be played on it. Checkpoints from "
                "before the first validation give that: export a later one."
            )
            return Check("latents", WARN, text, float(size or 0))
        return Check("latents", OK, f"It has {size} latent dimensions.", float(size))

    def sound(self) -> Iterator[Check]:
        """Finite numbers of the right shape, heard and not too loud."""
        decode = self.instrument.params["decode"] or [0, 0, 1, 1]
        peak, undefined = 0.0, False
        for name, x in self.signals.items():
            self.instrument.reset()
            y = self.instrument.run("forward", x)
            problem = _shape_problem(y, decode[2], self.length)
            if not bool(torch.isfinite(y).all()):
                undefined = True
                if name in LASTING and not bool(torch.isfinite(y[..., self.length // 2 :]).all()):
                    problem = "its output holds values that are not numbers; the model is broken"
                y = torch.nan_to_num(y)
            if problem:
                yield Check("output", FAIL, f"Played with {name}, {problem}.")
                return
            peak = max(peak, float(y.abs().max()))
            if name == "tone":
                loudness = float(y.pow(2).mean().sqrt())
        yield _answered(undefined)
        yield _heard(loudness)
        yield _not_too_loud(peak)

    def streaming(self) -> Iterator[Check]:
        """Whether sound in blocks comes out as sound in one piece."""
        streams = model_of.carries_memory(self.instrument, self.signals["tone"])
        self.found["streaming"] = streams
        block = max(BLOCKS[0] // self.instrument.ratio, 1)
        apart, spread = self._blocks_against_one_pass(block)
        self.found["blocks_db"], self.found["spread_db"] = round(apart, 1), round(spread, 1)
        if not streams:
            text = (
                "It was exported without streaming: each block starts from silence, which clicks "
                "in a host that plays live. Export it with streaming for Max, Pd or the RAVE VST."
            )
            yield Check("streaming", WARN, text, apart)
        elif apart > max(SAME, spread + 3.0):
            text = (
                f"Played in blocks it differs by {apart:.0f} dB from one pass, more than two "
                f"passes do from each other ({spread:.0f} dB): blocks may be heard."
            )
            yield Check("streaming", WARN, text, apart)
        else:
            yield Check("streaming", OK, _as_one_pass(apart, spread), apart)

    def _blocks_against_one_pass(self, block: int) -> tuple[float, float]:
        """The difference in dB that blocks make, and the one that chance makes anyway.

        From latents to sound only, with every latent given: so the decoder has no dropped ones to
        fill with noise, and is random only where its architecture adds noise of its own.
        """
        self.instrument.reset()
        z = torch.nan_to_num(self.instrument.run("encode", self.signals["tone"]))
        z = self._every_latent(z)
        heard = []
        for seed in (1, 2):
            self.instrument.reset()
            heard.append(self.instrument.run("decode", z, seed))
        self.instrument.reset()
        blocks = self.instrument.in_blocks("decode", z, block, seed=3)
        spread = model_of.difference(*heard)
        return model_of.difference(heard[0], blocks), spread

    def _every_latent(self, z: torch.Tensor) -> torch.Tensor:
        """``z`` with those that the export dropped; as it is for a decoder that takes no others."""
        full = self.instrument.number("full_latent_size") or 0
        if not 0 < z.shape[1] < full:
            return z
        whole = torch.cat([z, torch.zeros(1, full - z.shape[1], z.shape[2])], 1)
        try:
            self.instrument.run("decode", whole)
        except RuntimeError:
            return z
        return whole

    def speed(self) -> Iterator[Check]:
        """Whether this computer's processor is fast enough to play it live."""
        factors = {}
        for size in sorted({max(block, self.instrument.ratio) for block in BLOCKS}):
            self.instrument.reset()
            factor = model_of.real_time_factor(self.instrument, size, self.rate, self.seconds)
            factors[str(size)] = round(factor, 4)
        self.found["real_time_factors"] = factors
        slowest = max(factors.values())
        if slowest >= 1.0:
            text = (
                f"A second of sound takes a core of this computer up to {slowest:.1f} seconds: "
                "played live here it may drop out."
            )
            yield Check("speed", WARN, text, slowest)
        else:
            text = f"A second of sound takes a core of this computer {slowest:.2f} seconds."
            yield Check("speed", OK, text, slowest)

    def vst(self) -> Iterator[Check]:
        """What RAVE's own export tries for the RAVE VST: stereo out of a mono model."""
        if self.instrument.channels == 1 and self._stereo_outputs() == 2:
            yield Check("vst", OK, "It fits the RAVE VST.")
        else:
            mono = self.instrument.channels == 1
            why = "whose stereo mode it lacks" if mono else "which plays models of one channel only"
            text = f"It does not fit the RAVE VST, {why}."
            yield Check("vst", WARN, text, float(self.instrument.channels))

    def _stereo_outputs(self) -> int:
        """Channels that come out in the VST's stereo mode; 0 where there is none."""
        model, full = self.instrument.model, self.instrument.number("full_latent_size")
        if not hasattr(model, "set_stereo_mode") or not full:
            return 0
        self.instrument.reset()
        model.set_stereo_mode(torch.tensor(True))
        try:
            return int(model.decode(torch.zeros(2, full, 8)).shape[1])
        except RuntimeError:
            return 0
        finally:
            model.set_stereo_mode(torch.tensor(False))
            self.instrument.reset()


def _shape_problem(y: torch.Tensor, channels: int, length: int) -> str:
    wanted = (1, channels, length)
    if tuple(y.shape) == wanted:
        return ""
    shapes = " x ".join(map(str, y.shape)), " x ".join(map(str, wanted))
    return f"it gives {shapes[0]} values where {shapes[1]} are expected"


def _as_one_pass(apart: float, spread: float) -> str:
    """Honest about what a model's own noise hides."""
    if apart <= AUDIBLE:
        return "Played in blocks it sounds as in one pass."
    return (
        "Played in blocks it differs from one pass no more than two passes do from each other "
        f"({spread:.0f} dB): it makes so much noise of its own."
    )


def _answered(undefined: bool) -> Check:
    if undefined:
        text = (
            "It answers digital silence with values that are not numbers, as models of “spherical” "
            "do, which clicks or falls silent in a host: keep a little noise at its input."
        )
        return Check("output", WARN, text)
    return Check("output", OK, "Silence, noise, an impulse and a tone come out as sound.")


def _heard(loudness: float) -> Check:
    level = model_of.decibels(loudness)
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


def _short(error: Exception) -> str:
    """The line of a torch error that says what happened; TorchScript puts a trace around it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("RuntimeError:", "builtins."))]
    chosen = (telling or lines or [type(error).__name__])[-1 if telling else 0]
    return chosen.rstrip(".")[:300] + "."
