"""Fork, resume, tags and notes, start time, and what is asked before a training is deleted."""

from __future__ import annotations

import time

import pytest
from PyQt6.QtCore import Qt

from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.training_care import Stakes
from rave_gui.core.errors import UserError
from rave_gui.core.records import CheckpointKind, ExperimentStatus
from rave_gui.ui.dialogs import deleting
from rave_gui.ui.dialogs.fork import ForkDialog, ForkFacts
from rave_gui.ui.dialogs.go_on import GoOnDialog
from rave_gui.ui.dialogs.notes import NotesDialog
from rave_gui.ui.dialogs.start_at import StartAtDialog
from rave_gui.ui.viewmodels import going_on, training_actions
from rave_gui.ui.widgets.notes_line import NotesLine


@pytest.fixture
def opened(qtbot):
    def show(dialog):
        qtbot.addWidget(dialog)
        dialog.open()
        return dialog

    return show


@pytest.fixture
def run(world):
    return world.experiment(
        status=ExperimentStatus.STOPPED,
        dataset_id=world.dataset().id,
        tags=("a",),
        notes="one\ntwo",
    )


@pytest.fixture
def points(world, run):
    return [
        world.checkpoint(run, 200, kind=CheckpointKind.BEST, validation=6.5),
        world.checkpoint(run, 400, kind=CheckpointKind.STOPPED),
    ]


@pytest.fixture
def fork(world, run, points, opened, theme):
    settings = TrainingSettings.from_json(run.config)
    datasets = world.services.repositories.datasets.list()
    return opened(ForkDialog(theme, ForkFacts(run, points, settings, 1000, ("cpu",), datasets)))


def test_a_fork_asks_only_for_what_is_changed(qtbot, fork, run, points):
    fork.checkpoint.choose(points[0].id)
    fork.name.setText("  brighter ")
    fork.phase_1.setValue(150)
    assert "begins at once" in fork._phase_hint.text()
    fork.phase_1.setValue(300)
    assert "after 100 more steps" in fork._phase_hint.text()
    fork.numbers["batch"].setValue(4)
    fork.ema.setChecked(True)
    with qtbot.waitSignal(fork.command_wanted) as asked:
        pass
    request = asked.args[0]
    assert request.changes == {"batch": 4, "ema": 0.999, "phase_1": 300}
    assert (request.experiment_id, request.checkpoint_id) == (run.id, points[0].id)
    assert (request.name, request.dataset_id) == ("brighter", run.dataset_id)
    assert not fork.primary.isEnabled(), "not before it is known that it can be made"
    fork.show_command("rave train --ckpt x")
    with qtbot.waitSignal(fork.requested) as made:
        fork.primary.click()
    assert made.args == [request]


def test_a_fork_that_cannot_be_made_says_why(fork):
    fork.show_command("rave train")
    fork.show_problem(UserError("There is a training called x already.", "Choose another name."))
    assert "called x already" in fork._findings.text()
    assert not fork.primary.isEnabled()
    assert fork._command.isHidden()


def test_a_fork_gets_a_name_that_is_free():
    assert going_on.free_name("bells", ["bells"]) == "bells fork"
    assert going_on.free_name("bells", ["Bells Fork", "bells fork 2"]) == "bells fork 3"


def test_a_run_that_does_not_tell_its_phases_leaves_them(world, run, points, opened, theme):
    settings = TrainingSettings.from_json(run.config)
    dialog = opened(ForkDialog(theme, ForkFacts(run, points, settings, None)))
    assert not dialog.phase_1.isEnabled()
    assert "phase_1" not in dialog.changes()


def test_going_back_says_what_it_means(run, points, opened, theme):
    dialog = opened(GoOnDialog(theme, run, points))
    assert dialog.checkpoint.chosen() == points[1]
    assert dialog._from.text() == ""
    dialog.checkpoint.choose(points[0].id)
    assert "goes back to step 200" in dialog._from.text()
    assert "Later checkpoints are kept" in dialog._from.text()


def test_what_is_done_is_extended(world, opened, theme):
    done = world.experiment("done", status=ExperimentStatus.COMPLETED, config={"max_steps": 400})
    dialog = opened(GoOnDialog(theme, done, [world.checkpoint(done, 400)]))
    assert dialog.windowTitle() == "Extend done"
    assert dialog.primary.text() == "Extend"
    assert dialog.steps.value() == 600


def test_stars_tags_and_notes_are_kept_together(qtbot, run, opened, theme):
    dialog = opened(NotesDialog(theme, run))
    assert dialog.tags.text() == "a"
    qtbot.keyClick(dialog.stars, Qt.Key.Key_4)
    dialog.tags.setText("b, for the concert,, ")
    dialog.notes.setPlainText("warm ")
    with qtbot.waitSignal(dialog.requested) as asked:
        dialog.primary.click()
    assert asked.args == [run.id, {"rating": 4, "tags": ("b", "for the concert"), "notes": "warm"}]


def test_the_line_under_the_title(qtbot, run):
    line = NotesLine()
    qtbot.addWidget(line)
    line.show_notes(2, training_actions.notes_line(run))
    assert line._words.accessibleName() == "a · “one”"
    assert [star.text() for star in line.stars._stars] == ["★", "★", "☆", "☆", "☆"]
    for number, wanted in ((4, 4), (2, 0)):  # the one that is set takes them away
        with qtbot.waitSignal(line.rated) as asked:
            line.stars._stars[number - 1].click()
        assert asked.args == [wanted]
    with qtbot.waitSignal(line.notes_requested):
        line._words.click()


def test_a_time_in_the_past_is_no_time(qtbot, opened, theme):
    moment = float(int(time.time()) + 7200)
    dialog = opened(StartAtDialog(theme, "bells", moment))
    assert "must be awake" in dialog._hint.text()
    with qtbot.waitSignal(dialog.requested) as asked:
        dialog.primary.click()
    assert asked.args == [moment]
    dialog.when.setDateTime(dialog.when.dateTime().addDays(-2))
    assert "past" in dialog._hint.text()


def test_deleting_says_what_came_of_it(world, run, points, tmp_path):
    fork = world.experiment("its fork", parent_id=run.id)
    export = world.export()
    stakes = Stakes(run, points, [export], [fork], 3_000_000, tmp_path)
    asked = deleting.question(stakes)
    text = " ".join(asked.lines)
    assert "2 checkpoints" in text
    assert "1 export was made" in text
    assert "its fork" in text
    assert f"{tmp_path} are not touched" in text
    assert "3 MB" in asked.option
    assert asked.danger
    many = deleting.question_of_many([stakes, stakes])
    assert many.title == "Delete 2 trainings?"
    assert "Their curves, their notes and 4 checkpoints" in " ".join(many.lines)
    assert "2 exports were made from them" in " ".join(many.lines)
    assert many.no == "Keep them"


@pytest.mark.parametrize(
    ("status", "enabled"),
    [(ExperimentStatus.STOPPED, True), (ExperimentStatus.RUNNING, False)],
)
def test_what_must_not_be_done_is_grey_and_says_why(run, world, status, enabled):
    row = world.services.repositories.experiments.update(run.id, status=status)
    entries = {entry.key: entry for entry in training_actions.menu(row, saved=True)}
    for key in ("archive", "delete"):
        assert entries[key].enabled is enabled
        assert bool(entries[key].why_not) is not enabled
    assert entries["fork"].enabled
    assert entries["rename"].enabled
