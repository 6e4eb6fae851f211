"""Ctrl-C and a polite kill from the terminal end the application in order."""

from __future__ import annotations

import contextlib
import signal
import socket
from types import FrameType
from typing import Any

from PyQt6.QtCore import QObject, QSocketNotifier, pyqtSignal, pyqtSlot
from PyQt6.sip import voidptr

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class QuitSignals(QObject):
    """Turns signals of the system into a Qt signal.

    Python runs its handlers only between two of its own instructions, and an idle event loop has
    none: the wake-up descriptor lets the loop notice at once.
    """

    quit_requested = pyqtSignal()
    """Somebody asked the process to end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ours, self._theirs = socket.socketpair()
        for end in (self._ours, self._theirs):
            end.setblocking(False)
        self._notifier = QSocketNotifier(
            voidptr(self._ours.fileno()), QSocketNotifier.Type.Read, self
        )
        self._notifier.activated.connect(self._drain)
        self._before: dict[signal.Signals, Any] = {}
        self._wakeup = -1

    def install(self) -> None:
        """Listen; only possible in the main thread."""
        self._wakeup = signal.set_wakeup_fd(self._theirs.fileno(), warn_on_full_buffer=False)
        for name in _NAMES:
            number = getattr(signal, name, None)
            if number is not None:
                self._before[number] = signal.signal(number, self._handle)

    def uninstall(self) -> None:
        """Give the signals their meaning back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()
        signal.set_wakeup_fd(self._wakeup)
        self._notifier.setEnabled(False)
        self._ours.close()
        self._theirs.close()

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        self.quit_requested.emit()

    @pyqtSlot()
    def _drain(self) -> None:
        """The handler has run by now, or runs right after this."""
        with contextlib.suppress(BlockingIOError):
            self._ours.recv(4096)
