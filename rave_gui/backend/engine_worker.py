"""The keeper of the worker in the engine: one warm process that looks into models and plays them.

    worker.ask("inspect", path=str(path))  ->  what ARCHITECTURE.md says of ``inspect``

Started when first asked, ended when nobody asked for a while, started anew when it died. It ends by
itself when this process does, because its standard input ends then.
"""

from __future__ import annotations

import contextlib
import itertools
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rave_gui.backend.engine_record import Engine
from rave_gui.backend.engine_worker_idle import IdleWatch
from rave_gui.backend.engine_worker_process import ENDED, Message, WorkerProcess
from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger
from rave_gui.core.paths import companion_dir
from rave_gui.core.process import clean_environment

WORKER = "rave_gui_worker.py"
UNTRUSTED, CANCELLED, NO_SESSION, UNREADABLE, DIED = (
    "untrusted",
    "cancelled",
    "session",
    "unreadable",
    "died",
)
"""Values of :attr:`WorkerFault.code` that make a difference to who asked."""
IDLE_SECONDS = 300.0
_POLL = 0.05
_PATIENCE = 20.0
"""Seconds that a cancelled request may go on before the process is ended."""
_LAST_WORDS = 2000
_log = get_logger(__name__)

Progress = Callable[[Mapping[str, Any]], None]
Cancelled = Callable[[], bool]


class WorkerFault(UserError):
    """What the worker could not do; ``code`` says what kind of trouble it is, for programs."""

    def __init__(self, what: str, remedy: str = "", *, code: str = "", details: str = "") -> None:
        super().__init__(what, remedy, details=details)
        self.code = code


class EngineWorker:
    """Asks one worker process, from any thread. Requests are answered one after the other.

    Args:
        engine: Finds the engine when a process is to be started.
        log: Where the process writes what RAVE and torch print; begun anew with each.
        idle: Seconds without a request after which the process is ended.
        script: What runs under the engine's Python.
    """

    def __init__(
        self,
        engine: Callable[[], Engine],
        log: Path | None = None,
        *,
        idle: float = IDLE_SECONDS,
        script: Path | None = None,
    ) -> None:
        self._engine, self._log, self._idle = engine, log, idle
        self._script = script or companion_dir() / WORKER
        self._lock = threading.Lock()
        self._process: WorkerProcess | None = None
        self._watch: IdleWatch | None = None
        self._users, self._closed = 0, False
        self._numbers = itertools.count(1)

    @property
    def pid(self) -> int | None:
        """The living process; None where there is none now."""
        process = self._process
        return process.pid if process is not None and process.alive else None

    def ask(
        self,
        task: str,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
        **fields: Any,
    ) -> dict[str, Any]:
        """The worker's answer; takes as long as the work does, at first some seconds more.

        Args:
            task: ``inspect``, ``load``, ``render``, ``open``, ``block``, ``latents``, ``close``.
            progress: Told what the worker tells, in this thread.
            cancelled: Asked some times a second whether to give up.
            **fields: The request; what JSON can hold.

        Raises:
            WorkerFault: it cannot be done, was cancelled, or the process died of it.
            UserError: there is no engine, or it cannot be started.
        """
        with self._use():
            process, number = self._hired(), next(self._numbers)
            inbox = process.send({"id": number, "do": task, **fields})
            try:
                return self._outcome(process, number, inbox, progress, cancelled)
            finally:
                process.forget(number)

    def close(self) -> None:
        """End the process and take nothing any more; what is being asked fails in words."""
        with self._lock:
            self._closed = True
            watch, self._watch = self._watch, None
            process, self._process = self._process, None
        if watch is not None:
            watch.end()
        if process is not None:
            process.end()

    @contextlib.contextmanager
    def _use(self) -> Iterator[None]:
        """While somebody uses the process it is not idle."""
        with self._lock:
            self._users += 1
            if self._watch is not None:
                self._watch.busy()
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if self._watch is not None and not self._users:
                    self._watch.rest()

    def _end_idle(self) -> bool:
        """End the process unless it is used again; whether it is gone."""
        with self._lock:
            if self._users:
                return False
            process, self._process, self._watch = self._process, None, None
        if process is not None:
            process.end()
        return True

    def _hired(self) -> WorkerProcess:
        with self._lock:
            if self._closed:
                raise WorkerFault("The application is closing.", code=CANCELLED)
            if self._process is None or not self._process.alive:
                self._process = self._started()
                self._watch = self._watch or IdleWatch(self._idle, self._end_idle)
            return self._process

    def _started(self) -> WorkerProcess:
        engine = self._engine()
        argv = [str(engine.python), str(self._script)]
        argv += ["--log", str(self._log)] if self._log is not None else []
        return WorkerProcess(argv, clean_environment(engine.environment()))

    def _outcome(
        self,
        process: WorkerProcess,
        number: int,
        inbox: queue.SimpleQueue[Message],
        progress: Progress | None,
        cancelled: Cancelled | None,
    ) -> dict[str, Any]:
        try:
            for message in _messages(process, number, inbox, cancelled):
                if message is ENDED:
                    raise self._died()
                if "result" in message:
                    return dict(message["result"])
                if "error" in message:
                    raise _fault(message["error"])
                if progress is not None:
                    progress(message.get("progress") or {})
            raise WorkerFault("It was cancelled.", code=CANCELLED)
        except BaseException:
            # Whatever came in between, the worker need not go on.
            process.cancel(number)
            raise

    def _died(self) -> WorkerFault:
        with self._lock:
            closed = self._closed
        if closed:
            return WorkerFault("The application is closing.", code=CANCELLED)
        words = self._last_words()
        _log.warning("the worker in the engine ended in the middle of a request: %s", words)
        return WorkerFault(
            "The program that plays models ended unexpectedly; perhaps the memory was not enough.",
            "Try again. If it happens again with the same file, that file may be damaged.",
            code=DIED,
            details=words,
        )

    def _last_words(self) -> str:
        try:
            return self._log.read_text("utf-8", "replace")[-_LAST_WORDS:] if self._log else ""
        except OSError:
            return ""


def _messages(
    process: WorkerProcess,
    number: int,
    inbox: queue.SimpleQueue[Message],
    cancelled: Cancelled | None,
) -> Iterator[Message]:
    """What comes for one request; ends where it was cancelled and no answer came in time."""
    waited = 0.0
    while waited < _PATIENCE:
        if waited or (cancelled is not None and cancelled()):
            if not waited:
                process.cancel(number)
            waited += _POLL
        try:
            yield inbox.get(timeout=_POLL if cancelled is not None else None)
        except queue.Empty:
            continue
    process.end()


def _fault(error: Any) -> WorkerFault:
    fields = error if isinstance(error, dict) else {}
    text = str(fields.get("text") or "The model could not be used.")
    remedy, code = str(fields.get("remedy") or ""), str(fields.get("code") or "")
    return WorkerFault(text, remedy, code=code)
