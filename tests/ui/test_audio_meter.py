"""The level meter and the colours of the spectrogram."""

from __future__ import annotations

import pytest
from PyQt6.QtGui import QColor

from rave_gui.ui.colourmap import _lab, spectrum_colours
from rave_gui.ui.tokens import DARK, LIGHT
from rave_gui.ui.widgets.level_meter import FALL_DB, HOLD_SECONDS, LevelMeter


@pytest.fixture
def meter(qtbot, theme):
    made = LevelMeter(theme, clock=lambda: made.now)
    made.now = 10.0
    qtbot.addWidget(made)
    made.resize(44, 178)
    return made


def test_a_peak_is_held_and_then_let_go(meter):
    meter.set_levels((-6.0, -12.0))
    meter.now += HOLD_SECONDS - 0.1
    meter.set_levels((-30.0, -30.0))
    assert meter.held == -6.0
    meter.now += 0.2
    meter.set_levels((-30.0, -30.0))
    assert meter.held == -30.0


def test_a_bar_rises_at_once_and_falls_slowly(meter):
    meter.set_levels((-6.0,))
    meter.now += 0.5
    meter.set_levels((-60.0,))
    assert meter._shown == [-6.0 - 0.5 * FALL_DB]
    meter.set_levels((-3.0,))
    assert meter._shown == [-3.0]


def filled(meter, role: str) -> int:
    """How many pixels of the first bar have that colour."""
    image = meter.grab().toImage()
    wanted = QColor(meter._theme.tokens.as_dict()[role]).name()
    x = round((meter.width() - 6) / 2) + 3
    return sum(image.pixelColor(x, y).name() == wanted for y in range(image.height()))


def test_the_bar_is_as_high_as_the_level(meter):
    meter.set_levels((-30.0,))
    assert filled(meter, "accent") == pytest.approx(80, abs=3)
    assert filled(meter, "bad") == 0


def test_what_reaches_full_scale_is_told_by_colour_and_figure(meter):
    meter.set_levels((0.0,))
    assert filled(meter, "bad") > 100
    assert meter.words() == "peak 0.0 dBFS"


def test_silence_is_empty(meter):
    meter.set_levels((-6.0,))
    meter.set_levels(())
    assert meter.held is None
    assert filled(meter, "accent") == 0


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda tokens: tokens.name)
def test_equal_steps_in_level_are_equal_steps_in_lightness(tokens):
    colours = [f"#{colour & 0xFFFFFF:06x}" for colour in spectrum_colours(tokens)]
    assert (colours[0], colours[-1]) == (tokens.panel, tokens.text)
    light = [_lab(colour)[0] for colour in colours]
    step = (light[-1] - light[0]) / 255
    for index, value in enumerate(light):
        assert value == pytest.approx(light[0] + step * index, abs=0.03)
