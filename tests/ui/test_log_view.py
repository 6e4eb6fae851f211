"""The log follows its file, searches all of it, and says what known errors mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest

from rave_gui.ui.theme import Theme
from rave_gui.ui.widgets.log_view import LogView

WAIT = 10_000
LOGS = Path(__file__).parent.parent / "fixtures" / "logs"


@pytest.fixture
def view(qtbot) -> LogView:
    shown = LogView(Theme("dark"), folder=True)
    qtbot.addWidget(shown)
    shown.resize(700, 300)
    shown.show()
    return shown


def shown(view: LogView) -> list[str]:
    return [line.text for line in view.text.held.lines]


def until(qtbot, view: LogView, lines: list[str]) -> None:
    qtbot.waitUntil(lambda: shown(view) == lines, timeout=WAIT)


def in_sight(view: LogView) -> list[str]:
    places = [place for _, place in view.text._in_sight()]
    return [view.text.held.lines[place.line].text for place in places if place.card is None]


def numbered(path: Path, many: int) -> Path:
    path.write_text("".join(f"line {n}\n" for n in range(many)))
    return path


def search(qtbot, view: LogView, words: str, told: str) -> None:
    view.bar.search.setText(words)
    qtbot.waitUntil(lambda: view.bar.found.text() == told, timeout=WAIT)


class TestFollowing:
    def test_what_is_printed_appears_and_progress_overwrites_its_line(self, qtbot, view, tmp_path):
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

    def test_a_new_file_shows_nothing_of_the_old_one(self, qtbot, view, tmp_path):
        (tmp_path / "a").write_text("a\n")
        (tmp_path / "b").write_text("b\n")
        view.show_file(tmp_path / "a")
        until(qtbot, view, ["a"])
        view.show_file(tmp_path / "b")
        until(qtbot, view, ["b"])
        view.show_file(None)
        assert shown(view) == []

    def test_a_file_that_begins_anew_begins_anew(self, qtbot, view, tmp_path):
        log = tmp_path / "log"
        log.write_text("one\ntwo\nthree\n")
        view.show_file(log)
        until(qtbot, view, ["one", "two", "three"])
        log.write_text("x\n")
        until(qtbot, view, ["x"])

    def test_it_lets_go_when_somebody_scrolls_up_and_a_chip_leads_back(self, qtbot, view, tmp_path):
        log = numbered(tmp_path / "log", 500)
        view.show_file(log)
        qtbot.waitUntil(lambda: len(shown(view)) == 500, timeout=WAIT)
        assert view.text.is_at_end()
        assert not view._to_end.isVisible()
        QTest.keyClick(view.text, Qt.Key.Key_Home)
        assert not view.following
        with log.open("a") as stream:
            stream.write("more\n")
        qtbot.waitUntil(lambda: shown(view)[-1] == "more", timeout=WAIT)
        assert in_sight(view)[0] == "line 0"
        assert view._to_end.isVisible()
        view._to_end.click()
        assert view.following
        assert in_sight(view)[-1] == "more"
        assert not view._to_end.isVisible()

    def test_scrolling_back_to_the_end_follows_again(self, qtbot, view, tmp_path):
        view.show_file(numbered(tmp_path / "log", 500))
        qtbot.waitUntil(lambda: len(shown(view)) == 500, timeout=WAIT)
        QTest.keyClick(view.text, Qt.Key.Key_PageUp)
        assert not view.following
        QTest.keyClick(view.text, Qt.Key.Key_End)
        assert view.following

    def test_what_is_read_stays_in_place_while_a_flood_goes_by(self, qtbot, view, tmp_path):
        log = numbered(tmp_path / "log", 60_000)
        view.show_file(log)
        qtbot.waitUntil(lambda: shown(view)[-1:] == ["line 59999"], timeout=WAIT)
        QTest.keyClick(view.text, Qt.Key.Key_PageUp)
        before = in_sight(view)
        with log.open("a") as stream:
            stream.write("".join(f"new {n}\n" for n in range(30_000)))
        told = "Jump to the end · 30,000 new lines"
        qtbot.waitUntil(lambda: view._to_end.text() == told, timeout=WAIT)
        assert in_sight(view) == before
        view._to_end.click()
        qtbot.waitUntil(lambda: in_sight(view)[-1:] == ["new 29999"], timeout=WAIT)
        with log.open("a") as stream:
            stream.write("end\n")
        qtbot.waitUntil(lambda: shown(view)[-2:] == ["new 29999", "end"], timeout=WAIT)

    def test_nothing_is_read_while_nobody_looks(self, qtbot, view, tmp_path):
        view.hide()
        (tmp_path / "log").write_text("one\n")
        view.show_file(tmp_path / "log")
        assert not view.active
        assert shown(view) == []
        view.show()
        until(qtbot, view, ["one"])


class TestHugeFiles:
    def test_memory_is_bounded_and_the_rest_is_read_when_one_scrolls(self, qtbot, view, tmp_path):
        view.show_file(numbered(tmp_path / "log", 60_000))
        qtbot.waitUntil(lambda: shown(view)[-1:] == ["line 59999"], timeout=WAIT)
        assert len(shown(view)) == 20_000
        assert shown(view)[0] == "line 40000"
        for _ in range(8):
            first = shown(view)[0]
            QTest.keyClick(view.text, Qt.Key.Key_Home)
            qtbot.waitUntil(lambda first=first: shown(view)[0] != first, timeout=WAIT)
            assert len(shown(view)) <= 20_000
        assert shown(view)[0] == "line 0"
        QTest.keyClick(view.text, Qt.Key.Key_End)
        qtbot.waitUntil(lambda: "line 20000" in shown(view), timeout=WAIT)
        assert not view.following

    def test_gigabytes_are_there_at_once_with_their_end(self, qtbot, view, tmp_path):
        log = tmp_path / "log"
        with log.open("wb") as stream:
            stream.truncate(6 << 30)
            stream.seek(0, 2)
            stream.write(b"\none\ntwo\n")
        view.show_file(log)
        qtbot.waitUntil(lambda: shown(view)[-2:] == ["one", "two"], timeout=WAIT)
        assert view.following

    def test_bytes_that_are_no_text_are_shown_as_such(self, qtbot, view, tmp_path):
        (tmp_path / "log").write_bytes(b"caf\xc3\xa9 \xff\x00\x1b[31mred\x1b[0m\n")
        view.show_file(tmp_path / "log")
        until(qtbot, view, ["café \ufffdred"])


class TestSearching:
    def test_it_counts_and_steps_through_every_line(self, qtbot, view, tmp_path):
        (tmp_path / "log").write_text("Error one\nfine\nerror two\n")
        view.show_file(tmp_path / "log")
        until(qtbot, view, ["Error one", "fine", "error two"])
        search(qtbot, view, "error", "2 of 2 lines")
        assert not view.following
        QTest.keyClick(view.bar.search, Qt.Key.Key_Return)
        assert view.bar.found.text() == "1 of 2 lines"
        QTest.keyClick(view.bar.search, Qt.Key.Key_Return)
        assert view.bar.found.text() == "2 of 2 lines"
        view.bar.back.click()
        assert view.bar.found.text() == "1 of 2 lines"
        view.bar.case.click()
        qtbot.waitUntil(lambda: view.bar.found.text() == "1 of 1 lines", timeout=WAIT)
        view.bar.search.clear()
        assert not view.bar.found.isVisible()

    def test_it_finds_what_is_not_held_and_goes_there(self, qtbot, view, tmp_path):
        view.show_file(numbered(tmp_path / "log", 60_000))
        qtbot.waitUntil(lambda: shown(view)[-1:] == ["line 59999"], timeout=WAIT)
        search(qtbot, view, "line 1234", "11 of 11 lines")
        qtbot.waitUntil(lambda: "line 12349" in in_sight(view), timeout=WAIT)
        QTest.keyClick(view.bar.search, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: "line 1234" in in_sight(view), timeout=WAIT)
        assert view.bar.found.text() == "1 of 11 lines"

    def test_what_is_printed_later_is_found_too(self, qtbot, view, tmp_path):
        log = tmp_path / "log"
        log.write_text("a needle\n")
        view.show_file(log)
        until(qtbot, view, ["a needle"])
        search(qtbot, view, "needle", "1 of 1 lines")
        with log.open("a") as stream:
            stream.write("another needle\n")
        qtbot.waitUntil(lambda: view.bar.found.text() == "1 of 2 lines", timeout=WAIT)


class TestExplaining:
    def test_a_known_error_has_a_card_and_a_button_leads_to_it(self, qtbot, view, tmp_path):
        log = tmp_path / "log"
        told = (LOGS / "window-short.log").read_bytes()
        bars = b"".join(b"\rEpoch 0: %d%%|##  | 1/9 [00:01, 2it/s]" % n for n in range(90))
        log.write_bytes(told + (bars + b"\n") * 400)
        view.show_file(log)
        qtbot.waitUntil(view.bar.error.isVisible, timeout=WAIT)
        assert view.findings[-1].known
        line = view.findings[-1].match.line
        assert line not in in_sight(view)
        view.bar.error.click()
        assert any(line in text for text in in_sight(view))
        assert not view.following
        assert any(place.card == 0 for _, place in view.text._in_sight())

    def test_the_error_that_was_asked_for_before_it_was_found_is_shown(self, qtbot, view):
        view.show_file(LOGS / "window-short.log")
        view.show_error()
        qtbot.waitUntil(lambda: bool(view.findings), timeout=WAIT)
        assert view.text.here == view.findings[-1].offset
        assert not view.following

    def test_an_unknown_exception_behind_bars_is_led_to_as_well(self, qtbot, view, tmp_path):
        log = tmp_path / "log"
        log.write_text(
            'Traceback (most recent call last):\n  File "x.py", line 1\nZebraError: stripes\n'
            + "Epoch 0:  12%|#   | 5/43 [00:06<00:52,  1.38s/it]\n" * 300
        )
        view.show_file(log)
        qtbot.waitUntil(view.bar.error.isVisible, timeout=WAIT)
        assert not view.findings[0].known
        view.bar.error.click()
        assert "ZebraError: stripes" in in_sight(view)

    def test_a_healthy_log_has_nothing_to_explain(self, qtbot, view):
        view.show_file(LOGS / "healthy-training.log")
        qtbot.waitUntil(lambda: bool(shown(view)), timeout=WAIT)
        with qtbot.waitSignal(view._explain_soon.timeout, timeout=WAIT):
            pass
        qtbot.waitUntil(lambda: not view._explaining, timeout=WAIT)
        assert view.findings == ()
        assert not view.bar.error.isVisible()


class TestCopying:
    @pytest.fixture
    def three(self, qtbot, view, tmp_path) -> LogView:
        (tmp_path / "log").write_text("one two\nthree\tfour\nfive\n")
        view.show_file(tmp_path / "log")
        qtbot.waitUntil(lambda: len(shown(view)) == 3, timeout=WAIT)
        return view

    def test_everything_can_be_copied(self, three):
        three.bar.copy.click()
        assert QGuiApplication.clipboard().text() == "one two\nthree\tfour\nfive"

    def test_what_the_mouse_drew_out_can_be_copied(self, three):
        text, area = three.text, three.text.viewport()
        row, cell = text._painter.row, text._painter.cell
        begin = QPoint(round(8 + 4 * cell), row // 2)
        end = QPoint(round(8 + 2 * cell), 2 * row + row // 2)
        QTest.mousePress(area, Qt.MouseButton.LeftButton, pos=begin)
        QTest.mouseMove(area, end)
        QTest.mouseRelease(area, Qt.MouseButton.LeftButton, pos=end)
        QTest.keyClick(text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert QGuiApplication.clipboard().text() == "two\nthree   four\nfi"

    def test_two_clicks_select_a_word(self, three):
        at = QPoint(round(8 + 5 * three.text._painter.cell), 3)
        QTest.mouseDClick(three.text.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert three.text.selected_text() == "two"

    def test_everything_can_be_selected_by_key(self, three):
        QTest.keyClick(three.text, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        assert three.text.selected_text() == "one two\nthree   four\nfive"

    def test_the_folder_of_the_file_is_asked_for(self, qtbot, three, tmp_path):
        with qtbot.waitSignal(three.folder_requested, timeout=WAIT) as asked:
            three.bar.folder.click()
        assert asked.args == [str(tmp_path / "log")]
