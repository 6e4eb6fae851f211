from __future__ import annotations

import subprocess
import sys

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QCloseEvent
from PyQt6.QtWidgets import QPushButton

from rave_gui.backend.engine_record import Engine
from rave_gui.backend.training_state import TrainingState
from rave_gui.core.records import ExperimentStatus, JobKind
from rave_gui.core.signals import JobEnded, RecordChanged, TrainingProgress
from rave_gui.ui.main_window import MainWindow, _wishes


@pytest.fixture
def window(qtbot, world):
    made = MainWindow(world.context)
    qtbot.addWidget(made, before_close_func=MainWindow.let_go)
    made.show()
    return made


def test_keys_turn_the_pages(qtbot, window):
    keys = list(window.pages)
    places = ["home", "data", "train", "models", "exports", "activity", "settings"]
    assert keys == [*places, "listening"]
    for number, key in enumerate(keys, 1):
        qtbot.keyClick(
            window, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier
        )
        assert window.current_page == key


def test_return_presses_the_focused_button(qtbot, window):
    window.activateWindow()
    window.show_page("data")
    offer = next(button for button in window.data.findChildren(QPushButton) if button.isVisible())
    offer.setFocus()
    with qtbot.waitSignal(offer.clicked):
        qtbot.keyClick(offer, Qt.Key.Key_Return)


def test_the_rail_turns_the_pages(qtbot, window):
    window.rail._buttons["models"].click()
    assert window.current_page == "models"
    window.show_page("data")
    assert window.rail._buttons["data"].isChecked()


def test_every_wish_of_every_page_leaves_the_window(window):
    within = {"home_requested", "record_requested", "counted"}
    unanswered = {
        (key, name)
        for key, page in window.pages.items()
        for name in _wishes(type(page))
        if not hasattr(MainWindow, name) and name not in within
    }
    assert not unanswered


def test_a_wish_is_passed_on(qtbot, window):
    with qtbot.waitSignal(window.stop_training_requested) as asked:
        window.train.stop_training_requested.emit(7)
    assert asked.args == [7]


def test_the_switcher_lists_projects_and_opens_them(qtbot, world, window):
    other = world.services.projects.create("Choir")
    window.apply_record_change(RecordChanged("projects", other.id, "created"))
    actions = {action.text(): action for action in window.top_bar.menu.actions()}
    assert {"Glass and bells", "Choir", "New project…", "Open folder…"} <= set(actions)
    assert actions["Glass and bells"].isChecked()
    with qtbot.waitSignal(window.project_selected) as asked:
        actions["Choir"].trigger()
    assert asked.args == [other]
    world.state.select(other)
    assert window.windowTitle() == "Choir – RAVE GUI"
    with qtbot.waitSignal(window.new_project_requested):
        actions = {action.text(): action for action in window.top_bar.menu.actions()}
        actions["New project…"].trigger()


def test_the_engine_is_always_in_sight(world, window):
    world.state.set_engine(problem="None was found.")
    assert window.top_bar.engine_chip.text() == "RAVE is not installed"
    versions = {"acids-rave": "2.3.1", "torch": "2.8.0"}
    world.state.set_engine(Engine(world.project.path, "PATH", versions=versions))
    assert window.top_bar.engine_chip.text() == "RAVE 2.3.1 · torch 2.8 · CPU"
    window.top_bar.engine_chip.click()
    assert window.current_page == "settings"


def test_the_status_bar_follows_the_running_training(qtbot, world, window):
    assert "Nothing is running" in window.status_bar.words
    run = world.experiment(status=ExperimentStatus.RUNNING)
    world.job(JobKind.TRAIN, run.id)
    window.apply_record_change(RecordChanged("jobs", 1, "created"))
    qtbot.waitUntil(lambda: "Training bells-v2" in window.status_bar.words)
    window.apply_training_state(run.id, TrainingState(step=500, max_steps=1500, rate=5.0))
    assert "500 / 1,500" in window.status_bar.words
    assert "phase 2 in 1 min 40 s" in window.status_bar.words
    assert "free" in window.status_bar.words
    window.status_bar.job_clicked.emit()
    assert window.current_page == "train"
    assert window.train.selected == run.id


def test_progress_alone_is_enough_to_follow(world, window):
    run = world.experiment(status=ExperimentStatus.RUNNING)
    window.apply_training_progress(TrainingProgress(run.id, 600, 1500, 3, 4.0, 1))
    assert world.context.board.training(run.id).step == 600
    window.apply_training_progress(TrainingProgress(run.id, 590, 1500, 3, 4.0, 1))
    assert world.context.board.training(run.id).step == 600, "older news changes nothing"


def test_an_end_is_told_and_forgotten_by_the_board(world, window):
    run = world.experiment()
    window.apply_training_state(run.id, TrainingState(step=1))
    window.apply_job_ended(JobEnded("j", "train", "failed", run.id, "The GPU ran out of memory."))
    assert "The GPU ran out of memory." in window.status_bar.words
    assert world.context.board.training(run.id) is None


def test_facts_of_jobs_reach_the_board(world, window):
    window.apply_job_facts("j", [{"kind": "progress", "t": 1.0, "done": 3, "total": 4}])
    assert world.context.board.job("j").fraction == 0.75


def test_a_record_is_opened_where_it_belongs(world, window):
    world.dataset("first")
    row = world.dataset("second")
    window.open_record("datasets", row.id)
    assert window.current_page == "data"
    assert window.data.selected == row.id


def test_closing_is_asked_for_first(qtbot, window):
    event = QCloseEvent()
    with qtbot.waitSignal(window.close_requested):
        window.closeEvent(event)
    assert not event.isAccepted()
    window.let_go()
    assert window.close()


def test_place_and_size_come_back(window):
    assert window.restore_geometry_text(window.geometry_text())
    assert not window.restore_geometry_text("")
    assert not window.restore_geometry_text("bm9uc2Vuc2U=")
    assert not window.restore_geometry_text("não")


def test_the_look_changes_while_pages_are_shown(world, window):
    run = world.experiment(dataset_id=world.dataset().id)
    world.checkpoint(run)
    for mode in ("light", "dark"):
        world.context.theme.set_mode(mode)
        for key in window.pages:
            window.show_page(key)
            assert not window.grab().isNull()


def test_the_window_loads_nothing_heavy():
    code = (
        "import sys, rave_gui.ui.main_window as m\n"
        "heavy = {'matplotlib', 'librosa', 'scipy', 'torch', 'numpy', 'soundfile'}\n"
        "sys.exit(repr(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
