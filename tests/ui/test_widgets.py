from __future__ import annotations

import shlex
from functools import partial
from itertools import combinations

import numpy as np
import pytest
from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QGuiApplication, QImage
from PyQt6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from rave_gui.core.errors import UserError
from rave_gui.ui.viewmodels.command_lines import wrapped
from rave_gui.ui.viewmodels.rows import Row
from rave_gui.ui.viewmodels.training_actions import Actions
from rave_gui.ui.widgets import curves_panel
from rave_gui.ui.widgets.command_box import CommandBox
from rave_gui.ui.widgets.curves_panel import CurvesPanel, Moment
from rave_gui.ui.widgets.flow import FlowLayout
from rave_gui.ui.widgets.labels import ElidedLabel, label
from rave_gui.ui.widgets.phase_bar import PhaseBar
from rave_gui.ui.widgets.plot_data import Curve, PlotGroup
from rave_gui.ui.widgets.record_list import RecordList
from rave_gui.ui.widgets.train_header import TrainHeader


class Grown:
    """Metrics of a run, as the panel sees them."""

    def __init__(self, name: str) -> None:
        self.name, self.polls, self.grown = name, 0, {"validation"}

    def poll(self) -> set[str]:
        self.polls += 1
        grown, self.grown = self.grown, set()
        return grown

    def tags(self) -> list[str]:
        return []


def refuse(*_wanted, **_more):
    raise UserError("The file cannot be read.")


class Later:
    """Background work that ends when the test says so."""

    def __init__(self) -> None:
        self.waiting: list = []

    def __call__(self, work, on_done=None, on_error=None, *, owner=None) -> bool:
        self.waiting.append((work, on_done, on_error))
        return True

    def end_one(self) -> None:
        work, on_done, on_error = self.waiting.pop(0)
        try:
            on_done(work())
        except UserError as error:
            on_error(error)


@pytest.fixture
def panel(qtbot, theme):
    later, opened = Later(), {}

    def open_metrics(experiment_id):
        if experiment_id == 404:
            raise UserError("No curves yet.")
        return opened.setdefault(experiment_id, Grown(str(experiment_id)))

    made = CurvesPanel(theme, later, open_metrics)
    made.later, made.opened = later, opened
    qtbot.addWidget(made)
    made.show()
    return made


def test_curves_are_read_once_where_nothing_runs(panel):
    panel.show_experiment(1, Moment(), live=False)
    panel.later.end_one()
    panel.show_experiment(1, Moment(), live=False)
    assert not panel.later.waiting
    assert not panel._beat.isActive()


def test_a_running_training_is_read_again_and_again_but_never_twice_at_once(panel):
    panel.show_experiment(1, Moment(), live=True)
    assert panel._beat.isActive()
    panel.read()
    assert len(panel.later.waiting) == 1
    panel.later.end_one()
    panel.read()
    panel.later.end_one()
    assert panel.opened[1].polls == 2


def test_states_that_come_faster_than_the_beat_do_not_put_it_off(panel, monkeypatch):
    panel.show_experiment(1, Moment(), live=True)
    started = []
    monkeypatch.setattr(panel._beat, "start", lambda: started.append(1))
    panel.show_experiment(1, Moment(), live=True)
    assert panel._beat.isActive()
    assert not started


def test_the_last_points_are_read_when_the_training_has_ended(panel):
    panel.show_experiment(1, Moment(), live=True)
    panel.later.end_one()
    panel.show_experiment(1, Moment(), live=False)
    panel.later.end_one()
    assert panel.opened[1].polls == 2


def test_an_answer_that_comes_too_late_is_not_shown(panel):
    panel.show_experiment(1, Moment(), live=False)
    panel.show_experiment(2, Moment(), live=False)
    panel.later.end_one()
    assert len(panel.later.waiting) == 1, "the panel asks for the experiment that is shown"
    panel.later.end_one()
    assert panel.opened[2].polls == 1


def test_a_run_without_curves_is_asked_again_later(panel):
    panel.show_experiment(404, Moment(), live=True)
    panel.later.end_one()
    panel.read()
    assert len(panel.later.waiting) == 1


def test_what_a_failed_reading_left_is_read_again(panel, monkeypatch):
    panel.show_experiment(1, Moment(), live=True)
    panel.later.end_one()
    panel.opened[1].grown = {"loss_dis"}
    with monkeypatch.context() as broken:
        broken.setattr(curves_panel, "read_groups", refuse)
        panel.read()
        panel.later.end_one()
    told = []
    monkeypatch.setattr(curves_panel, "read_groups", lambda *_, **__: told.append(1) or ())
    panel.read()
    panel.later.end_one()
    assert told, "nothing more grew, and what had grown before is still owed"


