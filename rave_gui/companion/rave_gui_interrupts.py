"""Signals that end a training, turned into an end at a moment of our choice."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

Handler = Callable[[int, FrameType | None], Any] | int | None
_NAMES = ("SIGINT", "SIGTERM", "SIGBREAK")


class Interrupts:
    """The handler of SIGINT, SIGTERM and (on Windows) SIGBREAK while a training runs.

    Python raises KeyboardInterrupt between any two instructions, also in the middle of an
    optimizer's step. So the first signal is only remembered (``requested``) and obeyed before the
    next batch, and the second one interrupts at once. Nothing interrupts inside ``shield()``.
    """

    def __init__(self) -> None:
        self.requested = ""
        self.patient = False
        """Whether somebody looks at ``requested`` often enough to wait for."""
        self._pid = os.getpid()
        self._active = False
        self._shielded = False
        self._before: dict[int, Handler] = {}

    def install(self) -> None:
        """Take the signals over; only a main thread can, elsewhere nothing changes."""
        if self._active or threading.current_thread() is not threading.main_thread():
            return
        for number in _signals():
            self._before[number] = signal.getsignal(number)
            signal.signal(number, self._on_signal)
        self._active = True

    def restore(self) -> None:
        """Give the signals back to whoever had them."""
        if not self._active or threading.current_thread() is not threading.main_thread():
            return
        self._active = False
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)

    @contextlib.contextmanager
    def shield(self) -> Iterator[None]:
        """Let nothing interrupt the block; what came meanwhile is remembered in ``requested``.

        The loader of torch raises from a handler of SIGCHLD when a helper of it dies, which a
        signal to the whole process group brings about just while we save: it waits as well.
        """
        was, self._shielded = self._shielded, True
        number = getattr(signal, "SIGCHLD", None)
        main = threading.current_thread() is threading.main_thread()
        child = signal.getsignal(number) if number and main else None
        if number and callable(child):
            signal.signal(number, _ignore)
        try:
            yield
        finally:
            self._shielded = was
            if number and callable(child):
                signal.signal(number, child)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if os.getpid() != self._pid:
            _in_a_helper(number)
        elif not self._active:
            self._hand_on(number, frame)
        else:
            again, self.requested = bool(self.requested), signal.Signals(number).name
            self._tell_others(number, frame)
            if not self._shielded and (again or not self.patient):
                raise KeyboardInterrupt(self.requested)

    def _tell_others(self, number: int, frame: FrameType | None) -> None:
        """Call what was installed before us, unless all it does is to raise KeyboardInterrupt."""
        before = self._before.get(number)
        if callable(before) and before is not signal.default_int_handler:
            before(number, frame)

    def _hand_on(self, number: int, frame: FrameType | None) -> None:
        """Do what would have happened without us; Lightning may put us back after our end."""
        before = self._before.get(number)
        if callable(before):
            before(number, frame)
        elif before != signal.SIG_IGN:
            _die(number)


def _signals() -> list[int]:
    return [int(getattr(signal, name)) for name in _NAMES if hasattr(signal, name)]


def _in_a_helper(number: int) -> None:
    """What a forked loader process does: it outlives Ctrl-C, since its parent still needs it."""
    if number != signal.SIGINT:
        _die(number)


def _die(number: int) -> None:
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Stand in for a handler while it would be in the way."""
