"""Work that would hold up the window, done in a pool; results come back to the main thread."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

from PyQt6.QtCore import QCoreApplication, QObject, QRunnable, Qt, QThreadPool, pyqtSignal, pyqtSlot

from rave_gui.core.errors import UserError

Result = TypeVar("Result")
TASKS_NAME = "background-tasks"


class Background(Protocol):
    """What starts work in another thread and calls back in this one: ``BackgroundTasks.run``."""

    def __call__(
        self,
        work: Callable[[], Any],
        on_done: Callable[[Any], None] | None = None,
        on_error: Callable[[Any], None] | None = None,
        *,
        owner: Any = None,
    ) -> bool:
        """False where nothing was started because the application closes."""


class InternalFault(UserError):
    """Stands for a fault of ours that the exception hook has been told of already."""

    def __init__(self) -> None:
        super().__init__(
            "Something unexpected happened inside the application.",
            "Try again; the report tells more.",
        )


class BackgroundTasks(QObject):
    """Runs functions in a pool of threads; the one owner of that pool."""

    idle = pyqtSignal()
    """The last task has delivered."""

    def __init__(self, parent: QObject | None = None, *, threads: int = 3) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._running: set[_Task] = set()
        self._refusing = False

    @property
    def busy(self) -> bool:
        """Whether a task runs or waits to be delivered."""
        return bool(self._running)

    def run(
        self,
        work: Callable[[], Result],
        on_done: Callable[[Result], None] | None = None,
        on_error: Callable[[UserError], None] | None = None,
        *,
        on_finally: Callable[[], None] | None = None,
        owner: QObject | None = None,
    ) -> bool:
        """Call ``work`` in another thread, then one of the callbacks in this one.

        Args:
            work: what to do; it may touch no widget.
            on_done: gets what ``work`` returned.
            on_error: gets the :class:`UserError` that ``work`` raised; without it the exception
                hook is told. Any other exception goes to the hook first, which shows it, and then
                to ``on_error`` as an :class:`InternalFault`, so that nothing waits for ever.
            on_finally: called in every case, after the others.
            owner: when this object is gone before the end, nobody is called.

        Returns:
            False while the application closes: nothing was started then.
        """
        if self._refusing:
            return False
        task = _Task(work, on_done, on_error, on_finally)
        self._running.add(task)
        task.delivered.connect(self._settle)
        if owner is not None:
            owner.destroyed.connect(task.forget)
        self._pool.start(task.runnable)
        return True

    def refuse(self) -> None:
        """Start nothing more and call nobody back; what runs is left to end."""
        self._refusing = True
        for task in self._running:
            task.forget()
        self._running = {task for task in self._running if not self._taken_back(task)}

    def wait(self, seconds: float) -> bool:
        """Whether every thread of the pool ended within ``seconds``; for the very end only."""
        return self._pool.waitForDone(int(seconds * 1000))

    def _taken_back(self, task: _Task) -> bool:
        """Whether the task had not begun, and now never will."""
        return self._pool.tryTake(task.runnable)

    @pyqtSlot()
    def _settle(self) -> None:
        task = self.sender()
        if isinstance(task, _Task):
            self._running.discard(task)
            task.deleteLater()
        if not self._running:
            self.idle.emit()


class _Task(QObject):
    """What is called when; lives in the thread that asked."""

    succeeded = pyqtSignal(object)
    failed = pyqtSignal(object)
    delivered = pyqtSignal()

    def __init__(
        self,
        work: Callable[[], Any],
        on_done: Callable[[Any], None] | None,
        on_error: Callable[[UserError], None] | None,
        on_finally: Callable[[], None] | None,
    ) -> None:
        super().__init__()
        self.runnable = _Runnable(self.perform)
        self._work = work
        self._on_done, self._on_error, self._on_finally = on_done, on_error, on_finally
        queued = Qt.ConnectionType.QueuedConnection
        self.succeeded.connect(self._deliver, queued)  # type: ignore[call-arg]
        self.failed.connect(self._refuse, queued)  # type: ignore[call-arg]

    def perform(self) -> None:
        """Do the work; called in a thread of the pool."""
        try:
            result = self._work()
        except BaseException as error:  # carried over to the main thread, nothing is lost
            self.failed.emit(error)
        else:
            self.succeeded.emit(result)

    @pyqtSlot()
    def forget(self) -> None:
        """Whoever asked is gone: call nobody."""
        self._on_done = self._on_finally = None
        self._on_error = _ignore

    @pyqtSlot(object)
    def _deliver(self, result: object) -> None:
        try:
            if self._on_done:
                self._on_done(result)
        finally:
            self._end()

    @pyqtSlot(object)
    def _refuse(self, error: BaseException) -> None:
        try:
            refusal = error if isinstance(error, UserError) else None
            if refusal is None or self._on_error is None:
                sys.excepthook(type(error), error, error.__traceback__)
            if self._on_error is not None:
                self._on_error(refusal or InternalFault())
        finally:
            self._end()

    def _end(self) -> None:
        try:
            if self._on_finally:
                self._on_finally()
        finally:
            self.delivered.emit()


class _Runnable(QRunnable):
    """The pool's handle on a task."""

    def __init__(self, perform: Callable[[], None]) -> None:
        super().__init__()
        self._perform = perform
        # The task owns it, so that it can be taken back while it still waits for a thread.
        self.setAutoDelete(False)

    def run(self) -> None:
        """Called by the pool."""
        self._perform()


def _ignore(_error: UserError) -> None:
    """Nobody is left to tell."""


def run_in_background(
    work: Callable[[], Result],
    on_done: Callable[[Result], None] | None = None,
    on_error: Callable[[UserError], None] | None = None,
    *,
    on_finally: Callable[[], None] | None = None,
    owner: QObject | None = None,
) -> bool:
    """:meth:`BackgroundTasks.run` of the application's own tasks.

    They hang on the application object under :data:`TASKS_NAME`, which lets a widget start work
    without a module-wide variable and without being handed the tasks through every constructor.
    """
    return application_tasks().run(work, on_done, on_error, on_finally=on_finally, owner=owner)


def application_tasks() -> BackgroundTasks:
    """The tasks that belong to the running application, made when first asked for."""
    application = QCoreApplication.instance()
    if application is None:
        raise RuntimeError("background work needs a running application")
    # The stubs deny that there may be none.
    found = cast("BackgroundTasks | None", application.findChild(BackgroundTasks, TASKS_NAME))
    if found is None:
        found = BackgroundTasks(application)
        found.setObjectName(TASKS_NAME)
    return found
