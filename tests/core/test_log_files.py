"""Any place of a log of any size: its end, its pages, every line with some words."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rave_gui.core import log_blocks, log_pages, log_search, log_tail
from rave_gui.core.log_lines import LineCutter, LogLine
from rave_gui.core.log_pages import LogPage, last_page, page_around, page_before, page_from
from rave_gui.core.log_search import LogSearch
from rave_gui.core.log_tail import Growth, LogTail
from rave_gui.core.log_window import LogWindow

PARTS = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"ab", b"\xc3\xa9", b"\x1b[1m", b"x" * 9]))
QUICK = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "output.log"


def whole(content: bytes) -> list[LogLine]:
    cutter = LineCutter()
    return cutter.feed(content) + cutter.unfinished()


def numbered(path: Path, many: int) -> list[LogLine]:
    path.write_bytes(b"".join(b"line %d\n" % number for number in range(many)))
    return whole(path.read_bytes())


def found(path: Path, words: str, *, case: bool = False) -> list[int]:
    search = LogSearch(path, words, case=case)
    for _ in search.advance():
        pass
    return list(search._all())


class TestCutter:
    @QUICK
    @given(PARTS, st.lists(st.integers(0, 60), max_size=4))
    def test_every_line_knows_where_it_begins(self, parts: list[bytes], cuts: list[int]) -> None:
        content = b"".join(parts)
        begins = [0, *(n + 1 for n, byte in enumerate(content) if byte == ord("\n"))]
        cutter, lines, last = LineCutter(), list[LogLine](), 0
        for cut in [*sorted(min(cut, len(content)) for cut in cuts), len(content)]:
            lines += cutter.feed(content[last:cut])
            last = cut
        lines += cutter.unfinished()
        assert [line.offset for line in lines] == begins[: len(lines)]
        assert lines == whole(content)

    def test_what_writes_over_a_long_line_is_what_is_shown(self) -> None:
        cutter = LineCutter()
        cutter.feed(b"x" * 100_000 + b"\r")
        cutter.feed(b"new")
        assert cutter.unfinished() == [LogLine(0, "new")]


class TestTail:
    def test_of_a_long_file_only_the_end_is_read_from_a_whole_line_on(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(log_tail, "MOST_AT_ONCE", 100)
        lines = numbered(path, 1000)
        growth = LogTail(path, aligned=True).poll()
        assert growth is not None
        assert growth.lines == lines[-len(growth.lines) :]
        assert growth.skipped == growth.lines[0].offset
        assert 5 < len(growth.lines) < 12

    def test_an_unfinished_line_comes_again_until_it_is_finished(self, path: Path) -> None:
        tail = LogTail(path)
        path.write_bytes(b"a\n10%")
        first = tail.poll()
        assert first is not None
        assert (first.lines, first.finished, first.resume) == ([(0, "a"), (2, "10%")], 1, 2)
        assert tail.poll() is None
        with path.open("ab") as file:
            file.write(b"\r20%\n")
        second = tail.poll()
        assert second is not None
        assert (second.lines, second.finished, second.resume) == ([(2, "20%")], 1, 10)


class TestPages:
    @QUICK
    @given(PARTS, st.integers(1, 40), st.integers(1, 5))
    def test_page_after_page_either_way_is_the_whole_file(
        self, path: Path, parts: list[bytes], block: int, most: int
    ) -> None:
        content = b"".join(parts)
        path.write_bytes(content)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(log_pages, "_BLOCK", block)
            patch.setattr(log_pages, "_LONGEST", 4096 * block)
            patch.setattr(log_pages, "_MOST_LINES", most)
            down, up = list[LogLine](), list[LogLine]()
            at, page = -1, page_from(path, 0)
            while page.resume != at:
                at = page.resume
                down = [*down, *page.lines]
                page = page_from(path, at)
            down = [*(line for line in down if line.offset < at), *page.lines]
            offset = len(content)
            while (page := page_before(path, offset, most)).lines:
                up = [*page.lines, *up]
                offset = up[0].offset
        assert down == whole(content)
        assert up == whole(content)

    def test_the_line_asked_for_is_on_the_page_around_it(self, path: Path) -> None:
        lines = numbered(path, 300_000)
        page = page_around(path, lines[150_000].offset)
        assert lines[150_000] in page.lines
        assert lines[149_999] in page.lines
        assert len(page.lines) <= 10_000
        begin = lines.index(page.lines[0])
        assert page.lines == lines[begin : begin + len(page.lines)]

    def test_a_line_without_end_is_a_page_of_little_memory(self, path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(1 << 30)
        tracemalloc.start()
        try:
            assert len(last_page(path).lines) == 1
            assert len(page_from(path, 1 << 20).lines) == 1
            assert tracemalloc.get_traced_memory()[1] < 32 << 20
        finally:
            tracemalloc.stop()


class TestSearch:
    @pytest.mark.parametrize(
        ("words", "case", "lines"),
        [
            ("error", False, [0, 2, 3]),
            ("Error", True, [0]),
            ("RED x", False, [4]),
            ("é", False, [5, 6]),
            ("é", True, [5]),
            ("gone", False, []),
            (".", False, [7]),
        ],
    )
    def test_it_finds_what_is_shown(
        self, path: Path, words: str, case: bool, lines: list[int]
    ) -> None:
        content = (
            "Error one\nfine\nan error\ngone\rERROR\n\x1b[31mred\x1b[0m x\né\nÉ\nlast.".encode()
        )
        path.write_bytes(content)
        offsets = [line.offset for line in whole(content)]
        assert found(path, words, case=case) == [offsets[line] for line in lines]

    @QUICK
    @given(PARTS, st.integers(1, 30))
    def test_blocks_do_not_matter(self, path: Path, parts: list[bytes], block: int) -> None:
        content = b"".join(parts)
        path.write_bytes(content)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(log_blocks, "_BLOCK", block)
            assert found(path, "AB") == [n for n, text in whole(content) if "ab" in text]

    def test_it_goes_on_where_it_stopped(self, path: Path) -> None:
        path.write_bytes(b"a needle\nhay\nneed")
        search = LogSearch(path, "needle")
        assert list(search.advance())[-1] == 1
        with path.open("ab") as file:
            file.write(b"le here\n")
        assert list(search.advance())[-1] == 2
        assert (search.next_after(-1), search.next_after(0), search.next_after(13)) == (0, 13, 0)
        assert (search.last_before(13), search.last_before(0)) == (0, 13)
        assert (search.number_of(13), search.number_of(9)) == (2, None)

    def test_it_remembers_no_more_than_fits(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(log_search, "MOST_LINES", 50)
        monkeypatch.setattr(log_blocks, "_BLOCK", 64)
        numbered(path, 1000)
        search = LogSearch(path, "line")
        counts = list(search.advance())
        assert search.full
        assert counts[-1] < 70

    def test_it_can_be_stopped(self, path: Path) -> None:
        numbered(path, 10)
        assert list(LogSearch(path, "line").advance(lambda: True)) == []


def lines(begin: int, end: int) -> list[LogLine]:
    return [LogLine(10 * number, f"line {number}") for number in range(begin, end)]


def growth(begin: int, end: int, **changes: int | bool) -> Growth:
    return Growth(lines(begin, end), end - begin, 10 * end, **changes)  # type: ignore[arg-type]


class TestWindow:
    def test_what_is_new_pushes_out_the_oldest(self) -> None:
        window = LogWindow(most_lines=5)
        assert window.grow(growth(0, 4)) == 0
        assert window.grow(growth(4, 7)) == 2
        assert window.lines == lines(2, 7)
        assert window.full

    def test_an_unfinished_line_is_replaced(self) -> None:
        window = LogWindow()
        window.grow(Growth([LogLine(0, "10%")], 0, 0))
        window.grow(Growth([LogLine(0, "20%"), LogLine(5, "next")], 1, 5))
        assert [line.text for line in window.lines] == ["20%", "next"]

    def test_what_does_not_follow_is_shown_alone(self) -> None:
        window = LogWindow()
        window.grow(growth(0, 4))
        assert not window.continues(growth(6, 9))
        assert not window.continues(growth(4, 9, skipped=1))
        assert window.grow(growth(6, 9)) == 4
        assert window.lines == lines(6, 9)

    def test_pages_come_in_at_either_end_and_the_other_gives_way(self) -> None:
        window = LogWindow(most_lines=6)
        window.show(lines(10, 16), 160)
        assert window.put_before(LogPage(lines(6, 10), 100)) == 4
        assert window.lines == lines(6, 12)
        assert window.resume == 120
        assert window.put_after(LogPage(lines(12, 15), 150)) == 3
        assert window.lines == lines(9, 15)
        assert window.resume == 150

    def test_long_lines_are_bounded_by_their_characters(self) -> None:
        window = LogWindow(most_lines=1000, most_characters=10_000)
        long = [LogLine(n * 5000, "x" * 4096) for n in range(50)]
        window.show(long[:25], 125_000)
        window.put_after(LogPage(long[25:], 250_000))
        assert window.lines == long[-2:]
        window.put_before(LogPage(long[40:48], 240_000))
        assert window.lines == long[40:48]
        assert window.resume == 240_000

    @pytest.mark.parametrize(
        ("offset", "line"), [(50, 0), (59, 0), (60, 1), (70, 2), (49, None), (71, None)]
    )
    def test_a_line_is_found_by_any_byte_of_it(self, offset: int, line: int | None) -> None:
        window = LogWindow()
        window.show(lines(5, 8), 80)
        assert window.index_of(offset) == line
