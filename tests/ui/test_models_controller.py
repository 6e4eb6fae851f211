"""What the window asks about checkpoints is done, told, and refused in words."""

from __future__ import annotations

import pytest
from project_maker import checkpoint_file
from PyQt6.QtCore import QMimeData, QPoint, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLabel
from shelf_bench import RAVE_GIN, at, regular, steps, training

from rave_gui.backend.engine_worker import UNTRUSTED, WorkerFault
from rave_gui.backend.model_facts import ModelFacts
from rave_gui.core.records import Experiment
from rave_gui.ui.controllers.base import Desk
from rave_gui.ui.controllers.models import ModelsController
from rave_gui.ui.dialogs.confirm import ConfirmDialog
from rave_gui.ui.dialogs.import_model import ImportDialog
from rave_gui.ui.dialogs.messages import MessageService
from rave_gui.ui.dialogs.tidy import TidyDialog
from rave_gui.ui.main_window import MainWindow
from rave_gui.ui.pages.models import ModelsPage
from rave_gui.ui.viewmodels import checkpoint_detail

FACTS = ModelFacts(
    architecture="v2",
    parameters=31_600_000,
    latents=((0.8, 4), (0.95, 8), (0.99, 16)),
    ratio=2048,
    receptive_field=1.2,
    latency=0.5,
    sample_rate=44100,
    channels=1,
)


class Shelf:
    """An engine that knows one model, or trusts nobody."""

    def __init__(self) -> None:
        self.asked: list[bool] = []
        self.refuses = False

    def known(self, _path):
        return None

    def look(self, _path, *, trusted=False):
        self.asked.append(trusted)
        if self.refuses and not trusted:
            raise WorkerFault("It would run code.", "Trust it if you made it.", code=UNTRUSTED)
        return FACTS


@pytest.fixture
def shelf(world, monkeypatch):
    made = Shelf()
    monkeypatch.setattr(world.services.shelf, "known", made.known)
    monkeypatch.setattr(world.services.shelf, "look", made.look)
    return made


@pytest.fixture
def window(qtbot, world, shelf) -> MainWindow:
    made = MainWindow(world.context)
    qtbot.addWidget(made)
    made.let_go()
    made.show_page("models")
    made.show()
    return made


@pytest.fixture
def page(window) -> ModelsPage:
    return window.models


@pytest.fixture
def messages(world, window) -> MessageService:
    made = MessageService(world.context.theme)
    made.set_window(window)
    yield made
    made.close_all()


@pytest.fixture(autouse=True)
def controller(world, window, messages) -> ModelsController:
    return ModelsController(Desk(world.context, window, messages))


@pytest.fixture
def bells(world, page) -> Experiment:
    run = training(world.services, world.project, "bells", regular(60, 10))
    page.refresh()
    return run


def words_of(widget) -> str:
    QApplication.processEvents()
    return " ".join(part.text() for part in widget.findChildren(QLabel) if part.isVisible())


def dialog(messages: MessageService, kind: type):
    (found,) = [one for one in messages.dialogs if isinstance(one, kind)]
    return found


# What people say


def test_stars_notes_and_pins_are_kept(qtbot, world, page, bells):
    row = at(world.services, bells, 30)
    page.open_record(row.id)
    page.timeline.rated.emit(4)
    qtbot.waitUntil(lambda: page.panel.notes.toPlainText() == "" and page.chosen == [row.id])
    qtbot.waitUntil(page.panel.keep.isEnabled)
    page.panel.keep.click()
    page.panel.notes.setPlainText("the warm one")
    page.panel.notes.keep()
    found = world.services.repositories.checkpoints.get(row.id)
    assert (found.rating, found.pinned, found.notes) == (4, True, "the warm one")
    document = (bells.output_path / "experiment.json").read_text()
    assert "the warm one" in document


def test_notes_that_are_being_written_are_not_disturbed(qtbot, world, page, bells):
    row = at(world.services, bells, 60)
    qtbot.waitUntil(lambda: page.panel.notes._id == row.id)
    page.panel.notes.setPlainText("half a sen")
    page.refresh()
    qtbot.wait(120)
    assert page.panel.notes.toPlainText() == "half a sen"
    page.open_record(at(world.services, bells, 10).id)
    qtbot.waitUntil(lambda: page.panel.notes.toPlainText() == "")
    assert world.services.repositories.checkpoints.get(row.id).notes == "half a sen"


