"""The crosshair can be moved by keyboard, and its values are told in words."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFocusEvent
from PyQt6.QtTest import QTest

from rave_gui.ui.widgets.metrics_plot import MetricsPlot
from rave_gui.ui.widgets.plot_data import Curve, PlotGroup
from rave_gui.ui.widgets.plot_keys import crosshair

LEFT, RIGHT = Qt.Key.Key_Left.value, Qt.Key.Key_Right.value
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
STEPS = np.arange(0, 100_050, 50)


@pytest.mark.parametrize(
    ("key", "keys", "at", "zoomed", "place"),
    [
        (RIGHT, NONE, None, False, 150.0),
        (RIGHT, NONE, 400.0, False, 150.0),
        (RIGHT, NONE, 150.0, False, 151.0),
        (LEFT, NONE, 150.0, False, 149.0),
        (RIGHT, SHIFT, 150.0, False, 160.0),
        (RIGHT, NONE, 199.5, False, 200.0),
        (LEFT, SHIFT, 101.0, False, 100.0),
        (RIGHT, NONE, 150.0, True, None),
        (RIGHT, CONTROL, 150.0, True, 151.0),
        (LEFT, CONTROL | SHIFT, 150.0, True, 140.0),
        (Qt.Key.Key_Up.value, NONE, 150.0, False, None),
    ],
)
def test_where_a_key_moves_the_crosshair(key, keys, at, zoomed, place):
    assert crosshair(key, keys, at, (100.0, 200.0), zoomed=zoomed) == place


@pytest.fixture
def plot(qtbot, theme):
    shown = MetricsPlot(theme)
    qtbot.addWidget(shown)
    shown.resize(700, 300)
    curves = (Curve("fullband", STEPS, STEPS / 1000), Curve("multiband", STEPS, STEPS / 2000))
    shown.set_series(PlotGroup("a", "A", curves))
    shown.show()
    qtbot.waitUntil(lambda: shown.canvas is not None, timeout=60_000)
    qtbot.waitUntil(lambda: bool(shown.canvas._shown), timeout=20_000)
    return shown


@pytest.fixture
def canvas(plot):
    return plot.canvas


def test_keys_bring_the_crosshair_and_tell_its_values(qtbot, canvas):
    with qtbot.waitSignal(canvas.hover_changed) as told:
        QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert told.args == [50_000.0]
    assert canvas.accessibleDescription() == "step 50,000: fullband 50, multiband 25"
    QTest.keyClick(canvas, Qt.Key.Key_Left, SHIFT)
    assert canvas._hover == pytest.approx(39_800), "a tenth of what is shown, with its air"
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas._hover is None


def test_zoomed_in_ctrl_moves_the_crosshair_and_not_the_picture(canvas):
    canvas.zoom((20_000.0, 30_000.0))
    QTest.keyClick(canvas, Qt.Key.Key_Right, CONTROL)
    QTest.keyClick(canvas, Qt.Key.Key_Right, CONTROL)
    assert canvas.view == (20_000.0, 30_000.0)
    assert canvas._hover == 25_100.0
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.view is None, "everything is shown again first"


@pytest.mark.parametrize(
    ("reason", "ringed"),
    [(Qt.FocusReason.TabFocusReason, True), (Qt.FocusReason.MouseFocusReason, False)],
)
def test_who_comes_by_keyboard_sees_a_frame(canvas, theme, reason, ringed):
    canvas.focusInEvent(QFocusEvent(QFocusEvent.Type.FocusIn, reason))
    edge = canvas.grab().toImage().pixelColor(canvas.width() // 2, 0)
    assert (edge == theme.colour("accent")) is ringed
    canvas.focusOutEvent(QFocusEvent(QFocusEvent.Type.FocusOut))
    assert canvas.grab().toImage().pixelColor(canvas.width() // 2, 0) != theme.colour("accent")
