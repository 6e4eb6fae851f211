"""Listening to files on a terminal: a bar, and an end within a moment when Ctrl-C is pressed."""

from __future__ import annotations

from collections.abc import Sequence

from rave_gui.backend.dataset import DatasetManager
from rave_gui.backend.scanned import ScannedFile
from rave_gui.cli.output import Bar


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
