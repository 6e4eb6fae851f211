"""Curves are kept as files: asked where to, written in the background, told in words."""

from __future__ import annotations

import csv
from pathlib import Path

import event_records
import numpy as np
import pytest
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QFileDialog

from rave_gui.core.records import Experiment
from rave_gui.ui.controllers.base import Desk
from rave_gui.ui.controllers.curves import CurvesController, named
from rave_gui.ui.dialogs.error_dialog import ErrorDialog
from rave_gui.ui.dialogs.messages import MessageService
from rave_gui.ui.main_window import MainWindow
from rave_gui.ui.widgets.curves_panel import CurvesPanel, Moment
from rave_gui.ui.widgets.plot_data import Curve, PlotGroup
from rave_gui.ui.widgets.plot_wish import Drawn, SaveWish

STEPS = np.arange(0, 5000, 50)
GROUP = PlotGroup("a", "Reconstruction", (Curve("fullband", STEPS, 1 / (STEPS + 1)),))


@pytest.fixture
def window(qtbot, world) -> MainWindow:
    made = MainWindow(world.context)
    qtbot.addWidget(made)
    made.let_go()
    made.show()
    return made


@pytest.fixture
def messages(world, window) -> MessageService:
    made = MessageService(world.context.theme)
    made.set_window(window)
    yield made
    made.close_all()


@pytest.fixture(autouse=True)
def controller(world, window, messages) -> CurvesController:
    return CurvesController(Desk(world.context, window, messages))


def dialog(messages: MessageService, kind: type):
    (found,) = [one for one in messages.dialogs if isinstance(one, kind)]
    return found


def trained(world, name: str, value: float) -> Experiment:
    run = world.experiment(name)
    place = Path(run.run_dir) / "version_0"
    place.mkdir()
    points = [("validation", step, 1.5e9 + step, value) for step in (100, 200)]
    event_records.write(place / "events.out.tfevents.1", event_records.training(points))
    return run


def test_a_table_holds_every_run_that_is_compared(world, window, messages, tmp_path):
    runs = trained(world, "bells", 3.0), trained(world, "choir", 4.0)
    window.save_curves_requested.emit(SaveWish("csv", tuple(run.id for run in runs)))
    asked = dialog(messages, QFileDialog)
    assert asked.defaultSuffix() == "csv"
    assert asked.selectedFiles()[0].endswith("/bells-curves.csv")
    asked.fileSelected.emit(str(tmp_path / "t.csv"))
    with (tmp_path / "t.csv").open(encoding="utf-8") as file:
        told = [(row["run"], row["step"], row["value"]) for row in csv.DictReader(file)]
    assert told == [(name, step, value) for name, value in (("bells", "3.0"), ("choir", "4.0"))
                    for step in ("100", "200")]  # fmt: skip
    assert "Saved as" in window.status_bar._notice.text()


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_picture_is_saved_as_it_is_shown(world, window, messages, tmp_path, kind):
    run = world.experiment("bells")
    window.save_curves_requested.emit(SaveWish(kind, (run.id,), (Drawn(GROUP),)))
    dialog(messages, QFileDialog).fileSelected.emit(str(tmp_path / f"a.{kind}"))
    assert "Saved as" in window.status_bar._notice.text()
    if kind == "png":
        assert QImage(str(tmp_path / "a.png")).pixelColor(2, 2) == world.context.theme.colour(
            "panel"
        )
    else:
        assert "<svg" in (tmp_path / "a.svg").read_text()


def test_what_cannot_be_saved_is_told(world, window, messages, tmp_path):
    run = world.experiment("bells")
    window.save_curves_requested.emit(SaveWish("csv", (run.id,)))
    dialog(messages, QFileDialog).fileSelected.emit(str(tmp_path / "t.csv"))
    assert dialog(messages, ErrorDialog)
    assert not (tmp_path / "t.csv").exists()


def test_the_wish_holds_what_the_panel_shows(qtbot, world):
    panel = CurvesPanel(world.context.theme, world.context.run, world.services.trainings.metrics)
    qtbot.addWidget(panel)
    assert panel.save_wish("png") is None, "nobody's curves are shown"
    runs = trained(world, "bells", 3.0), trained(world, "choir", 4.0)
    panel.resize(1000, 600)
    panel.show()
    panel.show_experiment(runs[0].id, Moment(), live=False)
    panel.compare([(runs[1].id, "choir")])
    panel.set_log(True)
    wish = panel.save_wish("svg")
    assert wish.kind == "svg"
    assert wish.experiments == (runs[0].id, runs[1].id)
    drawn = {one.group.key: one for one in wish.drawn}
    own, other = drawn["validation"].group.curves
    assert (own.label, other.label) == ("distance", "choir")
    assert own.role != other.role
    (one,) = [one for one in named(wish, "bells").drawn if one.group.key == "validation"]
    assert [curve.label for curve in one.group.curves] == ["bells (distance)", "choir"]
    assert named(SaveWish("svg", (1,), wish.drawn), "bells").drawn is wish.drawn
    assert drawn["validation"].log
    assert not drawn["latent"].log
    assert "adversarial" not in drawn, "phase 1 has no such plot"


def test_the_menu_above_the_curves_asks_for_a_file(qtbot, world, window, messages):
    run = trained(world, "bells", 3.0)
    window.show_page("train")
    qtbot.waitUntil(lambda: window.train.selected == run.id)
    bar = window.train.detail.bar
    actions = {action.data(): action for action in bar.save.menu().actions()}
    actions["svg"].trigger()
    asked = dialog(messages, QFileDialog)
    assert asked.defaultSuffix() == "svg"
    assert asked.selectedFiles()[0].endswith("/bells-curves.svg")
