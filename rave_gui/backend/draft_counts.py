"""Counting files while they come and change, so that nobody has to walk through all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

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


class Tally:
    """Counts with every file that is added or removed."""

    def __init__(self) -> None:
        self._figures: dict[str, float] = dict.fromkeys(Counts.__dataclass_fields__, 0)
        self._kinds: Counter[tuple[int, int]] = Counter()

    @property
    def counts(self) -> Counts:
        """The figures of the moment."""
        figures: dict[str, Any] = {
            key: max(0.0, value) if key.endswith("seconds") else int(value)
            for key, value in self._figures.items()
        }
        return Counts(**figures)

    def other_rates(self, sample_rate: int) -> int:
        """Chosen files with another rate than that."""
        return sum(n for (rate, _), n in self._kinds.items() if rate not in (0, sample_rate))

    def more_channels(self, channels: int) -> int:
        """Chosen files with more channels than that."""
        return sum(n for (_, many), n in self._kinds.items() if many > channels)

    def fewer_channels(self, channels: int) -> int:
        """Chosen files with fewer channels than that."""
        return sum(n for (_, many), n in self._kinds.items() if 0 < many < channels)

    def add(self, file: ScannedFile) -> None:
        """Count it."""
        self._count(file, 1)

    def remove(self, file: ScannedFile) -> None:
        """Count it no more; ``file`` is as it was when it was added."""
        self._count(file, -1)

    def _count(self, file: ScannedFile, sign: int) -> None:
        figures, seconds = self._figures, sign * (file.duration_seconds or 0.0)
        figures[{USE: "use", WARN: "look", REJECT: "reject"}[file.verdict]] += sign
        if not file.usable:
            return
        if file.facts is not None:
            figures["heard"] += sign
            figures["heard_seconds"] += seconds
        if not file.included:
            return
        figures["chosen"] += sign
        figures["chosen_seconds"] += seconds
        figures["chosen_looks"] += sign * (file.verdict == WARN)
        self._kinds[file.sample_rate or 0, file.channels or 0] += sign
        if file.facts is None:
            figures["unheard"] += sign
            figures["unheard_seconds"] += seconds