# The panel


def test_the_panel_tells_what_the_engine_found(qtbot, page, bells, shelf):
    qtbot.waitUntil(lambda: bool(shelf.asked), timeout=3000)
    qtbot.waitUntil(lambda: "Latents that an export has" in page.panel.model.words)
    facts = {fact.name: fact.value for fact in checkpoint_detail.model_facts(FACTS)}
    assert facts["Parameters"] == "31.6 M"
    assert facts["Receptive field"] == "1,200 ms"
    assert facts["Latent rate"] == "21.5 Hz"
    assert checkpoint_detail.latents(FACTS) == (("80 %", 4), ("95 %", 8), ("99 %", 16))


def test_what_is_not_trusted_waits_for_the_person(qtbot, page, bells, shelf):
    shelf.refuses = True
    qtbot.waitUntil(lambda: "would run code" in page.panel.model.words, timeout=3000)
    trust = page.panel.model._trust
    assert trust.isVisible()
    shelf.asked.clear()
    trust.click()
    qtbot.waitUntil(lambda: True in shelf.asked, timeout=3000)
    qtbot.waitUntil(lambda: not trust.isVisible())


def test_latents_before_the_first_validation_are_not_promised():
    early = ModelFacts(latent_size=1, latents_measured=False)
    assert "has not measured its latents yet" in checkpoint_detail.latent_words(early)
    fixed = ModelFacts(latent_size=16)
    assert checkpoint_detail.latent_words(fixed) == "16 latents, fixed by its configuration."


