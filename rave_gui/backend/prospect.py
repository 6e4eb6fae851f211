"""What would come of a draft, worked out in one go so that showing it costs nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rave_gui.backend.dataset_launch import launch_settings, needed_bytes
from rave_gui.backend.forecast import Forecast, forecast
from rave_gui.backend.outlook import Outlook, outlook
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.backend.scanned import WARN, ScannedFile

BATCH = 8
"""RAVE's own ``--batch``: the steps of an epoch are told for it."""
BY_CHOICE, DOUBLE = "by-choice", "same sound as"
"""Reasons for leaving a file out; the second is how ``verdicts.mark_duplicates`` begins its own."""
LEAVE = "leave"


@dataclass(frozen=True)
class Prospect:
    """What would come of the draft as it was at the two revisions."""

    plan: Forecast
    outlook: Outlook
    free_bytes: int | None
    """On the disk of the project; None where the system does not tell."""
    files_revision: int = 0
    choice_revision: int = 0
    short_files: int = 0
    """Chosen files that are shorter than one example."""
    gained_seconds: float = 0.0
    """Usable sound that would be lost if the short files were left out."""
    links: int = 0
    """Files that RAVE gets as they are."""
    joined: int = 0
    """Short files that become part of a longer copy."""
    left_out: tuple[tuple[str, int], ...] = ()
    """Reasons and numbers of the files that are left out, the commonest first."""
    settings: PreprocessSettings = field(default_factory=PreprocessSettings)
    """What RAVE will be told."""

    @property
    def needed_bytes(self) -> float:
        """While RAVE works."""
        return needed_bytes(self.plan)

    @property
    def has_room(self) -> bool:
        """Whether the disk takes it."""
        return self.free_bytes is None or self.needed_bytes <= self.free_bytes


def reckon(
    files: Sequence[ScannedFile],
    settings: PreprocessSettings,
    condition: ConditionSettings,
    free_bytes: int | None,
    revisions: tuple[int, int] = (0, 0),
) -> Prospect:
    """All of it. Takes a while for many files: call it in the background."""
    plan = forecast(files, settings, condition)
    chunk = settings.chunk_seconds
    short = sum(file.chosen and (file.duration_seconds or chunk) < chunk for file in files)
    items = plan.plan.items
    # Kept by the plan from now on; whoever shows them must not walk through all files.
    _ = plan.copies, plan.copied_bytes
    return Prospect(
        plan,
        outlook(plan, BATCH),
        free_bytes,
        *revisions,
        short_files=short,
        gained_seconds=_gained(plan, files) if short else 0.0,
        links=sum(item.link for item in items),
        joined=sum(len(item.pieces) for item in items if len(item.pieces) > 1),
        left_out=tuple(Counter(map(reason_kind, plan.left_out)).most_common()),
        settings=launch_settings(plan),
    )


def is_double(file: ScannedFile) -> bool:
    """Whether it was found to sound the same as another file."""
    return file.verdict == WARN and file.reason.startswith(DOUBLE)


def reason_kind(file: ScannedFile) -> str:
    """Why it is left out, without the figures that differ from file to file."""
    if is_double(file):
        return DOUBLE
    if file.usable and "left out" not in file.reason:
        return BY_CHOICE
    return file.reason.split(":")[0].split(" (")[0].strip()


def _gained(plan: Forecast, files: Sequence[ScannedFile]) -> float:
    """What the short files bring, in seconds."""
    if plan.condition.short_files == LEAVE:
        return 0.0
    without = forecast(files, plan.settings, replace(plan.condition, short_files=LEAVE))
    return max(0.0, plan.usable_seconds - without.usable_seconds)
