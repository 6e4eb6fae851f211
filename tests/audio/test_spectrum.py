"""A picture of frequencies: the right row, the right level, bounded work."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import soundfile
from offline_device import RATE, in_memory, sine

from rave_gui.audio.sound import Sound
from rave_gui.audio.spectrum import FLOOR_DB, spectrum_image


@pytest.mark.parametrize("hertz", [60, 440, 5000, 15000])
@pytest.mark.parametrize("rate", [32000, 48000])
def test_a_sine_is_bright_in_its_own_row(hertz, rate):
    image = spectrum_image(in_memory(sine(hertz, 1.0, rate=rate), rate), 50)
    column = image.pixels[:, 25]
    from_the_top = (1 - image.height_of(hertz)) * len(column)
    half_a_bin = 3  # rows, at the lowest of these frequencies
    assert abs(column.argmax() + 0.5 - from_the_top) <= half_a_bin


def test_a_sine_at_full_scale_is_white_and_silence_black():
    image = spectrum_image(in_memory(sine(1000, 1.0, level=1.0)), 50)
    assert image.pixels.max() >= 250
    assert spectrum_image(in_memory(np.zeros(RATE, np.float32)), 50).pixels.max() == 0


def test_levels_are_in_equal_steps():
    loud, soft = (
        int(spectrum_image(in_memory(sine(1000, 1.0, level=level)), 10).pixels.max())
        for level in (0.1, 0.01)
    )
    assert (loud - soft) / 255 * -FLOOR_DB == pytest.approx(20, abs=0.5)


def test_a_long_sound_has_no_more_columns_than_asked_for():
    data = np.concatenate([np.zeros(10 * RATE, np.float32), sine(1000, 10.0)])
    image = spectrum_image(in_memory(data), 40)
    assert image.pixels.shape == (256, 40)
    assert image.seconds == pytest.approx(20)
    bright = image.pixels.max(axis=0) > 128
    assert not bright[:19].any()
    assert bright[21:].all()


def test_a_sound_of_unknown_length_has_the_same_picture(tmp_path):
    path = tmp_path / "two.ogg"
    data = np.concatenate([np.zeros(5 * RATE, np.float32), sine(1000, 5.0)])
    soundfile.write(path, data, RATE, format="OGG", subtype="VORBIS")
    image = spectrum_image(Sound("ogg", "ogg", path=path), 20)
    assert image.pixels.shape[1] <= 20
    bright = image.pixels.max(axis=0) > 128
    half = image.pixels.shape[1] // 2
    assert not bright[: half - 1].any()
    assert bright[half + 1 : -1].all()


@pytest.mark.parametrize("frames", [0, 1, 100])
def test_a_sound_that_is_hardly_there_has_a_picture_as_well(frames):
    image = spectrum_image(in_memory(sine(1000, 1.0)[:frames]), 50)
    assert image.pixels.shape[0] == 256


def test_it_can_be_cancelled():
    cancel = threading.Event()
    cancel.set()
    assert spectrum_image(in_memory(sine(1000, 1.0)), 50, cancel=cancel) is None
