"""The curves and clips of a training run, read from its event files as they grow.

Importing this is light: numpy and the readers come with the first run that is opened.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rave_gui.backend.metrics_records import Clip, Series
from rave_gui.backend.run_files import event_files, version_dirs

if TYPE_CHECKING:
    from rave_gui.backend.metrics_cache import MetricsCache
    from rave_gui.backend.metrics_join import Parts
    from rave_gui.backend.metrics_source import EventSource

__all__ = ["Clip", "RunMetrics", "Series", "version_dirs"]


class RunMetrics:
    """Everything that a run recorded, over all its versions.

    One thread may ``poll`` while others look: a look never waits for the reading of a file. With
    ``cache_dir`` long runs are opened from there the next time.
    """

    def __init__(self, run_dir: Path, cache_dir: Path | None = None) -> None:
        self.run_dir = run_dir
        self._cache_dir = cache_dir
        self._sources: dict[Path, EventSource] = {}
        self._joined: dict[str, Series] = {}
        self._cuts: dict[int, int] | None = None
        self._polling = threading.Lock()
        self._lock = threading.Lock()

    def poll(self) -> set[str]:
        """Read what is new; the tags that changed. Cheap when nothing grew."""
        with self._polling:
            changed = self._find_sources()
            for source in list(self._sources.values()):
                batch = source.read()
                if batch is not None:
                    with self._lock:
                        changed |= source.merge(batch)
                        self._forget()
                source.keep()
            return changed

    def flush(self) -> None:
        """Write the caches now, however little is new."""
        with self._polling:
            for source in self._sources.values():
                source.keep(at_least=1)

    def tags(self) -> list[str]:
        """Every tag of a scalar, sorted."""
        with self._lock:
            return self._tags()

    def series(self, tag: str) -> Series:
        """All that was recorded under ``tag``, one version after the other; may be empty."""
        from rave_gui.backend import metrics_join  # noqa: PLC0415 (brings numpy)

        with self._lock:
            return metrics_join.raw(self._parts(tag))

    def joined(self, tag: str) -> Series:
        """The curve of ``tag`` as one training: what a resume overwrote is dropped."""
        with self._lock:
            return self._join(tag)

    def last(self) -> dict[str, tuple[int, float]]:
        """For each tag the last step of its joined curve, and the value there."""
        with self._lock:
            curves = {tag: self._join(tag) for tag in self._tags()}
        return {
            tag: (int(curve.steps[-1]), float(curve.values[-1]))
            for tag, curve in curves.items()
            if len(curve)
        }

    def rows(self) -> Iterator[tuple[str, int, float, float]]:
        """Every scalar exactly as recorded: tag, step, wall time, value; tag by tag."""
        for tag in self.tags():
            series = self.series(tag)
            columns = (series.steps.tolist(), series.wall_times.tolist(), series.values.tolist())
            for step, wall_time, value in zip(*columns, strict=True):
                yield tag, step, wall_time, value

    def clips(self) -> list[Clip]:
        """Every clip, oldest first, with the global step of its validation."""
        with self._lock:
            cuts = self._version_cuts()
            return [
                clip
                for source in self._sources.values()
                for clip in source.clips(cuts.get(source.version, sys.maxsize))
            ]

    @staticmethod
    def load_clip(clip: Clip) -> bytes:
        """The clip as a WAV file.

        Raises:
            UserError: It is damaged, or its event file is gone.
        """
        from rave_gui.core.event_file import load_clip  # noqa: PLC0415 (brings numpy)

        return load_clip(clip.path, clip.ref)

    @property
    def problems(self) -> list[str]:
        """What could not be read, in sentences."""
        with self._lock:
            sources = list(self._sources.values())
        return [problem for source in sources for problem in source.problems]

    def _find_sources(self) -> set[str]:
        """Take in event files that are new in the folder; the tags that come with them."""
        found = event_files(self.run_dir)
        fresh = [(version, path) for version, path in found if path not in self._sources]
        if not fresh:
            return set()
        from rave_gui.backend.metrics_source import EventSource  # noqa: PLC0415 (brings numpy)

        cache = self._open_cache()
        added = {path: EventSource(version, path, cache) for version, path in fresh}
        with self._lock:
            sources = self._sources | added
            self._sources = dict(sorted(sources.items(), key=_by_age))
            self._forget()
        return {tag for source in added.values() for tag in source.tags}

    def _open_cache(self) -> MetricsCache | None:
        from rave_gui.backend.metrics_cache import MetricsCache  # noqa: PLC0415 (brings numpy)

        return MetricsCache(self._cache_dir / "metrics") if self._cache_dir else None

    def _forget(self) -> None:
        """Drop what was worked out from points that have changed."""
        self._joined, self._cuts = {}, None

    def _tags(self) -> list[str]:
        return sorted({tag for source in self._sources.values() for tag in source.tags})

    def _parts(self, tag: str) -> Parts:
        return [(source.version, source.points(tag)) for source in self._sources.values()]

    def _join(self, tag: str) -> Series:
        if tag not in self._joined:
            from rave_gui.backend import metrics_join  # noqa: PLC0415 (brings numpy)

            self._joined[tag] = metrics_join.joined(self._parts(tag), self._version_cuts())
        return self._joined[tag]

    def _version_cuts(self) -> dict[int, int]:
        """For each version the step from which on a later one overwrites it."""
        if self._cuts is None:
            from rave_gui.backend import metrics_join  # noqa: PLC0415 (brings numpy)

            firsts: dict[int, int] = {}
            for source in self._sources.values():
                first = source.first_step()
                if first is not None:
                    firsts[source.version] = min(first, firsts.get(source.version, first))
            self._cuts = metrics_join.cuts(firsts)
        return self._cuts


def _by_age(item: tuple[Path, EventSource]) -> tuple[int, str]:
    path, source = item
    return source.version, path.name
