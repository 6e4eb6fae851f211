"""How many examples RAVE makes of a file: its arithmetic, frame by frame.

Source: acids-rave 2.3.1, ``scripts/preprocess.py`` and ``rave/dataset.py``. A dataset that holds
its sound has one entry for every ``2 * num_signal`` frames of a file as ffmpeg decodes it at the
rate of the dataset; what is left at the end is lost. A lazy one has one entry a file, and windows
of ``n_signal`` frames counted from the duration that ffprobe prints.
"""

from __future__ import annotations

import math

MARGIN = 64
"""Frames by which a prediction of a resampled length may be wrong, with much to spare.

Measured with ffmpeg 5.1 over rates from 8 to 192 kHz: never more than one frame from 800 frames on.
"""


def resampled_frames(frames: int, rate_in: int, rate_out: int) -> int:
    """How many frames ffmpeg's resampler makes of ``frames``, give or take one."""
    if rate_in == rate_out:
        return frames
    return -(-frames * rate_out // rate_in)


def example_frames(num_signal: int) -> int:
    """Frames of one example: the 16-bit chunk of ``num_signal * 4`` bytes that RAVE reads."""
    return 2 * num_signal


def examples_of(frames: int, num_signal: int) -> int:
    """Entries that RAVE makes of a file with ``frames`` at the rate of the dataset."""
    return frames // example_frames(num_signal)


def windows_of(frames: int, sample_rate: int, n_signal: int) -> int:
    """Windows that a lazy dataset offers of a file; ffprobe tells its length in microseconds."""
    seconds = round(frames / sample_rate, 6)
    return math.floor(seconds * sample_rate) // n_signal


def is_certain(frames: int, unit: int) -> bool:
    """Whether an error of :data:`MARGIN` frames leaves the number of whole ``unit`` as it is."""
    return MARGIN <= frames % unit < unit - MARGIN
