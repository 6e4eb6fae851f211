"""Trainings laid over each other, with what differs; one range and one place for all plots."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtTest import QTest

from rave_gui.core.errors import UserError
from rave_gui.core.records import ExperimentStatus
from rave_gui.ui.pages.train import TrainPage
from rave_gui.ui.widgets.curves_panel import CurvesPanel

WAIT = 20_000
STEPS = np.arange(50, 150_050, 50)


@dataclass
class Series:
    steps: Any
    values: Any
    wall_times: Any


@dataclass
class Metrics:
    level: float
    series: dict[str, Series] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        times = 1e9 + STEPS * 0.1
        distance = self.level + 10 * np.exp(-STEPS / 20_000)
        self.series = {
            "fullband_spectral_distance": Series(STEPS, distance, times),
            "multiband_spectral_distance": Series(STEPS, distance / 2, times),
            "validation": Series(STEPS[::200], distance[::200] / 2, times[::200]),
        }

    def poll(self) -> set[str]:
        return set()

    def tags(self) -> list[str]:
        return list(self.series)

    def joined(self, tag: str) -> Series:
        return self.series[tag]

    def clips(self) -> list[Any]:
        return []


def metrics_of(experiment_id: int) -> Metrics:
    if experiment_id == 99:
        raise UserError("It has no curves yet.")
    return Metrics(10.0 + experiment_id)


@pytest.fixture
def page(qtbot, world, monkeypatch):
    monkeypatch.setattr(world.services.trainings, "metrics", metrics_of)
    state = {"status": ExperimentStatus.STOPPED}
    world.experiment("one", config={"batch": 8, "configs": ["v2"]}, **state)
    world.experiment("two", config={"batch": 4, "configs": ["v2"]}, **state)
    world.experiment("three", config={"batch": 8, "configs": ["v2", "causal"]}, **state)
    shown = TrainPage(world.context)
    qtbot.addWidget(shown)
    shown.resize(1280, 800)
    shown.show()
    shown.refresh()
    qtbot.waitUntil(lambda: shown.selected is not None, timeout=WAIT)
    return shown


def drawn(qtbot, panel: CurvesPanel, count: int) -> list[str]:
    plot = panel.plots["reconstruction"]
    qtbot.waitUntil(lambda: len(plot.group.curves) == count, timeout=WAIT)
    return [curve.label for curve in plot.group.curves]


def test_other_runs_are_laid_over_and_what_differs_is_told(qtbot, page, world) -> None:
    ids = [row.id for row in world.services.repositories.experiments.list()]
    names = {row.id: row.name for row in world.services.repositories.experiments.list()}
    page.compare(ids)
    labels = drawn(qtbot, page.detail.curves, 3)
    assert labels == [names[one] for one in ids]
    assert page.detail.curves.plots["reconstruction"].group.title.endswith("· fullband")
    looks = {(c.role, c.dash) for c in page.detail.curves.plots["reconstruction"].group.curves}
    assert len(looks) == 3
    told = {row.key: row.values for row in page.detail.compared._shown[1]}
    assert told["batch"] == (8, 4, 8)
    assert told["configs"] == (("v2",), ("v2",), ("v2", "causal"))
    assert page.detail.bar.compare.text() == "Compare (2)"
    page.open_record(ids[1])
    assert drawn(qtbot, page.detail.curves, 2) == ["fullband", "multiband"]
    assert not page.detail.compared.isVisibleTo(page)


def test_runs_are_ticked_in_a_list(qtbot, page) -> None:
    bar = page.detail.bar
    bar.compare.click()
    assert bar.choice.isVisible()
    assert bar.choice.list.count() == 2, "not with itself"
    bar.choice.field.setText("two")
    visible = [not bar.choice.list.item(row).isHidden() for row in range(2)]
    assert sum(visible) == 1
    bar.choice.list.item(visible.index(True)).setCheckState(Qt.CheckState.Checked)
    assert "two" in drawn(qtbot, page.detail.curves, 2)
    bar.choice.hide()


def test_a_run_without_curves_is_left_out(qtbot, page) -> None:
    panel = page.detail.curves
    panel.compare([(99, "empty"), (3, "three")])
    assert drawn(qtbot, panel, 2) == ["one", "three"]


def test_the_axis_shows_hours_of_training(qtbot, page) -> None:
    page.detail.bar._axis_actions[1].trigger()
    plots = page.detail.curves.plots
    qtbot.waitUntil(lambda: plots["reconstruction"].group.by_hours, timeout=WAIT)
    curve = plots["reconstruction"].group.curves[0]
    assert curve.x[-1] == pytest.approx(150_000 * 0.1 / 3600, rel=1e-3)
    assert page.detail.bar.axis.text() == "Hours"


@pytest.fixture
def canvases(qtbot, page):
    plots = page.detail.curves.plots
    wanted = [plots["reconstruction"], plots["validation"]]
    qtbot.waitUntil(lambda: all(plot.canvas is not None for plot in wanted), timeout=60_000)
    qtbot.waitUntil(lambda: all(plot.canvas._shown for plot in wanted), timeout=WAIT)
    return [plot.canvas for plot in wanted]


def move(canvas, kind: QMouseEvent.Type, x: float) -> None:
    at, left = QPointF(x, 60), Qt.MouseButton.LeftButton
    event = QMouseEvent(kind, at, at, left, left, Qt.KeyboardModifier.NoModifier)
    handlers = {
        QMouseEvent.Type.MouseButtonPress: canvas.mousePressEvent,
        QMouseEvent.Type.MouseMove: canvas.mouseMoveEvent,
        QMouseEvent.Type.MouseButtonRelease: canvas.mouseReleaseEvent,
    }
    handlers[kind](event)


def test_a_range_that_is_chosen_in_one_plot_is_shown_in_all(qtbot, canvases) -> None:
    first, second = canvases
    a, b = first._x_of(40_000), first._x_of(80_000)
    move(first, QMouseEvent.Type.MouseButtonPress, a)
    move(first, QMouseEvent.Type.MouseButtonRelease, b)
    assert first.view == pytest.approx((40_000, 80_000), rel=0.01)
    assert second.view == first.view
    low = first.view[0]
    move(first, QMouseEvent.Type.MouseButtonPress, 300)
    move(first, QMouseEvent.Type.MouseMove, 250)
    assert first.moving
    assert first.view[0] > low, "zoomed in, a drag moves"
    assert not first.grab().isNull(), "it is painted while it moves"
    move(first, QMouseEvent.Type.MouseButtonRelease, 250)
    qtbot.waitUntil(lambda: not first.moving, timeout=WAIT)
    assert second.view == first.view
    QTest.keyClick(first, Qt.Key.Key_Escape)
    assert first.view is None
    assert second.view is None


def test_the_keyboard_zooms_and_moves(canvases) -> None:
    first, _ = canvases
    QTest.keyClick(first, Qt.Key.Key_Plus)
    low, high = first.view
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert first.view == pytest.approx((low + 0.1 * (high - low), high + 0.1 * (high - low)))
    for _ in range(3):
        QTest.keyClick(first, Qt.Key.Key_Minus)
    assert first.view is None


def test_the_crosshair_is_in_all_plots(canvases) -> None:
    first, second = canvases
    move(first, QMouseEvent.Type.MouseMove, first._x_of(50_000))
    assert second._hover == pytest.approx(50_000, rel=0.01)
    assert second._lines()[0].label == "distance"


def test_the_run_itself_has_a_colour_of_its_own_in_every_plot(qtbot, page) -> None:
    panel = page.detail.curves
    panel.compare([(2, "two"), (3, "three")])
    for key in ("reconstruction", "validation"):
        plot = panel.plots[key]
        qtbot.waitUntil(lambda plot=plot: len(plot.group.curves) == 3, timeout=WAIT)
        looks = [(curve.role, curve.dash) for curve in plot.group.curves]
        assert len(set(looks)) == 3
