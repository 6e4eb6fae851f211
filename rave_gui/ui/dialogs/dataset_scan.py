"""Looks at the headers of files in the background; a new question ends the old one."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from rave_gui.backend.scan import scan
from rave_gui.backend.scanned import ScannedFile
from rave_gui.core.errors import UserError
from rave_gui.ui.context import Background

_TELL_SECONDS = 0.2


class SourceScan(QObject):
    """At most one scan counts at a time; what an older one finds is dropped."""

    counted = pyqtSignal(int)
    """Files looked at so far."""
    found = pyqtSignal(object)
    """A tuple of :class:`ScannedFile`: the scan ended."""
    refused = pyqtSignal(object)
    """A :class:`UserError`: the sources cannot be read."""

    def __init__(self, run: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._stop = threading.Event()

    def start(self, sources: Sequence[Path]) -> None:
        """Look at everything in ``sources``."""
        self.cancel()
        stop = self._stop = threading.Event()
        self._run(
            lambda: self._scan(sources, stop),
            lambda files: None if stop.is_set() else self.found.emit(files),
            lambda error: None if stop.is_set() else self.refused.emit(error),
            owner=self,
        )

    def cancel(self) -> None:
        """Nobody wants to know any more."""
        self._stop.set()

    def _scan(self, sources: Sequence[Path], stop: threading.Event) -> tuple[ScannedFile, ...]:
        files: list[ScannedFile] = []
        told = time.monotonic()
        for file in scan(sources):
            if stop.is_set():
                raise UserError("The files are not looked at any more.")
            files.append(file)
            if time.monotonic() - told > _TELL_SECONDS:
                told = time.monotonic()
                self.counted.emit(len(files))
        return tuple(files)
