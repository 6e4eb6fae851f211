"""What a log tells, found where it stands, also in one that still grows."""

from __future__ import annotations

from pathlib import Path

import pytest

from rave_gui.backend.explain_file import explain_file
from rave_gui.backend.log_findings import LogFindings
from rave_gui.core.log_pages import page_from

LOGS = Path(__file__).parent.parent / "fixtures" / "logs"
ERROR = b"ZeroDivisionError: integer division or modulo by zero\n"


@pytest.mark.parametrize("log", sorted(LOGS.glob("*.log")), ids=lambda path: path.stem)
def test_real_logs_mean_the_same_as_on_the_command_line(log: Path) -> None:
    found = LogFindings(log).advance()
    assert {one.match.id for one in found} == {match.id for match in explain_file(log)}
    for one in found:
        line = page_from(log, one.offset).lines[0]
        assert line.offset == one.offset
        raw = log.read_bytes()[one.offset :].split(b"\n")[0].decode("utf-8", "replace")
        assert one.match.line[:60] in raw.replace("\x1b", "")


def test_what_is_written_later_is_found_at_its_place(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"fine\n")
    findings = LogFindings(log)
    assert findings.advance() == ()
    with log.open("ab") as file:
        file.write(b"fine\n" * 9 + ERROR + b"Epoch 0:  12%|#  | 5/43\n" * 9)
    (found,) = findings.advance()
    assert (found.offset, found.known) == (50, True)


def test_each_cause_is_told_once_at_its_last_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(ERROR + b"again\n" + ERROR)
    (found,) = LogFindings(log).advance()
    assert found.offset == len(ERROR) + 6


def test_of_a_flood_the_last_lines_are_looked_at(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"".join(b"Error number %d\n" % n for n in range(5000)) + ERROR)
    assert [one.known for one in LogFindings(log).advance()] == [True]


def test_an_unknown_exception_is_told_unless_all_went_well(tmp_path: Path) -> None:
    log = tmp_path / "log"
    trace = b'Traceback (most recent call last):\n  File "x", line 1\nZebraError: no\n'
    log.write_bytes(trace)
    (found,) = LogFindings(log).advance()
    assert (found.known, found.match.line) == (False, "ZebraError: no")
    log.write_bytes(trace + b"`Trainer.fit` stopped: `max_steps=10` reached.\n")
    assert LogFindings(log).advance() == ()


def test_a_file_that_is_not_there_yet_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        LogFindings(tmp_path / "log").advance()
