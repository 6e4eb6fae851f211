"""Known last words of RAVE, with what they mean and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from rave_gui.backend.explain_table import HARMLESS, KNOWN, Known
from rave_gui.core.log_monitor import plain

_LONGEST_LINE = 4000
_OVERWRITTEN = re.compile(r"[\r\n]")
# What is quoted in a traceback, and what only warns: neither says why something failed.
_QUOTED = re.compile(
    r'^ {4}|^  (?:File "|rank_zero_warn|warnings\.warn)'
    r"|\b[A-Z]\w*Warning: (?!Detected KeyboardInterrupt)"  # as Lightning tells of a stop
)
_BAR = re.compile(r"^.*\d%\|.*?\[[^\]]*\](?=.)")
UNKNOWN = "unknown"
"""The id of an exception that the table does not hold."""


@dataclass(frozen=True)
class Match:
    """A line that says why something failed."""

    id: str
    cause: str
    """What happened, in a whole sentence."""
    remedy: str
    """What to do, in a whole sentence."""
    line: str
    """The line of the log itself."""


def explain(lines: Sequence[str]) -> list[Match]:
    """What known causes the log tells, in the order of its lines; empty for a healthy one.

    Each cause is told once, at its last line: the last match is the nearest to the end. Of chained
    exceptions each that is known is told. Colours, bars that were written over, warnings and the
    source lines that a traceback quotes are passed over.
    """
    explainer = Explainer()
    explainer.add(lines)
    return explainer.matches()


def unknown(exception: str) -> Match:
    """The answer where a program ended with an exception that nobody has explained yet."""
    return Match(
        UNKNOWN,
        f"It ended with an error that is not in the table of known ones: {exception}",
        "Look at the lines before it in the log; searching the web for this line often helps.",
        exception,
    )


class Explainer:
    """The same for a log that is read bit by bit; remembers causes, not lines."""

    def __init__(self) -> None:
        self._found: dict[str, Match] = {}
        self._acquitted: set[str] = set()

    def add(self, lines: Iterable[str]) -> None:
        """Look at the next lines."""
        for line in lines:
            for piece in _OVERWRITTEN.split(line):
                self._look(piece[:_LONGEST_LINE])

    def matches(self) -> list[Match]:
        """What was found so far, the last words last."""
        return [match for id_, match in self._found.items() if id_ not in self._acquitted]

    def _look(self, piece: str) -> None:
        line = plain(piece).rstrip()
        self._acquitted.update(_acquitted(line))
        match = _match(line)
        if match is not None:
            self._found.pop(match.id, None)
            self._found[match.id] = match


def _match(line: str) -> Match | None:
    if not line or _QUOTED.search(line) or any(word in line for word in HARMLESS):
        return None
    for item, pattern in _patterns():
        hit = pattern.search(line)
        if hit is not None:
            told = _BAR.sub("", line).strip()
            return Match(item.id, _filled(item.cause, hit), _filled(item.remedy, hit), told)
    return None


def _acquitted(line: str) -> Iterable[str]:
    """The causes that were not the end, as this line shows."""
    return (id_ for id_, words in _EXCUSES if any(word in line for word in words))


_EXCUSES = [(item.id, item.unless) for item in KNOWN if item.unless]


@cache
def _patterns() -> tuple[tuple[Known, re.Pattern[str]], ...]:
    return tuple((item, re.compile(item.pattern)) for item in KNOWN)


def _filled(text: str, hit: re.Match[Any]) -> str:
    """``text`` with ``{1}``, ``{2}`` replaced by what the pattern caught."""
    for number, caught in enumerate(hit.groups(), start=1):
        text = text.replace(f"{{{number}}}", str(caught or ""))
    return text
