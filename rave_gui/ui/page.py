"""What every page has in common: it reads in the background and shows in the main thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from PyQt6.QtCore import QTimer, pyqtSignal, pyqtSlot
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QFrame, QWidget

from rave_gui.core.records import Project
from rave_gui.core.signals import RecordChanged
from rave_gui.ui.context import PageContext

_CALM_MS = 60


class Page(QFrame):
    """Reads what it shows again when a record that concerns it changes.

    Several changes at once lead to one reading; a hidden page reads when it is shown; while a
    reading is under way, at most one more is kept waiting.
    """

    error_raised = pyqtSignal(object, str)
    """An exception and what was being done, for the one dialog that shows errors."""
    TABLES: ClassVar[frozenset[str]] = frozenset()
    """Tables whose changes concern the page."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._ctx = context
        self._reading = self._again = False
        self._stale = True
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._calm.timeout.connect(self.refresh)
        context.state.project_changed.connect(self._on_project)

    @property
    def project(self) -> Project | None:
        """The open project."""
        found: Project | None = self._ctx.state.project
        return found

    # For heirs

    def reader(self) -> Callable[[], Any]:
        """What is to be called in another thread; it touches no widget."""
        raise NotImplementedError

    def present(self, found: Any) -> None:
        """Show what the reader returned."""
        raise NotImplementedError

    # Facts

    @pyqtSlot()
    def refresh(self) -> None:
        """Read and show again, now if the page is seen."""
        if not self.isVisible():
            self._stale = True
            return
        self._stale = False
        if self._reading:
            self._again = True
            return
        self._reading = self._ctx.run(self.reader(), self._done, self._failed, owner=self)

    @pyqtSlot(object)
    def on_record_changed(self, event: RecordChanged) -> None:
        """A record changed somewhere."""
        if event.table in self.TABLES:
            self.refresh_soon()

    def refresh_soon(self) -> None:
        """Read again shortly, once for all changes that come together."""
        if not self._calm.isActive():
            self._calm.start()

    def on_training_state(self, experiment_id: int) -> None:
        """The board knows something newer of a training."""

    def on_job_facts(self, job_id: str) -> None:
        """The board knows something newer of a job."""

    def showEvent(self, event: QShowEvent | None) -> None:
        """What became stale out of sight is read now."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _done(self, found: Any) -> None:
        self._reading = False
        self.present(found)
        self._read_again()

    def _failed(self, error: Any) -> None:
        self._reading = False
        self._stale = True  # tried again when the page is shown anew, or with the next change
        self.error_raised.emit(error, self.tr("Reading the records"))
        self._read_again()

    def _read_again(self) -> None:
        if self._again:
            self._again = False
            self.refresh_soon()

    @pyqtSlot()
    def _on_project(self, _event: object = None) -> None:
        self.refresh()
