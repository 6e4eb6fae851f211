"""What the command line prints: tables for people, JSON for programs, a bar on a terminal."""

from __future__ import annotations

import argparse
import io
import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TextIO

from rave_gui.core.errors import UserError

OK = 0
FAILED = 1
USAGE = 2
INTERRUPTED = 130
_BAR = 24


def positive(text: str) -> int:
    """A whole number above 0, as an argument."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number above 0")
    return number


def be_able_to_print() -> None:
    """What the terminal cannot write (its encoding, names that are no text) is written out."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def printable(name: str) -> str:
    """``name`` without the bytes of a file name that are no text."""
    return name.encode("utf-8", "ignore").decode("utf-8").strip()


def plain(value: Any) -> Any:
    """Records, paths, enums and tuples as what JSON knows; NaN and infinity as texts."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return str(value) if isinstance(value, Path) else value


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    text = json.dumps(plain(value), indent=1, ensure_ascii=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(plain(value), indent=1)
    print(text, flush=True)


def tell_trouble(error: UserError, as_json: bool = False) -> None:
    """The sentence on standard error, and for a program an object on standard output."""
    print(f"rave-gui: {error}", file=sys.stderr)
    if as_json:
        print_json({"ok": False, "error": error.what, "remedy": error.remedy})


def print_table(headings: Sequence[str], rows: Sequence[Sequence[Any]], empty: str) -> None:
    """Columns as wide as their widest cell; the sentence ``empty`` where there are none."""
    if not rows:
        print(empty)
        return
    cells = [[("" if cell is None else str(cell)) for cell in row] for row in [headings, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    for row in cells:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )


class Bar:
    """A line on a terminal that is written over; on anything else one line a stage."""

    def __init__(self, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._quiet = quiet or self._stream is None
        self._live = not self._quiet and self._stream.isatty()
        self._width = 0

    def say(self, text: str) -> None:
        """A line that stays."""
        if self._quiet:
            return
        self._wipe()
        print(text, file=self._stream, flush=True)

    def show(self, label: str, done: int, total: int, note: str = "") -> None:
        """The present state of something that counts."""
        part = done / total if total else 0.0
        self.show_part(label, part, f"{done:,}/{total:,} {note}")

    def show_part(self, label: str, part: float, note: str) -> None:
        """The present state of something of which ``part`` is done, from 0 to 1."""
        if not self._live:
            return
        part = min(1.0, part)
        filled = round(part * _BAR)
        line = f"{label} [{'#' * filled}{'.' * (_BAR - filled)}] {part:4.0%} {note}"
        self._wipe()
        self._stream.write(line.rstrip())
        self._stream.flush()
        self._width = len(line)

    def _wipe(self) -> None:
        if self._live and self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._width = 0
