"""One file that somebody wants to learn from, and what is known of it so far."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rave_gui.audio.facts import SoundFacts

USE, WARN, REJECT = "use", "warn", "reject"


@dataclass(frozen=True)
class ScannedFile:
    """One file and what it is good for. Durations in seconds, rates in Hz."""

    path: Path
    verdict: str
    """``use``, ``warn`` or ``reject``."""
    reason: str
    duration_seconds: float | None = None
    sample_rate: int | None = None
    channels: int | None = None
    format: str = ""
    size: int = 0
    """Bytes."""
    modified: int = 0
    """``st_mtime_ns``; with path and size it tells whether a file is still the one we heard."""
    audio_first: bool = True
    """Whether the first stream is the sound; RAVE hangs on a file that begins with a picture."""
    facts: SoundFacts | None = None
    """What listening to all of it found; None while only the header was read."""
    included: bool = True
    """Whether it goes into the dataset: the proposal, until a person decides otherwise."""

    @property
    def usable(self) -> bool:
        """Whether it can go into a dataset at all."""
        return self.verdict != REJECT

    @property
    def chosen(self) -> bool:
        """Whether it goes into the dataset."""
        return self.usable and self.included

    def to_json(self) -> dict[str, Any]:
        """The manifest entry of this file: plain values, without waveform and spans."""
        entry: dict[str, Any] = {
            "path": str(self.path),
            "verdict": self.verdict,
            "reason": self.reason,
            "duration_seconds": self.duration_seconds,
            "sample_rate": self.sample_rate,
            "channels": self.channels,
            "format": self.format,
            "size": self.size,
            "modified": self.modified,
            "included": self.included,
        }
        if self.facts is not None:
            entry |= _summary(self.facts)
        return entry


def _summary(facts: SoundFacts) -> dict[str, Any]:
    return {
        "frames": facts.frames,
        "loudness": facts.loudness,
        "peak": facts.peak,
        "clipped_runs": facts.clipped_runs,
        "silent_seconds": facts.silent_seconds,
        "bandwidth_hz": facts.bandwidth_hz,
        "brickwall": facts.brickwall,
        "dual_mono": facts.dual_mono,
        "content": facts.content,
    }
