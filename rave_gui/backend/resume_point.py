"""Which checkpoint a training goes on from, when nobody names one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rave_gui.core.checkpoint_header import read_header
from rave_gui.core.checkpoint_health import holds_nan
from rave_gui.core.records import Checkpoint, Experiment

RESUME_KEY = "resume_from"
"""In ``Experiment.config``: the checkpoint file that the next start goes on from."""
_CLOCK_SECONDS = 2.0
"""Some file systems keep times no finer."""


def resume_point(
    experiment: Experiment, checkpoints: Sequence[Checkpoint], last_start: float | None
) -> Checkpoint | None:
    """The furthest whole checkpoint of the latest start whose weights are sound.

    What the latest start wrote comes first, then what that start went on from, then all others: a
    person who went back to an earlier step must not be taken to the later one that was left.

    Args:
        experiment: The training.
        checkpoints: Its recorded checkpoints.
        last_start: When it was last started, POSIX seconds; None if that is not known.
    """
    ordered = sorted(
        checkpoints,
        key=lambda row: (branch_of(experiment, row, last_start), row.step, row.created_at),
        reverse=True,
    )
    whole = [row for row in ordered if is_whole(row.checkpoint_path)]
    sound = (row for row in whole if not holds_nan(row.checkpoint_path))
    return next(sound, whole[0] if whole else None)


def config_beside(checkpoint: Path) -> Path:
    """The ``config.gin`` that RAVE will build the network from when it goes on from this file.

    It looks beside the checkpoint, then one and two folders up (rave/core.py, search_for_config).
    The last place is the answer where there is none: RAVE writes ``RUN/config.gin`` and
    ``RUN/version_N/checkpoints/*.ckpt``.
    """
    places = [folder / "config.gin" for folder in list(checkpoint.parents)[:3]]
    return next((place for place in places if place.is_file()), places[-1])


def is_whole(path: Path) -> bool:
    """Whether the file is there and was written to its end."""
    return path.is_file() and read_header(path).complete


def branch_of(experiment: Experiment, row: Checkpoint, last_start: float | None) -> int:
    """2 for what the latest start wrote, 1 for what it went on from, 0 for all others."""
    if last_start is not None and row.created_at >= last_start - _CLOCK_SECONDS:
        return 2
    return int(str(row.checkpoint_path) == experiment.config.get(RESUME_KEY))
