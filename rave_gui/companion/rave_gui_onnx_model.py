"""A trained RAVE as functions of tensors alone, in the form that ONNX can hold.

The same as ``ScriptedRAVE`` of ``scripts/export.py`` makes of a checkpoint, for one sound at a
time, without what it draws at random: latents are the mean of what the encoder says, those that are
left out are zero, and noise that is part of the sound is an input.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_onnx_noise import NoiseFromInput, is_heard, noise_branches
else:
    from rave_gui_onnx_noise import NoiseFromInput, is_heard, noise_branches

VARIATIONAL, WASSERSTEIN = "VariationalEncoder", "WasserteinEncoder"
DISCRETE, SPHERICAL = "DiscreteEncoder", "SphericalEncoder"


@dataclass(frozen=True)
class Wish:
    """What is asked for; the same words as the options of ``rave export``."""

    checkpoint: Path
    config: Path
    fidelity: float = 0.95
    channels: int | None = None
    streaming: bool = False
    ema: bool = False


@dataclass(frozen=True)
class Shape:
    """What the functions take and give."""

    rate: int
    channels: int
    out_channels: int
    latents: int
    ratio: int
    """Samples in one step of the latents."""
    noise_bands: int
    """Rows of the input ``noise``, 0 where the model draws none."""
    noise_ratio: int
    """Samples in one value of the input ``noise``."""
    latent_noise: int
    """Rows of the input ``latent_noise``, 0 where there are none."""


def load_rave(wish: Wish) -> Any:
    """RAVE's own model with the weights of the checkpoint, which runs no code of the file's.

    Raises:
        Exception: as gin and torch say it, where configuration and checkpoint do not fit.
    """
    # All three are in the engine only, and RAVE's layers are made by what the first is told.
    import_module("cached_conv").use_cached_conv(wish.streaming)
    rave = import_module("rave")
    import_module("gin").parse_config_file(str(wish.config))
    model = rave.RAVE()
    saved = torch.load(wish.checkpoint, map_location="cpu", weights_only=True)
    weights = saved["state_dict"]
    if wish.ema:
        weights = saved.get("callbacks", {}).get("EMA") or weights
    model.load_state_dict(weights, strict=False)
    model.eval()
    for part in model.modules():
        if hasattr(part, "weight_g"):
            torch.nn.utils.remove_weight_norm(part)
    return model


def shape_of(model: Any, wish: Wish) -> Shape:
    """How wide everything is; RAVE's own rules decide how many latents are kept (export.py:119)."""
    length = 2**14
    encoder = model.encoder
    with torch.no_grad():
        z = model.encode(torch.zeros(1, model.n_channels, length))
    branches = noise_branches(model.decoder) if is_heard(model.decoder) else []
    return Shape(
        rate=int(model.sr),
        channels=int(model.n_channels),
        out_channels=wish.channels or int(model.n_channels),
        latents=_latents(model, wish.fidelity),
        ratio=length // int(z.shape[-1]),
        noise_bands=_bands(branches[0][2]) if branches else 0,
        noise_ratio=int(getattr(model.pqmf, "n_band", 1)) if model.output_mode == "pqmf" else 1,
        latent_noise=int(getattr(encoder, "noise_augmentation", 0) or 0),
    )


def _bands(branch: Any) -> int:
    return int(branch.data_size) * int(getattr(branch, "n_channels", 1))


def _latents(model: Any, fidelity: float) -> int:
    kind = type(model.encoder).__name__
    if kind == VARIATIONAL:
        enough = int((model.fidelity > fidelity).int().argmax())
        return int(2 ** math.ceil(math.log2(max(enough, 1))))
    fixed = {
        DISCRETE: lambda: model.encoder.num_quantizers,
        WASSERSTEIN: lambda: model.latent_size,
        SPHERICAL: lambda: model.latent_size - 1,
    }
    return int(fixed[kind]())


