"""Sound to verified instrument through the window, as a person clicks it; RAVE is the real one."""

from __future__ import annotations

import pytest
from hand import SECOND, Hand
from PyQt6.QtWidgets import QApplication

from rave_gui.app import App
from rave_gui.backend.export import verified
from rave_gui.backend.services import build_services
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import DatasetStatus, ExperimentStatus
from rave_gui.ui.dialogs.new_project import NewProjectDialog
from rave_gui.ui.widgets.curves_panel import CurvesPanel

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]


@pytest.fixture
def app(qtbot, tmp_path, engine_python):
    made = App(QApplication.instance(), build_services(AppPaths.below(tmp_path / "home")))
    with qtbot.waitSignal(made.ready, timeout=10 * SECOND):
        made.show()
    qtbot.waitUntil(lambda: made.state.engine is not None, timeout=60 * SECOND)
    yield made
    with qtbot.waitSignal(made.done, timeout=20 * SECOND):
        made.lifecycle.shut_down()


def test_from_sound_to_instrument(qtbot, app, sound):
    hand, rows = Hand(qtbot, app), app.services.repositories

    hand.press("New project…")
    dialog = hand.dialog(NewProjectDialog)
    qtbot.keyClicks(dialog.name, "By hand")
    hand.confirm(dialog)
    hand.until(lambda: app.state.project is not None, 10)

    hand.press("New dataset")
    wizard = app.controller.new_dataset.wizard
    wizard.add_sources([sound])
    hand.press("Check the files")
    hand.press("Choose the format")
    wizard.format.window_size.chip(32768).click()
    hand.press("Review")
    hand.press("Prepare the dataset")
    hand.until(lambda: _statuses(rows.datasets) == [DatasetStatus.READY], 60)

    app.window.show_page("train")
    hand.press("New training")
    hand.until(lambda: app.controller.new_training.wizard is not None, 10)
    wizard = app.controller.new_training.wizard
    hand.press("Smoke test")
    hand.press("Parameters", wizard)
    wizard.parameters.fields["max_steps"].number.setValue(60)
    hand.press("Review", wizard)
    hand.until(lambda: "--max_steps 60" in wizard.review.command.command(), 20)
    hand.press("Test this setup")
    hand.until(lambda: wizard.draft.trial is not None, 60)
    assert wizard.draft.trial.ok, wizard.draft.trial.reason
    hand.until(wizard.review.figures.isVisible, 10)
    hand.press("Start training")
    hand.until(lambda: _statuses(rows.experiments) == [ExperimentStatus.COMPLETED], 120)

    (experiment,) = rows.experiments.list()
    assert experiment.step == 60
    plots = app.window.pages["train"].findChild(CurvesPanel).plots
    hand.until(lambda: "distance" in _drawn(plots["validation"]), 20)
    hand.until(lambda: "fullband" in _drawn(plots["reconstruction"]), 20)
    app.window.show_page("models")
    hand.press("Export…")
    hand.until(lambda: app.controller.new_export.wizard is not None, 10)
    wizard = app.controller.new_export.wizard
    for _step in ("Sound", "Destination", "Review"):
        hand.press("Next", wizard)
    hand.press("Export", wizard)
    hand.until(lambda: [verified(export) for export in rows.exports.list()] == [True], 120)
    (export,) = rows.exports.list()
    assert export.error == ""
    assert export.export_path.is_file()


def _drawn(plot):
    """What a plot tells of its curves, once it is drawn."""
    return plot.accessibleDescription() if plot.canvas and plot.canvas.isVisible() else ""


def _statuses(repository):
    return [row.status for row in repository.list()]
