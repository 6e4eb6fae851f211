"""The bars of the way to a dataset: listening to its files, copying them, preprocessing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rave_gui.audio.prepare import COPYING
from rave_gui.backend.dataset import DatasetManager, Preparation
from rave_gui.backend.scanned import ScannedFile
from rave_gui.cli.output import Bar
from rave_gui.core.errors import UserError
from rave_gui.core.records import Dataset


def look_and_listen(
    datasets: DatasetManager, sources: Sequence[Path], bar: Bar
) -> list[ScannedFile]:
    """The files of ``sources``, heard; what is sure to fail fails before hours of listening.

    Raises:
        UserError: a source does not exist, or there is no engine that could preprocess.
    """
    for source in sources:
        if not source.expanduser().exists():
            raise UserError(f"{source} does not exist.", "Check how it is written.")
    files = datasets.scan(sources)
    if any(file.usable for file in files):
        datasets.require_engine()
    return listen_with_bar(datasets, files, bar)


def listen_with_bar(
    datasets: DatasetManager, files: Sequence[ScannedFile], bar: Bar
) -> list[ScannedFile]:
    """:meth:`DatasetManager.listen`, with a bar of the sound that was heard."""
    whole = sum(file.duration_seconds or 0.0 for file in files if file.usable)
    heard, seconds = 0, 0.0

    def show(file: ScannedFile) -> None:
        nonlocal heard, seconds
        heard += 1
        seconds += file.duration_seconds or 0.0
        note = f"files, {seconds / 60:.0f} of {whole / 60:.0f} minutes"
        bar.show("Listening", heard, len(files), note)

    return datasets.listen(files, show)


def preparation_bar(datasets: DatasetManager, dataset: Dataset, bar: Bar) -> Callable[[], None]:
    """What draws how far the preparation of ``dataset`` is, whenever it is called."""
    began = time.monotonic()

    def show() -> None:
        now = datasets.preparation(dataset)
        label, note = preparation_words(now)
        part = now.fraction or 0.0
        if left := time_left(part, time.monotonic() - began):
            note = f"{note}, {left}"
        bar.show_part(label, part, note)

    return show


def preparation_words(now: Preparation) -> tuple[str, str]:
    """What is being done, and how much of it is done."""
    if now.stage == COPYING:
        return "Copying", f"{now.files:,}/{now.all_files:,} files"
    return "Preparing", f"{int(now.done):,}/{int(now.total):,} examples"


def time_left(part: float, seconds: float) -> str:
    """How long it will take if it goes on as until now; nothing while that would be a guess."""
    if part < 0.02 or seconds < 2.0:
        return ""
    left = seconds * (1 - part) / part
    return f"{left / 60:.0f} min left" if left > 90 else f"{left:.0f} s left"
