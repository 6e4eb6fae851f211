"""All trainings as a list and as a table: found, sorted, starred, chosen, and fast."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest

from rave_gui.backend.training_state import TrainingState
from rave_gui.core.records import CheckpointKind, ExperimentStatus
from rave_gui.ui.pages.train import TrainPage
from rave_gui.ui.readers import TrainingView, read_trainings
from rave_gui.ui.viewmodels import training_table as columns
from rave_gui.ui.viewmodels.rows import Order, Row
from rave_gui.ui.viewmodels.training_table import TrainingLine
from rave_gui.ui.widgets.experiments_table import ExperimentsTable
from rave_gui.ui.widgets.list_column import ListColumn

S = ExperimentStatus


def line(identity: int, name: str, **changes) -> TrainingLine:
    facts = {"step": 100, "best": None, "rating": 0, "archived": False, "tags": (), **changes}
    texts = (name, "done", "v2", "bells", str(facts["step"]), "", "", "", "", "", "")
    keys = (name, "done", "v2", "bells", facts["step"], facts["best"], None, -identity, None,
            None, facts["rating"])  # fmt: skip
    search = f"{name} {' '.join(f'tag:{tag}' for tag in facts['tags'])}"
    return TrainingLine(identity, texts, keys, "good", facts["tags"], facts["rating"],
                        facts["archived"], search)  # fmt: skip


@pytest.fixture
def table(qtbot, theme) -> ExperimentsTable:
    made = ExperimentsTable(theme)
    qtbot.addWidget(made)
    made.resize(1280, 400)
    made.set_lines([
        line(1, "bell", step=300, best=6.0, tags=("bright",)),
        line(2, "choir", step=100, rating=2),
        line(3, "old", archived=True),
        line(4, "rain", step=200, best=5.0),
    ])  # fmt: skip
    made.show()
    return made


def names(table: ExperimentsTable) -> list[str]:
    model = table.model
    return [model.index(row, columns.NAME).data() for row in range(model.rowCount())]


def choose(table: ExperimentsTable, *shown: str) -> None:
    table.view.clearSelection()
    for name in shown:
        index = table.model.index(names(table).index(name), columns.NAME)
        modifier = Qt.KeyboardModifier.ControlModifier
        at = table.view.visualRect(index).center()
        QTest.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, modifier, at)


class TestTable:
    def test_the_newest_is_first_and_what_was_put_away_is_not_shown(self, table):
        assert names(table) == ["bell", "choir", "rain"]
        assert table._count.text() == "3 trainings"
        table._archived.click()
        assert names(table) == ["bell", "choir", "old", "rain"]

    def test_the_filter_finds_words_and_tags(self, table):
        table.filter.setText("tag:bri")
        assert names(table) == ["bell"]
        assert table._count.text() == "1 of 3 trainings"
        table.filter.setText("ai")
        assert names(table) == ["rain"]

    def test_it_sorts_by_figures_and_leaves_the_unknown_last(self, table):
        down, up = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder
        table.view.sortByColumn(columns.STEP, up)
        assert names(table) == ["choir", "rain", "bell"]
        table.view.sortByColumn(columns.BEST, up)
        assert names(table) == ["rain", "bell", "choir"]
        table.view.sortByColumn(columns.BEST, down)
        assert names(table) == ["bell", "rain", "choir"]

    def test_what_is_selected_stays_so_wherever_it_goes(self, table):
        choose(table, "rain", "choir")
        table.view.sortByColumn(columns.STEP, Qt.SortOrder.AscendingOrder)
        table.set_lines([line(4, "rain", step=1), line(2, "choir"), line(9, "new")])
        assert {one.id for one in table.view.chosen()} == {2, 4}

    def test_one_that_changed_is_painted_and_nothing_else_moves(self, qtbot, table):
        table.view.sortByColumn(columns.NAME, Qt.SortOrder.AscendingOrder)
        told = []
        table.model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
        with qtbot.assertNotEmitted(table.model.layoutChanged):
            table.update_line(line(2, "choir", step=999))
            bell, *others = table.model._lines.values()
            table.set_lines([replace(bell, rating=5), *others])
        assert told == [(1, 1), (0, 0)]
        assert table.model.index(1, columns.STEP).data() == "999"

    def test_several_can_be_compared_put_away_and_deleted(self, qtbot, table):
        assert not table._archive.isVisible()
        choose(table, "bell")
        assert table._archive.isVisible()
        assert not table._compare.isVisible()
        choose(table, "bell", "rain")
        assert table._chosen.text() == "2 selected"
        for button, signal, args in (
            (table._compare, table.compare_requested, [[1, 4]]),
            (table._archive, table.archive_requested, [[1, 4], True]),
            (table._delete, table.delete_requested, [[1, 4]]),
        ):
            with qtbot.waitSignal(signal) as asked:
                button.click()
            assert asked.args == args

    def test_what_was_put_away_can_be_taken_back(self, qtbot, table):
        table._archived.click()
        choose(table, "old")
        assert table._archive.text() == "Take back"
        with qtbot.waitSignal(table.archive_requested) as asked:
            table._archive.click()
        assert asked.args == [[3], False]

    def star(self, table: ExperimentsTable, name: str, number: int) -> QPoint:
        row = names(table).index(name)
        cell = table.view.visualRect(table.model.index(row, columns.STARS))
        return QPoint(cell.left() + 10 + 15 * number - 7, cell.center().y())

    def test_a_click_on_a_star_gives_so_many_and_on_the_last_takes_them(self, qtbot, table):
        area, left = table.view.viewport(), Qt.MouseButton.LeftButton
        table.view.horizontalHeader().resizeSection(columns.NAME, 100)
        with qtbot.waitSignal(table.star_requested) as asked:
            QTest.mouseClick(area, left, pos=self.star(table, "bell", 3))
        assert asked.args == [1, 3]
        with qtbot.waitSignal(table.star_requested) as asked:
            QTest.mouseClick(area, left, pos=self.star(table, "choir", 2))
        assert asked.args == [2, 0]
        assert table.view.chosen() == []

    def test_keys_open_give_stars_and_lead_back(self, qtbot, table):
        choose(table, "choir")
        table.view.setFocus()
        for key, signal, args in (
            (Qt.Key.Key_Return, table.opened, [2]),
            (Qt.Key.Key_4, table.star_requested, [2, 4]),
            (Qt.Key.Key_Escape, table.closed, []),
        ):
            with qtbot.waitSignal(signal) as asked:
                QTest.keyClick(table.view, key)
            assert asked.args == args

    def test_widths_and_order_are_remembered(self, qtbot, theme, table):
        table.view.horizontalHeader().resizeSection(columns.NAME, 333)
        with qtbot.waitSignal(table.layout_changed, timeout=5000) as told:
            table.view.sortByColumn(columns.STEP, Qt.SortOrder.AscendingOrder)
        other = ExperimentsTable(theme)
        qtbot.addWidget(other)
        other.view.restore_layout(told.args[0])
        other.set_lines(list(table.model._lines.values()))
        assert other.view.horizontalHeader().sectionSize(columns.NAME) == 333
        assert names(other) == ["choir", "rain", "bell"]
        other.view.restore_layout("no such layout")
        assert other.view.horizontalHeader().sectionSize(columns.NAME) == 333


class TestColumn:
    @pytest.fixture
    def column(self, qtbot, theme) -> ListColumn:
        made = ListColumn(theme, "Trainings", "New", "Filter")
        qtbot.addWidget(made)
        made.offer([Order("As given"), Order("Steps", 0, descending=True)], [("Starred", "star")])
        made.set_rows([
            Row(1, "a", "done", keys=(5,)),
            Row(2, "b", "failed", keys=(9,), search="star"),
            Row(3, "c", "done", keys=(7,), archived=True),
        ])  # fmt: skip
        made.show()
        return made

    def shown(self, column: ListColumn) -> list[str]:
        rows = column.list.rows
        return [rows.index(number).data() for number in range(rows.rowCount())]

    def pick(self, column: ListColumn, title: str) -> None:
        actions = column._view.choices.actions()
        next(action for action in actions if action.text() == title).trigger()

    def test_it_is_sorted_narrowed_and_shows_what_was_put_away_by_its_menu(self, column):
        assert self.shown(column) == ["a", "b"]
        self.pick(column, "Archived as well")
        self.pick(column, "Steps")
        assert self.shown(column) == ["b", "c", "a"]
        self.pick(column, "Starred")
        assert column.filter.text() == "star"
        assert self.shown(column) == ["b"]
        self.pick(column, "All")
        assert self.shown(column) == ["b", "c", "a"]
        assert column.list.selected() == 1

    def test_one_row_is_updated_alone(self, qtbot, column):
        told = []
        rows = column.list.rows
        rows.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
        with qtbot.assertNotEmitted(rows.modelReset):
            column.update_row(Row(2, "b", "41 %", keys=(9,)))
            column.update_row(Row(2, "b", "41 %", keys=(9,)))
            column.update_row(Row(99, "unknown", "done"))
        assert told == [(1, 1)]
        assert rows.index(1).data(Qt.ItemDataRole.UserRole).status == "41 %"


class TestReading:
    def test_entries_and_lines_are_made_anew_only_where_something_changed(self, world):
        dataset = world.dataset("bells")
        runs = [world.experiment(f"run {n}", dataset_id=dataset.id, step=n) for n in range(3)]
        world.checkpoint(runs[0], validation=6.25, kind=CheckpointKind.BEST)
        view = TrainingView.of(world.services)

        def read(**states):
            return read_trainings(world.services, world.project, None, None, states, view)

        before = read()
        world.services.trainings.annotate(runs[1].id, rating=4, tags=("bright",))
        after = read()
        same = [new is old for new, old in zip(after.rows, before.rows, strict=True)]
        assert sorted(same) == [False, True, True]
        assert [new is old for new, old in zip(after.lines, before.lines, strict=True)] == same
        best = next(one for one in after.lines if one.id == runs[0].id)
        starred = next(one for one in after.lines if one.id == runs[1].id)
        assert best.texts[columns.BEST] == "6.250"
        assert best.texts[columns.DATASET] == "bells"
        assert (starred.rating, starred.tags) == (4, ("bright",))
        assert "is:starred" in starred.search
        assert "tag:bright" in starred.search

    def test_a_running_one_is_told_by_its_state(self, world):
        run = world.experiment(status=S.RUNNING, started_at=world.now - 3600)
        state = TrainingState(step=900, max_steps=1500, rate=2.0)
        found = read_trainings(world.services, world.project, None, None, {run.id: state})
        (told,) = found.lines
        assert told.keys[columns.STEP] == 900
        assert told.texts[columns.RATE] == "2.0 steps/s"
        assert told.texts[columns.DURATION] == "1 h"


class TestPage:
    @pytest.fixture
    def page(self, qtbot, world) -> TrainPage:
        for number in range(3):
            world.experiment(f"run {number}", created_at=world.now - number)
        made = TrainPage(world.context)
        qtbot.addWidget(made)
        made.resize(1200, 700)
        made.show()
        return made

    def test_the_table_takes_the_page_and_escape_gives_it_back(self, qtbot, page):
        page.column._table.click()
        assert page.table.isVisible()
        assert not page.column.isVisible()
        QTest.keyClick(page.table.view, Qt.Key.Key_Escape)
        assert page.column.isVisible()
        assert not page.table.isVisible()

    def test_a_double_click_opens_a_training(self, qtbot, page):
        page.show_table()
        index = page.table.model.index(1, columns.NAME)
        at = page.table.view.visualRect(index).center()
        QTest.mouseDClick(page.table.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert page.column.isVisible()
        assert page._found.detail.experiment.name == "run 1"

    def test_stars_given_in_the_table_are_asked_of_the_window(self, qtbot, page, world):
        page.show_table()
        with qtbot.waitSignal(page.star_requested) as asked:
            QTest.keyClick(page.table.view, Qt.Key.Key_5)
        world.services.trainings.annotate(asked.args[0], rating=asked.args[1])
        page.refresh()
        assert "★★★★★" in [page.table.model.index(row, columns.STARS).data() for row in range(3)]

    def test_its_layout_is_kept_in_the_settings(self, qtbot, page, world):
        page.show_table()
        with qtbot.waitSignal(page.table.layout_changed, timeout=5000):
            page.table.view.sortByColumn(columns.NAME, Qt.SortOrder.AscendingOrder)
        assert world.state.settings.trainings_table == page.table.view.layout_text()
