"""Logs as a terminal shows them, bounded whatever the file holds."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rave_gui.core.log_monitor import LogMonitor, last_exception


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "output.log"


def append(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)


def shown(path: Path, content: bytes) -> list[str]:
    path.write_bytes(content)
    monitor = LogMonitor(path)
    monitor.poll()
    return monitor.lines()


class TestWhatIsShown:
    @pytest.mark.parametrize(
        ("content", "lines"),
        [
            (b"one\ntwo\n", ["one", "two"]),
            (b"one\r\ntwo\r\n", ["one", "two"]),
            (b"\r 0%|  | 0/9\r 50%|# | 5/9\r100%|##| 9/9\ndone\n", ["100%|##| 9/9", "done"]),
            (b"\r 0%|  | 0/9\r 50%|# | 5/9", [" 50%|# | 5/9"]),
            (b"bar\r   \r\nnext", ["   ", "next"]),
            (b"\x1b[31mred\x1b[0m \x1b]0;title\x07text\x1b[1A\n", ["red text"]),
            (b"caf\xc3\xa9 \xff\xfe\n", ["café \ufffd\ufffd"]),
            (b"a\ttab, a bell\x07 and a null\x00\n", ["a\ttab, a bell and a null"]),
            (b"", []),
        ],
    )
    def test_lines_are_what_a_terminal_leaves(
        self, path: Path, content: bytes, lines: list[str]
    ) -> None:
        assert shown(path, content) == lines

    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"ab", b"\xc3\xa9", b"\x1b[1m"])),
        st.data(),
    )
    def test_it_does_not_matter_where_reading_was_interrupted(
        self, path: Path, parts: list[bytes], data: st.DataObject
    ) -> None:
        content = b"".join(parts)
        cuts = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=4)))
        path.write_bytes(b"")
        monitor = LogMonitor(path)
        for begin, end in zip([0, *cuts], [*cuts, len(content)], strict=True):
            append(path, content[begin:end])
            monitor.poll()
        assert monitor.lines() == shown(path, content)


class TestGrowth:
    def test_poll_tells_how_much_of_the_end_changed(self, path: Path) -> None:
        monitor = LogMonitor(path)
        assert monitor.poll() == 0
        append(path, b"one\n\r10%")
        assert (monitor.poll(), monitor.lines()) == (2, ["one", "10%"])
        assert monitor.poll() == 0
        append(path, b"\r20%")
        assert (monitor.poll(), monitor.lines()) == (1, ["one", "20%"])
        append(path, b"\nend\nnew")
        assert (monitor.poll(), monitor.lines()) == (3, ["one", "20%", "end", "new"])

    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.lists(st.sampled_from([b"\r", b"\n", b"x", b"yy"])), max_size=6))
    def test_a_view_that_replaces_that_much_shows_the_log(
        self, path: Path, polls: list[list[bytes]]
    ) -> None:
        path.write_bytes(b"")
        monitor, view = LogMonitor(path), list[str]()
        for parts in polls:
            append(path, b"".join(parts))
            changed = monitor.poll()
            lines = monitor.lines()
            view = view[: len(lines) - changed] + lines[len(lines) - changed :]
            assert view == lines

    def test_only_the_last_lines_are_kept_and_the_rest_counted(self, path: Path) -> None:
        monitor = LogMonitor(path, max_lines=3)
        append(path, b"".join(b"%d\n" % number for number in range(10)) + b"now")
        monitor.poll()
        assert monitor.lines() == ["7", "8", "9", "now"]
        assert monitor.first == 7
        assert monitor.tail(2) == ["9", "now"]
        assert monitor.tail(0) == []

    @pytest.mark.parametrize("anew", [b"new\n", b"new log, longer than the old one was\n"])
    def test_a_file_cut_or_written_anew_is_read_from_its_beginning(
        self, path: Path, anew: bytes
    ) -> None:
        append(path, b"old lines\nof before\n")
        monitor = LogMonitor(path)
        monitor.poll()
        path.write_bytes(anew)
        assert monitor.poll() == 1
        assert monitor.lines() == [anew.decode().strip()]
        assert monitor.restarts == 1

    def test_a_rotated_file_is_noticed(self, path: Path) -> None:
        append(path, b"old\n")
        monitor = LogMonitor(path)
        monitor.poll()
        path.rename(path.with_suffix(".1"))
        append(path, b"old\nnew\n")
        monitor.poll()
        assert monitor.lines() == ["old", "new"]
        assert monitor.restarts == 1


class TestBounds:
    def test_a_line_without_end_takes_no_memory(self, path: Path) -> None:
        with path.open("wb") as file:
            file.write(b"begin ")
            file.truncate(1 << 30)
        monitor = LogMonitor(path)
        tracemalloc.start()
        try:
            monitor.poll()
            assert tracemalloc.get_traced_memory()[1] < 32 << 20
        finally:
            tracemalloc.stop()
        assert "1,065,353,216 bytes of output are left out" in monitor.lines()[0]

    def test_a_long_line_keeps_its_beginning_over_polls(self, path: Path) -> None:
        monitor = LogMonitor(path)
        for _ in range(3):
            append(path, b"x" * 10_000)
            monitor.poll()
        append(path, b"\nnext\n")
        monitor.poll()
        assert monitor.lines() == ["x" * 4096, "next"]


NOISE = [
    "I1121 10:21:49.65 resource_reader.py:50] system_path_file_exists:v1.gin",
    "E1121 10:21:49.65 resource_reader.py:55] Path not found: v1.gin",
]
BAR = "Epoch 0:  12%|█▏        | 5/43 [00:06<00:52,  1.38s/it, v_num=0]"
TRACE = ["Traceback (most recent call last):", '  File "x.py", line 1, in <module>', "    f()"]


class TestLastException:
    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            ([*NOISE, "train set: 72 examples", BAR], ""),
            ([*NOISE, *TRACE, "RuntimeError: bad", BAR, *NOISE], "RuntimeError: bad"),
            (
                [BAR + TRACE[0], *TRACE[1:], BAR, "lmdb.MapFullError: full"],
                "lmdb.MapFullError: full",
            ),
            ([*TRACE, "struct.error: short"], "struct.error: short"),
            ([*TRACE, "KeyboardInterrupt"], "KeyboardInterrupt"),
            (
                [*TRACE, "KeyError: 'a'", "", "During handling of it:", "", *TRACE, "OSError: b"],
                "OSError: b",
            ),
            (
                [
                    *TRACE,
                    "RuntimeError: Error(s) in loading state_dict for RAVE:",
                    "\tsize mismatch",
                ],
                "RuntimeError: Error(s) in loading state_dict for RAVE: size mismatch",
            ),
            (
                ["0it [00:00, ?it/s](TypeError('cannot unpack non-iterable NoneType object'),)"],
                "TypeError: cannot unpack non-iterable NoneType object",
            ),
            (
                ["FATAL Flags parsing error: Unknown command line flag 'x'", "Pass --help"],
                "FATAL Flags parsing error: Unknown command line flag 'x'",
            ),
            ([*TRACE, "ValueError: early", *TRACE], "ValueError: early"),
            (
                [*TRACE, "RuntimeError: no", "  In call to configurable 'RAVE' (<class 'RAVE'>)"],
                "RuntimeError: no",
            ),
            ([], ""),
        ],
    )
    def test_it_is_found_behind_bars_and_noise(self, lines: list[str], expected: str) -> None:
        assert last_exception(lines) == expected
