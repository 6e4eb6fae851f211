"""Where the application keeps what it writes."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from rave_gui.core.errors import UserError

APP = "rave-gui"
HOME_VARIABLE = "RAVE_GUI_HOME"


@dataclass(frozen=True)
class AppPaths:
    """Every place that the application writes to, absolute."""

    data: Path
    config: Path
    cache: Path
    projects: Path

    @classmethod
    def from_environment(cls) -> AppPaths:
        """Everything below ``RAVE_GUI_HOME`` where it is set, else the platform's own places."""
        home = os.environ.get(HOME_VARIABLE)
        if home:
            return cls.below(Path(home))
        return cls(
            data=Path(platformdirs.user_data_dir(APP, appauthor=False)),
            config=Path(platformdirs.user_config_dir(APP, appauthor=False)),
            cache=Path(platformdirs.user_cache_dir(APP, appauthor=False)),
            projects=Path(platformdirs.user_documents_dir()) / "RAVE projects",
        )

    @classmethod
    def below(cls, home: Path) -> AppPaths:
        """Everything below the one folder ``home``."""
        root = home.expanduser().absolute()
        return cls(data=root, config=root, cache=root / "cache", projects=root / "projects")

    @property
    def database(self) -> Path:
        """The index of all projects."""
        return self.data / "rave-gui.sqlite3"

    @property
    def settings(self) -> Path:
        """What the person chose."""
        return self.config / "settings.json"

    @property
    def logs(self) -> Path:
        """Rotating logs of the application itself."""
        return self.data / "logs"

    @property
    def engines(self) -> Path:
        """The Python environments that the application installed RAVE into."""
        return self.data / "engines"

    @property
    def jobs(self) -> Path:
        """Job directories of work that belongs to no project."""
        return self.data / "jobs"


def package_dir() -> Path:
    """The folder of this package as real files, in a source tree and in a bundle alike."""
    bundle = getattr(sys, "_MEIPASS", None)
    return Path(bundle) / "rave_gui" if bundle else Path(__file__).resolve().parent.parent


def companion_dir() -> Path:
    """The folder that the engine gets on its ``PYTHONPATH``."""
    return package_dir() / "companion"


def resources_dir() -> Path:
    """Icons, styles, the bundled sample."""
    return package_dir().parent / "resources"


def slug(name: str, fallback: str = "untitled") -> str:
    """A folder name that every file system and shell takes, close to ``name``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-").lower()[:60] or fallback


def fresh_folder(parent: Path, stem: str) -> Path:
    """Make the first of ``stem``, ``stem-2``, ... in ``parent`` that is not there; returns it.

    Raises:
        UserError: when the system refuses.
    """
    while True:
        path = fresh_path(parent, stem)
        try:
            path.mkdir(parents=True)
        except FileExistsError as error:
            if not path.is_dir():  # a file stands where a folder above should be
                raise _cannot_be_made(path, error) from error
        except OSError as error:
            raise _cannot_be_made(path, error) from error
        else:
            return path


def fresh_path(folder: Path, stem: str, suffix: str = "") -> Path:
    """The first of ``stem``, ``stem-2``, ``stem-3``, ... in ``folder`` that does not exist."""
    candidate, number = folder / f"{stem}{suffix}", 2
    while candidate.exists():
        candidate, number = folder / f"{stem}-{number}{suffix}", number + 1
    return candidate


def _cannot_be_made(path: Path, error: OSError) -> UserError:
    return UserError(
        f"The folder {path} cannot be made: {error.strerror or error}.",
        "Check that its disk is connected and has room, and that you may write there.",
    )
