"""One event file of a run: what was read from it so far."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rave_gui.backend.metrics_cache import MetricsCache
from rave_gui.backend.metrics_records import Clip
from rave_gui.core.event_file import ClipRef, EventFileReader, ScalarBatch
from rave_gui.core.event_points import Points

_WORTH_A_CACHE = 20_000
"""Points: fewer are read again within a few milliseconds."""
_CLIP_TAG, _CLIP_COUNTS = "audio_val", "validation"


class EventSource:
    """Follows one event file and gathers its points.

    ``read`` is slow and may run while others look; ``merge`` makes its result seen.
    """

    def __init__(self, version: int, path: Path, cache: MetricsCache | None) -> None:
        self.version = version
        self.path = path
        self._cache = cache
        known = cache.load(path) if cache else None
        self._reader = known.reader if known else EventFileReader(path)
        self._parts = {tag: [some] for tag, some in known.points.items()} if known else {}
        self._kept = self.count

    @property
    def count(self) -> int:
        """How many points there are, of all tags."""
        return sum(len(part) for parts in self._parts.values() for part in parts)

    @property
    def tags(self) -> set[str]:
        """The tags seen so far."""
        return set(self._parts)

    @property
    def problems(self) -> list[str]:
        """What could not be read, in sentences."""
        return self._reader.problems

    def read(self) -> ScalarBatch | None:
        """What is new in the file."""
        return self._reader.poll()

    def merge(self, batch: ScalarBatch) -> set[str]:
        """Take in what ``read`` brought; returns the tags that changed."""
        changed = set(batch.points)
        if batch.restarted:
            changed |= self.tags
            self._parts, self._kept = {}, 0
        for tag, points in batch.points.items():
            self._parts.setdefault(tag, []).append(points)
        return changed

    def points(self, tag: str) -> Points:
        """All points of ``tag``; none if there is no such tag."""
        parts = self._parts.get(tag, [])
        if len(parts) > 1:
            parts[:] = [Points.joined(parts)]
        return Points.joined(parts)

    def first_step(self) -> int | None:
        """The lowest step of any tag."""
        lowest = [int(self.points(tag).steps.min()) for tag in self._parts]
        return min(lowest, default=None)

    def keep(self, at_least: int = _WORTH_A_CACHE) -> None:
        """Write the cache if that many points, and a tenth of all, are not in it yet."""
        fresh = self.count - self._kept
        if self._cache is not None and fresh >= max(at_least, self.count // 10):
            self._cache.store(self._reader, {tag: self.points(tag) for tag in self._parts})
            self._kept = self.count

    def clips(self, cut: int) -> Iterator[Clip]:
        """The clips with their global steps; ``cut``: where a later version begins."""
        counts = self.points(_CLIP_COUNTS)
        for ref in self._reader.clips:
            step = self._global_step(ref, counts)
            late = step is not None and step >= cut
            yield Clip(ref, self.path, self.version, step, late)

    def _global_step(self, ref: ClipRef, counts: Points) -> int | None:
        """RAVE numbers its clips by validation; a validation's scalar has the global step.

        The clip is written just before the scalar of the same validation. Where records are
        missing from the file ordinals no longer agree, and the clock decides.
        """
        if ref.tag != _CLIP_TAG:
            return ref.step
        place = ref.step
        if self._reader.problems:
            place = int(counts.wall_times.searchsorted(ref.wall_time))
        return int(counts.steps[place]) if 0 <= place < len(counts) else None