def test_plots_of_an_ended_run_promise_nothing_more(panel):
    panel.show_experiment(404, Moment(), live=True)
    assert "appear after 50 steps" in panel.plots["reconstruction"]._sentence.text()
    panel.show_experiment(404, Moment(phase2_at=10, ended=True), live=False)
    assert "ended before" in panel.plots["reconstruction"]._sentence.text()
    assert "Phase 2 ended" in panel.plots["adversarial"]._sentence.text()


def test_nobody_reads_for_a_hidden_panel(panel):
    panel.show_experiment(1, Moment(), live=True)
    panel.later.end_one()
    panel.hide()
    assert not panel._beat.isActive()
    panel.read()
    assert not panel.later.waiting


def test_plots_do_not_overlap_where_room_is_scarce(panel):
    panel.plots["latent"].set_series(PlotGroup("latent", "Latent size", (_curve(),) * 3))
    panel.resize(560, panel.minimumSizeHint().height())
    places = [plot.geometry() for plot in panel.plots.values()]
    assert not any(one.intersects(other) for one, other in combinations(places, 2))


def _curve() -> Curve:
    return Curve("a label that takes room", np.array([1.0]), np.array([2.0]))


def test_plots_share_a_narrow_window(qtbot, panel):
    panel.resize(1200, 700)
    row_of = panel._grid.getItemPosition
    last = panel._grid.indexOf(panel.plots["adversarial"])
    assert row_of(last)[0] == 2
    panel.resize(600, 700)
    last = panel._grid.indexOf(panel.plots["adversarial"])
    assert row_of(last)[0] == 3


# The list


@pytest.fixture
def records(qtbot, theme):
    made = RecordList(theme)
    qtbot.addWidget(made)
    made.show()
    return made


def rows(*names: str) -> list[Row]:
    return [Row(name, name, "done") for name in names]


def test_the_first_row_is_selected_and_told_once(qtbot, records):
    told = []
    records.row_selected.connect(told.append)
    records.set_rows(rows("a", "b"))
    records.set_rows(rows("a", "b"))
    assert told == ["a"]


def test_a_selected_row_that_moves_stays_selected(records):
    records.set_rows(rows("a", "b"))
    records.select("b")
    told = []
    records.row_selected.connect(told.append)
    records.set_rows(rows("new", "b", "a"))
    assert (records.selected(), told) == ("b", [])
    assert records.currentIndex().row() == 1


def test_when_the_selected_row_goes_the_first_takes_its_place(records):
    records.set_rows(rows("a", "b"))
    records.select("b")
    records.set_rows(rows("a"))
    assert records.selected() == "a"
    records.set_rows([])
    assert records.selected() is None


def test_the_keys_move_the_selection(qtbot, records):
    records.set_rows(rows("a", "b"))
    with qtbot.waitSignal(records.row_selected) as told:
        qtbot.keyClick(records, Qt.Key.Key_Down)
    assert told.args == ["b"]


def test_new_figures_reset_nothing(qtbot, records):
    records.set_rows(rows("a", "b"))
    with qtbot.assertNotEmitted(records.rows.modelReset):
        records.set_rows([Row("a", "a", "41 %", fraction=0.41), Row("b", "b", "done")])
    assert records.rows.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "a, 41 %"


# Labels, layouts, bars


def test_a_flow_begins_a_new_line_when_the_line_is_full(qtbot):
    box = QWidget()
    qtbot.addWidget(box)
    flow = FlowLayout(gap=10, line_gap=5, parent=box)
    for _ in range(3):
        part = QLabel()
        part.setFixedSize(QSize(100, 20))
        flow.addWidget(part)
    assert flow.heightForWidth(320) == 20
    assert flow.heightForWidth(319) == 45
    assert flow.heightForWidth(50) == 70
    flow.itemAt(1).widget().hide()
    box.resize(220, 50)
    box.show()
    assert flow.itemAt(2).widget().pos().x() == 110, "what is hidden takes no room"


def test_long_sentences_are_never_cut_off(qtbot):
    box = QWidget()
    qtbot.addWidget(box)
    layout = QVBoxLayout(box)
    text = label("A sentence that needs several lines. " * 6, wrap=True)
    layout.addWidget(text, 0, Qt.AlignmentFlag.AlignHCenter)
    text.setFixedWidth(200)
    box.resize(400, 60)
    box.show()
    assert text.height() >= text.heightForWidth(200)


