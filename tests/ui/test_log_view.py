"""The log shows what the file holds, follows its end, and never more than it should."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest

from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.log_text import LogText
from rave_gui.ui.widgets.log_view import LogView

WAIT = 10_000


@pytest.fixture
def view(qtbot) -> LogView:
    shown = LogView(Theme("dark"))
    qtbot.addWidget(shown)
    shown.resize(600, 300)
    shown.show()
    return shown


def shown(view: LogView) -> list[str]:
    return view.text.toPlainText().split("\n")


def until(qtbot, view: LogView, lines: list[str]) -> None:
    qtbot.waitUntil(lambda: shown(view) == lines, timeout=WAIT)


def test_what_is_printed_appears_and_progress_overwrites_its_line(qtbot, view, tmp_path):
    log = tmp_path / "output.log"
    view.show_file(log)
    log.write_bytes(b"hello\nEpoch 0: 10%\r")
    until(qtbot, view, ["hello", "Epoch 0: 10%"])
    with log.open("ab") as stream:
        stream.write(b"Epoch 0: 60%\r")
    until(qtbot, view, ["hello", "Epoch 0: 60%"])
    with log.open("ab") as stream:
        stream.write(b"Epoch 0: 100%\nnext\nlast\n")
    until(qtbot, view, ["hello", "Epoch 0: 100%", "next", "last"])


def test_a_new_file_shows_nothing_of_the_old_one(qtbot, view, tmp_path):
    (tmp_path / "a").write_text("a\n")
    (tmp_path / "b").write_text("b\n")
    view.show_file(tmp_path / "a")
    until(qtbot, view, ["a"])
    view.show_file(tmp_path / "b")
    until(qtbot, view, ["b"])
    view.show_file(None)
    assert shown(view) == [""]


def test_a_file_that_begins_anew_begins_anew(qtbot, view, tmp_path):
    log = tmp_path / "log"
    log.write_text("one\ntwo\nthree\n")
    view.show_file(log)
    until(qtbot, view, ["one", "two", "three"])
    log.write_text("x\n")
    until(qtbot, view, ["x"])


def test_it_follows_the_end_until_somebody_reads_higher_up(qtbot, view, tmp_path):
    log = tmp_path / "log"
    log.write_text("".join(f"line {n}\n" for n in range(500)))
    view.show_file(log)
    qtbot.waitUntil(lambda: len(shown(view)) == 500, timeout=WAIT)
    qtbot.waitUntil(view.text.is_at_end, timeout=WAIT)
    view.text.setFocus()
    qtbot.waitUntil(view.text.hasFocus, timeout=WAIT)
    QTest.keyClick(view.text, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert not view.following
    place = view.text.verticalScrollBar().value()
    with log.open("a") as stream:
        stream.write("more\n")
    qtbot.waitUntil(lambda: shown(view)[-1] == "more", timeout=WAIT)
    assert view.text.verticalScrollBar().value() == place
    view._follow.click()
    assert view.text.is_at_end()


def test_a_flood_stays_bounded(qtbot, view, tmp_path):
    log = tmp_path / "log"
    log.write_text("".join(f"{n}\n" for n in range(60_000)))
    view.show_file(log)
    qtbot.waitUntil(lambda: shown(view)[-1] == "59999", timeout=WAIT)
    assert len(shown(view)) <= 20_000
    with log.open("a") as stream:
        stream.write("end\n")
    qtbot.waitUntil(lambda: shown(view)[-2:] == ["59999", "end"], timeout=WAIT)


def test_search_marks_and_steps_through_every_match(qtbot, view, tmp_path):
    log = tmp_path / "log"
    log.write_text("Error one\nfine\nerror two\n")
    view.show_file(log)
    until(qtbot, view, ["Error one", "fine", "error two"])
    QTest.keyClicks(view._search, "error")
    assert view._matches.text() == "2 matches"
    assert len(view.text.extraSelections()) == 2
    lines = []
    for _ in range(3):
        QTest.keyClick(view._search, Qt.Key.Key_Return)
        lines.append(view.text.textCursor().blockNumber())
    assert sorted(set(lines)) == [0, 2]
    view._search.clear()
    assert not view.text.extraSelections()


def test_everything_can_be_copied(qtbot, view, tmp_path):
    (tmp_path / "log").write_text("one\ntwo\n")
    view.show_file(tmp_path / "log")
    until(qtbot, view, ["one", "two"])
    view._copy.click()
    assert QGuiApplication.clipboard().text() == "one\ntwo"


def test_nothing_is_read_while_nobody_looks(qtbot, view, tmp_path):
    view.hide()
    (tmp_path / "log").write_text("one\n")
    view.show_file(tmp_path / "log")
    assert not view._timer.isActive()
    assert shown(view) == [""]
    view.show()
    until(qtbot, view, ["one"])


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(["a"], 1), (["b"], 2)], ["a", "b"]),
        ([(["a"], 1), (["A", "b"], 2)], ["A", "b"]),
        ([(["a", "b", "c"], 3), (["B", "C", "d"], 4)], ["a", "B", "C", "d"]),
        ([(["a", "b"], 2), (["x", "y"], 2)], ["x", "y"]),
        ([(["a"], 1), (["p", "q"], 9)], ["p", "q"]),
    ],
)
def test_only_the_end_is_replaced(qtbot, steps, expected):
    text = LogText(Theme("dark"))
    qtbot.addWidget(text)
    for lines, total in steps:
        text.replace_end(lines, total)
    assert text.toPlainText().split("\n") == expected
