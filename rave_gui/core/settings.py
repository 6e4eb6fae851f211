"""What a person chose, in one small JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rave_gui.companion.rave_gui_job_files import write_json
from rave_gui.core.errors import UserError
from rave_gui.core.fields import Field, Kind, fields_of
from rave_gui.core.logger import get_logger
from rave_gui.core.paths import fresh_path

THEMES = ("system", "light", "dark")
_MAX_BYTES = 1024 * 1024
_KINDS: dict[Kind, type] = {Kind.TEXT: str, Kind.INTEGER: int, Kind.BOOLEAN: bool}
_log = get_logger(__name__)


@dataclass(frozen=True)
class Settings:
    """Everything that is remembered between two starts."""

    engine_python: str = ""
    """The Python of the chosen engine; empty: found by the application."""
    theme: str = "system"
    """One of ``THEMES``."""
    language: str = ""
    """A code such as ``de``; empty: the system's."""
    last_project: int | None = None
    sound_folder: str = ""
    """Where sound for a dataset was last chosen."""
    sound_device: str = ""
    """What sound is played through; empty: what the system plays through."""
    window_geometry: str = ""
    """Place and size of the window as the toolkit saved it, in base64."""
    window_state: str = ""
    """Where its parts are, likewise."""
    export_folder: str = ""
    """Where copies of instruments were last wanted, beside the folders of programs."""
    trainings_table: str = ""
    """Widths and order of the table of all trainings, likewise."""
    notify_end: bool = True
    """Tell when a training has come to its end."""
    notify_failure: bool = True
    notify_phase: bool = True
    notify_desktop: bool = True
    notify_sound: bool = False
    notify_webhook: str = ""
    """An address that news is posted to; empty: none."""
    notify_command: str = ""
    """A program with its arguments in one line, started with each piece of news; empty: none."""


class SettingsStore:
    """Reads and writes the file. What a newer version wrote there and we do not know stays."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.warning = ""
        """One sentence about what was wrong at the last ``load``; empty when nothing was."""
        self._unknown: dict[str, Any] = {}

    def load(self) -> Settings:
        """The settings; what is missing or damaged has its default, and ``warning`` says so."""
        self.warning = ""
        data = self._read()
        known = {field.name: field for field in fields_of(Settings)}
        self._unknown = {name: value for name, value in data.items() if name not in known}
        chosen = {name: value for name, value in data.items() if name in known}
        wrong = [name for name, value in chosen.items() if not _fits(known[name], value)]
        if wrong:
            self._warn(f"In {self.path} these settings are not valid: {', '.join(wrong)}.")
        return Settings(**{name: value for name, value in chosen.items() if name not in wrong})

    def save(self, settings: Settings) -> None:
        """Write the settings.

        Raises:
            UserError: when the file cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_json(self.path, {**self._unknown, **asdict(settings)})
        except OSError as error:
            raise UserError(
                f"The settings cannot be written to {self.path} ({error.strerror or error}).",
                "Free some space, or make the file and its folder writable.",
            ) from error

    def change(self, **changes: Any) -> Settings:
        """Load, change these, save; returns the settings as they are now."""
        settings = replace(self.load(), **changes)
        self.save(settings)
        return settings

    def _read(self) -> Mapping[str, Any]:
        try:
            with self.path.open("rb") as file:
                raw = file.read(_MAX_BYTES + 1)
        except FileNotFoundError:
            return {}
        except OSError as error:
            self._warn(f"The settings in {self.path} cannot be read ({error.strerror or error}).")
            return {}
        try:
            data = json.loads(raw) if len(raw) <= _MAX_BYTES else None
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict):
            return data
        self._set_aside()
        return {}

    def _set_aside(self) -> None:
        kept = fresh_path(self.path.parent, f"{self.path.name}.damaged")
        try:
            self.path.rename(kept)
        except OSError as error:
            self._warn(f"The settings in {self.path} are damaged ({error.strerror or error}).")
            return
        self._warn(f"The settings in {self.path} were damaged; they are kept as {kept.name}.")

    def _warn(self, sentence: str) -> None:
        self.warning = f"{sentence} The usual settings are used."
        _log.warning("%s", self.warning)


class FreshSettings:
    """The settings as they are on the disk now; read again only when the file was changed.

    For whoever lives long beside the window that changes them.
    """

    def __init__(self, path: Path) -> None:
        self._store = SettingsStore(path)
        self._seen: tuple[int, int, int] | None = None
        self._settings = Settings()

    def get(self) -> Settings:
        """The settings; cheap enough for once a second."""
        seen = self._stamp()
        if seen is None or seen != self._seen:
            self._seen, self._settings = seen, self._store.load()
        return self._settings

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            found = self._store.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def _fits(field: Field, value: Any) -> bool:
    if value is None:
        return field.optional
    if field.name == "theme":
        return value in THEMES
    return type(value) is _KINDS[field.kind]