def test_a_shortened_line_keeps_its_whole_text(qtbot):
    made = ElidedLabel("/a/very/long/path" * 20)
    qtbot.addWidget(made)
    made.resize(80, 20)
    made.show()
    assert made.toolTip() == made.text()
    assert made.minimumSizeHint().width() < 80


def test_the_command_is_copied_as_it_is(qtbot, theme):
    box = CommandBox(theme)
    qtbot.addWidget(box)
    box.show_command("rave train --name 'a b'")
    assert box.isVisibleTo(None)
    copy = box.findChild(QPushButton)
    copy.click()
    assert QGuiApplication.clipboard().text() == "rave train --name 'a b'"
    assert copy.text() == "Copied"
    qtbot.waitUntil(lambda: copy.text() == "Copy")
    box.show_command("")
    assert box.isHidden()


def colour_at(image: QImage, share: float) -> str:
    return image.pixelColor(round((image.width() - 1) * share), image.height() // 2).name()


@pytest.mark.parametrize(
    ("done", "share", "where", "role"),
    [
        (0.25, 0.5, 0.2, "phase1"),
        (0.25, 0.5, 0.4, "phase1_track"),
        (0.25, 0.5, 0.9, "phase2_track"),
        (0.75, 0.5, 0.4, "phase1"),
        (0.75, 0.5, 0.6, "phase2"),
        (0.75, 0.5, 0.9, "phase2_track"),
        (0.75, None, 0.6, "phase1"),
        (1.0, 0.5, 0.98, "phase2"),
    ],
)
def test_the_bar_holds_both_phases_to_scale(qtbot, theme, done, share, where, role):
    bar = PhaseBar(theme)
    qtbot.addWidget(bar)
    bar.resize(400, 8)
    bar.show_progress(done, share)
    assert colour_at(bar.grab().toImage(), where) == theme.tokens.as_dict()[role]


def test_a_command_is_seen_in_full_at_any_width(qtbot, theme):
    holder = QWidget()
    box = CommandBox(theme)
    QVBoxLayout(holder).addWidget(box)
    qtbot.addWidget(holder)
    holder.resize(420, 500)
    holder.show()
    box.show_command("rave preprocess --input_path " + "folder/" * 20)
    text = box._text
    for width in (420, 1200, 360):
        holder.resize(width, 500)
        qtbot.waitUntil(partial(_holds_its_lines, text))


def test_a_command_is_broken_between_its_flags(qtbot, theme):
    box = CommandBox(theme)
    qtbot.addWidget(box)
    line = "rave train " + " ".join(f"--override NUMBER_{n}={n}" for n in range(20))
    box.resize(300, 400)
    box.show_command(line)
    box.show()
    assert box.command() == line
    qtbot.waitUntil(lambda: box._text.needed_lines() == box._text.toPlainText().count("\n") + 1)
    lines = box._text.toPlainText().split("\n")
    assert len(lines) > 5
    assert all(one.startswith(("rave", "--override NUMBER")) for one in lines)


@pytest.mark.parametrize("columns", [1, 20, 40, 80, 10_000])
def test_a_shell_reads_the_lines_as_the_one_they_were(columns):
    line = (
        "PYTHONPATH=/a rave train --config v2 --override 'A = \"b\" --c' --gpu -1 --lazy --batch 8"
    )
    shown = wrapped(line, columns)
    assert shlex.split(shown.replace("\\\n", "")) == shlex.split(line)
    assert "--batch 8" in shown
    assert "--override 'A" in shown
    odd = "rave it's"
    assert wrapped(odd, columns) == odd


def _holds_its_lines(text: QPlainTextEdit) -> bool:
    lines = text.needed_lines()
    needed = lines * text.fontMetrics().lineSpacing()
    return needed <= text.viewport().height() <= needed + 24


def test_the_focus_never_falls_on_stop_by_itself(qtbot, theme):
    header = TrainHeader(theme)
    qtbot.addWidget(header)
    header.show_actions(Actions(save=True, pause=True, stop=True))
    header.show()
    header._buttons["pause"].setFocus()
    header.show_actions(Actions(resume=True, stop=True))
    assert header.focusWidget() is header._buttons["resume"]
    header.show_actions(Actions(stop=True))
    assert header.focusWidget() is not header._buttons["stop"]
