"""Dialogs say what will happen, refuse in words, and never block."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent, QFont, QFontMetrics, QGuiApplication
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QFileDialog, QLabel, QSpinBox

from rave_gui.backend.engine_install import STAGES
from rave_gui.backend.engine_record import Engine
from rave_gui.bridge.crash_reports import unseen_reports, write_report
from rave_gui.core.errors import UserError
from rave_gui.core.records import CheckpointKind
from rave_gui.ui.dialogs import install_words
from rave_gui.ui.dialogs.adopt import AdoptDialog
from rave_gui.ui.dialogs.confirm import Question
from rave_gui.ui.dialogs.engine_install import EngineInstallDialog
from rave_gui.ui.dialogs.error_dialog import Failure, Remedy
from rave_gui.ui.dialogs.go_on import GoOnDialog
from rave_gui.ui.dialogs.messages import MessageService
from rave_gui.ui.dialogs.new_project import NewProjectDialog
from rave_gui.ui.dialogs.sheet import Sheet
from rave_gui.ui.viewmodels.engine import guide
from rave_gui.ui.widgets.command_box import CommandBox
from rave_gui.ui.widgets.path_drop import PathDrop

WAIT = 10_000
ENGINE = Engine(Path("/engine/bin/python"), "test", command=("/engine/bin/rave",))
ERROR = UserError("The disk is full.", "Make room.", details="errno 28")


@pytest.fixture
def opened(qtbot):
    """Show a dialog for the time of a test."""

    def show(dialog):
        qtbot.addWidget(dialog)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        dialog.open()
        return dialog

    return show


@pytest.fixture
def messages(qtbot, theme):
    service = MessageService(theme)
    yield service
    service.close_all()


def text_of(dialog) -> str:
    return dialog.findChild(CommandBox).command()


# Project


def test_a_project_needs_a_name_and_says_where_it_will_lie(qtbot, theme, opened, tmp_path):
    dialog = opened(NewProjectDialog(theme, tmp_path))
    assert not dialog.primary.isEnabled()
    QTest.keyClicks(dialog.name, "Glass and bells")
    assert str(tmp_path / "glass-and-bells") in dialog._where.text()
    with qtbot.waitSignal(dialog.requested) as asked:
        dialog.primary.click()
    assert asked.args == ["Glass and bells", None]
    assert not dialog.primary.isEnabled(), "asked once, not twice"


def test_a_refusal_stays_in_the_dialog_and_can_be_mended(theme, opened, tmp_path):
    dialog = opened(NewProjectDialog(theme, tmp_path))
    dialog.name.setText("Taken")
    dialog.primary.click()
    dialog.show_refusal(UserError("There is one already.", "Choose another name."))
    assert dialog.isVisible()
    assert "Choose another name." in dialog.message.text()
    assert dialog.primary.isEnabled()


def test_return_does_nothing_while_the_button_is_out_of_use(qtbot, theme, opened, tmp_path):
    dialog = opened(NewProjectDialog(theme, tmp_path))
    with qtbot.assertNotEmitted(dialog.requested):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()


# Dropping


def drop(widget, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    actions, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    keys = Qt.KeyboardModifier.NoModifier
    widget.dropEvent(QDropEvent(QPointF(5, 5), actions, data, buttons, keys))


def test_each_path_is_taken_once_and_can_be_removed(qtbot, theme, tmp_path):
    place = PathDrop(theme, "Drop here")
    qtbot.addWidget(place)
    drop(place, tmp_path, tmp_path)
    drop(place, tmp_path, tmp_path / "a.wav")
    assert place.paths() == [tmp_path, tmp_path / "a.wav"]
    place._list.item(0).setSelected(True)
    QTest.keyClick(place, Qt.Key.Key_Delete)
    assert place.paths() == [tmp_path / "a.wav"]


@pytest.mark.parametrize("ask", [PathDrop.choose_folder, PathDrop.choose_files])
def test_what_is_chosen_in_a_file_dialog_is_taken(qtbot, theme, tmp_path, ask):
    place = PathDrop(theme, "Drop here")
    qtbot.addWidget(place)
    ask(place)
    dialog = place.findChild(QFileDialog)
    dialog.filesSelected.emit([str(tmp_path)])
    dialog.close()
    assert place.paths() == [tmp_path]


def test_where_one_folder_is_wanted_the_last_one_stays_and_files_are_left(qtbot, theme, tmp_path):
    place = PathDrop(theme, "Drop here", files=False, many=False)
    qtbot.addWidget(place)
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    drop(place, tmp_path)
    drop(place, tmp_path / "folder", tmp_path / "file")
    assert place.paths() == [tmp_path / "folder"]


# Training


# Going on


def test_going_on_offers_the_newest_checkpoint_and_wants_more_steps(qtbot, world, theme, opened):
    run = world.experiment(config={"max_steps": 400})
    rows = [world.checkpoint(run, 200), world.checkpoint(run, 400, kind=CheckpointKind.STOPPED)]
    dialog = opened(GoOnDialog(theme, run, rows))
    assert dialog.checkpoint.chosen() == rows[1]
    assert dialog.steps.value() == 600, "the plan is done: propose half as much again"
    dialog.steps.setValue(400)
    assert not dialog.primary.isEnabled()
    dialog.steps.setValue(500)
    with qtbot.waitSignal(dialog.requested) as asked:
        dialog.primary.click()
    assert asked.args == [run.id, rows[1].id, 500]


# Runs of others


def test_runs_are_brought_in_from_a_folder(qtbot, theme, opened, tmp_path):
    dialog = opened(AdoptDialog(theme, "Glass and bells"))
    assert not dialog.primary.isEnabled()
    dialog.folder.add_paths([tmp_path])
    with qtbot.waitSignal(dialog.requested) as asked:
        dialog.primary.click()
    assert asked.args == [tmp_path]


# Installing


@pytest.fixture
def install_dialog(theme, opened):
    return opened(EngineInstallDialog(theme, guide("", has_gpu=False)))


def test_licence_and_size_come_before_the_download(install_dialog):
    assert "CC BY-NC 4.0" in install_dialog._licence.text()
    words = [part.text() for part in install_dialog._form.findChildren(QLabel)]
    assert any("downloaded once" in text and "GB" in text for text in words)


def test_stages_are_followed_to_the_end(qtbot, install_dialog, tmp_path):
    with qtbot.waitSignal(install_dialog.requested) as asked:
        install_dialog.primary.click()
    assert asked.args == ["auto"]
    install_dialog.follow(tmp_path / "output.log")
    install_dialog.take_facts([{"kind": "stage", "stage": "torch"}, {"kind": "note", "text": "x"}])
    signs = {name: sign.text() for name, (sign, _) in install_dialog._rows.items()}
    assert (signs["python"], signs["torch"], signs["rave"]) == ("✓", "●", "○")
    install_dialog.show_end(True, "RAVE is installed.")
    assert {sign.text() for sign, _ in install_dialog._rows.values()} == {"✓"}
    assert not install_dialog.primary.isVisible()


def test_while_it_runs_cancel_ends_the_installation_first(qtbot, install_dialog, tmp_path):
    install_dialog.follow(tmp_path / "output.log")
    with qtbot.waitSignal(install_dialog.stop_requested):
        install_dialog.cancel.click()
    assert install_dialog.isVisible()
    install_dialog.show_end(False, "Stopped.")
    assert install_dialog.primary.text() == "Try again"
    install_dialog.cancel.click()
    assert not install_dialog.isVisible()


def test_a_fault_marks_its_stage():
    progress = install_words.fold(
        install_words.Progress(),
        [{"kind": "stage", "stage": "rave"}, {"kind": "fault", "text": "No network."}, {"kind": 1}],
    )
    marks = [progress.mark(name) for name in STAGES]
    assert marks[STAGES.index("rave")] == install_words.FAILED
    assert marks[-1] == install_words.WAITING


# Messages


def test_an_error_has_one_button_that_helps(qtbot, messages):
    helped = []
    dialog = messages.error(ERROR, Remedy("Make room", lambda: helped.append(True)))
    assert dialog.primary.text() == "Make room"
    dialog.primary.click()
    assert helped == [True]
    qtbot.waitUntil(lambda: messages.dialogs == (), timeout=WAIT)


def test_the_report_can_be_copied_and_details_are_folded_away(messages):
    dialog = messages.error(ERROR)
    assert not dialog._text.isVisible()
    dialog._more.click()
    assert dialog._text.isVisible()
    dialog._copy.click()
    assert QGuiApplication.clipboard().text() == "The disk is full.\n\nMake room.\n\nerrno 28"


def test_the_same_error_is_not_piled_up(messages):
    messages.error(ERROR)
    assert messages.error(ERROR) is None
    for number in range(5):
        messages.error(UserError(f"Error {number}."))
    assert len(messages.dialogs) == 3


def test_deleting_is_never_what_return_presses(qtbot, messages):
    answers = []
    question = Question(
        "Delete it?", ("It is gone then.",), "Delete", "Keep it", "Files too", True, True
    )
    dialog = messages.ask(question, answers.append, lambda: answers.append("kept"))
    kept = dialog.cancel
    bold = QFont(kept.font())
    bold.setWeight(QFont.Weight.DemiBold)
    words = QFontMetrics(bold).horizontalAdvance(kept.text())
    assert kept.width() >= words + 2 * 13, "the words are whole"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: answers == ["kept"], timeout=WAIT)
    messages.ask(question, answers.append).primary.click()
    assert answers == ["kept", True]


def test_closing_while_a_training_runs_says_that_it_goes_on(messages):
    decided = []
    messages.training_goes_on(
        ["bells-v2"], leave=lambda: decided.append("leave"), stay=lambda: decided.append("stay")
    )
    (dialog,) = messages.dialogs
    assert "bells-v2 goes on without the window" in dialog.windowTitle()
    dialog.primary.click()
    messages.training_goes_on(["a", "b"], leave=lambda: None, stay=lambda: decided.append("stay"))
    messages.dialogs[-1].cancel.click()
    assert decided == ["leave", "stay"]


def test_a_crash_is_told_once_and_its_report_is_not_offered_again(messages, tmp_path):
    report = write_report(tmp_path, ValueError, ValueError("x"), None)
    messages.show_crash(report)
    (dialog,) = messages.dialogs
    assert "fault of ours" in dialog.windowTitle()
    assert str(report.path) in dialog.failure.remedy
    assert unseen_reports(tmp_path) == []


def test_a_report_from_the_last_time_is_offered_at_the_start(messages, tmp_path):
    write_report(tmp_path, ValueError, ValueError("boom"), None)
    dialog = messages.offer_reports(unseen_reports(tmp_path))
    assert "boom" in dialog.failure.details
    assert messages.offer_reports(unseen_reports(tmp_path)) is None


def test_a_failure_reads_as_text():
    assert Failure("What.", "Why.", "", "Details").report() == "What.\n\nWhy.\n\nDetails"


def test_return_presses_what_has_the_focus(theme, opened):
    sheet = opened(Sheet(theme, "Title"))
    told = []
    sheet.accepted.connect(lambda: told.append("done"))
    sheet.rejected.connect(lambda: told.append("left"))
    sheet.cancel.setFocus()
    QTest.keyClick(sheet.cancel, Qt.Key.Key_Return)
    assert told == ["left"]


def test_return_in_a_number_field_submits(theme, opened):
    sheet = Sheet(theme, "Title")
    box = CommandBox(theme)
    number = QSpinBox()
    sheet.body.addWidget(number)
    sheet.body.addWidget(box)
    box.show_command("rave train")
    opened(sheet)
    told = []
    sheet.accepted.connect(lambda: told.append("done"))
    number.setFocus()
    QTest.keyClick(number, Qt.Key.Key_Return)
    assert told == ["done"]
