"""Exports that wait for their turn: a file in the folder of each says what is to be run.

In the folder and not in memory, so that they go on after a restart; it is taken by renaming it, so
that of several applications exactly one starts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rave_gui.companion.rave_gui_job_files import read_json, write_json
from rave_gui.core.records import Export, Json

_WISH, _TAKEN = "waiting.json", "waiting.taken"


@dataclass(frozen=True)
class Wish:
    """What is to be run for an export."""

    argv: tuple[str, ...]
    snapshot: Json


def leave_wish(folder: Path, argv: Sequence[str], snapshot: Json) -> None:
    """Let the export in ``folder`` wait. Raises OSError."""
    write_json(folder / _WISH, {"argv": list(argv), "snapshot": dict(snapshot)})


def is_waiting(export: Export) -> bool:
    """Whether it has yet to be started."""
    return (export.export_path.parent / _WISH).is_file()


def take_wish(export: Export) -> Wish | None:
    """What is to be run, for exactly one taker; None for everybody else."""
    folder = export.export_path.parent
    taken = folder / _TAKEN
    try:
        (folder / _WISH).replace(taken)
    except OSError:
        return None
    found: dict[str, Any] = read_json(taken) or {}
    taken.unlink(missing_ok=True)
    argv, snapshot = found.get("argv"), found.get("snapshot")
    if not isinstance(argv, list):
        return None
    return Wish(tuple(map(str, argv)), snapshot if isinstance(snapshot, dict) else {})
