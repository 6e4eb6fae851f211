"""The listening room on real widgets: lanes, keys, sliders, blind test, files that are dropped."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import QPushButton
from toy_player import ToyPlayer, toy_model, toy_sound

from rave_gui.backend.blind_test import BlindKind, plan
from rave_gui.backend.latent_bend import OFFSET, SCALE, LatentBend
from rave_gui.backend.listening_room import INPUT, LaneKind, file_lane
from rave_gui.backend.render import Rendered
from rave_gui.backend.rooms import Rooms
from rave_gui.bridge.playback import Playback
from rave_gui.core.errors import UserError
from rave_gui.ui.dialogs.add_model import AddModelDialog
from rave_gui.ui.dialogs.batch_render import BatchRenderDialog
from rave_gui.ui.dialogs.blind_test import BlindTestDialog
from rave_gui.ui.pages.listening import ListeningPage
from rave_gui.ui.viewmodels import listening_room as words
from rave_gui.ui.viewmodels.blind_test import A, B, X


class Hand:
    """The page, and what its hands reach for."""

    def __init__(self, page: ListeningPage, player: ToyPlayer, world) -> None:
        self.page, self.player, self.world = page, player, world
        self.feed, self.lanes = page.feed, page.lanes

    @property
    def room(self):
        return self.feed.room

    def titles(self) -> list[str]:
        return [row._title.text() for row in self.lanes.rows]

    def levels(self) -> list[str]:
        return [row._level.text() for row in self.lanes.rows]

    def heard(self) -> int:
        return next(n for n, row in enumerate(self.lanes.rows, 1) if row._heard)

    def fill(self) -> None:
        """A sound and three models."""
        project = self.world.project
        self.feed.set_input(toy_sound(project.path / "bell.wav", 2.0))
        run = self.world.experiment("bells")
        for step, factor in ((400, 0.5), (1200, 2.0), (1400, 1.0)):
            row = self.world.checkpoint(run, step)
            toy_model(row.checkpoint_path, factor)
            lane = self.world.services.rooms.sources.checkpoint(project, row.id)
            self.feed.add_lanes([lane])


@pytest.fixture
def playback(qtbot):
    from offline_device import OfflineDevices

    from rave_gui.audio.playback import Player

    devices = OfflineDevices()
    made = Playback(Player(devices, clock=lambda: devices.now))
    made.devices_of_test = devices
    yield made
    with qtbot.waitSignal(made.ended, timeout=10_000):
        made.shut_down()
    assert made.wait(10)


@pytest.fixture
def hand(qtbot, world, playback) -> Hand:
    player = ToyPlayer()
    services = replace(world.services, rooms=Rooms(world.services.repositories, player))
    context = replace(world.context, services=services, playback=playback)
    world = replace(world, services=services, context=context)
    page = ListeningPage(context)
    qtbot.addWidget(page)
    page.resize(1200, 760)
    page.show()
    qtbot.waitUntil(lambda: page.feed.loaded)
    made = Hand(page, player, world)
    yield made
    made.feed.live.close()


def press(qtbot, hand: Hand, *keys, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        qtbot.keyClick(hand.lanes, key, modifier)


# Lanes


def test_an_empty_room_says_what_it_is_for_and_offers_a_first_step(qtbot, hand):
    assert hand.page._stack.currentWidget() is hand.page._empty
    with qtbot.waitSignal(hand.page.room_model_requested):
        hand.page._empty.action.click()
    hand.world.state.select(None)
    with qtbot.waitSignal(hand.page.new_project_requested):
        hand.page._empty.action.click()


def test_lanes_are_filled_measured_and_drawn(qtbot, hand):
    hand.fill()
    assert hand.titles() == ["Input", "bells · 400", "bells · 1,200", "bells · 1,400"]
    assert hand.levels() == ["reference", "−6.0 LU", "+6.0 LU", "0.0 LU"]
    qtbot.waitUntil(lambda: hand.lanes.seconds == pytest.approx(2.0, abs=0.01))
    assert len({view.view for view in hand.lanes._views()}) == 1
    assert [row.waveform._role for row in hand.lanes.rows] == [
        "secondary", "phase1", "phase2", "accent",
    ]  # fmt: skip


def test_digits_and_arrows_switch_lanes_at_once(qtbot, hand):
    hand.fill()
    press(qtbot, hand, Qt.Key.Key_2)
    assert hand.heard() == 2
    assert hand.feed.player.desk.heard == 1
    press(qtbot, hand, Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert hand.heard() == 4
    press(qtbot, hand, Qt.Key.Key_Up, Qt.Key.Key_9)
    assert hand.heard() == 3
    press(qtbot, hand, Qt.Key.Key_1)
    assert hand.room.heard == INPUT
    gains = hand.feed.player.desk.gains
    assert gains == pytest.approx((1.0, 2.0, 0.5, 1.0), abs=0.03)


def test_a_click_on_a_name_lets_it_be_heard_and_one_on_a_shape_goes_there(qtbot, hand):
    hand.fill()
    row = hand.lanes.rows[1]
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(40, 20))
    assert hand.heard() == 2
    view = hand.lanes.rows[2].waveform
    qtbot.mouseClick(
        view, Qt.MouseButton.LeftButton, pos=QPoint(view.width() // 2, view.height() // 2)
    )
    assert hand.heard() == 3
    assert hand.feed.player.position == pytest.approx(1.0, abs=0.02)
    assert view._position == pytest.approx(1.0, abs=0.02)
    assert hand.lanes._ruler._position == view._position


def test_space_plays_arrows_move_and_the_position_is_one_for_all(qtbot, hand):
    hand.fill()
    press(qtbot, hand, Qt.Key.Key_Right)
    assert hand.feed.player.position == pytest.approx(1.0)
    press(qtbot, hand, Qt.Key.Key_Home, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: hand.feed.player.playing)
    qtbot.waitUntil(lambda: hand.page._ctx.playback.devices_of_test.opened != [])
    heard = "▶ heard now"
    qtbot.waitUntil(lambda: heard in [row._state.text() for row in hand.lanes.rows])
    press(qtbot, hand, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not hand.feed.player.playing)


def test_a_stretch_that_is_dragged_over_is_looped_in_every_lane_and_escape_ends_it(qtbot, hand):
    hand.fill()
    view = hand.lanes.rows[1].waveform
    left, right = QPoint(view.width() // 4, 20), QPoint(view.width() // 2, 20)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=left)
    qtbot.mouseMove(view, right)
    view.mouseMoveEvent(_move(right))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=right)
    assert hand.room.loop == pytest.approx((0.5, 1.0), abs=0.02)
    assert {one.selection for one in hand.lanes._views()} == {hand.room.loop}
    press(qtbot, hand, Qt.Key.Key_Escape)
    assert hand.room.loop is None


def _move(place: QPoint):
    from PyQt6.QtCore import QEvent
    from PyQt6.QtGui import QMouseEvent

    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    return QMouseEvent(QEvent.Type.MouseMove, QPointF(place), button, button, none)


def test_a_model_that_cannot_be_played_says_why_and_can_be_tried_again(qtbot, hand):
    hand.feed.set_input(toy_sound(hand.world.project.path / "bell.wav"))
    broken = toy_model(hand.world.project.path / "broken.ts", "no model")
    hand.feed.add_files([broken])
    row = hand.lanes.rows[1]
    assert row._note.text() == "cannot be heard"
    assert "holds no model" in row._level.toolTip()
    toy_model(broken, 1.0)
    hand.page._show_menu(row.key)
    retry = next(one for one in hand.page.lane_menu.actions() if one.data()[1] == words.RETRY)
    hand.page.lane_menu.close()
    retry.trigger()
    assert hand.room.lanes[1].sound is not None


def test_the_spectrogram_is_worked_out_when_it_is_looked_at(qtbot, hand):
    hand.fill()
    assert all(row.spectrogram._found is None for row in hand.lanes.rows)
    hand.page._mel.click()
    assert all(row.spectrogram._found is not None for row in hand.lanes.rows)
    assert hand.lanes.rows[0].view is hand.lanes.rows[0].spectrogram
    hand.page._shape.click()
    assert hand.lanes.rows[0].view is hand.lanes.rows[0].waveform


def test_lanes_can_be_heard_as_loud_as_they_are(qtbot, hand):
    hand.fill()
    hand.page._matched.click()
    assert hand.feed.player.desk.gains == (1.0, 1.0, 1.0, 1.0)
    assert "each as loud as it is" in hand.page._subtitle.text()


def test_delete_takes_a_lane_out_and_the_others_move_up(qtbot, hand):
    hand.fill()
    press(qtbot, hand, Qt.Key.Key_2, Qt.Key.Key_Delete)
    assert hand.titles() == ["Input", "bells · 1,200", "bells · 1,400"]
    assert [row.digit.text() for row in hand.lanes.rows] == ["1", "2", "3"]


def test_the_filled_button_exports_the_checkpoint_that_is_chosen(qtbot, hand):
    hand.fill()
    press(qtbot, hand, Qt.Key.Key_3)
    assert hand.page.export.text() == "Export bells"
    with qtbot.waitSignal(hand.page.export_requested) as asked:
        hand.page.export.click()
    assert asked.args == [hand.room.lanes[2].record]
    press(qtbot, hand, Qt.Key.Key_1)
    assert not hand.page.export.isEnabled()


# What comes in


def drop(hand: Hand, *paths) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    hand.page.dropEvent(
        QDropEvent(QPointF(5, 5), copy, data, button, Qt.KeyboardModifier.NoModifier)
    )


def test_a_sound_that_is_dropped_goes_through_every_model(hand, tmp_path):
    hand.fill()
    before = len(hand.player.rendered)
    drop(hand, toy_sound(tmp_path / "glass.wav", 1.0))
    assert hand.room.input.path.name == "glass.wav"
    assert [one[1] for one in hand.player.rendered[before:]] == ["glass.wav"] * 3
    assert len(hand.room.lanes) == 4


def test_models_and_further_sounds_that_are_dropped_get_lanes(hand, tmp_path):
    one, two = toy_sound(tmp_path / "a.wav"), toy_sound(tmp_path / "b.wav")
    drop(hand, one, two, toy_model(tmp_path / "m.ts", 1.0))
    assert [lane.kind for lane in hand.room.lanes] == [
        LaneKind.INPUT, LaneKind.SOUND, LaneKind.MODEL,
    ]  # fmt: skip
    assert not any(lane.waiting for lane in hand.room.lanes)


def test_the_room_is_as_it_was_left_and_reopens_without_rendering(qtbot, hand):
    hand.fill()
    press(qtbot, hand, Qt.Key.Key_3)
    hand.feed._save_now()
    rendered = len(hand.player.rendered)
    other = hand.world.services.projects.create("Other")
    hand.world.state.select(other)
    assert hand.room.lanes == ()
    hand.world.state.select(hand.world.project)
    assert hand.titles() == ["Input", "bells · 400", "bells · 1,200", "bells · 1,400"]
    assert hand.heard() == 3
    assert len(hand.player.rendered) == rendered


def test_a_window_that_closes_keeps_the_room(qtbot, hand):
    hand.fill()
    press(qtbot, hand, Qt.Key.Key_3)
    hand.page.bend.sliders[0].knob.setValue(10)
    live = hand.feed.live.live
    hand.feed.stop()
    assert live.join(10)
    kept = hand.world.services.rooms.open(hand.world.project)
    assert [lane.key for lane in kept.lanes] == [lane.key for lane in hand.room.lanes]
    assert kept.lanes[2].bend == LatentBend((1.0,))


def test_models_of_the_project_are_offered(qtbot, world):
    run = world.experiment("bells")
    for step in (400, 1200):
        toy_model(world.checkpoint(run, step).checkpoint_path, 1.0)
    lanes = world.services.rooms.sources.models(world.project)
    dialog = AddModelDialog(world.context.theme, lanes, 1)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.list.count() == 2
    assert not dialog.primary.isEnabled()
    dialog.list.selectAll()
    assert not dialog.primary.isEnabled(), "there is room for one only"
    dialog.list.clearSelection()
    dialog.list.item(1).setSelected(True)
    with qtbot.waitSignal(dialog.requested) as asked:
        dialog.submit()
    assert [lane.step for lane in asked.args[0]] == [400]


# Bending


def test_sliders_show_the_latents_of_the_model_that_is_chosen(qtbot, hand):
    hand.fill()
    press(qtbot, hand, Qt.Key.Key_1)
    assert hand.page.bend.sliders == []
    assert "Choose a model" in hand.page.bend._hint.text()
    press(qtbot, hand, Qt.Key.Key_2)
    assert len(hand.page.bend.sliders) == 16
    assert hand.page.bend._count.text() == "8 of 16 latents"


def test_a_latent_that_is_moved_is_heard_live_and_its_double_click_sets_it_back(qtbot, hand):
    hand.fill()
    press(qtbot, hand, Qt.Key.Key_2)
    slider = hand.page.bend.sliders[0]
    slider.knob.setValue(13)
    assert hand.room.chosen.bend == LatentBend((1.3,))
    assert slider._figure.text() == "1.3"
    assert hand.player.opened
    live = hand.feed.live.live
    assert live.lane == 1
    assert hand.feed.player.desk.bent is not None
    qtbot.mouseDClick(slider.knob, Qt.MouseButton.LeftButton)
    assert hand.room.chosen.bend.neutral
    assert hand.feed.player.desk.bent is None
    slider.knob.setValue(5)
    qtbot.keyClick(slider.knob, Qt.Key.Key_Delete)
    assert hand.room.chosen.bend.neutral


def test_each_lane_has_a_bend_of_its_own_and_reset_takes_it_away(qtbot, hand):
    hand.fill()
    press(qtbot, hand, Qt.Key.Key_2)
    hand.page.bend._kinds[SCALE].click()
    hand.page.bend.sliders[2].knob.setValue(20)
    press(qtbot, hand, Qt.Key.Key_3)
    assert hand.page.bend.sliders[2]._figure.text() == "×1.0"
    press(qtbot, hand, Qt.Key.Key_2)
    assert hand.page.bend.sliders[2]._figure.text() == "×2.0"
    hand.page.bend._reset.click()
    assert hand.room.chosen.bend.neutral
    assert not hand.page.bend._reset.isEnabled()


def test_a_slider_tells_screen_readers_its_name_and_value(qtbot, hand):
    hand.fill()
    press(qtbot, hand, Qt.Key.Key_2)
    slider = hand.page.bend.sliders[1]
    slider.show_value(OFFSET, -0.7)
    assert slider.knob.accessibleName() == "latent 2"
    assert slider.knob.accessibleDescription() == "−0.7"


def test_a_model_that_cannot_be_bent_says_why_on_the_page(qtbot, hand):
    hand.fill()
    press(qtbot, hand, Qt.Key.Key_2)
    toy_model(hand.room.chosen.path, "broken now")
    hand.page.bend.sliders[0].knob.setValue(10)
    assert "holds no model" in hand.page._fault.text()
    assert hand.page._fault.isVisible()


# Blind


@pytest.fixture
def blind(qtbot, hand) -> BlindTestDialog:
    hand.fill()
    dialog = BlindTestDialog(hand.world.context.theme, hand.room, hand.page._ctx.playback)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.answered.connect(hand.feed.add_answer)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_models_take_part_in_a_blind_test_and_the_input_only_if_asked(blind, hand):
    keys = [lane.key for lane in hand.room.lanes]
    assert blind.setup.keys == tuple(keys[1:])
    for key in keys[1:]:
        blind.setup.box(key).setChecked(False)
    assert not blind.primary.isEnabled()


def test_answers_are_kept_under_the_names_that_were_hidden(qtbot, blind, hand):
    keys = [lane.key for lane in hand.room.lanes[1:3]]
    blind.begin(plan(BlindKind.PREFERENCE, keys, 4, 5))
    shown = " ".join(one.text() for one in blind.findChildren(QPushButton) if one.isVisible())
    assert "bells" not in shown
    for asked in blind.test.rounds:
        assert not blind.rounds.answers[0].isEnabled(), "both must be heard first"
        qtbot.keyClick(blind, Qt.Key.Key_B)
        assert hand.world.project is not None
        favourite = blind.rounds.answers[0 if asked.a == keys[0] else 1]
        favourite.click()
    assert "preferred 4 of 4 times" in blind._results.text()
    kept = hand.world.services.rooms.answers(hand.world.project).all()
    assert [one.preference for one in kept] == [(keys[0], keys[1])] * 4
    assert hand.page.ear._strong._word.text() == "bells · 400"
    assert "preferred 4 of 4 times" in hand.page.ear.accessibleName()


def test_letters_switch_lanes_without_telling_which(qtbot, blind, hand):
    keys = [lane.key for lane in hand.room.lanes[1:3]]
    blind.begin(plan(BlindKind.ABX, keys, 2, 7))
    first = blind.test.rounds[0]
    for letter, key in ((A, first.a), (X, first.x), (B, first.b)):
        qtbot.keyClick(blind, getattr(Qt.Key, f"Key_{letter}"))
        assert blind.rounds.letter == letter
        assert blind._keys[blind._desk.heard] == key
    assert blind.rounds.answers[0].isEnabled()
    qtbot.waitUntil(lambda: hand.page._ctx.playback.state.key.startswith("blind:"))
    blind.reject()
    qtbot.waitUntil(lambda: not hand.page._ctx.playback.state.playing)


# Out


def test_a_folder_goes_through_a_model_and_says_what_became_of_it(qtbot, world, tmp_path):
    seen = []

    def render(paths, folder, tell, cancelled):
        from rave_gui.backend.render import BatchState

        seen.append((list(paths), folder))
        tell(BatchState(0, 2, tmp_path / "a.wav", 0.5))
        return [Rendered(tmp_path / "a.wav", folder / "a.wav"), Rendered(tmp_path, error="broken")]

    dialog = BatchRenderDialog(
        world.context.theme, world.context.run, "bells", tmp_path / "out", render
    )
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.primary.isEnabled()
    dialog.drop.add_paths([tmp_path])
    dialog.submit()
    assert seen == [([tmp_path], tmp_path / "out")]
    assert dialog.message.text() == "1 new file. 1 sound was passed over."
    assert "broken" in dialog._result.text()
    dialog.submit()
    assert not dialog.isVisible()


def test_a_refused_batch_can_be_tried_again(qtbot, world, tmp_path):
    def render(*_given):
        raise UserError("The folder cannot be written.", "Choose another.")

    dialog = BatchRenderDialog(world.context.theme, world.context.run, "b", tmp_path, render)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.drop.add_paths([tmp_path])
    dialog.submit()
    assert "cannot be written" in dialog.message.text()
    assert dialog.primary.isEnabled()
    assert not dialog.busy


def test_a_lane_of_a_plain_file_is_a_lane(hand, tmp_path):
    hand.feed.add_files([toy_sound(tmp_path / "a.wav")])
    hand.feed.add_lanes([file_lane(toy_sound(tmp_path / "b.wav"))])
    assert [lane.kind for lane in hand.room.lanes] == [LaneKind.INPUT, LaneKind.SOUND]
