"""The pure parts of the runner: rungs, silence, patterns, and writing to a disk that is full."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core.job_facts import Patience, RunnerInfo
from rave_gui.core.jobs import JobDirectory
from rave_gui.runner.journal import RESERVE, Journal, never_started
from rave_gui.runner.ladder import Rung, StopLadder
from rave_gui.runner.watch import SilenceWatch, StuckWatch

PATIENCE = Patience(ask=300, interrupt=20, terminate=10)


def test_each_rung_has_its_own_patience():
    ladder = StopLadder(PATIENCE)
    assert ladder.due(0) is None
    ladder.begin("user", Rung.ASK, 100)
    climbed = {at: ladder.due(at) for at in (100, 399, 400, 419, 420, 429, 430, 434, 435)}
    assert climbed == {
        100: Rung.ASK,
        399: None,
        400: Rung.INTERRUPT,
        419: None,
        420: Rung.TERMINATE,
        429: None,
        430: Rung.KILL,
        434: None,
        435: Rung.KILL,
    }


def test_a_second_stop_neither_restarts_nor_hastens_the_first():
    ladder = StopLadder(PATIENCE)
    ladder.begin("user", Rung.INTERRUPT, 0)
    assert ladder.due(0) is Rung.INTERRUPT
    ladder.begin("silence", Rung.INTERRUPT, 5)
    assert ladder.due(19) is None
    assert ladder.due(20) is Rung.TERMINATE
    assert ladder.by == "user"


def test_a_kill_skips_whatever_patience_is_left():
    ladder = StopLadder(PATIENCE)
    ladder.begin("user", Rung.ASK, 0)
    ladder.due(0)
    ladder.begin("user", Rung.KILL, 1)
    assert ladder.due(1) is Rung.KILL


def test_a_companion_that_refuses_is_not_waited_for():
    ladder = StopLadder(PATIENCE)
    ladder.begin("user", Rung.ASK, 0)
    ladder.due(0)
    ladder.stop_asking(2)
    assert ladder.due(2) is Rung.INTERRUPT
    ladder.stop_asking(3)
    assert ladder.due(3) is None


def test_a_refusal_that_was_faster_than_the_stop_counts():
    ladder = StopLadder(PATIENCE)
    ladder.stop_asking(1)
    ladder.begin("user", Rung.ASK, 2)
    assert ladder.due(2) is Rung.INTERRUPT


def test_silence_is_told_once_until_there_is_a_sign_of_life(tmp_path: Path):
    output = tmp_path / "output.log"
    watch = SilenceWatch([output], 10.0, now=0)
    told = [watch.tick(now, counts=True) for now in (4, 8, 12, 16, 20)]
    assert told == [False, False, True, False, False]
    output.write_bytes(b"x")
    assert [watch.tick(now, counts=True) for now in (24, 28, 32, 36)] == [False, False, False, True]


def test_time_that_is_paused_or_slept_through_is_no_silence(tmp_path: Path):
    watch = SilenceWatch([tmp_path / "output.log"], 10.0, now=0)
    assert not any(watch.tick(now, counts=False) for now in range(1, 60))
    assert not watch.tick(5000, counts=True)  # the computer slept
    assert watch.quiet <= 5.0


def test_our_own_words_are_no_sign_of_life(tmp_path: Path):
    facts = tmp_path / "progress.jsonl"
    watch = SilenceWatch([facts], 4.0, now=0)
    assert watch.tick(4, counts=True)
    facts.write_text("our fact\n")
    watch.forgive()
    assert not watch.tick(8, counts=True)
    assert watch.quiet == 8.0


def test_without_a_limit_nothing_is_silent(tmp_path: Path):
    watch = SilenceWatch([tmp_path / "output.log"], None, now=0)
    assert not any(watch.tick(now, counts=True) for now in range(0, 10_000, 5))


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_a_pattern_is_found_across_two_reads(tmp_path: Path, cut: int):
    text = b"\r 10%\rworking\nNo valid file found in /a\xff b\rrest"
    output = tmp_path / "output.log"
    watch = StuckWatch(output, ["nothing like it", "No valid file found"])
    output.write_bytes(text[:cut])
    found = watch.poll()
    with output.open("ab") as stream:
        stream.write(text[cut:])
    found = found or watch.poll()
    assert found.startswith("No valid file found")
    assert "working" not in found
    assert "rest" not in found


def test_line_anchors_hold_at_real_lines_only(tmp_path: Path):
    output = tmp_path / "output.log"
    watch = StuckWatch(output, ["^Aborting$"])
    output.write_bytes(b"x" * 20_000 + b"Aborting")
    assert watch.poll() == ""
    with output.open("ab") as stream:
        stream.write(b"\nAborting\n")
    assert watch.poll() == "Aborting"


def test_endless_lines_are_watched_in_bounded_memory(tmp_path: Path):
    output = tmp_path / "output.log"
    watch = StuckWatch(output, ["needle"])
    for _ in range(5):
        with output.open("ab") as stream:
            stream.write(b"y" * 300_000)
        assert watch.poll() == ""
    assert len(watch._tail) <= 8 * 1024
    with output.open("ab") as stream:
        stream.write(b"needle")
    assert len(watch.poll()) <= 1000


def test_a_bad_pattern_is_left_out_and_the_others_hold(tmp_path: Path):
    output = tmp_path / "output.log"
    output.write_bytes(b"hangs")
    assert StuckWatch(output, ["(", "hangs"]).poll() == "hangs"


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch):
    """The next writes fail for want of room; the list holds what was tried."""
    tried: list[Path] = []
    real = job_files.write_json

    def write_json(path: Path, obj: Any, durable: bool = True) -> None:
        tried.append(Path(path))
        if len(tried) <= 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, obj, durable)

    monkeypatch.setattr(job_files, "write_json", write_json)
    return tried


def test_the_end_is_written_when_there_is_room_again(tmp_path: Path, full_disk: list[Path]):
    assert Journal(tmp_path).end(never_started("It was not found."))
    assert len(full_disk) == 3
    end = JobDirectory(tmp_path).exit()
    assert end is not None
    assert end.error == "It was not found."


def test_a_heartbeat_without_room_is_left_out(tmp_path: Path, full_disk: list[Path]):
    journal, info = Journal(tmp_path), RunnerInfo(1, "token")
    assert [journal.beat(info) for _ in range(3)] == [False, False, True]
    assert JobDirectory(tmp_path).runner() == info


def test_the_end_of_a_deleted_job_is_given_up_at_once(tmp_path: Path):
    assert not Journal(tmp_path / "gone").end(never_started(""))


def test_a_fact_that_cannot_be_written_ends_nothing(tmp_path: Path):
    Journal(tmp_path / "gone").fact("note", text="lost")


def test_room_for_the_end_is_set_aside_and_freed_before_it_is_needed(tmp_path, monkeypatch):
    journal = Journal(tmp_path)
    journal.reserve()
    reserve = tmp_path / RESERVE
    assert reserve.stat().st_size >= 8192
    write = job_files.write_json

    def on_a_full_disk(path, value, **more):
        if reserve.exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, value, **more)

    monkeypatch.setattr(job_files, "write_json", on_a_full_disk)
    assert journal.end(never_started(""), retry_seconds=0.0)
    assert JobDirectory(tmp_path).exit() is not None
    assert not reserve.exists()


def test_a_disk_without_room_for_the_reserve_is_no_fault(tmp_path):
    Journal(tmp_path / "gone").reserve()
