"""Whether a dataset is still whole: every entry is read, as RAVE would read it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from rave_gui.core.audio_example import INT16, AudioExample
from rave_gui.core.errors import UserError
from rave_gui.core.lmdb_reader import DatasetDatabase
from rave_gui.core.records import Dataset

Told = Callable[[int, int], None]
"""Called with the entries looked at so far, and all that are expected."""
_EVERY = 16
_NAMED = 5
KEY = "verification"
"""Where the result is kept among the statistics of a dataset."""


@dataclass(frozen=True)
class Verification:
    """What looking at every entry found."""

    at: float
    """POSIX seconds."""
    examples: int
    """Entries that are whole."""
    problems: tuple[str, ...] = ()
    """Whole sentences; empty: all is well."""

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the record."""
        return {"at": self.at, "examples": self.examples, "problems": list(self.problems)}

    @classmethod
    def of(cls, dataset: Dataset) -> Verification | None:
        """What the record says of the last one; None if there was none, or it is unreadable."""
        data = dataset.statistics.get(KEY)
        if not isinstance(data, Mapping):
            return None
        at, examples, problems = data.get("at"), data.get("examples"), data.get("problems")
        right = isinstance(at, (int, float)) and isinstance(examples, int)
        if not right or not isinstance(problems, (list, tuple)):
            return None
        return cls(float(at or 0), int(examples or 0), tuple(map(str, problems)))


def verify(
    dataset: Dataset, told: Told | None = None, cancel: Event | None = None
) -> Verification | None:
    """Read every entry of the database and compare with the record; None where it was cancelled."""
    database = DatasetDatabase(dataset.path / "db")
    reader = _Reader(dataset, told, cancel or Event())
    try:
        reader.total = database.examples()
        problems = _against_metadata(dataset, database.metadata())
        reader.found = database.visit(reader.look)
    except _Cancelled:
        return None
    except UserError as error:
        return Verification(time.time(), reader.good, (*reader.problems(), error.what))
    return Verification(time.time(), reader.good, (*problems, *reader.problems()))


class _Cancelled(Exception):
    """Ends a walk."""


class _Reader:
    """Looks at one entry after the other and remembers what is wrong."""

    def __init__(self, dataset: Dataset, told: Told | None, cancel: Event) -> None:
        self.total = self.good = self._seen = 0
        self._dataset, self._told, self._cancel = dataset, told, cancel
        self._bad: list[int] = []
        self._missing: list[str] = []
        self.found: int | None = None

    def look(self, example: AudioExample) -> None:
        """One entry."""
        if self._cancel.is_set():
            raise _Cancelled
        if self._told is not None and self._seen % _EVERY == 0:
            self._told(self._seen, self.total)
        good = self._lazy(example) if self._dataset.lazy else self._sound(example)
        self.good += good
        self._seen += 1

    def problems(self) -> tuple[str, ...]:
        """What is wrong, in sentences."""
        return tuple(sentence for sentence in (self._counted(), *self._told_bad()) if sentence)

    def _sound(self, example: AudioExample) -> bool:
        expected = self._dataset.channels * 2 * self._dataset.num_signal * 2
        good = example.precision == INT16 and len(example.data) == expected
        if not good:
            self._bad.append(self._seen)
        return good

    def _lazy(self, example: AudioExample) -> bool:
        path = example.metadata.get("path", "")
        good = bool(path) and Path(path).is_file()
        if not good:
            self._missing.append(path)
        return good

    def _counted(self) -> str:
        wanted = self._dataset.num_samples
        if self.found is None or wanted is None or self.found == wanted:
            return ""
        return f"The record says {wanted} entries, the database holds {self.found}."

    def _told_bad(self) -> tuple[str, str]:
        bad = missing = ""
        if self._bad:
            named = ", ".join(map(str, self._bad[:_NAMED]))
            bad = f"{len(self._bad)} examples have the wrong size: {named}{_more(self._bad)}."
        if self._missing:
            named = ", ".join(self._missing[:_NAMED])
            missing = (
                f"{len(self._missing)} sound files are not where the dataset expects them: "
                f"{named}{_more(self._missing)}."
            )
        return bad, missing


def _against_metadata(dataset: Dataset, metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """Where RAVE's own facts differ from the record."""
    pairs = (
        ("channels", metadata.get("channels"), dataset.channels),
        ("sample rate", metadata.get("sr"), dataset.sample_rate),
        ("lazy", metadata.get("lazy"), dataset.lazy),
    )
    return tuple(
        f"metadata.yaml says {name} {found}, the record {wanted}."
        for name, found, wanted in pairs
        if found != wanted
    )


def _more(items: list[Any]) -> str:
    return f" and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
