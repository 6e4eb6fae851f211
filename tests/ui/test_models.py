"""Tables keep their selection, sort by figures and filter by words and numbers."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt
from PyQt6.QtWidgets import QTableView

from rave_gui.core.records import (
    Checkpoint,
    CheckpointKind,
    Job,
    JobKind,
    JobState,
)
from rave_gui.ui.models.checkpoints import CheckpointsModel
from rave_gui.ui.models.jobs import JobsModel
from rave_gui.ui.models.proxy import RecordProxy
from rave_gui.ui.models.query import parse
from rave_gui.ui.models.table import ROW_ROLE, TONE_ROLE

KEYS = ("step", "size", "length")


def checkpoint(number: int, step: int, validation: float | None = None, **changes) -> Checkpoint:
    row = Checkpoint(
        experiment_id=1,
        name=f"c{number}",
        checkpoint_path=Path(f"/runs/c{number}.ckpt"),
        step=step,
        kind=CheckpointKind.LAST,
        created_at=0.0,
        validation=validation,
        id=number,
    )
    return replace(row, **changes)


@pytest.fixture
def model(qtmodeltester) -> CheckpointsModel:
    made = CheckpointsModel()
    made.set_rows([checkpoint(1, 9_000), checkpoint(2, 100_000, 6.5), checkpoint(3, 20_000, 7.0)])
    qtmodeltester.check(made, force_py=True)
    return made


def shown(proxy: RecordProxy) -> list[int]:
    return [proxy.row_at(proxy.index(n, 0)).id for n in range(proxy.rowCount())]


def column(model, key: str) -> int:
    return [c.key for c in model.columns].index(key)


def test_numbers_sort_by_size_not_by_letters(model):
    proxy = RecordProxy(model)
    proxy.sort(column(model, "step"), Qt.SortOrder.AscendingOrder)
    assert shown(proxy) == [1, 3, 2]


@pytest.mark.parametrize(
    ("order", "rows"),
    [(Qt.SortOrder.AscendingOrder, [2, 3, 1]), (Qt.SortOrder.DescendingOrder, [3, 2, 1])],
)
def test_what_is_unknown_comes_last_either_way(model, order, rows):
    proxy = RecordProxy(model)
    proxy.sort(column(model, "validation"), order)
    assert shown(proxy) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [1, 2, 3]),
        ("c2.ckpt", [2]),
        ("step>=20k", [2, 3]),
        ("step>9,000 validation<7", [2]),
        ("C3 step<1M", [3]),
        ("nothing like this", []),
    ],
)
def test_filtering(model, text, rows):
    proxy = RecordProxy(model)
    proxy.set_filter(text)
    assert shown(proxy) == rows


def test_rows_that_stay_keep_their_place_in_selection(model):
    kept = QPersistentModelIndex(model.index(1, 0))
    model.set_rows([checkpoint(0, 1), checkpoint(2, 100_500), checkpoint(3, 20_000, 7.0)])
    assert kept.isValid()
    assert kept.row() == 1
    assert kept.data(ROW_ROLE).step == 100_500


def test_a_view_keeps_its_selection_while_figures_change(qtbot, model):
    view = QTableView()
    qtbot.addWidget(view)
    proxy = RecordProxy(model)
    view.setModel(proxy)
    view.selectionModel().select(proxy.index(2, 0), QItemSelectionModel.SelectionFlag.Select)
    model.set_rows([replace(row, step=row.step + 1) for row in model.rows[1:]])
    (selected,) = view.selectionModel().selectedIndexes()
    assert proxy.row_at(selected).id == 3


@pytest.mark.parametrize(
    "wanted",
    [[], [1], [3, 2, 1], [4, 1, 5, 2, 6, 3, 7], [9, 8], [2, 3, 4], [1, 2, 3]],
)
def test_any_change_ends_in_the_wanted_rows(model, wanted):
    rows = [checkpoint(number, number * 10) for number in wanted]
    model.set_rows(rows)
    assert list(model.rows) == rows
    assert model.rowCount() == len(rows)


def test_unchanged_rows_emit_nothing(qtbot, model):
    with qtbot.assertNotEmitted(model.dataChanged), qtbot.assertNotEmitted(model.modelReset):
        model.set_rows(list(model.rows))


def test_ten_thousand_rows_come_in_one_insertion():
    model, insertions = CheckpointsModel(), []
    model.rowsInserted.connect(lambda *args: insertions.append(args))
    model.set_rows([checkpoint(number, number) for number in range(10_000)])
    assert len(insertions) == 1
    assert model.rowCount() == 10_000


def test_words_bring_their_tone_along(qtmodeltester):
    model = JobsModel()
    failed = Job("j", JobKind.TRAIN, Path("/j"), JobState.FAILED, 1.0, "Training bells")
    model.set_rows([failed])
    tones = {model.index(0, n).data(): model.index(0, n).data(TONE_ROLE) for n in range(3)}
    assert tones["failed"] == "bad"
    qtmodeltester.check(model, force_py=True)


def test_jobs_tell_how_long_they_took(qtmodeltester):
    model = JobsModel(now=lambda: 1000.0)
    running = Job("a", JobKind.TRAIN, Path("/j/a"), JobState.RUNNING, created_at=400.0)
    ended = replace(running, id="b", state=JobState.FAILED, exit={"ended_at": 460.0})
    unknown = replace(running, id="c", state=JobState.INTERRUPTED)
    model.set_rows([running, ended, unknown])
    took = [model.index(n, column(model, "took")).data() for n in range(3)]
    assert took == ["10 min", "1 min", "–"]
    qtmodeltester.check(model, force_py=True)


def test_every_kind_and_state_has_words():
    model = JobsModel(now=time.time)
    rows = [
        Job(f"{kind}-{state}", kind, Path("/j"), state, created_at=0.0)
        for kind in JobKind
        for state in JobState
    ]
    model.set_rows(rows)
    assert all(model.index(n, c).data() for n in range(len(rows)) for c in (1, 2))


@pytest.mark.parametrize(
    ("text", "value", "matches"),
    [
        ("step>100", 101, True),
        ("step>=1.5k", 1500, True),
        ("step=1M", 1_000_000, True),
        ("step<10", None, False),
        ("step<10", True, False),
        ("length>2min", 121, True),
        ("size<1gb", 2e9, False),
    ],
)
def test_comparisons(text, value, matches):
    key = text.rstrip("0123456789.kMmingb").rstrip("<>=")
    assert parse(text, KEYS).matches([], {key: value}) is matches


@pytest.mark.parametrize("text", ["unknown>3", "step>", ">3", "step>many", "a=b"])
def test_what_is_no_comparison_is_a_word(text):
    assert parse(text, KEYS).words == (text,)
