"""Observers without Qt: facts that managers announce, as frozen dataclasses."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger

Event = TypeVar("Event")
_log = get_logger(__name__)


class Signal(Generic[Event]):
    """Listeners, called in the emitting thread, each shielded from the faults of the others."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Event], None]] = []
        self._lock = threading.Lock()

    def connect(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call ``listener`` with every event from now on; returns what takes it off again."""
        with self._lock:
            self._listeners.append(listener)
        return lambda: self.disconnect(listener)

    def disconnect(self, listener: Callable[[Event], None]) -> None:
        """Forget ``listener``; one that is not connected is no error."""
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def emit(self, event: Event) -> None:
        """Tell every listener; the fault of one is logged and keeps no other from hearing."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(event)
            except UserError as error:
                _log.warning("a listener refused %r: %s", event, error)
            except Exception:
                _log.exception("a listener failed on %r", event)


@dataclass(frozen=True)
class RecordChanged:
    """A row of ``table`` was added, changed or removed."""

    table: str
    id: int | str
    action: str
    """``created``, ``updated`` or ``deleted``."""


@dataclass(frozen=True)
class TrainingProgress:
    """How far a running training is."""

    experiment_id: int
    step: int
    max_steps: int
    epoch: int
    rate: float | None
    """Steps a second, averaged over the last minute."""
    phase: int


@dataclass(frozen=True)
class JobEnded:
    """A job came to its end and its records were settled."""

    job_id: str
    kind: str
    state: str
    target_id: int | None
    message: str


@dataclass(frozen=True)
class AppSignals:
    """The application-wide facts; built once and handed down."""

    project_changed: Signal[RecordChanged] = field(default_factory=Signal)
    dataset_created: Signal[RecordChanged] = field(default_factory=Signal)
    dataset_updated: Signal[RecordChanged] = field(default_factory=Signal)
    dataset_deleted: Signal[RecordChanged] = field(default_factory=Signal)
    training_created: Signal[RecordChanged] = field(default_factory=Signal)
    training_started: Signal[RecordChanged] = field(default_factory=Signal)
    training_updated: Signal[RecordChanged] = field(default_factory=Signal)
    training_progress: Signal[TrainingProgress] = field(default_factory=Signal)
    training_completed: Signal[JobEnded] = field(default_factory=Signal)
    training_failed: Signal[JobEnded] = field(default_factory=Signal)
    training_deleted: Signal[RecordChanged] = field(default_factory=Signal)
    model_saved: Signal[RecordChanged] = field(default_factory=Signal)
    model_exported: Signal[RecordChanged] = field(default_factory=Signal)
    export_deleted: Signal[RecordChanged] = field(default_factory=Signal)
    job_changed: Signal[RecordChanged] = field(default_factory=Signal)
    job_ended: Signal[JobEnded] = field(default_factory=Signal)
