"""A sound to try loudspeakers with: first the left side, then the right, then both."""

from __future__ import annotations

from rave_gui.audio.sound import Samples, Sound

KEY = "test sound"
RATE = 48_000
LEVEL_DB = -15.0
_NOTES = ((523.25, (1.0, 0.0)), (659.26, (0.0, 1.0)), (783.99, (0.7, 0.7)))
"""Hz, and how loud on the left and on the right."""
_NOTE_SECONDS = 0.6


def chime(title: str) -> Sound:
    """Three soft notes, the last of which dies away."""
    return Sound(KEY, title, load=_samples, seconds=_NOTE_SECONDS * len(_NOTES))


def _samples() -> Samples:
    import numpy as np  # noqa: PLC0415

    frames = round(RATE * _NOTE_SECONDS)
    time = np.arange(frames) / RATE
    shape = 10 ** (LEVEL_DB / 20) * np.exp(-time * 6) * np.minimum(1, time / 0.01)
    shape *= np.minimum(1, (_NOTE_SECONDS - time) / 0.05)
    notes = [np.outer(np.sin(2 * np.pi * hertz * time) * shape, sides) for hertz, sides in _NOTES]
    return Samples(np.concatenate(notes).astype(np.float32), RATE)
