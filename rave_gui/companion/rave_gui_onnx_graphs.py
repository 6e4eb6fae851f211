"""The three functions of an instrument in ONNX, each with its inputs and outputs by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_onnx_model import Functions
    from rave_gui.companion.rave_gui_onnx_state import Memory, Row
else:
    from rave_gui_onnx_model import Functions
    from rave_gui_onnx_state import Memory, Row

FORWARD, ENCODE, DECODE = "forward", "encode", "decode"
STATE_IN, STATE_OUT = "state_in", "state_out"
_STEPS = 4
"""Length of the example that is traced, in steps of at least 2,048 samples."""
Given = dict[str, torch.Tensor]
Work = Callable[[Given], torch.Tensor]


@dataclass(frozen=True)
class Graph:
    """One function: what it takes, what it gives, and an example to trace it with."""

    name: str
    module: Any
    example: Given
    output: str
    state: int
    """Numbers in its memory; 0 for one without."""

    @property
    def outputs(self) -> list[str]:
        """Names in order."""
        return [self.output, STATE_OUT] if self.state else [self.output]

    @property
    def moving(self) -> dict[str, dict[int, str]]:
        """What has another length each time."""
        named = {"audio_in": "samples", "audio_out": "samples_out", "latents": "steps",
                 "noise": "frames", "latent_noise": "noise_steps"}  # fmt: skip
        names = [*self.example, self.output]
        return {name: {2: named[name]} for name in names if name in named}

    def call(self, given: Given) -> tuple[torch.Tensor, torch.Tensor | None]:
        """The output, and the memory that is left."""
        found = self.module(*(given[name] for name in self.example))
        return (found[0], found[1]) if self.state else (found, None)


def graphs(functions: Functions, *, streaming: bool) -> list[Graph]:
    """The whole way, encoder and decoder; each with its own memory where it streams."""
    sound, extra, latents = _examples(functions)

    def decode(given: Given) -> torch.Tensor:
        return functions.decode(given["latents"], given.get("noise"), given.get("latent_noise"))

    def encode(given: Given) -> torch.Tensor:
        return functions.encode(given["audio_in"])

    def forward(given: Given) -> torch.Tensor:
        return decode({**given, "latents": encode(given)})

    memory = Memory(functions.model) if streaming else None
    return [
        _graph(FORWARD, functions, forward, {**sound, **extra}, "audio_out", memory),
        _graph(ENCODE, functions, encode, sound, "latents", memory),
        _graph(DECODE, functions, decode, {**latents, **extra}, "audio_out", memory),
    ]


class _Traced(torch.nn.Module):  # type: ignore[misc]
    """A function as a module, whose weights are found by the exporter."""

    def __init__(self, model: Any, names: list[str], work: Work, row: Row | None) -> None:
        super().__init__()
        self.model, self.names, self.work, self.row = model, names, work, row

    def forward(self, *tensors: torch.Tensor) -> Any:
        """By position, as ONNX is traced."""
        given = dict(zip(self.names, tensors, strict=True))
        if self.row is not None:
            self.row.take(given[STATE_IN])
        made = self.work(given)
        return made if self.row is None else (made, self.row.left())


def _graph(
    name: str, functions: Functions, work: Work, given: Given, output: str, memory: Memory | None
) -> Graph:
    row = memory.used_by(lambda: work(given)) if memory is not None else None
    if row is not None and row.size:
        given = {**given, STATE_IN: torch.zeros(1, row.size)}
    else:
        row = None
    module = _Traced(functions.model, list(given), work, row).eval()
    return Graph(name, module, given, output, row.size if row is not None else 0)


def _examples(functions: Functions) -> tuple[Given, Given, Given]:
    shape = functions.shape
    samples = max(_STEPS * shape.ratio, _STEPS * 2048)
    extra: Given = {}
    if shape.noise_bands:
        extra["noise"] = torch.zeros(1, shape.noise_bands, samples // shape.noise_ratio)
    if shape.latent_noise:
        extra["latent_noise"] = torch.zeros(1, shape.latent_noise, samples // shape.ratio)
    sound = {"audio_in": torch.zeros(1, shape.channels, samples)}
    return sound, extra, {"latents": torch.zeros(1, shape.latents, samples // shape.ratio)}
