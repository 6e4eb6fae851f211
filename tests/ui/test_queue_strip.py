"""The queue at the foot of the trainings: words, order by keyboard and by drag, rules."""

from __future__ import annotations

from datetime import datetime

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QDropEvent

from rave_gui.backend.queue import QueuePolicy, Waiting
from rave_gui.core.errors import UserError
from rave_gui.core.records import ExperimentStatus
from rave_gui.ui.pages.train import TrainPage
from rave_gui.ui.viewmodels import queue as words
from rave_gui.ui.viewmodels.queue import QueueFacts, QueueWish, view
from rave_gui.ui.widgets.queue_strip import QueueStrip

NOW = datetime(2026, 3, 14, 12, 0).timestamp()
NAMES = {1: "bells", 2: "choir", 3: "night"}
LINE = (Waiting(1, "gpu:0"), Waiting(2, "gpu:0"), Waiting(3, "cpu", NOW + 3600))


def facts(line=LINE, held=None, **policy):
    return QueueFacts(line, held or {"gpu:0": "experiment-9"}, QueuePolicy(**policy), NAMES)


def test_each_says_what_it_waits_for():
    shown = view(facts(), NOW)
    assert [item.remark for item in shown.items] == ["next on GPU 0", "later on GPU 0", "at 13:00"]
    assert [item.timed for item in shown.items] == [False, False, True]
    assert shown.sentence == "The queue runs one training on each device."
    assert view(facts(slots=2), NOW).sentence == "The queue runs 2 trainings on each device."


def test_a_pause_says_why():
    shown = view(facts(paused=True), NOW)
    assert [item.remark for item in shown.items] == ["waits", "waits", "at 13:00"]
    assert (shown.paused, shown.warn) == (True, False)
    why = view(facts(paused=True, reason="bells failed, so the queue waits for you."), NOW)
    assert why.sentence.startswith("bells failed")
    assert why.warn


def test_another_day_is_told_with_its_date():
    line = (Waiting(1, "cpu", NOW + 3 * 86_400),)
    assert view(facts(line), NOW).items[0].remark == "at 2026-03-17 12:00"


@pytest.fixture
def strip(qtbot, theme):
    made = QueueStrip(theme)
    qtbot.addWidget(made)
    made.show_queue(view(facts(), NOW))
    made.resize(280, 300)
    made.show()
    made.list.setFocus()
    return made


@pytest.mark.parametrize(
    ("row", "key", "place"),
    [(1, Qt.Key.Key_Up, 1), (1, Qt.Key.Key_Down, 3), (0, Qt.Key.Key_Down, 2)],
)
def test_alt_and_an_arrow_move_the_chosen_one(qtbot, strip, row, key, place):
    strip.list.setCurrentRow(row)
    with qtbot.waitSignal(strip.wish_made) as asked:
        qtbot.keyClick(strip.list, key, Qt.KeyboardModifier.AltModifier)
    assert asked.args == [QueueWish(words.MOVE, row + 1, place=place)]


def test_there_is_nothing_before_the_first_and_after_the_last(qtbot, strip):
    for row, key in ((0, Qt.Key.Key_Up), (2, Qt.Key.Key_Down)):
        strip.list.setCurrentRow(row)
        with qtbot.assertNotEmitted(strip.wish_made):
            qtbot.keyClick(strip.list, key, Qt.KeyboardModifier.AltModifier)


