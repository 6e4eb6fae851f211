"""The start of a preprocess: what is written down, and the job that does it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rave_gui.audio.prepare import FLAG
from rave_gui.backend.engine import Engine
from rave_gui.backend.forecast import Forecast
from rave_gui.backend.jobs import JobRequest
from rave_gui.backend.preprocess_signs import STUCK
from rave_gui.backend.rave_cli import preprocess_argv, preprocess_stdin
from rave_gui.backend.rave_settings import PreprocessSettings
from rave_gui.companion import rave_gui_job_files as job_files
from rave_gui.core.errors import UserError
from rave_gui.core.process import own_argv, own_environment
from rave_gui.core.records import Dataset, JobKind, Json, Project

PLAN, STAGING, DATABASE = "plan.json", "staging", "db"
RAVE_ARGV = "rave_argv"
"""In the snapshot of the job: the very arguments with which RAVE is started."""
SILENCE_SECONDS = 600.0
"""A preprocess without a sign of life for so long is taken to hang and stopped."""
_SPARE = 1.1
"""Part of the needed room that must be free."""


@dataclass(frozen=True)
class Launch:
    """Everything that a preprocess is started with."""

    folder: Path
    """Of the dataset."""
    plan: Forecast
    engine: Engine

    @property
    def settings(self) -> PreprocessSettings:
        """With the suffixes that lie in the staging folder, and a limit that holds the sound."""
        return launch_settings(self.plan)

    @property
    def rave_argv(self) -> list[str]:
        """``rave preprocess`` of the staging folder."""
        inputs, output = [self.folder / STAGING], self.folder / DATABASE
        return preprocess_argv(self.engine, inputs, output, self.settings)

    def write_plan(self) -> None:
        """Write down what the staging folder shall hold.

        Raises:
            UserError: it cannot be written.
        """
        try:
            job_files.write_whole(self.folder / PLAN, self.plan.plan.text())
        except OSError as error:
            raise UserError(
                f"{self.folder} cannot be written: {error.strerror or error}.",
                "Free some space, or choose a project folder that can be written.",
            ) from error

    def request(self, project: Project, dataset: Dataset) -> JobRequest:
        """The one job that fills the staging folder and then is RAVE."""
        places = [str(self.folder / PLAN), str(self.folder / STAGING)]
        return JobRequest(
            kind=JobKind.PREPROCESS,
            argv=tuple(own_argv(FLAG, *places, "--", *self.rave_argv)),
            cwd=self.folder,
            title=f"Preparing {dataset.name}",
            project=project,
            target_id=dataset.id,
            environment={**self.engine.environment(), **own_environment()},
            stdin=preprocess_stdin(self.settings),
            silence_seconds=SILENCE_SECONDS,
            silence_stops=True,
            stuck_patterns=STUCK,
            snapshot={"forecast_examples": self.plan.examples, RAVE_ARGV: self.rave_argv},
        )

    def statistics(self) -> Json:
        """What the record keeps of the forecast."""
        return {
            "forecast_examples": self.plan.examples,
            "windows": self.plan.windows,
            "usable_seconds": self.plan.usable_seconds,
            "lost_seconds": self.plan.lost_seconds,
            "chosen_seconds": self.plan.chosen_seconds,
            "copies": self.plan.copies,
            "condition": self.plan.condition.to_json(),
        }


def launch_settings(plan: Forecast) -> PreprocessSettings:
    """What RAVE is told for this plan: its suffixes, and a limit that holds its sound."""
    suffixes = sorted({Path(item.name).suffix.lstrip(".") for item in plan.plan.items})
    return replace(plan.settings, extensions=tuple(suffixes), max_db_gb=plan.database_gb)


def needed_bytes(plan: Forecast) -> float:
    """Copies and database side by side, as they are while RAVE works, with a little to spare."""
    return (plan.copied_bytes + plan.database_bytes) * _SPARE


def require_sense(settings: PreprocessSettings) -> None:
    """Refuse what no dataset can be made with, before hours of listening.

    Raises:
        UserError: a rate, a number of channels or a window beyond all use.
    """
    for value, least, most, what in (
        (settings.sample_rate, 8000, 192_000, "sample rate (Hz)"),
        (settings.channels, 1, 64, "number of channels"),
        (settings.num_signal, 512, 1 << 24, "window (samples)"),
    ):
        if not least <= value <= most:
            raise UserError(
                f"A {what} of {value:,} is of no use to RAVE.",
                f"Choose one from {least:,} to {most:,}.",
            )


def require_tools(engine: Engine) -> None:
    """RAVE prints that it found no ffmpeg, and then hangs.

    Raises:
        UserError: an engine without ffmpeg or ffprobe.
    """
    if engine.tool_faults:
        raise UserError(" ".join(engine.tool_faults.values()))


def require_room(plan: Forecast, folder: Path) -> None:
    """While RAVE works, copies and database lie side by side.

    Raises:
        UserError: the disk cannot hold them.
    """
    needed = needed_bytes(plan)
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return  # a network disk that tells nothing; writing will say what is wrong
    if free < needed:
        raise UserError(
            f"The dataset needs {needed / 1e9:.1f} GB, and {folder} has {free / 1e9:.1f} GB free.",
            "Free some space, choose fewer files, or a lazy dataset, which copies little.",
        )


def sweep(folder: Path, *, keep_files: bool) -> None:
    """Take away what is not needed after the end: all of it, or the copies that RAVE has read.

    Links stay where the dataset is kept: they tell where its sound came from.
    """
    staging = folder / STAGING
    if not keep_files:
        for part in (folder / DATABASE, staging):
            shutil.rmtree(part, ignore_errors=True)
        return
    for path in staging.iterdir() if staging.is_dir() else ():
        if path.is_file() and not path.is_symlink():
            path.unlink(missing_ok=True)


def absolute(sources: Sequence[Path]) -> tuple[str, ...]:
    """The sources as the record keeps them."""
    return tuple(str(source.expanduser().absolute()) for source in sources)
