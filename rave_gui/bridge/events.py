"""From observers without Qt, in any thread, to Qt signals in the main thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

from PyQt6.QtCore import QObject, Qt, pyqtSignal, pyqtSlot

from rave_gui.core.signals import AppSignals


class EventBridge(QObject):
    """Every signal of :class:`AppSignals` under the same name, as a Qt signal.

    Delivery is always queued: a page never changes while the manager that announces something is
    still in the middle of it, whichever thread that is.
    """

    project_changed = pyqtSignal(object)
    dataset_created = pyqtSignal(object)
    dataset_updated = pyqtSignal(object)
    dataset_deleted = pyqtSignal(object)
    training_created = pyqtSignal(object)
    training_started = pyqtSignal(object)
    training_updated = pyqtSignal(object)
    training_progress = pyqtSignal(object)
    training_completed = pyqtSignal(object)
    training_failed = pyqtSignal(object)
    training_deleted = pyqtSignal(object)
    model_saved = pyqtSignal(object)
    model_exported = pyqtSignal(object)
    export_deleted = pyqtSignal(object)
    job_changed = pyqtSignal(object)
    job_ended = pyqtSignal(object)

    _relayed = pyqtSignal(str, object)

    def __init__(self, signals: AppSignals, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._relayed.connect(self._deliver, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        self._offs = [
            getattr(signals, field.name).connect(self._listener(field.name))
            for field in fields(signals)
        ]

    def disconnect_all(self) -> None:
        """Hear no more, so that managers may outlive this object."""
        for off in self._offs:
            off()
        self._offs.clear()

    def _listener(self, name: str) -> Callable[[object], None]:
        return lambda event: self._relayed.emit(name, event)

    @pyqtSlot(str, object)
    def _deliver(self, name: str, event: object) -> None:
        getattr(self, name).emit(event)
