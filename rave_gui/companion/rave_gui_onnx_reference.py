"""What the checkpoint itself says, by RAVE's own export code, with the random numbers laid down.

Nothing of the model is changed yet when this is asked: it is what an ONNX file is held against.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any
from unittest import mock

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_onnx_model import Shape
else:
    from rave_gui_onnx_model import Shape

LENGTHS = (1, 5, 12)
"""Of what is compared, in units of :data:`_SHORTEST` samples or of one step, if that is longer."""
_SHORTEST = 4096
_BLOCKS = 3
"""How many blocks of each length go through a streaming model."""
Case = dict[str, torch.Tensor]


class Reference:
    """RAVE's exported class for one model, without the TorchScript around it."""

    def __init__(self, model: Any, shape: Shape) -> None:
        export = import_module("scripts.export")  # RAVE's own; only in the engine

        self._code = {
            "VariationalEncoder": export.VariationalScriptedRAVE,
            "WasserteinEncoder": export.WasserteinScriptedRAVE,
            "DiscreteEncoder": export.DiscreteScriptedRAVE,
            "SphericalEncoder": export.SphericalScriptedRAVE,
        }[type(model.encoder).__name__]
        self._shape, self._self = shape, _stand_in(model, shape, self._code)

    def forget(self) -> None:
        """Begin with a model through which nothing has gone."""
        for part in (self._self.pqmf, self._self.encoder, self._self.decoder):
            for name, buffer in part.named_buffers():
                if name.endswith((".pad", ".cache")):
                    buffer.zero_()

    def encode(self, x: torch.Tensor) -> torch.Tensor:
        """Sound to latents."""
        with _laid_down(None, None):
            return self._code.encode(self._self, x)

    def decode(self, z: torch.Tensor, noise: Any, latent_noise: Any) -> torch.Tensor:
        """Latents to sound."""
        with _laid_down(noise, latent_noise):
            return self._code.decode(self._self, z, True)


class _Self:
    """The attributes that ``ScriptedRAVE`` reads."""


def _stand_in(model: Any, shape: Shape, code: Any) -> Any:
    found: Any = _Self()
    for name in ("pqmf", "encoder", "decoder", "input_mode", "output_mode", "n_channels",
                 "latent_pca", "latent_mean", "spectrogram"):  # fmt: skip
        setattr(found, name, getattr(model, name))
    found.full_latent_size, found.latent_size = model.latent_size, shape.latents
    found.target_channels, found.decode_params = shape.out_channels, [0, shape.ratio]
    found.stereo_mode = found.is_using_adain = False
    found.resampler = None
    found.post_process_latent = code.post_process_latent.__get__(found)
    found.pre_process_latent = code.pre_process_latent.__get__(found)
    return found


@contextlib.contextmanager
def _laid_down(noise: Any, latent_noise: Any) -> Iterator[None]:
    """Instead of random numbers: ours where the model's sound is made of them, zero elsewhere."""

    def uniform(like: torch.Tensor) -> torch.Tensor:
        given = noise.reshape(1, like.shape[2], like.shape[1], like.shape[3])
        return (given.permute(0, 2, 1, 3) + 1) / 2

    def normal(*size: int) -> torch.Tensor:
        return torch.zeros(size) if latent_noise is None else latent_noise

    with contextlib.ExitStack() as stack:
        stack.enter_context(torch.no_grad())
        stack.enter_context(mock.patch.object(torch, "randn_like", torch.zeros_like))
        stack.enter_context(mock.patch.object(torch, "randn", normal))
        stack.enter_context(mock.patch.object(torch, "arccos", _arc_cosine))
        unheard = torch.zeros_like if noise is None else uniform
        stack.enter_context(mock.patch.object(torch, "rand_like", unheard))
        yield


def _arc_cosine(x: torch.Tensor) -> torch.Tensor:
    """Without what is no number, as our own :func:`rave_gui_onnx_model.angles`."""
    return torch.acos(x.nan_to_num(0.0).clamp(-1, 1))


def cases(reference: Reference, shape: Shape, *, streaming: bool) -> list[Case]:
    """What is compared: inputs of several lengths, and what the checkpoint makes of them."""
    unit = max(1, -(-_SHORTEST // shape.ratio)) * shape.ratio
    found = []
    for seed, length in enumerate(LENGTHS):
        samples = unit * length
        case = _inputs(shape, samples * _BLOCKS if streaming else samples, seed)
        reference.forget()
        answers = [_answered(reference, part) for part in in_blocks(case, samples)]
        made = {name: torch.cat([one[name] for one in answers], -1) for name in answers[0]}
        found.append({**made, "block": torch.tensor(samples)})
    return found


def in_blocks(case: Case, samples: int) -> Iterator[Case]:
    """The case in blocks of so many samples, everything cut at the same times."""
    count = case["audio_in"].shape[-1] // samples
    rows = {name: value for name, value in case.items() if value.ndim == 3}
    cut = {name: value.chunk(count, -1) for name, value in rows.items()}
    for number in range(count):
        yield {name: parts[number] for name, parts in cut.items()}


def _inputs(shape: Shape, samples: int, seed: int) -> Case:
    """Something to hear, and the noise that goes with it; repeatable."""
    chance = torch.Generator().manual_seed(seed)
    times = torch.arange(samples) / shape.rate
    tone = 0.4 * torch.sin(2 * torch.pi * (220.0 + 110.0 * seed) * times)
    rough = 0.1 * torch.randn(1, shape.channels, samples, generator=chance)
    case = {"audio_in": tone + rough}
    if shape.noise_bands:
        size = (1, shape.noise_bands, samples // shape.noise_ratio)
        grid = torch.randint(-(2**20), 2**20, size, generator=chance)
        case["noise"] = grid / 2.0**20
    if shape.latent_noise:
        size = (1, shape.latent_noise, samples // shape.ratio)
        case["latent_noise"] = torch.randn(size, generator=chance)
    return case


def _answered(reference: Reference, case: Case) -> Case:
    latents = reference.encode(case["audio_in"])
    sound = reference.decode(latents, case.get("noise"), case.get("latent_noise"))
    return {**case, "latents": latents, "audio_out": sound}
