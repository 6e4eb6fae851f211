"""What the whole application looks at: built once, handed down, no singleton."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger
from rave_gui.core.records import Project
from rave_gui.core.settings import Settings, SettingsStore
from rave_gui.core.signals import Signal

Engine = TypeVar("Engine")
_log = get_logger(__name__)


@dataclass(frozen=True)
class EngineView(Generic[Engine]):
    """What is known of the engine now."""

    engine: Engine | None = None
    problem: str = ""
    """Why there is none, in words."""
    busy: bool = False
    """Whether it is being looked for or installed."""


class AppState(Generic[Engine]):
    """The current project, the settings and the engine; tells whoever listens when one changes.

    Safe from every thread. Listeners are called in the thread that made the change, and only when
    there was one.
    """

    def __init__(self, store: SettingsStore) -> None:
        self.project_changed: Signal[Project | None] = Signal()
        self.settings_changed: Signal[Settings] = Signal()
        self.engine_changed: Signal[EngineView[Engine]] = Signal()
        self._store = store
        self._lock = threading.RLock()
        self._settings = store.load()
        self._project: Project | None = None
        self._view: EngineView[Engine] = EngineView()

    @property
    def project(self) -> Project | None:
        """The project that the pages show, or None."""
        with self._lock:
            return self._project

    @property
    def settings(self) -> Settings:
        """What the person chose."""
        with self._lock:
            return self._settings

    @property
    def engine(self) -> Engine | None:
        """The engine in use, or None."""
        return self._engine_view.engine

    @property
    def engine_problem(self) -> str:
        """Why there is no engine, in words; empty when there is one."""
        return self._engine_view.problem

    @property
    def engine_busy(self) -> bool:
        """Whether the engine is being looked for or installed."""
        return self._engine_view.busy

    def select(self, project: Project | None) -> None:
        """Show this project from now on, and again at the next start."""
        with self._lock:
            changed = project != self._project
            self._project = project
        if not changed:
            return
        self._remember(project.id if project else None)
        self.project_changed.emit(project)

    def change_settings(self, **changes: Any) -> Settings:
        """Change and keep these settings.

        Raises:
            UserError: when they cannot be written; nothing is changed then.
        """
        with self._lock:
            settings = replace(self._settings, **changes)
            if settings == self._settings:
                return settings
            self._store.save(settings)
            self._settings = settings
        self.settings_changed.emit(settings)
        return settings

    def set_engine(
        self, engine: Engine | None = None, *, problem: str = "", busy: bool = False
    ) -> None:
        """Say what is known of the engine now."""
        view = EngineView(engine, problem, busy)
        with self._lock:
            changed = view != self._view
            self._view = view
        if changed:
            self.engine_changed.emit(view)

    @property
    def _engine_view(self) -> EngineView[Engine]:
        with self._lock:
            return self._view

    def _remember(self, project_id: int | None) -> None:
        """A choice that cannot be remembered holds all the same until the end."""
        try:
            self.change_settings(last_project=project_id)
        except UserError as error:
            _log.warning("%s", error)
