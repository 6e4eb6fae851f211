"""Two soft notes that call a person, played beside whatever else sounds."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rave_gui.audio.output import Outputs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Block = NDArray[np.float32]

RATE = 48_000
LEVEL_DB = -16.0
NOTE_SECONDS = 0.16
_RING_SECONDS = 0.7
"""How long the last note dies away."""
_LIMIT_SECONDS = 10.0
"""A device that does not ask for sound by then will not."""


def samples(notes: Sequence[float], rate: int) -> Block:
    """float32[frames] of ``notes`` in Hz, one after another, each ringing into the next."""
    import numpy as np  # noqa: PLC0415

    step, ring = round(rate * NOTE_SECONDS), round(rate * _RING_SECONDS)
    time = np.arange(ring) / rate
    shape = np.exp(-time * 7) * np.minimum(1, time / 0.008)
    shape *= np.minimum(1, (_RING_SECONDS - time) / 0.05)
    mixed = np.zeros(step * (len(notes) - 1) + ring)
    for place, hertz in enumerate(notes):
        tone = np.sin(2 * np.pi * hertz * time) + 0.25 * np.sin(4 * np.pi * hertz * time)
        mixed[place * step :][:ring] += tone * shape
    return np.asarray(mixed * 10 ** (LEVEL_DB / 20) / abs(mixed).max(), np.float32)


def play(
    outputs: Outputs, device: str, notes: Sequence[float], cancel: threading.Event | None = None
) -> None:
    """Play ``notes`` to their end, or until ``cancel`` is set; returns when the device is free.

    Raises:
        UserError: nothing can be played here.
    """
    output = outputs.open(device, RATE)
    feed = _Feed(samples(notes, output.rate), output.rate)
    try:
        output.start(feed.fill)
        waited = 0.0
        while not feed.heard.wait(0.05) and waited < _LIMIT_SECONDS:
            if cancel is not None and cancel.is_set():
                break
            waited += 0.05
    finally:
        output.stop()
        output.close()


class _Feed:
    """Gives the device its samples, then silence until the last of them was heard."""

    def __init__(self, mono: Block, rate: int) -> None:
        self.heard = threading.Event()
        self._mono, self._rate = mono, rate
        self._at = 0

    def fill(self, out: Block, latency: float) -> None:
        """Called in the device's own thread; float32[frames, channels]."""
        block = self._mono[self._at : self._at + len(out)]
        out.fill(0.0)
        out[: len(block)] = block[:, None]
        self._at += len(out)
        if self._at >= len(self._mono) + latency * self._rate:
            self.heard.set()
