"""A plot shows its curves in the theme's colours, and says so where there is nothing to show."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtTest import QTest

from rave_gui.core.errors import UserError
from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets import metrics_plot
from rave_gui.ui.widgets.metrics_plot import MetricsPlot
from rave_gui.ui.widgets.plot_data import Curve, PlotGroup, read_groups, value_text

STEPS = np.arange(0, 100_000, 50)
LOSS = 13 + 10 * np.exp(-STEPS / 20_000)


def group(**changes) -> PlotGroup:
    facts = {
        "key": "reconstruction",
        "title": "Reconstruction distance",
        "curves": (Curve("fullband", STEPS, LOSS), Curve("multiband", STEPS, LOSS / 2, "series2")),
        "phase_change": 60_000,
        "empty": "Nothing yet.",
        **changes,
    }
    return PlotGroup(**facts)


@pytest.fixture
def theme(qtbot, qapp) -> Iterator[Theme]:
    shown = Theme("dark")
    shown.install(qapp)
    yield shown
    qapp.setStyleSheet("")


@pytest.fixture
def plot(qtbot, theme):
    shown = MetricsPlot(theme)
    qtbot.addWidget(shown)
    shown.resize(700, 300)
    shown.set_series(group())
    shown.show()
    qtbot.waitUntil(lambda: shown.canvas is not None, timeout=60_000)
    qtbot.waitUntil(lambda: bool(lines(shown)), timeout=10_000)
    return shown


def settle(qtbot, plot: MetricsPlot) -> None:
    qtbot.waitUntil(lambda: not plot.canvas._timer.isActive(), timeout=10_000)


def lines(plot: MetricsPlot) -> list:
    return plot.canvas.figure.axes[0].get_lines()


def test_without_data_a_sentence_stands_there_and_matplotlib_is_not_loaded():
    code = (
        "import os, sys; os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from PyQt6.QtWidgets import QApplication, QLabel; app = QApplication([])\n"
        "from rave_gui.ui.theme import Theme\n"
        "from rave_gui.ui.widgets.metrics_plot import MetricsPlot\n"
        "from rave_gui.ui.widgets.plot_data import PlotGroup\n"
        "plot = MetricsPlot(Theme('dark'))\n"
        "plot.set_series(PlotGroup('a', 'A', (), empty='Nothing yet.')); plot.show()\n"
        "for _ in range(20): app.processEvents()\n"
        "texts = [l.text() for l in plot.findChildren(QLabel) if l.isVisible()]\n"
        "assert 'Nothing yet.' in texts, texts\n"
        "heavy = {'matplotlib', 'numpy', 'scipy', 'librosa', 'torch'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_raw_points_lie_faintly_under_each_trend(plot):
    faint, trend, faint2, trend2, phase = lines(plot)
    assert faint.get_alpha() < 0.5 < (trend.get_alpha() or 1.0)
    assert faint.get_color() == trend.get_color() != trend2.get_color() == faint2.get_color()
    assert phase.get_xdata()[0] == 60_000


def test_no_more_points_are_drawn_than_the_pixels_can_show(qtbot, plot):
    n = 200_000
    spiky = np.ones(n)
    spiky[123_456] = 50.0
    plot.set_series(group(curves=(Curve("a", np.arange(n), spiky),), phase_change=None))
    qtbot.waitUntil(lambda: len(lines(plot)) == 2, timeout=10_000)
    drawn = lines(plot)[0]
    assert len(drawn.get_xdata()) <= 4 * plot.canvas.width()
    assert drawn.get_ydata().max() == 50.0


def test_updates_that_come_fast_are_drawn_once(qtbot, plot, monkeypatch):
    draws = []
    settle(qtbot, plot)
    monkeypatch.setattr(plot.canvas, "draw_idle", lambda: draws.append(1))
    for _ in range(20):
        plot.set_series(group())
    settle(qtbot, plot)
    assert len(draws) == 1


def test_a_drawn_plot_asks_for_no_more_room_than_an_empty_one_has(plot):
    assert plot.canvas.sizeHint().height() <= 120, "three of them must fit side by side"


def test_the_legend_tells_the_newest_values(plot):
    assert "13.07" in plot._legend.text()
    assert plot.accessibleDescription() == "fullband 13.07, multiband 6.534"


def test_the_axis_can_be_logarithmic(qtbot, plot):
    QTest.mouseClick(plot._log, Qt.MouseButton.LeftButton)
    settle(qtbot, plot)
    axes = plot.canvas.figure.axes[0]
    assert axes.get_yscale() == "log"
    assert axes.get_ylim()[0] > 0


def test_the_theme_repaints_it(qtbot, plot, theme):
    before = plot.canvas.figure.get_facecolor()
    theme.set_mode("light")
    assert plot.canvas.figure.get_facecolor() != before


def test_the_crosshair_tells_the_values_at_the_mouse(qtbot, plot):
    canvas = plot.canvas
    spot = canvas._pixel(50_000.0, float(LOSS[1000]))
    QTest.mouseMove(canvas, QPoint(int(spot.x()), 100))
    canvas.show_hover(50_000.0)
    assert canvas._title() == "step 50,000"
    first, _ = canvas._lines()
    assert (first.label, first.value) == ("fullband", value_text(LOSS[1000]))
    assert abs(first.spot.x() - spot.x()) < 2
    assert not plot.grab().isNull()


def test_dragging_zooms_in_at_full_resolution_and_a_double_click_out_again(qtbot, plot):
    canvas = plot.canvas
    for kind, step in ((QMouseEvent.Type.MouseButtonPress, 20_000),
                       (QMouseEvent.Type.MouseButtonRelease, 20_500)):  # fmt: skip
        at = QPointF(canvas._pixel(float(step), 15.0).x(), 50)
        if kind is QMouseEvent.Type.MouseButtonRelease:
            at = QPointF(max(at.x(), canvas._pixel(20_000.0, 15.0).x() + 12), 50)
        left = Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, at, at, left, left, Qt.KeyboardModifier.NoModifier)
        (canvas.mousePressEvent if kind is QMouseEvent.Type.MouseButtonPress
         else canvas.mouseReleaseEvent)(event)  # fmt: skip
    low, high = canvas.view
    inside = np.count_nonzero((low <= STEPS) & (high >= STEPS))
    assert len(lines(plot)[0].get_xdata()) == pytest.approx(inside + 2, abs=1)
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton)
    assert canvas.view is None


def test_values_that_are_no_numbers_do_not_disturb(qtbot, plot):
    values = LOSS.copy()
    values[10:20], values[-1] = np.nan, np.inf
    plot.set_series(group(curves=(Curve("a", STEPS, values),)))
    settle(qtbot, plot)
    assert np.isfinite(plot.canvas.figure.axes[0].get_ylim()).all()
    assert "inf" in plot._legend.text()


def test_data_that_goes_away_leaves_the_sentence(qtbot, plot):
    plot.set_series(group(curves=()))
    assert plot._sentence.isVisible()
    assert not plot.canvas.isVisible()


def test_drawing_that_could_not_be_loaded_is_tried_again(qtbot, theme, monkeypatch):
    def broken():
        raise UserError("The curves cannot be drawn.")

    shown = MetricsPlot(theme)
    qtbot.addWidget(shown)
    with monkeypatch.context() as half_updated:
        half_updated.setattr(metrics_plot, "_import_canvas", broken)
        shown.show()
        shown.set_series(group())
        qtbot.waitUntil(lambda: "cannot be drawn" in shown._sentence.text())
        assert shown._sentence.isVisible()
    shown.set_series(group())
    qtbot.waitUntil(lambda: shown.canvas is not None, timeout=60_000)
    assert not shown._sentence.isVisible()


def test_a_broken_matplotlib_is_told_in_words(monkeypatch):
    monkeypatch.setitem(sys.modules, "rave_gui.ui.widgets.plot_canvas", None)
    with pytest.raises(UserError, match="matplotlib could not be loaded"):
        metrics_plot._import_canvas()


def test_groups_are_read_from_the_tags_of_a_run():
    class Metrics:
        def tags(self):
            return ["fullband_spectral_distance", "fidelity_0.95", "loss_dis", "odd"]

        def joined(self, tag):
            return SimpleNamespace(steps=np.array([1050, 1100]), values=np.array([9.0, 4.0]))

    groups = {group.key: group for group in read_groups(Metrics(), more=("odd", "missing"))}
    assert set(groups) == {
        "reconstruction", "validation", "latent", "adversarial", "regularization", "odd"
    }  # fmt: skip
    assert [curve.label for curve in groups["reconstruction"].curves] == ["fullband"]
    assert groups["latent"].curves[0].last == 5.0, "RAVE logs the index, people count from one"
    assert groups["reconstruction"].phase_change == 1050
    assert not groups["validation"].has_data
    assert groups["validation"].empty


@pytest.mark.parametrize(
    ("value", "text"), [(12.0, "12"), (13.4142, "13.41"), (float("nan"), "nan"), (None, "–")]
)
def test_value_texts(value, text):
    assert value_text(value) == text


def test_ticks_of_a_narrow_range_can_be_told_apart():
    from rave_gui.ui.widgets.plot_axes import StepText

    assert StepText().format_ticks([-500, 0, 500, 1000]) == ["", "0", "500", "1k"]
    narrow = StepText().format_ticks([1050, 1100, 1120, 1140])
    assert narrow == ["1,050", "1,100", "1,120", "1,140"]
