"""Long work that tells what it finds while it goes on, and questions of which the newest counts."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from rave_gui.core.errors import UserError

BEAT_MS = 100
"""How often at most what was told is handed on."""
MOST = 2000
"""Things handed on at once: more would hold up the window."""
CALM_MS = 150
_SHARE = 3
"""A question that took long is asked again after a pause so many times as long."""

Tell = Callable[[Any], None]
Work = Callable[[Tell, threading.Event], Any]


class Run(Protocol):
    """Background work, see :meth:`rave_gui.bridge.background.BackgroundTasks.run`."""

    def __call__(
        self,
        work: Callable[[], Any],
        on_done: Callable[[Any], None] | None = None,
        on_error: Callable[[Any], None] | None = None,
        *,
        owner: Any = None,
    ) -> bool:
        """False where nothing was started."""


@dataclass(eq=False)
class _Flow:
    """One piece of work: what it told, whether anybody still wants it, how it ended."""

    told: deque[Any] = field(default_factory=deque)
    stop: threading.Event = field(default_factory=threading.Event)
    ended: bool = False
    result: Any = None
    error: UserError | None = None


class Stream(QObject):
    """One piece of work at a time; a new one ends the old one. Lives in the main thread."""

    batch = pyqtSignal(list)
    """What was told since the last batch, at most ten times a second."""
    ended = pyqtSignal(object)
    """The work returned this, and all that it told was handed on."""
    refused = pyqtSignal(object)
    """A :class:`UserError`: the work could not go on; what it told was handed on."""

    def __init__(self, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._flow: _Flow | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._hand_on)

    @property
    def busy(self) -> bool:
        """Whether work goes on, or has told something that was not handed on yet."""
        return self._flow is not None

    def start(self, work: Work) -> None:
        """Call ``work(tell, stop)`` in another thread; it has to return soon once ``stop`` is set.

        Args:
            work: May call ``tell`` with anything, as often as it likes.
        """
        self.cancel()
        flow = self._flow = _Flow()
        # Whoever deletes this object wants the work to end as well.
        self.destroyed.connect(partial(flow.stop.set))
        self._timer.start()
        self._run(
            partial(work, flow.told.append, flow.stop),
            partial(self._done, flow),
            partial(self._failed, flow),
            owner=self,
        )

    @pyqtSlot()
    def cancel(self) -> None:
        """Nobody wants to know any more; nothing is emitted from now on."""
        self._timer.stop()
        if self._flow is not None:
            self._flow.stop.set()
            self._flow = None

    def _done(self, flow: _Flow, result: Any) -> None:
        flow.ended, flow.result = True, result
        self._hand_on()

    def _failed(self, flow: _Flow, error: UserError) -> None:
        flow.ended, flow.error = True, error
        self._hand_on()

    @pyqtSlot()
    def _hand_on(self) -> None:
        flow = self._flow
        if flow is None:
            return
        ended = flow.ended  # asked first: what was told before the end is in the batch then
        items = [flow.told.popleft() for _ in range(min(MOST, len(flow.told)))]
        if items:
            self.batch.emit(items)
        # A listener of the batch may have cancelled this, or begun something else.
        if ended and not flow.told and self._flow is flow:
            self._end(flow)

    def _end(self, flow: _Flow) -> None:
        self._flow = None
        self._timer.stop()
        if flow.error is not None:
            self.refused.emit(flow.error)
        else:
            self.ended.emit(flow.result)


class Drip(QObject):
    """Hands on a long list in batches, so that the window is never held up by it."""

    batch = pyqtSignal(list)
    empty = pyqtSignal()
    """All was handed on."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._left: deque[Any] = deque()
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._hand_on)

    @property
    def busy(self) -> bool:
        """Whether something waits."""
        return bool(self._left)

    def put(self, items: Sequence[Any]) -> None:
        """Hand these on instead of what still waits; the first of them at once."""
        self._left = deque(items)
        self._timer.start()
        self._hand_on()

    @pyqtSlot()
    def cancel(self) -> None:
        """Forget what waits."""
        self._left.clear()
        self._timer.stop()

    @pyqtSlot()
    def _hand_on(self) -> None:
        items = [self._left.popleft() for _ in range(min(MOST, len(self._left)))]
        if items:
            self.batch.emit(items)
        if not self._left:
            self._timer.stop()
            self.empty.emit()


class Newest(QObject):
    """Questions that are asked again and again: waits for calm, answers one at a time.

    Of the questions that come while one is answered, only the last is kept. What takes long is
    asked less often, so that it never takes more than a quarter of the time.
    """

    answered = pyqtSignal(object)
    refused = pyqtSignal(object)
    """A :class:`UserError`."""

    def __init__(self, run: Run, parent: QObject | None = None, calm_ms: int = CALM_MS) -> None:
        super().__init__(parent)
        self._run = run
        self._question: Callable[[], Any] | None = None
        self._asking = False
        self._era = 0
        self._calm_ms, self._next = calm_ms, 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask_now)

    @property
    def busy(self) -> bool:
        """Whether an answer is to come."""
        return self._asking or self._question is not None

    def ask(self, question: Callable[[], Any]) -> None:
        """Have ``question`` answered in another thread, soon."""
        self._question = question
        if self._asking:
            return
        wait = max(self._calm_ms, round(1000 * (self._next - time.monotonic())))
        # A stream of questions must not put off the answer for ever.
        if not self._timer.isActive():
            self._timer.start(wait)

    @pyqtSlot()
    def cancel(self) -> None:
        """Nobody wants to know any more; an answer that is under way is dropped."""
        self._question = None
        self._era += 1
        self._timer.stop()

    @pyqtSlot()
    def _ask_now(self) -> None:
        question, self._question = self._question, None
        if question is None:
            return
        self._asking = True
        settle = partial(self._settle, self._era, time.monotonic())
        self._run(
            question, partial(settle, self.answered), partial(settle, self.refused), owner=self
        )

    def _settle(self, era: int, began: float, signal: Any, result: Any) -> None:
        self._asking = False
        now = time.monotonic()
        self._next = now + _SHARE * (now - began)
        if era == self._era:
            signal.emit(result)
        if self._question is not None:
            self.ask(self._question)
