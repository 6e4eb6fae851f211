"""What a person wants rendered, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rave_gui.backend.latent_bend import LatentBend
from rave_gui.core.paths import slug

FORMATS = ("float", "16", "24")
"""Bits of a sample in the WAV files; ``float`` has 32 and cannot clip."""


@dataclass(frozen=True)
class RenderWish:
    """How sounds are put through a model."""

    model: Path
    label: str = ""
    """Stands in the names of the files; empty: the name of the model's file."""
    streaming: bool | None = None
    """As a host would play it, block by block; None: as the model is made for."""
    bend: LatentBend = field(default_factory=LatentBend)
    latents: int | None = None
    """As an export with so many latents would sound; None: as the training does."""
    gain: float = 0.0
    """dB."""
    format: str = "float"
    begin: float = 0.0
    """Seconds of the sound."""
    end: float | None = None
    block: int | None = None
    """Samples that go through the model at a time."""
    trusted: bool = False
    """The person vouches for where the model is from."""

    def fields(self) -> dict[str, Any]:
        """The request without files."""
        latent = {**self.bend.to_json(), "size": self.latents}
        return {
            "model": str(self.model.absolute()),
            "trusted": self.trusted,
            "streaming": self.streaming,
            "block": self.block or 0,
            "from": self.begin,
            "to": self.end,
            "latent": latent,
            "gain": self.gain,
            "format": self.format,
        }

    @property
    def name(self) -> str:
        """What stands in parentheses in the names of the files."""
        return slug(self.label or self.model.stem)


@dataclass(frozen=True)
class Rendered:
    """What became of one sound."""

    source: Path
    out: Path | None = None
    seconds: float = 0.0
    real_time_factor: float = 0.0
    """Seconds of work for a second of sound; below 1 it keeps up with playing."""
    peak: float = 0.0
    """Full scale is 1."""
    clipped: int = 0
    """Samples above full scale, in formats that cannot hold them."""
    non_finite: int = 0
    """Samples that were no numbers and became silence."""
    error: str = ""
    remedy: str = ""

    def to_json(self) -> dict[str, Any]:
        """As ``rave-gui render --json`` prints it."""
        if self.error:
            return {"in": str(self.source), "error": self.error, "remedy": self.remedy}
        return {
            "in": str(self.source),
            "out": str(self.out),
            "seconds": self.seconds,
            "real_time_factor": self.real_time_factor,
            "peak": self.peak,
            "clipped": self.clipped,
            "non_finite": self.non_finite,
        }
