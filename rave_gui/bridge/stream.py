"""Long work that tells what it finds while it goes on, and questions of which the newest counts."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from rave_gui.bridge.background import Background
from rave_gui.core.errors import UserError

BEAT_MS = 100
"""How often what was told is handed on."""
BACKLOG_MS = 25
"""The same while more waits than could be handed on at once."""
FEWEST, MOST = 20, 2000
"""Things handed on at once; how many it is in between, the window itself tells."""
_BATCH_SECONDS = 0.008
"""What handing on a batch may take."""
CALM_MS = 150
_SHARE = 3
"""A question that took long is asked again after a pause so many times as long."""

Tell = Callable[[Any], None]
Work = Callable[[Tell, threading.Event], Any]
Question = Callable[[], Callable[[], Any]]


@dataclass(eq=False)
class _Flow:
    """One piece of work: what it told, whether anybody still wants it, how it ended."""

    told: deque[Any] = field(default_factory=deque)
    stop: threading.Event = field(default_factory=threading.Event)
    ended: bool = False
    result: Any = None
    error: UserError | None = None


class _Portion:
    """How many things the window takes at once without being held up."""

    def __init__(self) -> None:
        self._size = FEWEST * 5

    def take(self, waiting: deque[Any]) -> list[Any]:
        """The next things of those that wait."""
        return [waiting.popleft() for _ in range(min(self._size, MOST, len(waiting)))]

    def hand(self, items: list[Any], emit: Callable[[list[Any]], None]) -> None:
        """Hand them on and learn from how long it took."""
        began = time.perf_counter()
        emit(items)
        fitting = len(items) * _BATCH_SECONDS / max(time.perf_counter() - began, 1e-6)
        # Not all at once: one batch may have been slow for another reason.
        self._size = round(min(max((self._size + fitting) / 2, FEWEST), MOST, 2 * self._size))


class Stream(QObject):
    """One piece of work at a time; a new one ends the old one. Lives in the main thread."""

    batch = pyqtSignal(list)
    """What was told since the last batch, at most ten times a second."""
    ended = pyqtSignal(object)
    """The work returned this, and all that it told was handed on."""
    refused = pyqtSignal(object)
    """A :class:`UserError`: the work could not go on; what it told was handed on."""

    def __init__(self, run: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._flow: _Flow | None = None
        self._portion = _Portion()
        self._timer = QTimer(self)
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
        self._timer.start(BEAT_MS)
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
        items = self._portion.take(flow.told)
        if items:
            self._portion.hand(items, self.batch.emit)
        # A listener of the batch may have cancelled this, or begun something else.
        if self._flow is not flow:
            return
        self._timer.setInterval(BACKLOG_MS if flow.told else BEAT_MS)
        if ended and not flow.told:
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
        self._portion = _Portion()
        self._timer = QTimer(self)
        self._timer.setInterval(BACKLOG_MS)
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
        left = self._left
        items = self._portion.take(left)
        if items:
            self._portion.hand(items, self.batch.emit)
        if not self._left and self._left is left:
            self._timer.stop()
            self.empty.emit()


class Newest(QObject):
    """Questions that are asked again and again: waits for calm, answers one at a time.

    Of the questions that come while one is answered, only the last is kept. What takes long is
    asked less often, so that it never takes more than a quarter of the time; ``eager`` ones are
    what a hand waits for, and never put off.
    """

    answered = pyqtSignal(object)
    refused = pyqtSignal(object)
    """A :class:`UserError`."""

    def __init__(
        self,
        run: Background,
        parent: QObject | None = None,
        calm_ms: int = CALM_MS,
        *,
        eager: bool = False,
    ) -> None:
        super().__init__(parent)
        self._run = run
        self._question: Question | None = None
        self._asking = False
        self._era = 0
        self._calm_ms, self._next = calm_ms, 0.0
        self._share = 0 if eager else _SHARE
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask_now)

    @property
    def busy(self) -> bool:
        """Whether an answer is to come."""
        return self._asking or self._question is not None

    def ask(self, question: Callable[[], Any]) -> None:
        """Have ``question`` answered in another thread, soon."""
        self.ask_then(lambda: question)

    def ask_then(self, question: Question) -> None:
        """The same where the question itself is put together only when its time has come.

        Args:
            question: Called in this thread; what it returns is called in another one.
        """
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
        done, failed = partial(settle, self.answered), partial(settle, self.refused)
        self._run(question(), done, failed, owner=self)

    def _settle(self, era: int, began: float, signal: Any, result: Any) -> None:
        self._asking = False
        now = time.monotonic()
        self._next = now + self._share * (now - began)
        if era == self._era:
            signal.emit(result)
        if self._question is not None:
            self.ask_then(self._question)
