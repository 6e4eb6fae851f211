"""What the log view says and how loudly: which lines matter, and what known errors mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rave_gui.backend.explain_table import HARMLESS
from rave_gui.backend.log_findings import LogFinding
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate

# What RAVE, Lightning and their libraries say in every healthy run: notes on what is out of date,
# and the report of the profiler.
_QUIET = re.compile(
    r"(?:Deprecation|Future)Warning: |pkg_resources|^\|  [\[|]|^[-|\s=]*$|^ {2,}(?:warnings\.warn|"
    r"rank_zero_warn|rank_zero_deprecation|WeightNorm\.apply)\("
)
_BAD = re.compile(
    r"Traceback \(most recent call last\):|^(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception)(?::|$)"
    r"|FATAL |\]\(\w+(?:Error|Exception)\("
)
_QUOTED = re.compile(r'  File "|    ')  # within a traceback
_WARN = re.compile(r"\b[A-Z]\w*Warning: |^W\d{4} |^WARNING[: ]")

_WORD = re.compile(r"[\w./\\:-]+|\s+|.")


def _tr(text: str) -> str:
    return translate("log", text)


@lru_cache(maxsize=4096)
def role_of(text: str) -> str:
    """How a line is set: ``bad``, ``warn``, ``text``, or quieter where it is quoted or noise."""
    if _BAD.search(text):
        return "bad"
    if _QUIET.search(text) or any(word in text for word in HARMLESS):
        return "muted"
    if _WARN.search(text):
        return "warn"
    return "secondary" if _QUOTED.match(text) else "text"


@dataclass(frozen=True)
class LogCard:
    """What a line means, told right below it."""

    offset: int
    """Where the line begins in the file."""
    cause: str
    remedy: str
    role: str


def card(finding: LogFinding) -> LogCard:
    """The card of a finding."""
    match = finding.match
    if finding.known:
        return LogCard(finding.offset, match.cause, match.remedy, "bad")
    cause = _tr("This error is not in the table of known ones.")
    return LogCard(finding.offset, cause, match.remedy, "warn")


def cards(findings: Sequence[LogFinding]) -> tuple[LogCard, ...]:
    """One card for each."""
    return tuple(card(finding) for finding in findings)


def matches(count: int, current: int | None, *, full: bool, busy: bool) -> str:
    """``3 of 42 lines``."""
    many = formats.count(count) + ("+" if full else "")
    if current is not None:
        return _tr("{n} of {many} lines").format(n=formats.count(current), many=many)
    if busy and not count:
        return _tr("searching…")
    return plural(count, _tr("1 line"), _tr("{n} lines")).format(n=many)


def word_at(text: str, column: int) -> tuple[int, int]:
    """Where the word at ``column`` begins and ends; a path or a number counts as one."""
    for hit in _WORD.finditer(text):
        if hit.start() <= column < hit.end():
            return hit.span()
    return column, column


def to_the_end(missed: int) -> str:
    """The chip that leads back to the newest line."""
    if not missed:
        return _tr("Jump to the end")
    new = plural(missed, _tr("1 new line"), _tr("{n} new lines"))
    return _tr("Jump to the end · {new}").format(new=new.format(n=formats.count(missed)))
