"""Explaining a whole log file, however large it is and whatever it holds."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from rave_gui.backend.explain import Explainer, Match, unknown
from rave_gui.backend.explain_table import HARMLESS, KNOWN, TELLING
from rave_gui.core.errors import UserError
from rave_gui.core.log_monitor import LogMonitor, last_exception

_CHUNK = 1 << 20
_LONGEST_LINE = 1 << 16
_LAST_LINES = 5000
_LOOKED_AT = 1 << 13
_MOST_CONTROLS = 0.05
_TEXT_CONTROLS = frozenset(b"\x07\x08\t\n\x0b\x0c\r\x1b")
_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
"""What PowerShell begins a file with when output is led into it."""
WELL = ("`Trainer.fit` stopped:", "all good ! model exported")
"""Words of a program that did what it was asked for."""
_EXCUSES = tuple(word for item in KNOWN for word in item.unless)
_WORDS = tuple(word.encode() for word in (*TELLING, *_EXCUSES))


def explain_file(path: Path) -> list[Match]:
    """The causes that the log ``path`` tells, see :func:`rave_gui.backend.explain.explain`.

    A log without a known cause that ends with an exception gets one match called ``unknown``. The
    file is read once in small parts: memory stays the same for gigabytes, or a line without end.

    Raises:
        UserError: it is missing, no file, cannot be read, or holds no text.
    """
    explainer = Explainer()
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UserError(f"{path} is no file.", "Name the file with the output of a program.")
        with path.open("rb") as file:
            encoding = _encoding(file, path)
            for lines in _telling(file, encoding):
                explainer.add(lines)
    except FileNotFoundError as error:
        raise UserError(f"There is no log {path}.", "Check its name.") from error
    except (OSError, ValueError) as error:
        raise UserError(
            f"{path} cannot be read: {error}.", "Check that you may read it."
        ) from error
    return explainer.matches() or _unknown(path, encoding)


def _encoding(file: BinaryIO, path: Path) -> str:
    """How the text in ``file`` is written, which afterwards stands where the text begins."""
    begin = file.read(_LOOKED_AT)
    encoding = _MARKS.get(begin[:2], "")
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in begin)
    if not encoding and controls > _MOST_CONTROLS * len(begin):
        raise UserError(
            f"{path} holds no text.", "Name the file with the output of a program, as output.log."
        )
    file.seek(2 if encoding else 0)
    return encoding or "utf-8"


def _telling(file: BinaryIO, encoding: str) -> Iterator[list[str]]:
    """The lines that may say something, part by part; a line is at most 64 KiB of one."""
    words = [word.decode().encode(encoding) for word in _WORDS]
    rest = b""
    while chunk := file.read(_CHUNK):
        part, rest = _whole_lines(rest + chunk, encoding)
        yield from _lines(part, words, encoding)
    yield from _lines(rest, words, encoding)


def _whole_lines(text: bytes, encoding: str) -> tuple[bytes, bytes]:
    """``text`` up to its last line end, and the rest, cut where it is too long to be meant."""
    ends = ["\n".encode(encoding), "\r".encode(encoding)]
    last = max(text.rfind(end) for end in ends)
    width = len(ends[0])
    last -= last % width if last > 0 else 0
    if last < 0:
        return b"", text[:_LONGEST_LINE]
    return text[:last], text[last : last + _LONGEST_LINE]


def _lines(part: bytes, words: list[bytes], encoding: str) -> Iterator[list[str]]:
    """Nothing where no telling word occurs at all, which is far quicker to see."""
    if any(word in part for word in words):
        text = part.decode(encoding, "replace").replace("\r", "\n")
        yield [line for line in text.split("\n") if _tells(line)]


def _tells(line: str) -> bool:
    return any(word in line for word in (*TELLING, *_EXCUSES)) and not any(
        word in line for word in HARMLESS
    )


def _unknown(path: Path, encoding: str) -> list[Match]:
    """The exception that it ended with, though nobody has explained it."""
    if encoding != "utf-8":
        return []
    log = LogMonitor(path, max_lines=_LAST_LINES)
    log.poll()
    lines = log.lines()
    if any(word in line for line in lines for word in WELL):
        return []
    exception = last_exception(lines)
    return [unknown(exception)] if exception else []
