"""The health of everything that the application leans on, one sentence and one remedy a thing."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path

from rave_gui.backend import engine_diagnosis, engine_search, system_parts
from rave_gui.backend.engine import ENGINE_VARIABLE, Engine, EngineManager
from rave_gui.backend.engine_record import search_path
from rave_gui.core.database import Database
from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger
from rave_gui.core.paths import AppPaths
from rave_gui.core.process import clean_environment, run_captured
from rave_gui.core.settings import SettingsStore

PYTHONS = ((3, 10), (3, 13))
LITTLE_SPACE = 10_000_000_000
"""Bytes; a long training writes checkpoints and sound of several gigabytes."""
NO_SPACE = 1_000_000_000
_PLATFORM: str = sys.platform
_log = get_logger(__name__)


class Result(str, Enum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    id: str
    title: str
    result: Result
    text: str
    """What was found, as a sentence."""
    remedy: str = ""
    """What to do about it; empty where all is well."""


def is_healthy(checks: Sequence[Check]) -> bool:
    """Whether nothing failed; warnings are no failure."""
    return all(check.result is not Result.FAILURE for check in checks)


class Doctor:
    """Looks at everything in turn; a check that breaks is itself a finding and stops no other."""

    def __init__(self, paths: AppPaths, engines: EngineManager) -> None:
        self._paths = paths
        self._engines = engines
        self._engine: Engine | None = None

    def examine(self, *, refresh: bool = False) -> Iterator[Check]:
        """Every check, each as soon as it is done; ``refresh`` asks the engine anew."""
        yield from self._shielded("python", "Python", self.python)
        yield from self._shielded("engine", "Engine", partial(self.engine, refresh))
        yield from self._shielded("gpu", "GPU", self.gpu)
        for tool in ("ffmpeg", "ffprobe"):
            yield from self._shielded(tool, tool, partial(self.tool, tool))
        yield from self._shielded("disk", "Disk space", self.disk)
        yield from self._shielded("database", "Records", self.database)
        yield from self._shielded("settings", "Settings", self.settings)
        yield from self._shielded("projects", "Projects folder", self.projects)
        yield from self._shielded("audio", "Sound output", self.audio)
        yield from self._shielded("window", "Window system", self.window)

    def _shielded(
        self, name: str, title: str, look: Callable[[], tuple[Result, str, str]]
    ) -> Iterator[Check]:
        try:
            yield Check(name, title, *look())
        except UserError as error:
            yield Check(name, title, Result.FAILURE, error.what, error.remedy)
        except Exception as error:
            _log.exception("the check %s broke", name)
            text = f"This could not be checked: {type(error).__name__}: {error}"
            yield Check(name, title, Result.FAILURE, text, "Please report this as a fault of ours.")

    def python(self) -> tuple[Result, str, str]:
        """The Python that runs the application."""
        version = ".".join(map(str, sys.version_info[:3]))
        where = "inside the application" if getattr(sys, "frozen", False) else sys.executable
        if PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
            return Result.OK, f"Python {version}, {where}.", ""
        remedy = "Install the application with Python 3.10, 3.11, 3.12 or 3.13."
        return Result.WARNING, f"Python {version} is not among the tested ones.", remedy

    def engine(self, refresh: bool = False) -> tuple[Result, str, str]:
        """The environment that RAVE runs in."""
        self._engine = engine = self._engines.current(refresh)
        text = f"{engine.summary()}, in {engine.environment_dir}."
        passed_over = self._passed_over(engine)
        if passed_over or engine.warnings:
            return Result.WARNING, text, " ".join((*passed_over, *engine.warnings))
        return Result.OK, text, ""

    def _passed_over(self, used: Engine) -> tuple[str, ...]:
        """Whether the engine that the settings name is not the one that is used."""
        wanted = SettingsStore(self._paths.settings).load().engine_python
        if not wanted or used.origin in (ENGINE_VARIABLE, "settings"):
            return ()
        python = engine_search.python_of(Path(wanted))
        if python is not None and python.parent.resolve() == used.python.parent.resolve():
            return ()
        return (f"The engine in the settings, {wanted}, cannot be used: choose another.",)

    def gpu(self) -> tuple[Result, str, str]:
        """What a training can run on."""
        engine = self._engine
        if engine is None:
            return Result.WARNING, "Unknown until there is an engine.", "Install an engine first."
        if engine.gpus:
            listed = (f"{gpu.name} ({gpu.memory_free / 1e9:.1f} GB free)" for gpu in engine.gpus)
            return Result.OK, f"{', '.join(listed)}, CUDA {engine.cuda}.", ""
        if engine.other_gpus:
            named = ", ".join(engine.other_gpus)
            return Result.WARNING, f"{named} cannot be used.", " ".join(engine.warnings)
        text = "There is no NVIDIA GPU: training runs on the CPU, which does for small trials only."
        return Result.WARNING, text, "Train on a computer with an NVIDIA GPU and adopt the run."

    def tool(self, name: str) -> tuple[Result, str, str]:
        """Ffmpeg or ffprobe, by running it as RAVE would find it."""
        path = search_path(self._engine.python) if self._engine else None
        found = shutil.which(name, path=path)
        if found is None:
            text = f"{name} is not installed, and RAVE cannot read audio without it."
            return Result.FAILURE, text, engine_diagnosis.ffmpeg_advice()
        done = run_captured(
            [found, "-hide_banner", "-version"], timeout=30, environment=clean_environment()
        )
        words = done.stdout.split()
        if done.returncode == 0 and words[1:2] == ["version"]:
            return Result.OK, f"{name} {words[2]}, {found}.", ""
        said = (done.stderr.strip().splitlines() or [f"it ended with code {done.returncode}"])[0]
        text = f"{name} is at {found} but does not run: {said}"
        return Result.FAILURE, text, engine_diagnosis.ffmpeg_advice()

    def disk(self) -> tuple[Result, str, str]:
        """Room where projects are kept."""
        place = existing(self._paths.projects)
        free = shutil.disk_usage(place).free
        text = f"{free / 1e9:.1f} GB free at {place}."
        if free >= LITTLE_SPACE:
            return Result.OK, text, ""
        remedy = "A long training writes several gigabytes: make room first."
        return Result.FAILURE if free < NO_SPACE else Result.WARNING, text, remedy

    def database(self) -> tuple[Result, str, str]:
        """The file of records: opened and examined as it is, never changed."""
        database = Database(self._paths.database)
        if not database.path.exists():
            return Result.OK, "There are no records yet; they are made at the first start.", ""
        if database.is_damaged():
            remedy = "Start the application: it keeps a copy and offers to read the projects again."
            return Result.FAILURE, f"The records in {database.path} are damaged.", remedy
        with database.connect() as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > database.version:
            text = f"The records in {database.path} were written by a newer version."
            return Result.FAILURE, text, "Update this application."
        return Result.OK, f"{database.path}, format {version}.", ""

    def settings(self) -> tuple[Result, str, str]:
        """What the person chose."""
        store = SettingsStore(self._paths.settings)
        store.load()
        if store.warning:
            return Result.WARNING, store.warning, "Look through the settings and choose again."
        return Result.OK, f"{self._paths.settings}.", ""

    def projects(self) -> tuple[Result, str, str]:
        """Whether projects can be written where they are kept."""
        place = existing(self._paths.projects)
        try:
            with tempfile.TemporaryFile(dir=place):
                return Result.OK, f"{self._paths.projects} can be written.", ""
        except OSError as error:
            text = f"{place} cannot be written: {error.strerror or error}."
            return Result.FAILURE, text, "Mend its permissions, or keep projects in another folder."

    def audio(self) -> tuple[Result, str, str]:
        """Whether sound can be played; nothing but listening needs it."""
        try:
            import sounddevice  # noqa: PLC0415

            outputs = [
                one["name"] for one in sounddevice.query_devices() if one["max_output_channels"]
            ]
        except (ImportError, OSError):
            text = "The library PortAudio is missing, so nothing can be played."
            return Result.WARNING, text, _library_remedy(system_parts.SOUND, "PortAudio")
        except Exception as error:  # PortAudioError; its class cannot be named before the import
            return Result.WARNING, f"Sound output does not work: {error}.", "Check the sound card."
        if not outputs:
            text = "There is no sound output; everything but listening works."
            return Result.WARNING, text, "Connect a sound card or headphones to listen."
        return Result.OK, f"{len(outputs)} outputs, among them {outputs[0]}.", ""

    def window(self) -> tuple[Result, str, str]:
        """The system libraries that the window needs; only Linux leaves them to the person."""
        if _PLATFORM != "linux":
            return Result.OK, "Everything for the window comes with the application.", ""
        vital = system_parts.missing(system_parts.WINDOW)
        absent = [*vital, *system_parts.missing(system_parts.X11)]
        if not absent:
            return Result.OK, "Every library that the window needs is there.", ""
        text = f"Libraries that the window needs are missing: {', '.join(absent)}."
        return (
            Result.FAILURE if vital else Result.WARNING,
            text,
            f"On Debian or Ubuntu: {system_parts.apt_line(absent)}.",
        )


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _library_remedy(parts: tuple[system_parts.Part, ...], name: str) -> str:
    if _PLATFORM == "linux":
        packages = [part.package for part in parts]
        return f"On Debian or Ubuntu: {system_parts.apt_line(packages)}."
    return f"Install {name}, or the application anew."
