"""The mel picture: the right row, the right level, every row filled."""

from __future__ import annotations

import numpy as np
import pytest
from offline_device import RATE, in_memory, sine

from rave_gui.audio.mel import mel_scale
from rave_gui.audio.spectrum import FLOOR_DB, spectrum_image

ROWS = 96


@pytest.mark.parametrize("hertz", [110.0, 1000.0, 6000.0])
def test_a_sine_is_white_in_its_row_and_nowhere_far_from_it(hertz):
    import librosa

    image = spectrum_image(in_memory(sine(hertz, 1, 1.0)), 50, ROWS, scale=mel_scale)
    column = image.pixels[:, image.pixels.shape[1] // 2]
    middles = librosa.mel_frequencies(ROWS + 2, fmin=20.0, fmax=20_000.0)[1:-1][::-1]
    row = int(np.argmax(column))
    assert abs(row - int(np.argmin(abs(middles - hertz)))) <= 1
    assert column[row] / 255 * -FLOOR_DB + FLOOR_DB == pytest.approx(0, abs=3)
    assert column[max(0, row - 20)] < 128 or row < 20


def test_no_row_is_empty_at_any_rate():
    for rate in (8000, 22050, 44100, 96000):
        scale = mel_scale(rate, 4096, 128)
        assert scale.rows == 128
        assert scale.filters.any(axis=0).all()
        assert scale.highest_hz <= rate / 2


def test_noise_fills_the_picture():
    noise = np.random.default_rng(1).normal(0, 0.1, RATE).astype(np.float32)
    image = spectrum_image(in_memory(noise), 40, ROWS, scale=mel_scale)
    assert image.pixels.shape == (ROWS, 40)
    assert (image.pixels[:, 5:-5] > 60).all()
