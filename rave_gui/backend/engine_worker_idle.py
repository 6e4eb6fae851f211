"""A thread that notices that something has not been used for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class IdleWatch:
    """Calls ``act`` once after ``seconds`` of rest; goes on where that returns False."""

    def __init__(self, seconds: float, act: Callable[[], bool]) -> None:
        self._seconds, self._act = seconds, act
        self._changed = threading.Condition()
        self._deadline: float | None = None
        self._ended = False
        self._thread = threading.Thread(target=self._watch, name="idle worker", daemon=True)
        self._thread.start()

    def busy(self) -> None:
        """It is in use."""
        self._set(None)

    def rest(self) -> None:
        """It is not in use from now on."""
        self._set(time.monotonic() + self._seconds)

    def end(self) -> None:
        """Watch no longer."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _set(self, deadline: float | None) -> None:
        with self._changed:
            self._deadline = deadline
            self._changed.notify()

    def _watch(self) -> None:
        while self._rested():
            if self._act():
                return
            self._set(None)

    def _rested(self) -> bool:
        """Wait until it was not used for long enough; False once nobody wants to know."""
        with self._changed:
            while not self._ended:
                left = None if self._deadline is None else self._deadline - time.monotonic()
                if left is not None and left <= 0:
                    return True
                self._changed.wait(left)
        return False
