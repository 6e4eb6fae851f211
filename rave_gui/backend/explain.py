"""Known last words of RAVE, with what they mean and what to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rave_gui.backend.explain_table import HARMLESS, KNOWN, Known

_LONGEST_LINE = 4000


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

    Each cause is told once, at its last line: the last match is the nearest to the end.
    """
    known = [(item, re.compile(item.pattern)) for item in KNOWN]
    found: dict[str, Match] = {}
    for raw in lines:
        line = raw[:_LONGEST_LINE].rstrip()
        match = None if any(word in line for word in HARMLESS) else _match(line, known, lines)
        if match is not None:
            found.pop(match.id, None)
            found[match.id] = match
    return list(found.values())


def _match(
    line: str, known: Sequence[tuple[Known, re.Pattern[str]]], lines: Sequence[str]
) -> Match | None:
    for item, pattern in known:
        hit = pattern.search(line)
        if hit is None or (item.unless and any(item.unless in other for other in lines)):
            continue
        return Match(item.id, _filled(item.cause, hit), _filled(item.remedy, hit), line.strip())
    return None


def _filled(text: str, hit: re.Match[Any]) -> str:
    """``text`` with ``{1}``, ``{2}`` replaced by what the pattern caught."""
    for number, caught in enumerate(hit.groups(), start=1):
        text = text.replace(f"{{{number}}}", str(caught or ""))
    return text
