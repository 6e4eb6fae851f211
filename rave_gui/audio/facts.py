"""What listening to a whole file found out, as frozen facts that survive JSON."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

THUMBNAIL_BINS = 96
"""Columns of the small waveform that is kept with the facts."""


@dataclass(frozen=True)
class SoundFacts:
    """One decoded file. ``frames`` count samples of one channel."""

    frames: int
    """Decoded, at ``sample_rate``; for a damaged file, until it ended."""
    sample_rate: int
    """Hz."""
    channels: int
    decoder: str
    """``libsndfile`` or ``ffmpeg``."""
    peak: float = 0.0
    """Largest absolute sample of any channel; 1.0 is full scale, floating point may exceed it."""
    loudness: float | None = None
    """LUFS, integrated (EBU R128, ITU-R BS.1770-4); None where all is below its gate."""
    dc: float = 0.0
    """Largest absolute mean of any channel, 1.0 is full scale."""
    clipped_runs: int = 0
    """Places where at least three samples in a row stand at the same rail."""
    silent_seconds: float = 0.0
    """Time in windows below the silence threshold."""
    spans: tuple[tuple[int, int], ...] = ()
    """Where there is sound: (first, behind last) frames, in order, apart by long silence."""
    bandwidth_hz: float | None = None
    """Highest frequency that carries sound; None for silence."""
    brickwall: bool = False
    """Whether it ends there as lossy encoders and resamplers end it, not as nature does."""
    dual_mono: bool = False
    """Whether all channels hold the same."""
    cancels: bool = False
    """Whether the channels cancel each other when they are mixed."""
    bad_values: int = 0
    """Samples that are no numbers (NaN, infinite); they were taken as silence."""
    promised_frames: int | None = None
    """What the header says, where it says something believable."""
    error: str = ""
    """What the decoder complained of; empty where all was well."""
    content: str = ""
    """A digest of the decoded sound: equal for copies in another container or with other tags."""
    thumbnail: bytes = b""
    """int8[2, bins]: lowest and highest sample of each column, -127..127 for -1..1."""

    @property
    def seconds(self) -> float:
        """Decoded length."""
        return self.frames / self.sample_rate if self.sample_rate else 0.0

    def to_json(self) -> dict[str, Any]:
        """Plain values; the thumbnail as base64."""
        data = asdict(self)
        data["spans"] = [list(span) for span in self.spans]
        data["thumbnail"] = base64.b64encode(self.thumbnail).decode("ascii")
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SoundFacts:
        """The facts in ``data``.

        Raises:
            ValueError, TypeError, KeyError: it is damaged; unknown keys are passed over.
        """
        names = {item.name for item in fields(cls)}
        known = {key: value for key, value in data.items() if key in names}
        known["spans"] = tuple((int(a), int(b)) for a, b in known.get("spans", ()))
        known["thumbnail"] = base64.b64decode(known.get("thumbnail", ""))
        return cls(**known)