class Functions:
    """Encoder and decoder of a model, changed so that they can be written down."""

    def __init__(self, model: Any, shape: Shape) -> None:
        self.model, self.shape = model, shape
        self.kind = type(model.encoder).__name__
        self.noise = []
        for parent, name, child in noise_branches(model.decoder):
            stand_in = NoiseFromInput(child)
            setattr(parent, name, stand_in)
            self.noise.append(stand_in)
        _write_down_filter_bank()

    def encode(self, x: torch.Tensor) -> torch.Tensor:
        """``[1, channels, samples]`` to ``[1, latents, steps]``."""
        model = self.model
        if model.input_mode == "pqmf":
            bands = model.pqmf(x.reshape(self.shape.channels, 1, -1))
            x = bands.reshape(1, -1, bands.shape[-1])
        return self._kept(model.encoder(x))

    def decode(
        self, z: torch.Tensor, noise: torch.Tensor | None, latent_noise: torch.Tensor | None
    ) -> torch.Tensor:
        """``[1, latents, steps]`` to ``[1, channels, samples]``."""
        model, shape = self.model, self.shape
        for branch in self.noise:
            branch.source = noise
        y = model.decoder(self._filled(z, latent_noise))
        if model.output_mode == "pqmf":
            y = model.pqmf.inverse(y.reshape(shape.channels, -1, y.shape[-1]))
            y = y.reshape(1, shape.channels, -1)
        return y[:, : shape.out_channels, : z.shape[-1] * shape.ratio]

    def _kept(self, z: torch.Tensor) -> torch.Tensor:
        """``post_process_latent``: what people play on."""
        if self.kind == VARIATIONAL:
            centred = z.chunk(2, 1)[0] - self.model.latent_mean.unsqueeze(-1)
            turn = self.model.latent_pca[: self.shape.latents]
            return torch.nn.functional.conv1d(centred, turn.unsqueeze(-1))
        if self.kind == DISCRETE:
            return self.model.encoder.rvq.encode(z).float()
        return angles(z) if self.kind == SPHERICAL else z

    def _filled(self, z: torch.Tensor, latent_noise: torch.Tensor | None) -> torch.Tensor:
        """``pre_process_latent``: what the decoder was trained with."""
        if self.kind == VARIATIONAL:
            back = self.model.latent_pca.T[:, : self.shape.latents]
            filled = torch.nn.functional.conv1d(z, back.unsqueeze(-1))
            return filled + self.model.latent_mean.unsqueeze(-1)
        if self.kind == DISCRETE:
            rvq = self.model.encoder.rvq
            z = rvq.decode(z.clamp(0, rvq.layers[0].codebook_size - 1).long())
        if self.kind == SPHERICAL:
            return directions(z)
        return z if latent_noise is None else torch.cat([z, latent_noise], 1)


def angles(x: torch.Tensor) -> torch.Tensor:
    """``blocks.unit_norm_vector_to_angles``, which writes into its own results.

    RAVE's gives no number for silence, and where rounding leaves the range of the arc cosine; then
    everything after it is no number either. Here neither can happen.
    """
    lengths = x.pow(2).flip(1).cumsum(1).flip(1).sqrt()[:, :-1]
    some = torch.where(lengths > 0, lengths, torch.ones_like(lengths))
    found = torch.arccos((x[:, :-1] / some).clamp(-1, 1))
    last = found[:, -1:]
    last = torch.where(x[:, -1:] >= 0, last, 2 * math.pi - last)
    found = torch.cat([found[:, :-1] / math.pi, last / (2 * math.pi)], 1)
    return 2 * (found - 0.5)


def directions(z: torch.Tensor) -> torch.Tensor:
    """``blocks.angles_to_unit_norm_vector`` likewise; a running product becomes a short loop."""
    turned = (z / 2 + 0.5) % 1
    turned = torch.cat([turned[:, :-1] * math.pi, turned[:, -1:] * (2 * math.pi)], 1)
    product, rows = torch.ones_like(turned[:, :1]), []
    for row in range(turned.shape[1]):
        angle = turned[:, row : row + 1]
        rows.append(angle.cos() * product)
        product = product * angle.sin()
    return torch.cat([*rows, product], 1)


def _write_down_filter_bank() -> None:
    """``pqmf.reverse_half`` writes into a mask, which ONNX cannot."""
    import_module("rave.pqmf").__dict__["reverse_half"] = reverse_half


def reverse_half(x: torch.Tensor) -> torch.Tensor:
    """The same by a product: odd bands change their sign at even times."""
    odd = torch.arange(x.shape[1]).remainder(2).reshape(1, -1, 1)
    even = 1 - torch.arange(x.shape[2]).remainder(2).reshape(1, 1, -1)
    return x * (1 - 2 * odd * even).to(x.dtype)
