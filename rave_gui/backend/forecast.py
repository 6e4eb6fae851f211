"""What RAVE will make of a set of files, told before it runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from rave_gui.audio.staging_plan import StagingPlan
from rave_gui.backend.chunks import example_frames
from rave_gui.backend.conditioning import Conditioned, condition_files
from rave_gui.backend.rave_settings import ConditionSettings, PreprocessSettings
from rave_gui.backend.scanned import REJECT, USE, WARN, ScannedFile
from rave_gui.core.errors import UserError

_BYTES = 2
"""Of one sample, in copies and in the database."""
_MESSAGE_BYTES = 160
"""What the message around the sound of one example takes, and LMDB's own head of it."""
_NAME_BYTES = 400
"""What an entry of a lazy dataset takes: the path of a file."""
_PAGE = 4096
"""LMDB keeps a value of more than half a page in pages of its own; small windows waste room."""
_INDEX_BYTES = 64


@dataclass(frozen=True)
class Forecast:
    """What RAVE will make of the scanned files."""

    files: tuple[ScannedFile, ...]
    """Judged for these settings: what is done to each, or why it is left out."""
    settings: PreprocessSettings
    condition: ConditionSettings
    plan: StagingPlan
    examples: int
    """Entries of the database: examples, or for a lazy dataset files."""
    windows: int
    """Examples; for a lazy dataset windows of ``num_signal`` that trainings find in the files."""
    usable_seconds: float
    lost_seconds: float
    """At the ends of files, and in files that are too short."""
    chosen_seconds: float
    """Of all files that were chosen, before anything was cut."""
    exact: bool
    """Whether every chosen file was listened to; otherwise headers were believed."""

    @property
    def sample_rate(self) -> int:
        """Of the dataset, in Hz."""
        return self.settings.sample_rate

    @property
    def channels(self) -> int:
        """Of the dataset."""
        return self.settings.channels

    @property
    def num_signal(self) -> int:
        """RAVE's ``--num_signal``."""
        return self.settings.num_signal

    @cached_property
    def accepted(self) -> tuple[ScannedFile, ...]:
        """The files that go into the dataset."""
        return tuple(file for file in self.files if file.chosen)

    @cached_property
    def rejected(self) -> tuple[ScannedFile, ...]:
        """The files that cannot be used, each with its reason."""
        return tuple(file for file in self.files if not file.usable)

    @cached_property
    def left_out(self) -> tuple[ScannedFile, ...]:
        """The files that do not go into the dataset, for whatever reason."""
        return tuple(file for file in self.files if not file.chosen)

    @cached_property
    def copies(self) -> int:
        """Files of the staging folder that are no links."""
        return sum(not item.link for item in self.plan.items)

    @cached_property
    def copied_bytes(self) -> int:
        """What the copies take."""
        return sum(
            item.frames * self.channels * _BYTES for item in self.plan.items if not item.link
        )

    @property
    def database_bytes(self) -> int:
        """What the database takes; a lazy one holds names only."""
        if self.settings.lazy:
            return self.examples * _NAME_BYTES
        sound = example_frames(self.num_signal) * self.channels * _BYTES + _MESSAGE_BYTES
        return self.examples * (-(-sound // _PAGE) * _PAGE + _INDEX_BYTES)

    @property
    def database_gb(self) -> int:
        """RAVE's ``--max_db_size``: what the database takes, with a fifth to spare."""
        return max(1, math.ceil(1.2 * self.database_bytes / 1024**3))


def forecast(
    files: Sequence[ScannedFile],
    settings: PreprocessSettings,
    condition: ConditionSettings | None = None,
) -> Forecast:
    """Plan the dataset for these settings and count what comes of it.

    Exact to the example where every chosen file was listened to.
    """
    condition = condition or ConditionSettings()
    chosen = [file for file in files if file.chosen]
    planned = condition_files(chosen, settings, condition)
    items = planned.plan.items
    total = sum(item.frames for item in items) / settings.sample_rate
    unit = example_frames(settings.num_signal) / settings.sample_rate
    return Forecast(
        files=tuple(_judged(file, planned) for file in files),
        settings=settings,
        condition=condition,
        plan=planned.plan,
        examples=sum(item.examples for item in items),
        windows=planned.windows,
        usable_seconds=total if settings.lazy else planned.windows * unit,
        lost_seconds=planned.lost_frames / settings.sample_rate,
        chosen_seconds=sum(file.duration_seconds or 0.0 for file in chosen),
        exact=all(file.facts is not None for file in chosen),
    )


def _judged(file: ScannedFile, planned: Conditioned) -> ScannedFile:
    """The file with what these settings mean for it; the same object where that is nothing."""
    if not file.chosen:
        return file
    if why := planned.left_out.get(file.path):
        return replace(file, verdict=REJECT, reason=_both(why, file.reason))
    remark = planned.remarks.get(file.path)
    if not remark:
        return file
    verdict = WARN if file.verdict == WARN or "shorter than" in remark else USE
    return replace(file, verdict=verdict, reason=_both(file.reason, remark))


def _both(first: str, second: str) -> str:
    return "; ".join(part for part in (first, second) if part)


def require_examples(plan: Forecast, sources: Sequence[Path]) -> None:
    """Refuse a plan of which nothing would come.

    Raises:
        UserError: with the reasons, file by file.
    """
    if plan.examples:
        return
    where = ", ".join(str(source) for source in sources)
    if not plan.files:
        raise UserError(f"No audio was found in {where}.", "Choose a folder that holds sound.")
    reasons = "; ".join(f"{file.path.name}: {file.reason}" for file in plan.left_out[:5])
    raise UserError(
        f"None of the {len(plan.files)} files in {where} can be used ({reasons}).",
        "Choose other files, or a shorter window if they are too short.",
    )
