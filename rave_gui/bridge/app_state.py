"""What the whole window is about at this moment: the project and the engine."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSignal

from rave_gui.backend.engine_record import Engine
from rave_gui.core.records import Project


class AppState(QObject):
    """An observable that is built once and handed down; only the controller changes it."""

    project_changed = pyqtSignal(object)
    """The :class:`Project` that is open now, or None."""
    engine_changed = pyqtSignal()
    """:attr:`engine`, :attr:`engine_problem` or :attr:`engine_busy` is another."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._engine: Engine | None = None
        self._engine_problem = ""
        self._engine_busy = False

    @property
    def project(self) -> Project | None:
        """The project that the pages show."""
        return self._project

    @property
    def engine(self) -> Engine | None:
        """The RAVE that new work would use; None while unknown or missing."""
        return self._engine

    @property
    def engine_problem(self) -> str:
        """Why there is no engine, in words; empty while it is looked for."""
        return self._engine_problem

    @property
    def engine_busy(self) -> bool:
        """Whether it is being looked for right now."""
        return self._engine_busy

    def set_project(self, project: Project | None) -> None:
        """Show that project; the same record again is no change."""
        if project != self._project:
            self._project = project
            self.project_changed.emit(project)

    def set_engine_busy(self) -> None:
        """The engine is being looked for."""
        self._engine_busy = True
        self.engine_changed.emit()

    def set_engine(self, engine: Engine | None, problem: str = "") -> None:
        """The search ended with an engine or with a problem."""
        self._engine, self._engine_problem, self._engine_busy = engine, problem, False
        self.engine_changed.emit()
