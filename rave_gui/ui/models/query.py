"""What somebody types into a filter: words, and comparisons with numbers. Pure."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_COMPARISON = re.compile(r"^(?P<key>[^\W\d]\w*)(?P<sign><=|>=|<|>|=)(?P<value>.+)$")
_NUMBER = re.compile(r"^(?P<number>[+-]?\d*\.?\d+)(?P<unit>[a-zA-Z]*)$")
_UNITS = {
    "": 1.0,
    "k": 1e3,
    "m": 1e6,
    "kb": 1e3,
    "mb": 1e6,
    "gb": 1e9,
    "s": 1.0,
    "min": 60.0,
    "h": 3600.0,
    "khz": 1e3,
}
_SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}


@dataclass(frozen=True)
class Comparison:
    """``step>=100k``: a column, a sign and a number."""

    key: str
    sign: str
    value: float

    def holds(self, value: Any) -> bool:
        """Whether ``value`` is a number on the right side."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        return _SIGNS[self.sign](float(value), self.value)


@dataclass(frozen=True)
class Query:
    """A filter, ready to be asked about each row."""

    words: tuple[str, ...] = ()
    comparisons: tuple[Comparison, ...] = ()

    def matches(self, texts: Iterable[str], values: Mapping[str, Any]) -> bool:
        """Whether every word occurs in some text, and every comparison holds."""
        whole = "\n".join(texts).casefold()
        return all(word in whole for word in self.words) and all(
            comparison.holds(values.get(comparison.key)) for comparison in self.comparisons
        )


def parse(text: str, keys: Iterable[str]) -> Query:
    """Read ``text``; what compares no known column with a number is taken as a word."""
    known, words, comparisons = set(keys), [], []
    for part in text.casefold().split():
        comparison = _comparison(part, known)
        if comparison is None:
            words.append(part)
        else:
            comparisons.append(comparison)
    return Query(tuple(words), tuple(comparisons))


def _comparison(part: str, known: set[str]) -> Comparison | None:
    found = _COMPARISON.match(part)
    if found is None or found["key"] not in known:
        return None
    value = _number(found["value"])
    return None if value is None else Comparison(found["key"], found["sign"], value)


def _number(text: str) -> float | None:
    found = _NUMBER.match(text.replace(",", ""))
    if found is None or found["unit"] not in _UNITS:
        return None
    return float(found["number"]) * _UNITS[found["unit"]]
