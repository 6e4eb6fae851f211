"""How the latents of a model are bent: what is added, by what multiplied, how noisy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

OFFSET, SCALE, NOISE = "offset", "scale", "noise"
KINDS = (OFFSET, SCALE, NOISE)
NEUTRAL: Mapping[str, float] = {OFFSET: 0.0, SCALE: 1.0, NOISE: 0.0}
RANGES: Mapping[str, tuple[float, float]] = {
    OFFSET: (-3.0, 3.0),
    SCALE: (0.0, 3.0),
    NOISE: (0.0, 3.0),
}
"""A latent of a trained model has a mean of about 0 and a deviation of about 1."""


@dataclass(frozen=True)
class LatentBend:
    """One value for each latent, the first being the one that matters most; missing: neutral.

    A latent z becomes ``scale * z + offset + noise * n`` with n drawn from N(0, 1).
    """

    offset: tuple[float, ...] = ()
    scale: tuple[float, ...] = ()
    noise: tuple[float, ...] = ()

    @property
    def neutral(self) -> bool:
        """Whether it changes nothing."""
        return all(value == NEUTRAL[kind] for kind in KINDS for value in getattr(self, kind))

    def value(self, kind: str, latent: int) -> float:
        """Of one latent, counted from 0."""
        values: tuple[float, ...] = getattr(self, kind)
        return values[latent] if latent < len(values) else NEUTRAL[kind]

    def with_value(self, kind: str, latent: int, value: float) -> LatentBend:
        """The same with one value changed, kept inside its range."""
        low, high = RANGES[kind]
        values: tuple[float, ...] = getattr(self, kind)
        filled = [*values, *[NEUTRAL[kind]] * (latent + 1 - len(values))]
        filled[latent] = round(min(max(value, low), high), 3)
        while filled and filled[-1] == NEUTRAL[kind]:  # equal settings must be equal records
            filled.pop()
        return replace(self, **{kind: tuple(filled)})

    def without(self, latent: int) -> LatentBend:
        """The same with one latent as it was."""
        found = self
        for kind in KINDS:
            found = found.with_value(kind, latent, NEUTRAL[kind])
        return found

    def to_json(self) -> dict[str, list[float]]:
        """For a file, or the worker."""
        return {kind: list(getattr(self, kind)) for kind in KINDS}

    def padded(self, latents: int) -> dict[str, list[float]]:
        """The same with a value for every latent of a model."""
        return {kind: [self.value(kind, latent) for latent in range(latents)] for kind in KINDS}


def bend_from(value: object) -> LatentBend:
    """What :meth:`LatentBend.to_json` wrote; whatever is not a number is left neutral."""
    found = LatentBend()
    if not isinstance(value, Mapping):
        return found
    for kind in KINDS:
        for latent, number in enumerate(_numbers(value.get(kind))):
            found = found.with_value(kind, latent, number)
    return found


def _numbers(value: Any) -> Sequence[float]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    usable = [item for item in value if isinstance(item, (int, float)) and math.isfinite(item)]
    return [float(item) for item in usable] if len(usable) == len(value) else ()
