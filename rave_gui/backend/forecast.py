"""What RAVE will make of a set of files, told before it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rave_gui.backend.rave_settings import PreprocessSettings
from rave_gui.backend.scan import examples_in, judge_channels, judge_length
from rave_gui.backend.scanned import ScannedFile
from rave_gui.core.errors import UserError


@dataclass(frozen=True)
class Forecast:
    """What RAVE will make of the scanned files."""

    files: tuple[ScannedFile, ...]
    examples: int
    usable_seconds: float
    sample_rate: int
    channels: int
    num_signal: int

    @property
    def accepted(self) -> tuple[ScannedFile, ...]:
        """The files that go into the dataset."""
        return tuple(file for file in self.files if file.usable)

    @property
    def rejected(self) -> tuple[ScannedFile, ...]:
        """The files that cannot be used, each with its reason."""
        return tuple(file for file in self.files if not file.usable)

    @property
    def database_bytes(self) -> int:
        """Size of the examples as 16-bit sound; the database adds a few per cent."""
        return self.examples * 2 * self.num_signal * 2 * self.channels


def forecast(files: Sequence[ScannedFile], settings: PreprocessSettings) -> Forecast:
    """Judge the files again for these settings and count what comes of them."""
    judged = tuple(
        judge_length(
            judge_channels(file, settings.channels), settings.sample_rate, settings.num_signal
        )
        for file in files
    )
    examples = sum(
        examples_in(file, settings.sample_rate, settings.num_signal)
        for file in judged
        if file.usable
    )
    seconds = examples * 2 * settings.num_signal / settings.sample_rate
    return Forecast(
        judged, examples, seconds, settings.sample_rate, settings.channels, settings.num_signal
    )


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
    reasons = "; ".join(f"{file.path.name}: {file.reason}" for file in plan.rejected[:5])
    raise UserError(
        f"None of the {len(plan.files)} files in {where} can be used ({reasons}).",
        "Choose other files, or a shorter window if they are too short.",
    )
