"""The checks that need torch: load the instrument, ask it what it is, play through it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion import rave_gui_verify_interface as interface
    from rave_gui.companion import rave_gui_verify_model as model_of
    from rave_gui.companion import rave_gui_verify_sounding as sounding
    from rave_gui.companion.rave_gui_verify_file import FAIL, OK, Check
    from rave_gui.companion.rave_gui_verify_live import Live
    from rave_gui.companion.rave_gui_verify_twin import calm_twin
    from rave_gui.companion.rave_gui_verify_wish import Wish
else:
    import rave_gui_verify_interface as interface
    import rave_gui_verify_model as model_of
    import rave_gui_verify_sounding as sounding
    from rave_gui_verify_file import FAIL, OK, Check
    from rave_gui_verify_live import Live
    from rave_gui_verify_twin import calm_twin
    from rave_gui_verify_wish import Wish

BLOCK_SAMPLES = 131072
"""At least so long is the sound in blocks: sixteen of the largest, beyond any receptive field."""
ENDING = frozenset({"weights", "interface", "sound"})
"""Where these fail there is nothing to play."""


def play(wish: Wish, answer: Any) -> None:
    """Do all checks of the instrument and add them to ``answer``."""
    _prepare_torch()
    try:
        model = torch.jit.load(str(wish.path), map_location="cpu")
        instrument = model_of.Instrument(model)
    except Exception as error:
        text = f"{wish.path.name} cannot be loaded by torch {torch.__version__}: {_short(error)}"
        answer.add(Check("loads", FAIL, text))
        return
    text = f"It loads in a process of its own, with torch {torch.__version__}."
    answer.add(Check("loads", OK, text))
    session = Session(instrument, wish)
    answer.model.update(session.about())
    for name, check in session.checks():
        passed = [answer.add(item) for item in _found(name, check)]
        if name in ENDING and not all(passed):
            break
    answer.model.update(session.measured())


def _found(name: str, check: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """What a check found; a fault inside the model is a finding too."""
    try:
        yield from list(check())
    except Exception as error:
        yield Check(name, FAIL, f"The check of {name} failed: {_short(error)}")


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

    def __init__(self, instrument: model_of.Instrument, wish: Wish) -> None:
        self.instrument, self.wish = instrument, wish
        self.rate = instrument.number("sr") or wish.expected_rate or 44100
        length = self._whole_steps(wish.seconds * self.rate)
        self.signals = model_of.signals(instrument.channels, length, self.rate)
        self.live: Live | None = None

    def _whole_steps(self, samples: float) -> int:
        return max(4, math.ceil(samples / self.instrument.ratio)) * self.instrument.ratio

    def checks(self) -> list[tuple[str, Callable[[], Iterator[Check]]]]:
        """In order."""
        instrument, wish = self.instrument, self.wish
        clip = wish.clip
        checks: list[tuple[str, Callable[[], Iterator[Check]]]] = [
            ("weights", lambda: interface.check_weights(instrument)),
            ("interface", lambda: interface.check_interface(instrument)),
            ("attributes", lambda: interface.check_attributes(instrument)),
            ("sample-rate", lambda: interface.check_rate(instrument, wish.expected_rate)),
            ("latents", lambda: interface.check_latents(instrument)),
            ("channels", lambda: interface.check_channels(instrument)),
            ("sound", lambda: sounding.check_sound(instrument, self.signals)),
        ]
        if clip is not None:
            checks.append(("clip", lambda: sounding.check_clip(instrument, clip, self.rate)))
        return [*checks, *self._in_a_host()]

    def _in_a_host(self) -> list[tuple[str, Callable[[], Iterator[Check]]]]:
        return [
            ("streaming", self._streaming),
            ("latency", lambda: self._measured_live().latency()),
            ("speed", lambda: self._measured_live().speed()),
            ("vst", lambda: interface.check_vst(self.instrument)),
        ]

    def _streaming(self) -> Iterator[Check]:
        return self._measured_live().streaming()

    def _measured_live(self) -> Live:
        if self.live is None:
            length = max(self._whole_steps(BLOCK_SAMPLES), self.signals["tone"].shape[-1])
            made = model_of.signals(self.instrument.channels, length, self.rate)
            sound = 0.5 * made["tone"] + 0.02 * made["noise"]
            twin = calm_twin(self.wish.path, self.signals["tone"])
            live = Live(twin or self.instrument, sound, self.rate)
            live.measure()
            self.live = live
        return self.live

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
            "attributes": self.instrument.attributes,
            "parameters": sum(p.numel() for p in self.instrument.model.parameters()),
            "size": self.wish.path.stat().st_size,
            "torch": torch.__version__,
        }

    def measured(self) -> dict[str, Any]:
        """What was measured, for tables; empty when it came to nothing."""
        if self.live is None:
            return {}
        delay = self.live.delay
        return {
            "streaming": self.live.streams,
            "blocks": [found.to_json() for found in self.live.blocks],
            "real_time_factors": {
                str(found.block): round(found.real_time, 4) for found in self.live.blocks
            },
            "latency_samples": None if delay is None else round(delay),
            "latency_ms": None if delay is None else round(1000 * delay / self.rate, 1),
        }


def _short(error: Exception) -> str:
    """The line of a torch error that says what happened; TorchScript puts a trace around it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("RuntimeError:", "builtins."))]
    chosen = (telling or lines or [type(error).__name__])[-1 if telling else 0]
    return chosen.rstrip(".")[:300] + "."
