"""The engine: finding the environment that RAVE runs in, and having one made."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

from rave_gui.backend import engine_probe, engine_search
from rave_gui.backend.engine_install import Installer, InstallStage, engine_name
from rave_gui.backend.engine_record import Engine, Gpu, search_path
from rave_gui.backend.engine_search import ENGINE_VARIABLE, Candidate
from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger
from rave_gui.core.paths import AppPaths
from rave_gui.core.settings import SettingsStore

__all__ = ["ENGINE_VARIABLE", "Engine", "EngineManager", "Gpu", "InstallStage"]
_INSTALL = "Install one with: rave-gui engine install, or choose one in the settings."
_HALF_MADE = (
    "The installation of this engine did not finish. Run it again: rave-gui engine install."
)
_log = get_logger(__name__)


class EngineManager:
    """Finds, asks and installs engines. Safe to call from several threads."""

    def __init__(self, paths: AppPaths, settings_store: SettingsStore) -> None:
        self._paths = paths
        self._settings = settings_store
        self._lock = threading.Lock()
        self._known: tuple[tuple[str, ...], Engine] | None = None

    def candidates(self) -> list[Candidate]:
        """The environments worth asking, best first; nothing is run."""
        return engine_search.candidates(self._settings.load().engine_python, self._paths.engines)

    def find(self, *, refresh: bool = False) -> list[Engine]:
        """Every environment with RAVE, or named to have it, usable or not, best first."""
        return [self._probe(candidate, refresh) for candidate in self.candidates()]

    def check(self, place: Path) -> Engine:
        """Ask one environment anew, given its Python or its folder.

        Raises:
            UserError: there is no Python at that place.
        """
        python = engine_search.named_python(str(place), "The question")
        return self._probe(Candidate(python, "named"), refresh=True)

    def current(self, refresh: bool = False) -> Engine:
        """The best engine that can run RAVE.

        Kept in memory for as long as the same environments stand unchanged; ``refresh`` asks again.

        Raises:
            UserError: none can be used, or the one in ``RAVE_GUI_ENGINE`` cannot.
        """
        if named := os.environ.get(ENGINE_VARIABLE):
            engine_search.named_python(named, f"The variable {ENGINE_VARIABLE}")
        with self._lock:
            candidates = self.candidates()
            key = tuple(engine_probe.fingerprint(one.python) for one in candidates)
            if self._known is None or refresh or self._known[0] != key:
                self._known = (key, self._choose(candidates, refresh))
            elif self._known[1].tool_faults:
                self._known = (key, engine_probe.now(self._known[1]))
            return self._known[1]

    def install(
        self,
        torch: str = "auto",
        folder: Path | None = None,
        report: Callable[[InstallStage], None] | None = None,
    ) -> Engine:
        """Make an engine in ``folder`` (default: among the application's own); takes minutes.

        ``torch`` is ``auto``, ``cpu``, ``pypi`` or a CUDA version such as ``cu128``. An engine that
        is there already is returned as it is; what an earlier attempt left is made anew.

        Raises:
            UserError: offline, disk full, interrupted, not allowed, or the folder is somebody's.
        """
        own = engine_name() if torch == "auto" else f"{engine_name()}-{torch}"
        place = folder or self._paths.engines / own
        engine = Installer(place, torch, self._cache, report or _log_stage).install()
        with self._lock:
            self._known = None
        return engine

    def select(self, engine: Engine) -> None:
        """Use this engine from now on, as the settings' own.

        Raises:
            UserError: it cannot run RAVE, or the settings cannot be written.
        """
        if not engine.ready:
            raise _unusable(engine, "This engine cannot be used.")
        self._settings.change(engine_python=str(engine.python))

    def search_path(self) -> str:
        """``PATH`` as RAVE will have it, so that we hear with the ffmpeg that it uses.

        Nothing is run for it: while no engine was asked yet, the best candidate is believed.
        """
        if self._known is not None:
            return search_path(self._known[1].python)
        best = next(iter(self.candidates()), None)
        return search_path(best.python) if best else os.environ.get("PATH", os.defpath)

    def now(self, engine: Engine) -> Engine:
        """``engine`` with the free memory of its GPUs, and ffmpeg, as they are at this moment."""
        return engine_probe.now(engine)

    @property
    def _cache(self) -> Path:
        return self._paths.cache / "engines"

    def _probe(self, candidate: Candidate, refresh: bool) -> Engine:
        python, origin = candidate.python, candidate.origin
        if engine_search.is_half_made(Engine(python, origin).environment_dir):
            return Engine(python, origin, problems=(_HALF_MADE,))
        return engine_probe.probe(python, origin, self._cache, refresh=refresh)

    def _choose(self, candidates: list[Candidate], refresh: bool) -> Engine:
        """The first candidate that is ready."""
        refused: list[Engine] = []
        for candidate in candidates:
            engine = self._probe(candidate, refresh)
            if engine.ready:
                return engine
            if engine.origin == ENGINE_VARIABLE:
                raise _unusable(engine, f"The engine in {ENGINE_VARIABLE} cannot be used.")
            _log.warning(
                "engine %s (%s) passed over: %s", engine.python, engine.origin, engine.problems
            )
            refused.append(engine)
        raise _unusable(refused[0], "No engine can be used.") if refused else _none()


def _log_stage(stage: InstallStage) -> None:
    _log.info("engine installation, %s: %s", stage.name, stage.text)


def _unusable(engine: Engine, what: str) -> UserError:
    return UserError(f"{what} {engine.python}:", " ".join(engine.problems))


def _none() -> UserError:
    return UserError("There is no engine yet: the Python environment that RAVE runs in.", _INSTALL)
