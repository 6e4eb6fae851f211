"""Listening to one file from beginning to end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rave_gui.audio.decode import Decoder, open_sound
from rave_gui.audio.facts import SoundFacts
from rave_gui.audio.loudness import hop_frames
from rave_gui.audio.measure import Measure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BLOCK_VALUES = 1 << 18
"""Samples of all channels together that are held at a time: 1 MB as float32."""
_TELL_SECONDS = 1.0


def listen(
    path: Path, ffmpeg: str | None = "ffmpeg", tell: Callable[[float], None] | None = None
) -> SoundFacts:
    """Decode all of ``path`` in blocks and measure it.

    Args:
        path: The file; it is only read.
        ffmpeg: The program for what libsndfile does not decode exactly; None where there is none.
        tell: Called about once a second with the seconds of sound heard so far.

    Raises:
        UserError: no sound can be read from it.
    """
    with open_sound(path, ffmpeg=ffmpeg) as decoder:
        measure = Measure(decoder.sample_rate, decoder.channels)
        told = time.monotonic()
        for block in _blocks(decoder):
            measure.add(block)
            if tell is not None and time.monotonic() - told > _TELL_SECONDS:
                told = time.monotonic()
                tell(measure.frames / decoder.sample_rate)
        return measure.facts(decoder.name, decoder.frames, decoder.error)


def _blocks(decoder: Decoder) -> Iterator[NDArray[np.float32]]:
    """Blocks of whole hops, so that no meter keeps a remainder; only the last may be short."""
    hop = hop_frames(decoder.sample_rate)
    hops = max(1, _BLOCK_VALUES // (hop * decoder.channels))
    for block in decoder.blocks(hops * hop):
        if len(block):
            yield block
