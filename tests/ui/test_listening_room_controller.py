"""From checkpoints, trainings and exports into the room, and out of it as files."""

from __future__ import annotations

from dataclasses import replace

import pytest
from toy_player import ToyPlayer, toy_model, toy_sound

from rave_gui.backend import listening_set
from rave_gui.backend.listening_set import ListeningClip
from rave_gui.backend.rooms import Rooms
from rave_gui.ui.controllers.base import Desk
from rave_gui.ui.controllers.listening_room import ListeningRoomController
from rave_gui.ui.dialogs.add_model import AddModelDialog
from rave_gui.ui.dialogs.batch_render import BatchRenderDialog
from rave_gui.ui.dialogs.blind_test import BlindTestDialog
from rave_gui.ui.dialogs.messages import MessageService
from rave_gui.ui.main_window import MainWindow
from rave_gui.ui.viewmodels import listening_room as words
from rave_gui.ui.viewmodels.training_actions import LISTEN


@pytest.fixture
def room(qtbot, world):
    services = replace(world.services, rooms=Rooms(world.services.repositories, ToyPlayer()))
    context = replace(world.context, services=services)
    window = MainWindow(context)
    qtbot.addWidget(window, before_close_func=MainWindow.let_go)
    messages = MessageService(context.theme)
    messages.set_window(window)
    made = ListeningRoomController(Desk(context, window, messages))
    window.show()
    sound = toy_sound(world.project.path / "bell.wav")
    listening_set.choose(world.project, [ListeningClip(sound)])
    run = world.experiment("bells")
    made.rows = []
    for step in (400, 1200, 1400):
        row = world.checkpoint(run, step)
        toy_model(row.checkpoint_path, 1.0)
        made.rows.append(row)
    made.run = run
    yield made
    messages.close_all()
    made.stop()


def titles(room) -> list[str]:
    return [lane.title for lane in room.feed.room.lanes]


def test_checkpoints_are_heard_with_the_sound_that_trainings_are_listened_to_with(room):
    room.window.listen_requested.emit([row.id for row in room.rows[:2]])
    assert room.window.current_page == "listening"
    assert room.window.rail._buttons["models"].isChecked(), "it belongs to the models"
    assert titles(room) == ["bell", "bells · 400", "bells · 1,200"]
    assert room.feed.room.heard == room.feed.room.lanes[1].key
    assert not any(lane.waiting for lane in room.feed.room.lanes)


def test_the_menu_of_a_training_opens_the_room_with_its_checkpoints(room):
    room.window.training_wish_requested.emit(room.run.id, LISTEN)
    assert titles(room) == ["bell", "bells · 1,400", "bells · 1,200", "bells · 400"]


def test_an_export_joins_what_is_there(room, world):
    room.window.listen_requested.emit([room.rows[0].id])
    export = world.export("small")
    toy_model(export.export_path, 2.0)
    room.window.listen_export_requested.emit(export.id)
    assert titles(room) == ["bell", "bells · 400", "small"]


def test_models_are_offered_that_are_not_there_yet(room):
    room.window.listen_requested.emit([room.rows[0].id])
    room.ask_model()
    (dialog,) = room.messages.dialogs
    assert isinstance(dialog, AddModelDialog)
    assert dialog.list.count() == 2
    dialog.list.selectAll()
    dialog.submit()
    assert len(room.feed.room.lanes) == 4


def test_blind_and_batch_open_their_dialogs(room):
    room.window.listen_requested.emit([row.id for row in room.rows])
    room.window.blind_test_requested.emit()
    room.window.lane_wish_requested.emit(room.feed.room.lanes[1].key, words.BATCH)
    kinds = [type(dialog) for dialog in room.messages.dialogs]
    assert kinds == [BlindTestDialog, BatchRenderDialog]
    batch = room.messages.dialogs[1]
    assert batch.folder.text().endswith("renders/bells-400")


def test_a_lane_is_rendered_to_a_file_and_never_over_an_original(room, tmp_path):
    room.window.listen_requested.emit([room.rows[0].id])
    lane, project = room.feed.room.lanes[1], room.project
    source = room.feed.room.input.path
    before = source.read_bytes()
    asked = room.services.rooms.render_to
    originals = [one.path for one in room.feed.room.lanes]
    given = (project, lane, source)
    room.do(
        lambda: asked(*given, tmp_path / "out.wav", originals, lambda _p: None, lambda: False),
        room._rendered,
    )
    assert (tmp_path / "out.wav").is_file()
    room.do(lambda: asked(*given, source, originals, lambda _p: None, lambda: False))
    assert any("original" in dialog.failure.what for dialog in room.messages.dialogs)
    assert source.read_bytes() == before
