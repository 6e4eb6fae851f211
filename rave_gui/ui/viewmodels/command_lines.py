"""A long command in lines that a shell reads as one: broken between arguments, never in a flag."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ARGUMENT = re.compile(r"(?:[^\s'\"]|'[^']*'|\"[^\"]*\")+")
_BREAK = " \\\n"


def wrapped(line: str, columns: int) -> str:
    """``line`` in lines of at most so many characters, as far as its arguments allow that.

    What cannot be taken apart safely stays one line.
    """
    if " ".join(_ARGUMENT.findall(line)) != line:
        return line
    room = columns - len(_BREAK) + 1
    lines: list[str] = []
    for part in _flags(line):
        if lines and len(lines[-1]) + 1 + len(part) <= room:
            lines[-1] += f" {part}"
        else:
            lines.append(part)
    return _BREAK.join(lines)


def _flags(line: str) -> Iterator[str]:
    """Arguments; a flag and its first value are one."""
    flag = ""
    for argument in _ARGUMENT.findall(line):
        if flag and not argument.startswith("-"):
            yield f"{flag} {argument}"
            flag = ""
            continue
        if flag:
            yield flag
        flag = argument if argument.startswith("--") else ""
        if not flag:
            yield argument
    if flag:
        yield flag
