"""The end of the application, in stages, none of which makes the main thread wait."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Protocol

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from rave_gui.bridge.background import BackgroundTasks
from rave_gui.bridge.followers import JobFollowers
from rave_gui.bridge.heart import Heart
from rave_gui.bridge.playback import Playback
from rave_gui.core.logger import get_logger

_log = get_logger(__name__)
DEADLINE_SECONDS = 5.0


class Stage(Enum):
    """How far the shutdown is."""

    RUNNING = "running"
    ASKING = "asking"
    CLOSING = "closing"
    DONE = "done"


class Farewell(Protocol):
    """Who tells that work goes on without the window; never blocks."""

    def training_goes_on(
        self, titles: list[str], *, leave: Callable[[], None], stay: Callable[[], None]
    ) -> None:
        """Say so, and call one of the two when the person has decided."""


class Lifecycle(QObject):
    """Asks once, refuses new work, lets every thread end, then says that it is time to quit."""

    closing = pyqtSignal()
    """New work is refused from now on; windows may disappear."""
    done = pyqtSignal()
    """Everything ended or the deadline is over: quit now."""

    def __init__(
        self,
        followers: JobFollowers,
        tasks: BackgroundTasks,
        heart: Heart,
        *,
        running_titles: Callable[[], list[str]],
        farewell: Farewell,
        playback: Playback | None = None,
        deadline: float = DEADLINE_SECONDS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._followers, self._tasks, self._heart = followers, tasks, heart
        self._running_titles, self._farewell = running_titles, farewell
        self._playback = playback
        self._stage = Stage.RUNNING
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(int(deadline * 1000))
        self._timer.timeout.connect(self._give_up)
        self._parts = (followers.all_finished, tasks.idle, heart.worker.idle)

    @property
    def stage(self) -> Stage:
        """How far the shutdown is."""
        return self._stage

    @pyqtSlot()
    def request_close(self) -> None:
        """The person closes the window: tell what goes on without it, if anything does."""
        if self._stage is not Stage.RUNNING:
            return
        titles = self._running_titles()
        if not titles:
            self.shut_down()
            return
        self._stage = Stage.ASKING
        self._farewell.training_goes_on(titles, leave=self.shut_down, stay=self._stay)

    @pyqtSlot()
    def shut_down(self) -> None:
        """Close without asking; a signal from the system comes here directly."""
        if self._stage in {Stage.CLOSING, Stage.DONE}:
            return
        self._stage = Stage.CLOSING
        self._timer.start()
        self._heart.stop()
        self._tasks.refuse()
        self._followers.detach_all()
        # Before any part can say that it has ended: a window that does not know yet that this is
        # the end would refuse to close, and Qt would not quit.
        self.closing.emit()
        for part in self._parts:
            part.connect(self._check)
        if self._playback is not None:
            self._playback.ended.connect(self._check)
            self._playback.shut_down()
        QTimer.singleShot(0, self._check)

    def _stay(self) -> None:
        if self._stage is Stage.ASKING:
            self._stage = Stage.RUNNING

    @pyqtSlot()
    def _check(self) -> None:
        if self._stage is Stage.CLOSING and not self._left():
            self._finish()

    @pyqtSlot()
    def _give_up(self) -> None:
        if self._stage is Stage.CLOSING:
            _log.warning("closing without %s", ", ".join(self._left()))
            self._finish()

    def _finish(self) -> None:
        self._stage = Stage.DONE
        self._timer.stop()
        self.done.emit()

    def _left(self) -> list[str]:
        left = [f"the follower of {job_id}" for job_id in self._followers.running()]
        if self._tasks.busy:
            left.append("a background task")
        if self._heart.worker.busy:
            left.append("the heart")
        if self._playback is not None and self._playback.running:
            left.append("the player")
        return left
