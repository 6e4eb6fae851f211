from __future__ import annotations

from PyQt6.QtWidgets import QApplication, QLabel, QPushButton

from rave_gui.backend.training_state import SavedCheckpoint, TrainingState
from rave_gui.core.records import ExperimentStatus, JobKind, JobState
from rave_gui.core.signals import RecordChanged
from rave_gui.ui.pages.train import TrainPage
from rave_gui.ui.viewmodels.rows import Row
from rave_gui.ui.widgets.record_list import RecordList


def shown_words(widget) -> str:
    QApplication.processEvents()  # layouts show new widgets with the next turn
    found = [part.text() for part in widget.findChildren(QLabel) if part.isVisible()]
    return " ".join(text for text in found if text)


def offered(widget) -> set[str]:
    """What the buttons say; stars, links and the three dots are no buttons in this sense."""
    others = ("star", "link", "more")
    found = [b for b in widget.findChildren(QPushButton) if b.property("kind") not in others]
    return {button.text() for button in found if button.isVisible()}


def page_of(qtbot, world) -> TrainPage:
    page = TrainPage(world.context)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    return page


def test_an_empty_page_offers_the_first_step(qtbot, world):
    page = page_of(qtbot, world)
    assert "Nothing is trained yet" in shown_words(page)
    with qtbot.waitSignal(page.new_dataset_requested):
        page._empty.action.click()
    world.dataset()
    page.refresh()
    with qtbot.waitSignal(page.new_training_requested) as asked:
        page._empty.action.click()
    assert asked.args == [None]
    world.state.select(None)
    with qtbot.waitSignal(page.new_project_requested):
        page._empty.action.click()


def test_a_running_training_is_told_live(qtbot, world):
    run = world.experiment(status=ExperimentStatus.RUNNING, dataset_id=world.dataset().id)
    world.job(JobKind.TRAIN, run.id)
    page = page_of(qtbot, world)
    assert "Phase 1" in shown_words(page.detail.header)
    state = TrainingState(
        step=900,
        max_steps=1500,
        stage="training",
        rate=2.0,
        checkpoint=SavedCheckpoint("x", 800, "validation", world.now - 120),
    )
    world.context.board.take_training(run.id, state)
    page.on_training_state(run.id)
    words = shown_words(page.detail.header)
    assert "900 / 1,500" in words
    assert "2.0 steps/s" in words
    assert "phase 2 in 50 s" in words
    assert "end in 5 min" in words
    assert "100 steps at risk" in words
    assert page.column.list.rows.index(0).data(0x0100).status == "60 %"
    assert offered(page.detail.header) == {"Preview now", "Save now", "Pause", "Stop and save"}


def test_wishes_carry_the_selected_experiment(qtbot, world):
    run = world.experiment(status=ExperimentStatus.RUNNING)
    job = world.job(JobKind.TRAIN, run.id)
    page = page_of(qtbot, world)
    buttons = page.detail.header._buttons
    for name, signal in (
        ("stop", page.stop_training_requested),
        ("save", page.save_now_requested),
        ("pause", page.pause_requested),
    ):
        with qtbot.waitSignal(signal) as asked:
            buttons[name].click()
        assert asked.args == [run.id]
    world.services.repositories.jobs.update(job.id, state=JobState.PAUSED)
    page.refresh()
    with qtbot.waitSignal(page.resume_requested) as asked:
        buttons["resume"].click()
    assert asked.args == [run.id]


def test_what_the_runner_says_counts_before_the_record(qtbot, world):
    run = world.experiment(status=ExperimentStatus.RUNNING)
    job = world.job(JobKind.TRAIN, run.id)
    page = page_of(qtbot, world)
    world.context.board.take_runner_state(job.id, "paused")
    page.refresh()
    assert "Resume" in offered(page.detail.header)


def test_an_ended_training_can_go_on_or_be_deleted(qtbot, world):
    why, dataset = "The GPU ran out of memory.", world.dataset().id
    run = world.experiment(status=ExperimentStatus.FAILED, error=why, dataset_id=dataset)
    world.checkpoint(run)
    page = page_of(qtbot, world)
    assert "The GPU ran out of memory." in shown_words(page.detail.header)
    assert "Resume…" in offered(page.detail.header)
    with qtbot.waitSignal(page.continue_training_requested) as asked:
        page.detail.header._buttons["go_on"].click()
    assert asked.args == [run.id]
    with qtbot.waitSignal(page.training_wish_requested) as asked:
        delete = next(a for a in page.detail.header.menu.actions() if a.data() == "delete")
        delete.trigger()
    assert asked.args == [run.id, "delete"]


def test_another_selection_shows_another_training(qtbot, world):
    first, second = world.experiment("first"), world.experiment("second")
    page = page_of(qtbot, world)
    page.open_record(first.id)
    assert "first" in shown_words(page.detail.header)
    page.open_record(second.id)
    assert "second" in shown_words(page.detail.header)


def test_one_just_made_is_selected_when_it_comes(qtbot, theme):
    """What was read before it was made must not take the selection away again."""
    shown = RecordList(theme)
    qtbot.addWidget(shown)
    old, new = Row(1, "old", "done"), Row(2, "new", "not started")
    shown.set_rows([old])
    shown.select(2)
    shown.set_rows([old])
    assert shown.selected() == 2
    shown.set_rows([old, new])
    assert shown.selected() == 2
    shown.set_rows([old])
    assert shown.selected() == 1, "it was there and is gone"
    shown.select(9)
    for _ in range(5):
        shown.set_rows([old])
    assert shown.selected() == 1, "what never comes is not waited for"


def test_the_selection_outlives_a_change_of_the_records(qtbot, world):
    first = world.experiment("first")
    world.experiment("second")
    page = page_of(qtbot, world)
    page.open_record(first.id)
    world.experiment("third")
    page.on_record_changed(RecordChanged("experiments", 3, "created"))
    qtbot.waitUntil(lambda: page.column.list.rows.rowCount() == 3)
    assert page.selected == first.id
    assert "first" in shown_words(page.detail.header)


def test_a_change_that_does_not_concern_it_reads_nothing(qtbot, world, monkeypatch):
    page = page_of(qtbot, world)
    page.on_record_changed(RecordChanged("exports", 1, "created"))
    assert not page._calm.isActive()


def test_a_hidden_page_reads_when_it_is_shown_again(qtbot, world):
    page = page_of(qtbot, world)
    page.hide()
    world.experiment()
    page.refresh()
    assert page.column.list.rows.rowCount() == 0
    page.show()
    assert page.column.list.rows.rowCount() == 1


def test_the_filter_narrows_the_list_and_keeps_the_selection(qtbot, world):
    first = world.experiment("bells")
    world.experiment("choir")
    page = page_of(qtbot, world)
    page.open_record(first.id)
    page.column.filter.setText("choir")
    assert page.column.list.rows.rowCount() == 1
    assert page.selected == first.id
    page.column.filter.clear()
    assert page.column.list.rows.rowCount() == 2


def test_the_configuration_tells_what_was_changed(qtbot, world):
    world.experiment()
    page = page_of(qtbot, world)
    page.detail.tabs.setCurrentIndex(2)
    rows = page.detail.config._model.rows
    assert rows[0].changed
    assert {row.name for row in rows if row.changed} >= {"configs", "max_steps"}
    assert "RAVE.phase_1_duration = 1000" in page.detail.config._gin.toPlainText()


def test_a_queued_training_can_leave_the_queue(qtbot, world):
    world.experiment(status=ExperimentStatus.QUEUED)
    page = page_of(qtbot, world)
    assert offered(page.detail.header) == {"Leave the queue"}
