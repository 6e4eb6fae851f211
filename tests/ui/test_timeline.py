"""The timeline of checkpoints: what a mark says, where keys lead, that it stays fluent."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest

from rave_gui.core.records import Checkpoint, CheckpointKind, Experiment, ExperimentStatus
from rave_gui.ui.readers_models import Models
from rave_gui.ui.viewmodels import timeline as words
from rave_gui.ui.viewmodels import timeline_choice as choices
from rave_gui.ui.viewmodels.timeline import LaneBook, lanes, narrowed, phase_of
from rave_gui.ui.widgets.timeline import Timeline
from rave_gui.ui.widgets.timeline_ground import TimelineGround
from rave_gui.ui.widgets.timeline_scale import Scale
from rave_gui.ui.widgets.timeline_shapes import path

KEY, HELD = Qt.Key, Qt.KeyboardModifier


def checkpoint(number: int, run: int, step: int, **changes) -> Checkpoint:
    facts = {"kind": CheckpointKind.EPOCH, "validation": 10.0 / (step + 1), **changes}
    place = Path(f"/runs/{run}/{number}.ckpt")
    return Checkpoint(run, f"e{number}", place, step, created_at=float(number), id=number, **facts)


def found(*rows: Checkpoint, runs: int = 2, **changes) -> Models:
    experiments = [
        Experiment(1, None, f"run {n}", {"configs": ["v2", "causal"]}, float(n), id=n, step=500)
        for n in range(1, runs + 1)
    ]
    return Models(experiments, rows, dict.fromkeys(range(1, runs + 1), 200), **changes)


ROWS = (
    checkpoint(1, 1, 100),
    checkpoint(2, 1, 200, kind=CheckpointKind.BEST, is_best=True),
    checkpoint(3, 1, 300, rating=4, pinned=True, notes="warm"),
    checkpoint(4, 1, 400, kind=CheckpointKind.LAST),
    checkpoint(5, 2, 90, kind=CheckpointKind.STOPPED),
    checkpoint(6, 2, 310, kind=CheckpointKind.SAVED),
)


# Words


def test_lanes_are_trainings_the_youngest_first():
    made = lanes(found(*ROWS, exported=frozenset({4}), heard={1: (100, 300)}))
    assert [lane.title for lane in made] == ["run 2", "run 1"]
    first = made[1]
    assert first.under.startswith("v2 + causal · 4 checkpoints")
    assert (first.phase2_at, first.last, first.heard) == (200, 500, (100, 300))
    shapes = [mark.shape for mark in first.marks]
    assert shapes == [words.REGULAR, words.BEST, words.REGULAR, words.LAST]
    assert [mark.special for mark in first.marks] == [False, True, True, True]


def test_a_mark_says_everything_in_a_sentence():
    made = lanes(found(*ROWS, exported=frozenset({3}), gone=frozenset({3})))
    (said,) = [mark.words for lane in made for mark in lane.marks if mark.id == 3]
    for part in ("run 1 at step 300", "phase 2", "4 stars", "kept", "exported", "with notes"):
        assert part in said
    assert said.endswith("its file is gone")


def test_the_step_of_the_change_is_still_phase_1():
    assert [phase_of(step, 200) for step in (199, 200, 201)] == [1, 1, 2]
    assert phase_of(10, None) is None


def test_heights_follow_validation():
    curve = ((0, 8.0), (100, 4.0), (200, 2.0))
    (lane,) = lanes(found(checkpoint(1, 1, 100, validation=5.0), curves={1: curve}))
    assert lane.marks[0].height == 0.5
    assert [height for _, height in lane.curve] == [1.0, pytest.approx(1 / 3), 0.0]


def test_shapes_differ_without_colour():
    kinds = (words.REGULAR, words.BEST, words.SAVED, words.STOPPED, words.LAST)
    assert len({str(path(kind).toFillPolygon().value(0)) + str(path(kind).elementCount())
                for kind in kinds}) == len(kinds)  # fmt: skip
    assert [shape for shape, _ in words.legend()] == list(kinds)


def test_only_what_changed_is_made_anew():
    book = LaneBook()
    first = book.lanes(found(*ROWS))
    again = book.lanes(found(*ROWS[:-1], replace(ROWS[-1], rating=5)))
    assert again[1] is first[1]
    assert again[0] is not first[0]


def test_a_filter_narrows_lanes():
    made = narrowed(lanes(found(*ROWS)), {3})
    assert [(lane.title, [mark.id for mark in lane.marks]) for lane in made] == [("run 1", [3])]


# Choosing


def test_keys_lead_along_and_across():
    made = lanes(found(*ROWS))
    assert choices.beside(made, 2, 1) == 3
    assert choices.beside(made, 4, 1) == 4
    assert choices.beside(made, None, 1) == 6
    assert choices.on_lane(made, 5, 1) == 1, "the nearest step"
    assert choices.on_lane(made, 5, -1) == 5


def test_ranges_and_single_ones_are_chosen_together():
    made = lanes(found(*ROWS))
    choice = choices.up_to(choices.only(1), 3, made)
    assert choice.chosen == (1, 2, 3)
    assert choices.up_to(choice, 6, made).chosen == (6,), "a range stays on its lane"
    choice = choices.toggled(choice, 6)
    assert choice.chosen == (1, 2, 3, 6)
    assert choices.toggled(choice, 2).chosen == (1, 3, 6)
    assert choices.all_of_lane(choices.only(2), made).chosen == (1, 2, 3, 4)


def test_what_is_chosen_outlives_what_is_gone():
    made = lanes(found(*ROWS))
    choice = choices.up_to(choices.only(1), 3, made)
    left = lanes(found(*(row for row in ROWS if row.id != 3)))
    assert choices.settled(choice, left).chosen == (1, 2)
    assert choices.settled(choices.only(3), left).current == 6
    assert choices.settled(choices.only(3), ()).chosen == ()


# The scale


def test_zooming_keeps_its_place_and_stays_inside():
    scale = Scale(1000, 0, 1000).on(100, 500)
    assert scale.x(500) == 350
    near = scale.nearer(4, 400)
    assert near.x(400) == pytest.approx(scale.x(400))
    assert near.zoomed
    assert near.moved(100).last == 1000
    assert near.nearer(0.001, 400).all() == scale
    assert near.of(2000).last == near.last, "a part stays the same part"
    assert scale.of(2000).last == 2000, "the whole stays the whole"
    assert scale.nearer(1e9, 500).last - scale.nearer(1e9, 500).first == 20


@pytest.mark.parametrize("last", [1, 7, 300, 12_345, 3_000_000, 2**40])
def test_ticks_are_round_and_have_room(last):
    scale = Scale(last, 0, last).on(0, 800)
    ticks = scale.ticks()
    assert ticks[0] == (0, "0")
    places = [scale.x(step) for step, _ in ticks]
    assert all(after - before > 60 for before, after in pairwise(places))
    assert len({text for _, text in ticks}) == len(ticks)


# The widget


@pytest.fixture
def timeline(qtbot, theme):
    made = Timeline(theme)
    qtbot.addWidget(made)
    made.resize(900, 420)
    made.show_lanes(lanes(found(*ROWS)))
    made.show()
    qtbot.waitExposed(made)
    return made


def click(timeline, mark: int, held=HELD.NoModifier) -> None:
    place = timeline.place_of(mark)
    QTest.mouseClick(timeline.viewport(), Qt.MouseButton.LeftButton, held, place.toPoint())


def test_the_newest_of_the_first_lane_is_chosen_at_first(timeline):
    assert timeline.chosen == (6,)


def test_the_mouse_chooses(qtbot, timeline):
    click(timeline, 2)
    assert timeline.chosen == (2,)
    click(timeline, 5, HELD.ControlModifier)
    assert timeline.chosen == (2, 5)
    click(timeline, 1)
    with qtbot.waitSignal(timeline.selection_changed) as told:
        click(timeline, 4, HELD.ShiftModifier)
    assert told.args == [[1, 2, 3, 4]]
    QTest.mouseClick(timeline.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 80))
    assert timeline.chosen == (1, 2, 3, 4), "names are no checkpoints"


def test_keys_move_choose_rate_play_and_ask(qtbot, timeline):
    timeline.select(1)
    QTest.keyClick(timeline, KEY.Key_Right)
    assert timeline.chosen == (2,)
    QTest.keyClick(timeline, KEY.Key_Right, HELD.ShiftModifier)
    assert timeline.chosen == (2, 3)
    QTest.keyClick(timeline, KEY.Key_Up)
    assert timeline.current == 6
    assert "saved by you" in timeline.accessibleDescription()
    for key, signal in (
        (KEY.Key_Space, timeline.play_requested),
        (KEY.Key_4, timeline.rated),
        (KEY.Key_Delete, timeline.delete_requested),
        (KEY.Key_Return, timeline.mark_activated),
    ):
        with qtbot.waitSignal(signal):
            QTest.keyClick(timeline, key)
    QTest.keyClick(timeline, KEY.Key_Plus)
    assert timeline.scale.zoomed
    QTest.keyClick(timeline, KEY.Key_0)
    assert not timeline.scale.zoomed


def test_a_checkpoint_out_of_sight_comes_into_sight(timeline):
    timeline.select(1)
    for _ in range(5):
        timeline.zoom_in()
    timeline.select(4)
    place = timeline.place_of(4)
    assert 0 < place.x() < timeline.viewport().width()


def test_many_trainings_scroll_and_stay_fluent(qtbot, theme):
    """100 trainings of 200 checkpoints: what is out of sight costs nothing."""
    rows = [
        checkpoint(run * 1000 + n, run, n * 5000, rating=3 if n == 7 else None)
        for run in range(1, 101)
        for n in range(1, 201)
    ]
    made = Timeline(theme)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show_lanes(lanes(found(*rows, runs=100)))
    made.show()
    qtbot.waitExposed(made)
    QTest.keyClick(made, KEY.Key_PageDown)
    QTest.keyClick(made, KEY.Key_PageDown)
    assert made.verticalScrollBar().value() > 0
    took = []
    for _ in range(7):
        began = time.perf_counter()
        made.viewport().repaint()
        took.append(time.perf_counter() - began)
    assert min(took) < 0.15, "on a machine that is busy with other things"
    began = time.perf_counter()
    QTest.keyClick(made, KEY.Key_Right)
    assert time.perf_counter() - began < 0.1


def test_the_ground_alone_chooses_nothing(qtbot, theme):
    ground = TimelineGround(theme)
    qtbot.addWidget(ground)
    ground.set_lanes(lanes(found(*ROWS)))
    ground.resize(600, 300)
    ground.show()
    assert ground.look().current is None


def test_a_training_that_runs_is_told_apart():
    models = found(ROWS[0])
    run = replace(models.experiments[0], status=ExperimentStatus.RUNNING)
    (lane,) = lanes(replace(models, experiments=[run]))
    assert lane.under.startswith("v2 + causal, trains now · ")
