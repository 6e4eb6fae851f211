"""What happens to exceptions that nobody caught: logged, written down, shown once."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import TracebackType

from PyQt6.QtCore import QObject, Qt, pyqtSignal, pyqtSlot

from rave_gui.bridge.crash_reports import CrashReport, write_report
from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger

_log = get_logger(__name__)


class ExceptionHook(QObject):
    """Takes over the hooks of the interpreter; install it before there is any window.

    Without a hook PyQt6 aborts the program on an exception in a slot. The hooks run in whichever
    thread failed; the signals are always delivered in the thread of this object.
    """

    crashed = pyqtSignal(object)
    """:class:`CrashReport` of a fault of ours, the first time that this fault happens."""
    refused = pyqtSignal(object)
    """A :class:`UserError` that nobody handled."""

    _failed = pyqtSignal(object)

    def __init__(self, logs: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._logs = logs
        self._told: set[str] = set()
        self._before = (sys.excepthook, threading.excepthook)
        self._failed.connect(self._deliver, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]

    def install(self) -> None:
        """Be told of every uncaught exception from now on, in every thread."""
        sys.excepthook = self.handle
        threading.excepthook = self._handle_thread

    def uninstall(self) -> None:
        """Give the hooks back as they were."""
        sys.excepthook, threading.excepthook = self._before

    def handle(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Log it and tell; callable from any thread."""
        if issubclass(kind, (KeyboardInterrupt, SystemExit)):
            self._before[0](kind, error, trace)
        elif isinstance(error, UserError):
            _log.warning("refused: %s", error)
            self._failed.emit(error)
        else:
            self._handle_bug(kind, error, trace)

    def _handle_bug(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        _log.error("unexpected failure", exc_info=(kind, error, trace))
        where = _place(kind, trace)
        if where not in self._told:
            self._told.add(where)
            self._failed.emit(write_report(self._logs, kind, error, trace))

    def _handle_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self.handle(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    @pyqtSlot(object)
    def _deliver(self, failure: CrashReport | UserError) -> None:
        if isinstance(failure, UserError):
            self.refused.emit(failure)
        else:
            self.crashed.emit(failure)


def _place(kind: type[BaseException], trace: TracebackType | None) -> str:
    """The same fault at the same place, whatever its message says this time."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    spot = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    return f"{kind.__qualname__}@{spot}"
