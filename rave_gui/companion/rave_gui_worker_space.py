"""The latent space of a model as people turn it: the same numbers that its export would give.

Source: ``scripts/export.py`` of RAVE 2.3.1, ``post_process_latent`` and ``pre_process_latent`` of
each kind of encoder. Unlike there nothing is cut off here, so that a model sounds as it does in its
training; ``size`` in a bend cuts off as an export does.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_worker_chance import Chance
else:
    from rave_gui_worker_chance import Chance

_SAMPLING, _AUGMENTING = 1, 2
_LEAST = 1e-9


class Space:
    """Latents as they are, for encoders of which nothing is known."""

    kind = "other"

    def __init__(self, module: Any, chance: Chance) -> None:
        self.module, self.encoder, self.chance = module, module.encoder, chance

    @property
    def size(self) -> int:
        """Dimensions that can be turned."""
        return int(self.module.latent_size)

    def out_of(self, h: torch.Tensor, frame: int) -> torch.Tensor:  # noqa: ARG002
        """From the encoder, ``[1, any, frames]``, to what people turn, ``[1, size, frames]``."""
        return h

    def into(self, z: torch.Tensor, frame: int) -> torch.Tensor:  # noqa: ARG002
        """From there to what the decoder takes."""
        made: torch.Tensor = self.encoder.reparametrize(z)[0]
        return made

    def _augmented(self, z: torch.Tensor, frame: int) -> torch.Tensor:
        rows = int(getattr(self.encoder, "noise_augmentation", 0) or 0)
        if not rows:
            return z
        return torch.cat([z, self.chance.normal(_AUGMENTING, rows, frame, z.shape[-1])], 1)


class Variational(Space):
    """Sampled, then turned so that the dimensions come in the order of their weight."""

    kind = "variational"

    def out_of(self, h: torch.Tensor, frame: int) -> torch.Tensor:  # noqa: D102
        mean, scale = h.chunk(2, 1)
        std = F.softplus(scale) + 1e-4
        z = mean + std * self.chance.normal(_SAMPLING, mean.shape[1], frame, mean.shape[-1])
        return F.conv1d(z - self.module.latent_mean[:, None], self.module.latent_pca[..., None])

    def into(self, z: torch.Tensor, frame: int) -> torch.Tensor:  # noqa: ARG002, D102
        z = F.conv1d(z, self.module.latent_pca.T[..., None])
        return z + self.module.latent_mean[:, None]


class Wasserstein(Space):
    """As it is, with noise beside it for the decoder."""

    kind = "wasserstein"

    def into(self, z: torch.Tensor, frame: int) -> torch.Tensor:  # noqa: D102
        return self._augmented(z, frame)


class Discrete(Space):
    """Continuous until the training began to quantize, which RAVE 2.3.1 never does."""

    kind = "discrete"

    def into(self, z: torch.Tensor, frame: int) -> torch.Tensor:  # noqa: D102
        return self._augmented(self.encoder.rvq(z)[0] if self.encoder.enabled else z, frame)


class Spherical(Space):
    """Angles from -1 to 1, one fewer than the network has dimensions."""

    kind = "spherical"

    @property
    def size(self) -> int:  # noqa: D102
        return int(self.module.latent_size) - 1

    def out_of(self, h: torch.Tensor, frame: int) -> torch.Tensor:  # noqa: ARG002, D102
        return angles_of(h)

    def into(self, z: torch.Tensor, frame: int) -> torch.Tensor:  # noqa: ARG002, D102
        import rave.blocks  # type: ignore[import-not-found]  # noqa: PLC0415

        made: torch.Tensor = rave.blocks.angles_to_unit_norm_vector(z.clone())
        return made


def angles_of(x: torch.Tensor) -> torch.Tensor:
    """As ``rave.blocks.unit_norm_vector_to_angles``, which gives no numbers at all for silence."""
    squares = x.pow(2).flip(1).cumsum(1).flip(1)
    angles = torch.arccos((x / squares.clamp_min(_LEAST**2).sqrt()).clamp(-1, 1))[:, :-1]
    last = torch.where(x[:, -1] >= 0, angles[:, -1], 2 * math.pi - angles[:, -1])
    turned = torch.cat([angles[:, :-1] / math.pi, last[:, None] / (2 * math.pi)], 1)
    return 2 * (turned - 0.5)


_SPACES = {
    "VariationalEncoder": Variational,
    "WasserteinEncoder": Wasserstein,
    "DiscreteEncoder": Discrete,
    "SphericalEncoder": Spherical,
}


def space_of(module: Any, chance: Chance) -> Space:
    """What fits the encoder of a RAVE model."""
    return _SPACES.get(type(module.encoder).__name__, Space)(module, chance)
