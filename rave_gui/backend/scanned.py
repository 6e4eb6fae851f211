"""One file that somebody wants to learn from, and what is known of it so far."""

from __future__ import annotations

import math
from collections.abc import Mapping
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
    length_known: bool = True
    """Whether the file says how long it is; else the duration is a guess until it is heard."""
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

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> ScannedFile:
        """The file of a manifest entry, as far as it says.

        What an earlier version did not note has its default, and so has what is of another kind:
        a manifest comes from a file that anybody may have changed.
        """
        verdict = entry.get("verdict")
        return cls(
            path=Path(str(entry.get("path") or "")),
            verdict=verdict if verdict in (USE, WARN, REJECT) else WARN,
            reason=str(entry.get("reason") or ""),
            duration_seconds=_number(entry.get("duration_seconds")),
            sample_rate=_whole(entry.get("sample_rate")),
            channels=_whole(entry.get("channels")),
            format=str(entry.get("format") or ""),
            size=_whole(entry.get("size")) or 0,
            modified=_whole(entry.get("modified")) or 0,
            facts=_facts(entry),
            included=entry.get("included") is not False,
        )


def _facts(entry: Mapping[str, Any]) -> SoundFacts | None:
    """What was heard, None where the file was not listened to.

    Without waveform; where exactly there is sound is not kept, so it is taken to be everywhere.
    """
    frames, rate = _whole(entry.get("frames")), _whole(entry.get("sample_rate"))
    if frames is None or not rate:
        return None
    silence = _number(entry.get("silent_seconds")) or 0.0
    return SoundFacts(
        frames=frames,
        sample_rate=rate,
        channels=_whole(entry.get("channels")) or 1,
        decoder="",
        peak=_number(entry.get("peak")) or 0.0,
        loudness=_number(entry.get("loudness"), lowest=-math.inf),
        clipped_runs=_whole(entry.get("clipped_runs")) or 0,
        silent_seconds=silence,
        spans=((0, frames),) if silence < frames / rate else (),
        bandwidth_hz=_number(entry.get("bandwidth_hz")),
        brickwall=entry.get("brickwall") is True,
        dual_mono=entry.get("dual_mono") is True,
        content=str(entry.get("content") or ""),
    )


def _number(value: Any, lowest: float = 0.0) -> float | None:
    """A finite number from ``lowest`` on, or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) and value >= lowest else None


def _whole(value: Any) -> int | None:
    """A whole number from 0 on, or None."""
    right = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return value if right else None


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