@pytest.mark.parametrize(
    ("chosen", "over", "part", "place"),
    [(2, 0, 0.2, 1), (2, 0, 0.8, 2), (0, 2, 0.8, 3), (0, 1, 0.8, 2), (0, None, 0, 3)],
)
def test_dropping_asks_for_the_place_where_it_was_dropped(qtbot, strip, chosen, over, part, place):
    strip.list.setCurrentRow(chosen)
    point = QPoint(20, 5000)
    if over is not None:
        where = strip.list.visualItemRect(strip.list.item(over))
        point = QPoint(20, where.top() + round(part * where.height()))
    event = QDropEvent(
        QPointF(point),
        Qt.DropAction.MoveAction,
        strip.list.mimeData(strip.list.selectedItems()),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    with qtbot.waitSignal(strip.wish_made) as asked:
        strip.list.dropEvent(event)
    assert asked.args == [QueueWish(words.MOVE, chosen + 1, place=place)]
    assert strip.list.count() == 3, "the records decide; until then nothing moves"


def test_dropping_where_it_was_asks_nothing(qtbot, strip):
    strip.list.setCurrentRow(1)
    assert strip.list._place_of(strip.list.visualItemRect(strip.list.item(1)).center()) == 2


def test_del_leaves_the_queue(qtbot, strip):
    strip.list.setCurrentRow(1)
    with qtbot.waitSignal(strip.wish_made) as asked:
        qtbot.keyClick(strip.list, Qt.Key.Key_Delete)
    assert asked.args == [QueueWish(words.LEAVE, 2)]


def test_the_menu_of_one_that_waits(qtbot, strip):
    texts = [action.text() for action in strip.item_menu(1).actions()]
    assert texts == ["To the front", "Start at…", "Leave the queue"]
    timed = strip.item_menu(3).actions()
    assert [action.text() for action in timed][2] == "Start as soon as possible"
    with qtbot.waitSignal(strip.wish_made) as asked:
        timed[0].trigger()
    assert asked.args == [QueueWish(words.MOVE, 3, place=1)]


def test_one_button_pauses_and_lets_go_on(qtbot, strip):
    with qtbot.waitSignal(strip.wish_made) as asked:
        strip._hold.click()
    assert asked.args[0].kind == words.HOLD
    strip.show_queue(view(facts(paused=True), NOW))
    assert strip._hold.accessibleName() == "Let the queue go on"
    with qtbot.waitSignal(strip.wish_made) as asked:
        strip._hold.click()
    assert asked.args[0].kind == words.GO


def test_rules_are_ticked_and_changed(qtbot, strip):
    strip.show_queue(view(facts(after_failure="pause", slots=2), NOW))
    ticked = [action.data() for action in strip.menu.actions() if action.isChecked()]
    assert ticked == [(words.AFTER, "pause"), (words.SLOTS, 2)]
    other = next(one for one in strip.menu.actions() if one.data() == (words.SLOTS, 3))
    with qtbot.waitSignal(strip.wish_made) as asked:
        other.trigger()
    assert asked.args == [QueueWish(words.SLOTS, value=3)]


def test_the_choice_outlives_a_new_order(strip):
    strip.list.setCurrentRow(2)
    strip.show_queue(view(facts((LINE[2], *LINE[:2])), NOW))
    assert strip.list.chosen() == 3
    assert strip.list.currentRow() == 0


def test_the_page_shows_the_queue_and_passes_wishes_on(qtbot, world):
    world.experiment("runs", status=ExperimentStatus.RUNNING)
    rows = world.services.repositories
    rows.devices.claim("gpu:0", "experiment-1")
    first = world.experiment("first", status=ExperimentStatus.QUEUED)
    second = world.experiment("second", status=ExperimentStatus.QUEUED)
    for one in (first, second):
        rows.queue.add(one.id)
    page = TrainPage(world.context)
    qtbot.addWidget(page)
    page.show()
    strip = page._strip
    assert [strip.list.item(n).text() for n in range(2)] == ["first", "second"]
    with qtbot.waitSignal(page.queue_wish_requested) as asked:
        strip.list.setCurrentRow(1)
        qtbot.keyClick(strip.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    wish = asked.args[0]
    world.services.queue.move(wish.experiment_id, wish.place)
    page.refresh()
    assert strip.list.item(0).text() == "second"
    with pytest.raises(UserError):
        world.services.queue.move(1, 1)
