"""Counting files while they come and change, so that nobody has to walk through all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rave_gui.backend.scanned import REJECT, USE, WARN, ScannedFile


@dataclass(frozen=True)
class Counts:
    """How many files are what. Durations in seconds, as far as they are known."""

    use: int = 0
    look: int = 0
    reject: int = 0
    chosen: int = 0
    chosen_seconds: float = 0.0
    heard: int = 0
    """Files that can be used and were listened to, chosen or not."""
    heard_seconds: float = 0.0
    unheard: int = 0
    """Chosen files that nobody listened to yet."""
    unheard_seconds: float = 0.0
    chosen_looks: int = 0
    """Files that want a look and are chosen all the same."""

    @property
    def files(self) -> int:
        """All."""
        return self.use + self.look + self.reject

    @property
    def usable(self) -> int:
        """Files that can go into a dataset."""
        return self.use + self.look

    @property
    def to_listen(self) -> int:
        """Files that were listened to or will be."""
        return self.heard + self.unheard


class _Kind(NamedTuple):
    """What matters of a file here; a hundred thousand files are of a dozen kinds."""

    verdict: str
    included: bool
    heard: bool
    sample_rate: int
    channels: int


class Tally:
    """Counts with every file that is added or removed."""

    def __init__(self) -> None:
        self._numbers: dict[_Kind, int] = {}
        self._seconds: dict[_Kind, float] = {}

    @property
    def counts(self) -> Counts:
        """The figures of the moment."""
        chosen, heard, unheard = _Sum(), _Sum(), _Sum()
        verdicts, looks = {USE: 0, WARN: 0, REJECT: 0}, 0
        for kind, number, seconds in self._kinds():
            verdicts[kind.verdict] += number
            if kind.verdict == REJECT:
                continue
            for total, counted in (
                (chosen, kind.included),
                (heard, kind.heard),
                (unheard, kind.included and not kind.heard),
            ):
                total.add(number if counted else 0, seconds if counted else 0.0)
            looks += number if kind.included and kind.verdict == WARN else 0
        return Counts(
            verdicts[USE], verdicts[WARN], verdicts[REJECT], chosen.number, chosen.seconds,
            heard.number, heard.seconds, unheard.number, unheard.seconds, looks,
        )  # fmt: skip

    def other_rates(self, sample_rate: int) -> int:
        """Chosen files with another rate than that."""
        return sum(n for kind, n in self._chosen() if kind.sample_rate not in (0, sample_rate))

    def more_channels(self, channels: int) -> int:
        """Chosen files with more channels than that."""
        return sum(n for kind, n in self._chosen() if kind.channels > channels)

    def fewer_channels(self, channels: int) -> int:
        """Chosen files with fewer channels than that."""
        return sum(n for kind, n in self._chosen() if 0 < kind.channels < channels)

    def add(self, file: ScannedFile) -> None:
        """Count it."""
        kind = _kind(file)
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        self._seconds[kind] = self._seconds.get(kind, 0.0) + (file.duration_seconds or 0.0)

    def remove(self, file: ScannedFile) -> None:
        """Count it no more; ``file`` is as it was when it was added."""
        kind = _kind(file)
        self._numbers[kind] -= 1
        self._seconds[kind] -= file.duration_seconds or 0.0

    def _kinds(self) -> Iterator[tuple[_Kind, int, float]]:
        for kind, number in self._numbers.items():
            if number:  # of none, nothing but errors of rounding may be left
                yield kind, number, self._seconds[kind]

    def _chosen(self) -> Iterator[tuple[_Kind, int]]:
        for kind, number, _ in self._kinds():
            if kind.included and kind.verdict != REJECT:
                yield kind, number


@dataclass
class _Sum:
    number: int = 0
    seconds: float = 0.0

    def add(self, number: int, seconds: float) -> None:
        self.number += number
        self.seconds += seconds


def _kind(file: ScannedFile) -> _Kind:
    return _Kind(
        file.verdict,
        file.included,
        file.facts is not None,
        file.sample_rate or 0,
        file.channels or 0,
    )
