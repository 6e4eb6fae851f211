"""The curves of trainings as one table of text, every point of them, for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rave_gui.companion.rave_gui_job_files import write_whole
from rave_gui.core.errors import UserError

if TYPE_CHECKING:
    from rave_gui.backend.metrics_records import Series
    from rave_gui.backend.trained_time import TrainedTime

COLUMNS = ("run", "tag", "step", "wall_time", "trained_hours", "value")
"""``wall_time`` in POSIX seconds as recorded; ``trained_hours`` without pauses."""
_AT_ONCE = 20_000
"""Rows that are in memory as text at a time."""


class Recorded(Protocol):
    """The part of ``RunMetrics`` that is written."""

    def tags(self) -> list[str]:
        """Every tag."""

    def joined(self, tag: str) -> Series:
        """The curve of one tag over all resumes."""


@dataclass(frozen=True)
class TableRun:
    """One training in the table."""

    name: str
    metrics: Recorded


def save_table(target: Path, runs: Sequence[TableRun]) -> None:
    """Write every curve of ``runs`` as CSV (UTF-8); a reader sees all of it or none.

    Curves are joined over resumes: what was trained over again is not in them, and of two values
    at one step the last counts.

    A number is written with as many digits as tell it from every other one, so that reading it
    gives the very value that was recorded; ``nan`` and ``inf`` as they are.

    Raises:
        UserError: there is nothing to write, or it cannot be written there.
    """
    if not any(run.metrics.tags() for run in runs):
        raise UserError(
            "There are no values to save yet.", "RAVE writes the first ones after 50 steps."
        )
    try:
        write_whole(target, _parts(runs))
    except OSError as error:
        raise cannot_write(target, error) from error


def cannot_write(target: Path, error: OSError) -> UserError:
    """Why ``target`` could not be written, and what to do."""
    return UserError(
        f"{target} cannot be written: {error.strerror or error}.",
        "Choose a folder that you can write to and that has room.",
    )


def _parts(runs: Sequence[TableRun]) -> Iterator[bytes]:
    yield _line(*COLUMNS).encode() + b"\n"
    for run in runs:
        clock = _clock(run.metrics)
        for tag in run.metrics.tags():
            yield from _curve(_line(run.name, tag), run.metrics.joined(tag), clock)


def _curve(name: str, series: Series, clock: TrainedTime) -> Iterator[bytes]:
    for begin in range(0, len(series), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        steps = series.steps[part]
        hours = clock.hours(steps.astype(float))
        columns = (steps, series.wall_times[part], hours, series.values[part])
        rows = zip(*(column.tolist() for column in columns), strict=True)
        text = (
            f"{name},{step},{wall!r},{hour:.6f},{value!r}\n" for step, wall, hour, value in rows
        )
        yield "".join(text).encode()


def _clock(metrics: Recorded) -> TrainedTime:
    """Made from the curve with the most points."""
    import numpy as np  # noqa: PLC0415

    from rave_gui.backend.trained_time import TrainedTime  # noqa: PLC0415 (brings numpy)

    densest = max((metrics.joined(tag) for tag in metrics.tags()), key=len, default=None)
    if densest is None:
        return TrainedTime(np.empty(0), np.empty(0))
    return TrainedTime(densest.steps.astype(np.float64), densest.wall_times)


def _line(*cells: str) -> str:
    """Cells with commas, quotes or line ends in quotes."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()
