"""Columns of a waveform: nothing between two of them is lost, at any width, zoom and length."""

from __future__ import annotations

import itertools
import threading

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from offline_device import RATE, in_file, in_memory, sine

from rave_gui.audio import overview
from rave_gui.audio.overview import OverviewReader, read_columns
from rave_gui.audio.sound import Sound
from rave_gui.core.errors import UserError


def noise(frames: int, channels: int = 1) -> np.ndarray:
    data = np.random.default_rng(frames).uniform(-0.9, 0.9, (frames, channels))
    return data.astype(np.float32)


def exact(data: np.ndarray, width: int, first: int, last: int, choose) -> np.ndarray:
    """What each column holds, frame by frame."""
    edges = np.floor(np.linspace(first, last, width + 1)).astype(int)
    return np.array([choose(data[a:b]) for a, b in itertools.pairwise(edges)])


@pytest.mark.parametrize("width", [1, 7, 300])
def test_columns_hold_the_lowest_the_highest_and_the_root_mean_square(width):
    data = noise(300 * overview.FINEST)
    found = OverviewReader(in_memory(data)).read()
    columns = found.columns(width, 0.0, found.seconds)
    # Columns begin at whole bins.
    edges = np.floor(np.linspace(0, 300, width + 1)).astype(int) * overview.FINEST
    parts = [data[a:b, 0] for a, b in itertools.pairwise(edges)]
    np.testing.assert_array_equal(columns.low[0], [part.min() for part in parts])
    np.testing.assert_array_equal(columns.high[0], [part.max() for part in parts])
    rms = [np.sqrt(np.mean(part.astype(float) ** 2)) for part in parts]
    np.testing.assert_allclose(columns.rms[0], rms, rtol=1e-4)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 5000), st.integers(1, 400), st.sampled_from([4, 64, 16384]))
def test_no_peak_is_lost_and_none_invented(frames, width, bins):
    data = noise(frames)
    before, overview.BINS = overview.BINS, bins
    try:
        found = OverviewReader(in_memory(data)).read()
    finally:
        overview.BINS = before
    assert found.low.shape[1] <= bins
    assert found.frames == frames
    columns = found.columns(width, 0.0, found.seconds)
    assert columns.low.shape == (1, width)
    if width <= found.low.shape[1]:
        assert columns.high.max() == data.max()
    assert columns.high.max() <= data.max()
    assert columns.low.min() >= data.min()


def test_a_sound_of_unknown_length_is_gathered_as_well(tmp_path):
    path = tmp_path / "tone.ogg"
    soundfile.write(path, sine(440, 3.0), RATE, format="OGG", subtype="VORBIS")
    found = OverviewReader(Sound("ogg", "ogg", path=path)).read()
    assert found.seconds == pytest.approx(3.0, abs=0.05)
    assert abs(found.high).max() == pytest.approx(0.5, abs=0.02)


def test_bins_double_when_there_would_be_too_many(monkeypatch):
    monkeypatch.setattr(overview, "BINS", 16)
    gatherer = overview._Gatherer(overview.open_source(in_memory(np.zeros(64, np.float32))))
    data = noise(64 * 16 * 5 + 10).T
    for at in range(0, data.shape[1], 1000):
        gatherer.add(data[:, at : at + 1000])
    found = gatherer.overview(whole=True)
    assert found.bin_frames == 64 * 8
    assert found.low.shape[1] == 11
    np.testing.assert_array_equal(found.high[0, 0], data[0, :512].max())
    np.testing.assert_array_equal(found.high[0, -1], data[0, 5120:].max())


def test_stereo_has_two_lanes_and_mono_one():
    assert OverviewReader(in_memory(noise(1000, 2))).read().low.shape[0] == 2
    assert OverviewReader(in_memory(noise(1000, 1))).read().low.shape[0] == 1
    assert OverviewReader(in_memory(noise(1000, 6))).read().low.shape[0] == 2


def test_behind_the_end_there_is_silence():
    found = OverviewReader(in_memory(noise(6400))).read()
    columns = found.columns(10, 0.0, 2 * found.seconds)
    assert columns.high[0, :5].all()
    assert not columns.high[0, 5:].any()
    assert not columns.rms[0, 5:].any()


def test_near_by_the_samples_themselves_are_read(tmp_path):
    data = noise(RATE)
    sound = in_file(tmp_path / "noise.wav", data)
    columns = read_columns(sound, 50, 0.5, 0.51)
    high = exact(data[:, 0], 50, 22050, 22491, np.max)
    np.testing.assert_array_equal(columns.high[0], high)


def test_it_can_be_cancelled_and_looked_at_meanwhile():
    reader, cancel = OverviewReader(in_memory(noise(6400))), threading.Event()
    assert reader.so_far() is None
    cancel.set()
    assert reader.read(cancel) is None
    reader.read()
    assert reader.so_far().frames == 6400


def test_what_is_no_sound_is_refused(tmp_path):
    path = tmp_path / "notes.wav"
    path.write_text("nothing")
    with pytest.raises(UserError):
        OverviewReader(Sound("x", "x", path=path)).read()


@pytest.mark.parametrize("frames", [0, 1, 63])
def test_a_sound_that_is_hardly_there_is_drawn_as_it_is(frames):
    data = noise(frames)
    found = OverviewReader(in_memory(data)).read()
    columns = found.columns(10, 0.0, max(found.seconds, 0.001))
    assert columns.high.shape == (1, 10)
    assert columns.high.max() == (data.max() if frames else 0.0)