def test_several_are_heard_exported_and_deleted_together(qtbot, world, page, bells):
    page.timeline.select(at(world.services, bells, 10).id)
    for _ in range(2):
        QTest.keyClick(page.timeline, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    numbers = [at(world.services, bells, step).id for step in (10, 20, 30)]
    assert page.chosen == numbers
    with qtbot.waitSignal(page.listen_requested) as told:
        page.panel.listen.click()
    assert told.args == [numbers]
    with qtbot.waitSignal(page.new_export_requested) as told:
        page.panel.export.click()
    assert told.args == [numbers]
    with qtbot.waitSignal(page.delete_checkpoints_requested):
        page.panel.delete.click()


def test_the_filter_reaches_timeline_and_table(qtbot, world, page, bells):
    training(world.services, world.project, "choir", regular(40, 20))
    page.refresh()
    page.view.filter.setText("bells step>30")
    qtbot.waitUntil(lambda: [lane.title for lane in page.timeline.lanes] == ["bells"])
    assert [mark.step for mark in page.timeline.lanes[0].marks] == [40, 50, 60]
    page.view.as_table.click()
    assert page.table.proxy.rowCount() == 3
    assert page.table.current_record().step == 60
    page.table.selectAll()
    assert len(page.chosen) == 3
    page.view.filter.setText("")
    qtbot.waitUntil(lambda: page.table.proxy.rowCount() == 8)


# Deleting


def test_deleting_tells_what_is_lost_and_asks_about_the_file(world, window, messages, bells):
    row = at(world.services, bells, 60)
    world.services.checkpoints.annotate(row.id, notes="warm")
    window.delete_checkpoints_requested.emit([row.id])
    asked = dialog(messages, ConfirmDialog)
    words = words_of(asked)
    assert "Delete bells at step 60?" in words
    assert "would go on from here" in words
    assert "Its stars and notes are lost" in words
    assert "Move the file to the trash" in asked.option.text()
    asked.option.setChecked(False)
    asked.primary.click()
    assert steps(world.services, bells) == [10, 20, 30, 40, 50]
    assert row.checkpoint_path.is_file()


def test_the_only_one_is_told(world, window, messages):
    run = training(world.services, world.project, "alone", {"epoch_10.ckpt": 10})
    window.delete_checkpoints_requested.emit([at(world.services, run, 10).id])
    assert "only checkpoint of alone" in words_of(dialog(messages, ConfirmDialog))


# Tidying up


def test_nothing_goes_before_it_was_seen(qtbot, world, window, messages, bells):
    window.tidy_requested.emit()
    tidy = dialog(messages, TidyDialog)
    qtbot.waitUntil(lambda: "Without a rule" in tidy._headline.text())
    assert not tidy.primary.isEnabled()
    tidy.by_keep.setChecked(True)
    tidy.keep.setValue(2)
    assert not tidy.primary.isEnabled(), "the plan is not seen yet"
    qtbot.waitUntil(tidy.primary.isEnabled)
    assert "4 checkpoints would go" in tidy._headline.text()
    assert tidy.primary.text() == "Move 4 to the trash"
    assert sorted(row.checkpoint.step for row in tidy.going.rows) == [20, 30, 40, 50]
    tidy.for_good.setChecked(True)
    assert tidy.primary.text() == "Delete 4 for good"
    tidy.primary.click()
    assert steps(world.services, bells) == [10, 60]


def test_a_limit_that_cannot_be_met_says_by_how_much(qtbot, world, window, messages, bells):
    for row in world.services.models.list_checkpoints(bells.id):
        row.checkpoint_path.write_bytes(bytes(4_000_000))
        world.services.checkpoints.pin(row.id, True)
    window.tidy_requested.emit()
    tidy = dialog(messages, TidyDialog)
    tidy.by_budget.setChecked(True)
    tidy.budget.setValue(0.01)
    qtbot.waitUntil(lambda: "cannot be met" in tidy._headline.text())
    assert "14 MB more" in tidy._headline.text()
    assert "6 kept by you" in tidy._stays.text()
    assert not tidy.primary.isEnabled()


# Bringing in


def stranger(folder):
    path = checkpoint_file(folder / "mail" / "friend.ckpt", 30)
    (folder / "mail" / "config.gin").write_text(RAVE_GIN)
    return path


def test_a_dropped_checkpoint_is_looked_at_and_brought_in(
    qtbot, world, page, messages, shelf, tmp_path
):
    path = stranger(tmp_path)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)), QUrl.fromLocalFile("/x/notes.txt")])
    actions, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    drop = QDropEvent(
        QPoint(5, 5).toPointF(), actions, data, button, Qt.KeyboardModifier.NoModifier
    )
    page.dropEvent(drop)
    shown = dialog(messages, ImportDialog)
    assert shown.name.text() == "friend"
    assert "A checkpoint at step 30" in shown._what.text()
    assert "31.6 M" in shown._model.text()
    shown.primary.click()
    qtbot.waitUntil(lambda: bool(world.services.repositories.experiments.list()))
    (run,) = world.services.repositories.experiments.list()
    assert (run.name, run.tags) == ("friend", ("imported",))
    qtbot.waitUntil(lambda: page.chosen != [])


def test_a_missing_configuration_is_asked_for(world, window, messages, shelf, tmp_path):
    path = checkpoint_file(tmp_path / "a" / "b" / "c" / "lonely.ckpt", 30)
    window.import_models_requested.emit([path])
    shown = dialog(messages, ImportDialog)
    assert "no config.gin beside lonely.ckpt" in shown._model.text()
    assert not shown.primary.isEnabled()
    given = tmp_path / "config.gin"
    given.write_text(RAVE_GIN)
    shown.files.add_paths([given])
    assert shown.primary.isEnabled()
    assert shelf.asked == [False]


def test_a_stranger_is_refused_until_it_is_trusted(world, window, messages, shelf, tmp_path):
    shelf.refuses = True
    window.import_models_requested.emit([stranger(tmp_path)])
    shown = dialog(messages, ImportDialog)
    assert "would run code" in shown._model.text()
    assert shown.trust.isVisible()
    shown.trust.setChecked(True)
    assert shelf.asked == [False, True]
    assert "31.6 M" in shown._model.text()


def test_a_damaged_file_is_told_and_cannot_be_brought_in(window, messages, tmp_path):
    path = tmp_path / "broken.ckpt"
    path.write_bytes(b"")
    window.import_models_requested.emit([path])
    shown = dialog(messages, ImportDialog)
    assert "broken.ckpt is empty" in shown._model.text()
    assert not shown.primary.isEnabled()
    assert not shown.trust.isVisible()
