"""What is done to latents between encoder and decoder: scale, offset, noise, fewer dimensions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_worker_chance import Chance
    from rave_gui.companion.rave_gui_worker_talk import Fault
else:
    from rave_gui_worker_chance import Chance
    from rave_gui_worker_talk import Fault

_SHAKING, _BEYOND = 4, 5
_chance = Chance()


@dataclass(frozen=True)
class Bend:
    """One number for each dimension, from the first; missing ones change nothing.

    ``z * scale + offset + noise * n``, with ``n`` normal and bound to its place. ``size`` replaces
    what an export of so many dimensions would not hold by such numbers, as that export does.
    """

    offset: tuple[float, ...] = ()
    scale: tuple[float, ...] = ()
    noise: tuple[float, ...] = ()
    size: int | None = None

    @classmethod
    def of(cls, fields: Any) -> Bend:
        """From a request. Raises Fault where it holds anything but finite numbers."""
        fields = {} if fields is None else fields
        if not isinstance(fields, dict):
            raise Fault("latent must be an object.")
        size = fields.get("size")
        if size is not None and (type(size) is not int or size < 1):
            raise Fault("The number of latent dimensions must be a whole number from 1.")
        rows = {name: _row(name, fields.get(name)) for name in ("offset", "scale", "noise")}
        return cls(**rows, size=size)

    @property
    def changes(self) -> bool:
        """Whether it does anything."""
        shifted = any(self.offset) or any(self.noise) or any(one != 1 for one in self.scale)
        return shifted or self.size is not None

    def check(self, latent_size: int) -> None:
        """Raises Fault where the model has fewer dimensions than are to be changed."""
        longest = max(len(self.offset), len(self.scale), len(self.noise))
        if self.changes and not latent_size:
            raise Fault("This model has no latent space that could be reached.")
        if longest > latent_size and self.changes:
            raise Fault(f"This model has {latent_size} latent dimensions, not {longest}.")

    def apply(self, z: torch.Tensor, frame: int) -> torch.Tensor:
        """To float32[1, dimensions, frames], of which the first is ``frame`` of the sound."""
        if not self.changes:
            return z
        rows, count = z.shape[1], z.shape[-1]
        z = z * _column(self.scale, rows, 1.0) + _column(self.offset, rows, 0.0)
        if any(self.noise):
            z = z + _column(self.noise, rows, 0.0) * _chance.normal(_SHAKING, rows, frame, count)
        if self.size is not None and self.size < rows:
            rest = _chance.normal(_BEYOND, rows, frame, count)[:, self.size :]
            z = torch.cat([z[:, : self.size], rest], 1)
        return z


def _row(name: str, values: Any) -> tuple[float, ...]:
    values = () if values is None else values
    good = isinstance(values, list | tuple) and all(
        isinstance(one, (int, float)) and not isinstance(one, bool) and math.isfinite(one)
        for one in values
    )
    if not good:
        raise Fault(f"{name} must be a list of numbers.")
    return tuple(float(one) for one in values)


def _column(values: tuple[float, ...], rows: int, neutral: float) -> torch.Tensor:
    return torch.tensor([*values, *[neutral] * (rows - len(values))])[None, :, None]
