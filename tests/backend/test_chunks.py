"""RAVE's arithmetic against the ffmpeg that RAVE calls."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from rave_gui.backend.chunks import MARGIN, examples_of, is_certain, resampled_frames, windows_of

RATES = [8000, 11025, 16000, 22050, 32000, 44056, 48000, 88200, 96000, 192000]


def frames_by_ffmpeg(folder: Path, frames: int, rate: int, target: int) -> int:
    """As in ``load_audio_chunk`` of RAVE's preprocess.py."""
    path = folder / "a.wav"
    soundfile.write(path, np.zeros(frames, np.int16), rate, subtype="PCM_16")
    command = ["ffmpeg", "-hide_banner", "-loglevel", "panic", "-i", str(path), "-ar", str(target)]
    command += ["-f", "s16le", "-filter_complex", "channelmap=0-0", "-"]
    return len(subprocess.run(command, capture_output=True, check=True).stdout) // 2


@pytest.mark.parametrize("rate", RATES)
def test_resampled_lengths_are_as_ffmpeg_makes_them(tmp_path, rate):
    for frames in (rate // 10, rate, 100_003, 131_072 * rate // 44100):
        told = resampled_frames(frames, rate, 44100)
        assert abs(frames_by_ffmpeg(tmp_path, frames, rate, 44100) - told) <= 1 < MARGIN


def test_a_file_at_the_rate_of_the_dataset_keeps_its_length(tmp_path):
    assert frames_by_ffmpeg(tmp_path, 12_345, 44100, 44100) == 12_345
    assert resampled_frames(12_345, 44100, 44100) == 12_345


def test_what_is_left_at_the_end_of_a_file_is_no_example():
    assert [examples_of(frames, 1024) for frames in (0, 2047, 2048, 4095, 4096)] == [0, 0, 1, 1, 2]


def test_lazy_windows_are_counted_from_microseconds():
    assert windows_of(44100, 44100, 22050) == 2
    assert windows_of(44099, 44100, 22050) == 1


@given(
    frames=st.integers(0, 10**9), unit=st.integers(4096, 10**6), error=st.integers(-MARGIN, MARGIN)
)
def test_where_it_is_certain_a_small_error_changes_nothing(frames, unit, error):
    if is_certain(frames, unit) and error < MARGIN:
        assert (frames + error) // unit == frames // unit
