from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton

from rave_gui.core.records import (
    CheckpointKind,
    ExperimentStatus,
    JobKind,
    JobState,
)
from rave_gui.ui.pages.activity import ActivityPage
from rave_gui.ui.pages.data import DataPage
from rave_gui.ui.pages.exports import ExportsPage
from rave_gui.ui.pages.home import HomePage
from rave_gui.ui.pages.models import ModelsPage
from rave_gui.ui.pages.settings import SettingsPage
from rave_gui.ui.viewmodels.rows import Row


def words_of(widget) -> str:
    QApplication.processEvents()  # layouts show new widgets with the next turn
    found = [part.text() for part in widget.findChildren(QLabel) if part.isVisible()]
    return " ".join(text for text in found if text)


def press(widget, text: str) -> None:
    for part in widget.findChildren(QPushButton):
        if part.isVisible() and text in (part.text(), part.accessibleName()):
            part.click()
            return
    pytest.fail(f"no button {text!r}")


def offered(widget) -> set[str]:
    found = [part for part in widget.findChildren(QPushButton) if part.isVisible()]
    return {part.text() or part.accessibleName() for part in found}


def on_disk(checkpoint) -> None:
    checkpoint.checkpoint_path.parent.mkdir(parents=True, exist_ok=True)
    checkpoint.checkpoint_path.write_bytes(b"x" * 100)


@pytest.fixture
def show(qtbot, world):
    def make(kind):
        page = kind(world.context)
        qtbot.addWidget(page)
        page.resize(1100, 720)
        page.show()
        return page

    return make


# Models


def test_checkpoints_are_listed_and_exported(qtbot, world, show):
    run = world.experiment()
    world.checkpoint(run, 200, kind=CheckpointKind.BEST, is_best=True, validation=6.5)
    last = world.checkpoint(run, 1200)
    on_disk(last)
    page = show(ModelsPage)
    assert "2 checkpoints of 1 training, 974 MB" in words_of(page)
    assert page.chosen == [last.id], "the newest is chosen"
    qtbot.waitUntil(page.export_button.isEnabled)
    with qtbot.waitSignal(page.export_requested) as asked:
        press(page, "Export…")
    assert asked.args == [last.id]


def test_a_phase_1_checkpoint_is_exported_with_open_eyes(qtbot, world, show):
    run = world.experiment()
    early = world.checkpoint(run, 200)
    on_disk(early)
    page = show(ModelsPage)
    page.open_record(early.id)
    qtbot.waitUntil(lambda: "not as crisp as one of phase 2" in words_of(page))


def test_what_rave_means_by_best_is_told(qtbot, world, show):
    run = world.experiment()
    best = world.checkpoint(run, 200, kind=CheckpointKind.BEST, is_best=True, validation=6.5)
    on_disk(best)
    page = show(ModelsPage)
    qtbot.waitUntil(lambda: "usually a model of phase 1, as this one is" in words_of(page))


def test_keeping_a_checkpoint(qtbot, world, show):
    row = world.checkpoint(world.experiment())
    page = show(ModelsPage)
    qtbot.waitUntil(lambda: "Keep" in offered(page))
    with qtbot.waitSignal(page.pin_requested) as asked:
        press(page, "Keep")
    assert asked.args == [row.id, True]
    world.services.repositories.checkpoints.update(row.id, pinned=True)
    page.refresh()
    qtbot.waitUntil(lambda: "Kept" in offered(page))


# Exports

VERIFIED = {
    "verdict": "pass",
    "checks": [{"id": "load", "result": "pass", "text": "It loads."}],
    "hosts": {"nn~": {"verdict": "fail", "why": "The method forward is missing."}},
}


def test_an_export_shows_verdict_and_reasons(qtbot, world, show):
    row = world.export(verification=VERIFIED, latent_size=16, fidelity=0.95)
    page = show(ExportsPage)
    words = words_of(page.detail)
    for part in ("plays well", "does not work", "The method forward is missing.", "It loads."):
        assert part in words
    for name, signal in (
        ("Verify again", page.verify_requested),
        ("Delete", page.delete_export_requested),
    ):
        with qtbot.waitSignal(signal) as asked:
            press(page, name)
        assert asked.args == [row.id]
    press(page, "Copy path")
    assert QGuiApplication.clipboard().text() == str(row.export_path)


def test_an_export_under_way_cannot_be_deleted(world, show):
    row = world.export()
    world.job(JobKind.VERIFY, row.id)
    page = show(ExportsPage)
    assert "being verified" in words_of(page.detail)
    assert not {"Delete", "Verify", "Verify again"} & offered(page.detail)


def test_a_file_that_is_gone_is_told(world, show):
    row = world.export(verification=VERIFIED)
    row.export_path.unlink()
    page = show(ExportsPage)
    assert "gone from its folder" in words_of(page.detail)


def test_the_way_to_the_first_export(qtbot, world, show):
    page = show(ExportsPage)
    with qtbot.waitSignal(page.new_training_requested):
        press(page, "New training")
    world.checkpoint(world.experiment())
    page.refresh()
    with qtbot.waitSignal(page.new_export_requested):
        press(page, "New export")


# Activity


def test_jobs_are_listed_with_what_they_printed(qtbot, world, show):
    world.job(JobKind.EXPORT, 1, state=JobState.FAILED, exit={"returncode": 1, "ended_at": 1.0})
    running = world.job(JobKind.TRAIN, 1, title="Training bells", id="b")
    page = show(ActivityPage)
    assert "1 under way, 2 in all" in words_of(page)
    page.open_record(running.id)
    assert "Training bells" in words_of(page)
    with qtbot.waitSignal(page.stop_job_requested) as asked:
        press(page, "Stop")
    assert asked.args == [running.id]
    page.open_record("20260101-export-1")
    assert "code 1" in words_of(page)
    assert "Stop" not in offered(page)


