"""The beat that keeps records true while nobody looks: asked for each second, never piling up."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from rave_gui.bridge.background import BackgroundTasks

BEAT_SECONDS = 1.0


class Heart(QObject):
    """Calls ``beat`` in one worker thread again and again, a new time only after the last ended."""

    beaten = pyqtSignal(object)
    """A beat ended: what it answered, or None where it failed."""

    def __init__(
        self,
        beat: Callable[[], object],
        *,
        seconds: float = BEAT_SECONDS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._beat = beat
        self._last_fault = ""
        # A pool of its own: slow questions of the pages must not keep ended jobs from settling.
        self._worker = BackgroundTasks(self, threads=1)
        self._timer = QTimer(self)
        self._timer.setInterval(int(seconds * 1000))
        self._timer.timeout.connect(self.beat_now)

    @property
    def worker(self) -> BackgroundTasks:
        """Where the beats run; the lifecycle waits for it."""
        return self._worker

    def start(self) -> None:
        """Beat now and from now on."""
        self._timer.start()
        self.beat_now()

    def stop(self) -> None:
        """Begin no more beats."""
        self._timer.stop()
        self._worker.refuse()

    @pyqtSlot()
    def beat_now(self) -> None:
        """Beat at once, unless a beat is under way."""
        if not self._worker.busy:
            self._worker.run(self._shielded, self.beaten.emit)

    def _shielded(self) -> object:
        """A fault of one beat is told once, not every second, and keeps no later beat away."""
        try:
            answer = self._beat()
        except Exception as error:  # ours or the disk's: the hook tells which
            fault = f"{type(error).__name__}: {error}"
            if fault != self._last_fault:
                self._last_fault = fault
                sys.excepthook(type(error), error, error.__traceback__)
            return None
        self._last_fault = ""
        return answer
