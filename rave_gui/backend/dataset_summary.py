"""What the files of a dataset are like, all together: counted once, shown as small plots.

Only files that went into the dataset count, except where it is told what was left out. Shares are
shares of time, not of files: one long recording weighs more than ten clicks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rave_gui.backend.scanned import REJECT, USE, WARN, ScannedFile
from rave_gui.backend.verdicts import CLIPS, NARROW_HZ

LOUDNESS_EDGES = tuple(float(edge) for edge in range(-60, 1, 3))
"""LUFS. What is fainter or louder is counted in the first or last bar."""
BANDWIDTH_EDGES = tuple(1000.0 * edge for edge in range(0, 49, 2))
"""Hz."""
LENGTH_EDGES = (0.0, 1.0, 3.0, 10.0, 30.0, 60.0, 180.0, 600.0, 1800.0, 7200.0)
"""Seconds."""
CLIPPED_OFTEN = 6.0
"""Clipped places a minute from which distortion is part of the sound."""
_GROUPS = 4
_VARYING = re.compile(r"same sound as .*|\d[\d.,: ]*")


@dataclass(frozen=True)
class Bar:
    """One bar of a histogram, from ``low`` to ``high``."""

    low: float
    high: float
    seconds: float = 0.0
    files: int = 0
    marked: float = 0.0
    """Seconds of it that are marked: cut off by an encoder."""


@dataclass(frozen=True)
class Share:
    """How much of the sound is of one kind."""

    value: int
    """Hz, or channels."""
    seconds: float
    files: int


@dataclass(frozen=True)
class LeftOut:
    """Files that did not go in for one kind of reason."""

    files: int
    name: str
    """Of the first one."""
    reason: str
    """Of the first one."""


@dataclass(frozen=True)
class Summary:
    """What is known of the files of one dataset. Durations in seconds."""

    files: int = 0
    verdicts: tuple[int, int, int] = (0, 0, 0)
    """Usable, doubtful, unusable."""
    chosen: int = 0
    """Files that went in."""
    seconds: float = 0.0
    """Of them, before RAVE cut them."""
    heard: int = 0
    """Of them, files that were listened to; what follows speaks of these."""
    heard_seconds: float = 0.0
    loudness: tuple[Bar, ...] = ()
    """LUFS."""
    loudness_range: tuple[float, float] | None = None
    """LUFS; nine tenths of the sound lie between."""
    silence: float = 0.0
    """Seconds of silence within."""
    clipped_files: int = 0
    clipped: float = 0.0
    """Seconds of files with clipped places, not often."""
    clipped_often: float = 0.0
    """Seconds of files with at least :data:`CLIPPED_OFTEN` clipped places a minute."""
    bandwidth: tuple[Bar, ...] = ()
    """Hz."""
    cut_files: int = 0
    cut: float = 0.0
    """Seconds of files whose high end was cut off by an encoder or a resampler."""
    cut_at: float | None = None
    """Hz; where most of them end."""
    rates: tuple[Share, ...] = ()
    channels: tuple[Share, ...] = ()
    dual_mono: float = 0.0
    """Seconds of files whose channels are all alike."""
    lengths: tuple[Bar, ...] = ()
    """Seconds."""
    short: int = 0
    """Files shorter than one example."""
    left_out: tuple[LeftOut, ...] = ()
    """The most frequent reasons first."""
    left_out_files: int = 0


def summarize(files: Sequence[ScannedFile], example_seconds: float) -> Summary:
    """Count everything in ``files``; ``example_seconds`` is the length of one example."""
    chosen = [file for file in files if file.chosen]
    heard = [file for file in chosen if file.facts is not None]
    counted = Counter(file.verdict for file in files)
    left = [file for file in files if not file.chosen]
    return Summary(
        files=len(files),
        verdicts=(counted[USE], counted[WARN], counted[REJECT]),
        chosen=len(chosen),
        seconds=_total(chosen),
        heard=len(heard),
        heard_seconds=_total(heard),
        loudness=_bars(heard, LOUDNESS_EDGES, lambda file: _of(file, "loudness")),
        loudness_range=_middle(heard),
        silence=sum(min(_of(file, "silent_seconds"), _seconds(file)) for file in heard),
        **_clipping(heard),
        **_bandwidth(heard),
        rates=_shares(chosen, lambda file: file.sample_rate),
        channels=_shares(chosen, lambda file: file.channels),
        dual_mono=_total(file for file in heard if _of(file, "dual_mono")),
        lengths=_bars(chosen, LENGTH_EDGES, lambda file: file.duration_seconds),
        short=sum(_seconds(file) < example_seconds for file in chosen),
        left_out=_left_out(left),
        left_out_files=len(left),
    )


def _seconds(file: ScannedFile) -> float:
    return file.duration_seconds or 0.0


def _total(files: Iterable[ScannedFile]) -> float:
    return sum(map(_seconds, files))


def _of(file: ScannedFile, fact: str) -> Any:
    return getattr(file.facts, fact)


def _bars(
    files: Iterable[ScannedFile],
    edges: Sequence[float],
    value_of: Callable[[ScannedFile], float | None],
    marked: Callable[[ScannedFile], bool] = lambda _: False,
) -> tuple[Bar, ...]:
    """Files sorted into the spaces between ``edges``; those without a value are passed over."""
    time, count, mark = [0.0] * len(edges), [0] * len(edges), [0.0] * len(edges)
    for file in files:
        value = value_of(file)
        if value is None:
            continue
        place = max(0, min(bisect_right(edges, value) - 1, len(edges) - 2))
        time[place] += _seconds(file)
        count[place] += 1
        mark[place] += _seconds(file) if marked(file) else 0.0
    return tuple(
        Bar(low, high, time[place], count[place], mark[place])
        for place, (low, high) in enumerate(pairwise(edges))
    )


def _middle(heard: Iterable[ScannedFile]) -> tuple[float, float] | None:
    """Between which levels nine tenths of the time lie, to a tenth of a LU."""
    levels: dict[float, float] = defaultdict(float)  # sorting every file would hold up others
    for file in heard:
        if (loudness := _of(file, "loudness")) is not None:
            levels[round(loudness, 1)] += _seconds(file)
    whole = sum(levels.values())
    if whole <= 0:
        return None
    low = high = min(levels)
    done = 0.0
    for level in sorted(levels):
        if done <= 0.05 * whole:
            low = level
        if done < 0.95 * whole:
            high = level
        done += levels[level]
    return low, high


def _clipping(heard: Iterable[ScannedFile]) -> dict[str, Any]:
    files, some, often = 0, 0.0, 0.0
    for file in heard:
        runs = _of(file, "clipped_runs")
        if runs < CLIPS:
            continue
        files += 1
        if runs >= CLIPPED_OFTEN * _seconds(file) / 60:
            often += _seconds(file)
        else:
            some += _seconds(file)
    return {"clipped_files": files, "clipped": some, "clipped_often": often}


def _bandwidth(heard: Sequence[ScannedFile]) -> dict[str, Any]:
    cut = [file for file in heard if _is_cut(file)]
    bars = _bars(heard, BANDWIDTH_EDGES, lambda file: _of(file, "bandwidth_hz"), _is_cut)
    while bars and not bars[-1].files:
        bars = bars[:-1]
    return {
        "bandwidth": bars,
        "cut_files": len(cut),
        "cut": _total(cut),
        "cut_at": _commonest(cut),
    }


def _is_cut(file: ScannedFile) -> bool:
    """Whether sound is missing at the top; a cut above that hurts nobody."""
    hertz = _of(file, "bandwidth_hz")
    return bool(_of(file, "brickwall")) and hertz is not None and hertz <= NARROW_HZ


def _commonest(cut: Iterable[ScannedFile]) -> float | None:
    """The whole kHz at which most of the sound ends, in Hz."""
    ends: dict[float, float] = defaultdict(float)
    for file in cut:
        if (hertz := _of(file, "bandwidth_hz")) is not None:
            ends[1000.0 * round(hertz / 1000)] += _seconds(file)
    return max(ends, key=lambda end: ends[end], default=None)


def _shares(
    files: Iterable[ScannedFile], value_of: Callable[[ScannedFile], int | None]
) -> tuple[Share, ...]:
    time: dict[int, float] = defaultdict(float)
    count: Counter[int] = Counter()
    for file in files:
        if value := value_of(file):
            time[value] += _seconds(file)
            count[value] += 1
    shares = (Share(value, seconds, count[value]) for value, seconds in time.items())
    return tuple(sorted(shares, key=lambda share: -share.seconds))


def _left_out(files: Iterable[ScannedFile]) -> tuple[LeftOut, ...]:
    """Alike reasons together, whatever the figures in them."""
    first: dict[str, ScannedFile] = {}
    count: Counter[str] = Counter()
    for file in files:
        kind = _VARYING.sub("#", file.reason)
        first.setdefault(kind, file)
        count[kind] += 1
    return tuple(
        LeftOut(number, first[kind].path.name, first[kind].reason)
        for kind, number in count.most_common(_GROUPS)
    )