def test_activity_without_jobs_says_what_it_is_for(qtbot, world, show):
    page = show(ActivityPage)
    assert "Nothing has been done yet" in words_of(page)
    with qtbot.waitSignal(page.home_requested):
        press(page, "Go to the projects")


# Home


def test_projects_are_cards_that_open(qtbot, world, show):
    world.experiment(status=ExperimentStatus.RUNNING, step=750)
    other = world.services.projects.create("Choir")
    page = show(HomePage)
    assert "Training bells-v2, 50 %" in words_of(page)
    with qtbot.waitSignal(page.project_selected) as asked:
        qtbot.keyClick(page.cards[other.id], Qt.Key.Key_Return)
    assert asked.args == [other]
    with qtbot.waitSignal(page.project_selected) as asked:
        qtbot.mouseClick(page.cards[world.project.id], Qt.MouseButton.LeftButton)
    assert asked.args == [world.project]


def test_the_guide_appears_only_while_the_engine_is_missing(qtbot, world, show):
    page = show(HomePage)
    assert not page.guide.isVisible(), "nothing is known yet"
    world.state.set_engine(busy=True)
    assert not page.guide.isVisible()
    world.state.set_engine(problem="No engine was found.")
    assert "No engine was found." in words_of(page.guide)
    assert "CC BY-NC 4.0" in words_of(page.guide)
    primary = [b for b in page.findChildren(QPushButton) if b.property("kind") == "primary"]
    assert [b.text() for b in primary if b.isVisible()] == ["Install RAVE…"]
    with qtbot.waitSignal(page.engine_install_requested):
        press(page, "Install RAVE…")
    with qtbot.waitSignal(page.engine_choose_requested):
        press(page, "I have RAVE already…")


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("New project…", "new_project_requested"),
        ("Open folder…", "open_project_requested"),
        ("Bring in RAVE runs…", "adopt_requested"),
        ("Try the sample", "sample_requested"),
    ],
)
def test_first_steps(qtbot, world, show, text, signal):
    page = show(HomePage)
    with qtbot.waitSignal(getattr(page, signal)):
        press(page, text)


# Settings


def test_settings_ask_for_changes(qtbot, world, show):
    page = show(SettingsPage)
    with qtbot.waitSignal(page.theme_mode_requested) as asked:
        press(page, "Light")
    assert asked.args == ["light"]
    for text, signal in (
        ("Install RAVE…", page.engine_install_requested),
        ("Choose another…", page.engine_choose_requested),
        ("Look again", page.engine_refresh_requested),
    ):
        with qtbot.waitSignal(signal):
            press(page, text)
    with qtbot.waitSignal(page.show_in_folder_requested) as asked:
        press(page, "Show Logs")
    assert asked.args == [str(world.services.paths.logs)]


def test_diagnostics_are_shown_and_copied(world, show, monkeypatch):
    from rave_gui.backend.doctor import Check, Result

    checks = (Check("disk", "Disk space", Result.WARNING, "Little is left.", "Make room."),)
    monkeypatch.setattr("rave_gui.ui.pages.settings.examine", lambda services: checks)
    page = show(SettingsPage)
    press(page, "Check everything")
    assert "Little is left. Make room." in words_of(page)
    press(page, "Copy report")
    assert QGuiApplication.clipboard().text().startswith("[warning] Disk space")


# All


@pytest.mark.parametrize(
    "kind", [HomePage, DataPage, ModelsPage, ExportsPage, ActivityPage, SettingsPage]
)
def test_every_page_has_one_filled_button_at_most(world, show, kind):
    run = world.experiment(dataset_id=world.dataset().id)
    world.checkpoint(run)
    world.export()
    world.job(JobKind.TRAIN, run.id)
    page = show(kind)
    filled = [b for b in page.findChildren(QPushButton) if b.property("kind") == "primary"]
    assert len([b for b in filled if b.isVisible()]) <= 1


@pytest.mark.parametrize(
    "kind", [HomePage, DataPage, ModelsPage, ExportsPage, ActivityPage, SettingsPage]
)
def test_every_button_has_a_name(world, show, kind):
    world.checkpoint(world.experiment(dataset_id=world.dataset().id))
    world.export()
    page = show(kind)
    buttons = [part for part in page.findChildren(QPushButton) if not part.isHidden()]
    nameless = [part for part in buttons if not (part.text() or part.accessibleName())]
    assert buttons
    assert not nameless


def test_a_reading_that_fails_is_told(qtbot, world, monkeypatch):
    from rave_gui.core.errors import UserError

    def broken(*_args):
        raise UserError("The records cannot be read.")

    monkeypatch.setattr("rave_gui.ui.pages.data.read_datasets", broken)
    page = DataPage(world.context)
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.error_raised) as told:
        page.show()
    assert str(told.args[0]) == "The records cannot be read."


def test_markup_in_names_stays_text(world, show):
    world.dataset("<b>bold</b><img src=x>")
    page = show(DataPage)
    assert "<b>bold</b>" in words_of(page.detail)


def test_a_list_row_is_read_out_whole():
    row = Row(1, "bells", "41 %", left="v2", right="running")
    assert row.matches("")
    assert not row.matches("choir")
