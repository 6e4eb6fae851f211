"""Which line of a log says why a Python program ended."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_TRACEBACK = "Traceback (most recent call last):"
# gin tries several folders for a file and complains of each; tqdm redraws its bar.
_NOISE = re.compile(
    r"system_path_file_exists|Path not found: .*\.gin|^\s*$"
    r"|\d+%\|.*\||\d+it \[\d+:\d\d|\?it/s\]\s*$"
)
_RAISED = re.compile(r"[A-Za-z_][\w.]*(?::\s.*|:)?")
# What looks like an exception even without a traceback before it.
_NAMED = re.compile(r"(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit)(?::\s.*|:)?")
# The way multiprocessing's callback of `rave preprocess` prints what a worker raised.
_PRINTED = re.compile(r"\((\w{1,60}(?:Error|Exception|Interrupt))\((.{0,500})\),\)\s*$")
_LOOKED_AT = 5000
_FLAGS = re.compile(r"FATAL Flags parsing error: .*")


def last_exception(lines: Sequence[str]) -> str:
    """The last line in which a Python exception is told; ``""`` if there is none.

    Progress bars and gin's complaints about folders in which it looked in vain are passed over. A
    message that only begins on that line goes on with the next one.
    """
    found = last_exception_at(lines)
    return found[1] if found else ""


def last_exception_at(lines: Sequence[str]) -> tuple[int, str] | None:
    """The same with the number of its line; None if there is none."""
    first = max(0, len(lines) - _LOOKED_AT)
    lines = lines[first:]
    candidates = [*_after_tracebacks(lines), *_bare(lines)]
    if not candidates:
        return None
    number, text = max(candidates)
    following = next((line for line in lines[number + 1 :] if line.strip()), "")
    whole = f"{text} {following.strip()}".strip() if text.endswith(":") else text
    return first + number, whole


def _after_tracebacks(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The line that ends the last complete traceback, with its number."""
    for begin in range(len(lines) - 1, -1, -1):
        if _TRACEBACK in lines[begin]:
            for number in range(begin + 1, len(lines)):
                if _RAISED.fullmatch(lines[number]) and not _NOISE.search(lines[number]):
                    yield number, lines[number].rstrip()
                    return


def _bare(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The last exception that was told without a traceback, with its number."""
    for number in range(len(lines) - 1, -1, -1):
        text = _told(lines[number])
        if text:
            yield number, text
            return


def _told(line: str) -> str:
    printed = _PRINTED.search(line)
    if printed:
        message = printed[2].strip("'\"")
        return f"{printed[1]}: {message}" if message else printed[1]
    flags = _FLAGS.search(line)
    if flags:
        return flags[0].rstrip()
    return line.rstrip() if _NAMED.fullmatch(line) else ""
