"""What a training sounded like, step by step, as frozen facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rave_gui.backend.metrics_records import Clip


@dataclass(frozen=True)
class ClipPart:
    """A part of one of RAVE's ``audio_val`` clips, which hold several sounds end to end."""

    clip: Clip
    index: int
    """Which of its up to eight sounds."""
    window: int
    """Samples of one sound."""
    channels: int
    original: bool
    """What went in, not what came out."""


@dataclass(frozen=True)
class PreviewSound:
    """One sound of a strip. It lies in a file of its own, or in an event file."""

    key: str
    """Equal keys mean the very same sound."""
    clip: str
    step: int | None
    """None: what was put through the model."""
    created_at: float
    """POSIX seconds."""
    path: Path | None = None
    part: ClipPart | None = None


@dataclass(frozen=True)
class PreviewClip:
    """One sound that was put through the model at many steps."""

    key: str
    name: str
    sounds: tuple[PreviewSound, ...]
    """By step, each step once."""
    input: PreviewSound | None = None
    """What was put in, the same at every step."""
    originals: Mapping[int, PreviewSound] = field(default_factory=dict)
    """What was put in, by step, where that was another one each time."""

    @property
    def by_rave(self) -> bool:
        """Whether RAVE wrote it itself, as the sound of its validations."""
        return self.input is None

    def original_of(self, step: int | None) -> PreviewSound | None:
        """What was put in at that step."""
        return self.input or self.originals.get(-1 if step is None else step)


@dataclass(frozen=True)
class PreviewStrip:
    """Everything that can be heard of one training."""

    experiment_id: int = 0
    clips: tuple[PreviewClip, ...] = ()
    problems: tuple[str, ...] = ()
    """What could not be read, in sentences."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to hear yet."""
        return not any(clip.sounds for clip in self.clips)
