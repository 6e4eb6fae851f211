"""Searches a whole log in the background, and goes on searching as it grows."""

from __future__ import annotations

from pathlib import Path
from threading import Event

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from rave_gui.bridge.background import run_in_background
from rave_gui.bridge.stream import Stream, Tell
from rave_gui.core.log_search import LogSearch

_CALM_MS = 150
_AGAIN_MS = 500


class LogFinder(QObject):
    """One search at a time."""

    changed = pyqtSignal()
    """More was found."""
    found = pyqtSignal()
    """A new search has come to the end of the file for the first time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._search: LogSearch | None = None
        self._first = False
        self._stream = Stream(run_in_background, self)
        self._stream.batch.connect(self._on_batch)
        self._stream.ended.connect(self._on_ended)
        self._stream.refused.connect(self._on_ended)
        self._calm, self._again = QTimer(self), QTimer(self)
        for timer, wait in ((self._calm, _CALM_MS), (self._again, _AGAIN_MS)):
            timer.setSingleShot(True)
            timer.setInterval(wait)
            timer.timeout.connect(self._go_on)

    @property
    def search(self) -> LogSearch | None:
        """What is searched for; None where nothing is."""
        return self._search

    @property
    def busy(self) -> bool:
        """Whether there may be more than was found so far."""
        return self._stream.busy or self._calm.isActive()

    def start(self, path: Path | None, words: str, *, case: bool) -> None:
        """Search for ``words``; for nothing where there are none."""
        self._stream.cancel()
        self._again.stop()
        self._calm.stop()
        searching = path is not None and bool(words)
        self._search = LogSearch(path, words, case=case) if searching and path else None
        self._first = True
        if self._search is not None:
            self._calm.start()
        self.changed.emit()

    def go_on_soon(self) -> None:
        """The file has grown."""
        if self._search is not None and not self.busy and not self._again.isActive():
            self._again.start()

    @pyqtSlot()
    def _go_on(self) -> None:
        search = self._search
        if search is None or self._stream.busy:
            return

        def work(tell: Tell, stop: Event) -> None:
            try:
                for count in search.advance(stop.is_set):
                    tell(count)
            except OSError:
                return  # the file is gone or out of reach: what was found stays

        self._stream.start(work)

    @pyqtSlot(list)
    def _on_batch(self, _counts: list[int]) -> None:
        self.changed.emit()

    @pyqtSlot(object)
    def _on_ended(self, _result: object) -> None:
        self.changed.emit()
        if self._first:
            self._first = False
            self.found.emit()
