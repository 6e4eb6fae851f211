"""Projects: folders that hold everything, and the database's list of those that are known."""

from __future__ import annotations

import builtins
import time
import unicodedata
from pathlib import Path

from rave_gui.backend.archive import (
    DATASETS,
    EXPORTS,
    JOBS,
    PROJECT_FILE,
    RENDERS,
    RUNS,
    Archive,
)
from rave_gui.backend.reindex import Reindexer, ReindexReport
from rave_gui.core.errors import UserError
from rave_gui.core.paths import AppPaths, fresh_path, slug
from rave_gui.core.records import Project
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, RecordChanged

LAYOUT = (DATASETS, RUNS, EXPORTS, RENDERS, JOBS)
LONGEST_NAME = 120
_FORBIDDEN = {"Cc", "Cs", "Zl", "Zp"}


class ProjectManager:
    """Makes, opens, renames and forgets projects. Synchronous."""

    def __init__(
        self,
        paths: AppPaths,
        repositories: Repositories,
        archive: Archive,
        signals: AppSignals,
    ) -> None:
        self._paths = paths
        self._rows = repositories
        self._archive = archive
        self._signals = signals
        self._reindexer = Reindexer(repositories, archive)
        signals.model_saved.connect(archive.on_model_changed)

    def create(self, name: str, folder: Path | None = None) -> Project:
        """Make a project, in ``folder`` or in a fresh one among the others.

        Raises:
            UserError: when the name is taken or none, ``folder`` is a project already, or it cannot
                be written.
        """
        name = checked_name(name)
        self._refuse_taken(name)
        path = self._place(name) if folder is None else _absolute(folder)
        if (path / PROJECT_FILE).exists():
            raise UserError(
                f"{path} is a project already.",
                "Open it, or choose another folder for the new one.",
            )
        _lay_out(path)
        project = self._add(Project(name=name, path=path, created_at=time.time()))
        self._changed(project, "created")
        return project

    def open(self, folder: Path) -> Project:
        """The project in ``folder``; one that is not known yet is read in.

        Raises:
            UserError: when the folder is gone or holds no project.
        """
        path = _project_folder(folder)
        known = self._rows.projects.by_path(path)
        if known is not None and (path / PROJECT_FILE).exists():
            return known
        return self.reindex(path).project

    def get_or_create(self, name: str) -> Project:
        """The project of this name, made where there is none.

        Raises:
            UserError: when its folder is gone, or it cannot be made.
        """
        known = self.by_name(name)
        if known is None:
            return self.create(name)
        if not known.path.is_dir():
            raise _gone(known.path)
        return known

    def list(self) -> builtins.list[Project]:
        """The known projects, oldest first; the folder of one may be gone."""
        return self._rows.projects.list()

    def by_name(self, name: str) -> Project | None:
        """The project that a person calls so, whatever the case."""
        return self._rows.projects.by_name(name)

    def rename(self, project_id: int, name: str) -> Project:
        """Call a project otherwise; its folder stays where it is.

        Raises:
            UserError: when the name is taken or none, or ``project.json`` cannot be written.
        """
        name = checked_name(name)
        with self._rows.database.transaction():
            self._refuse_taken(name, but=project_id)
            project = self._rows.projects.update(project_id, name=name)
            self._archive.save_project(project)
        self._changed(project, "updated")
        return project

    def forget(self, project_id: int) -> None:
        """Remove a project from the list; its folder stays as it is and can be opened again.

        Raises:
            UserError: while jobs of it are at work.
        """
        project = self._rows.projects.get(project_id)
        jobs = self._rows.jobs.list(project_id=project_id)
        busy = [job.title or job.kind.value for job in jobs if not job.state.ended]
        if busy:
            raise UserError(
                f"{project.name} is at work: {', '.join(busy[:3])}.",
                "Stop that first, or wait until it has ended.",
            )
        self._rows.projects.delete(project_id)
        self._changed(project, "deleted")

    def reindex(self, folder: Path) -> ReindexReport:
        """Bring everything that the project folder holds back into the database.

        Raises:
            UserError: when the folder is gone or holds no project.
        """
        report = self._reindexer.run(_project_folder(folder))
        self._changed(report.project, "updated")
        return report

    def _place(self, name: str) -> Path:
        return fresh_path(_absolute(self._paths.projects), slug(name, "project"))

    def _add(self, project: Project) -> Project:
        """Row and file, or neither."""
        with self._rows.database.transaction():
            self._refuse_taken(project.name)
            project = self._rows.projects.add(project)
            self._archive.save_project(project)
        return project

    def _refuse_taken(self, name: str, but: int | None = None) -> None:
        other = self._rows.projects.by_name(name)
        if other is not None and other.id != but:
            raise UserError(
                f"There is already a project called {other.name}.", "Choose another name."
            )

    def _changed(self, project: Project, action: str) -> None:
        self._signals.project_changed.emit(RecordChanged("projects", project.id or 0, action))


def checked_name(name: str, noun: str = "project") -> str:
    """The name without space around it.

    Raises:
        UserError: when nothing is left, it is too long, or holds characters that cannot be shown.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise UserError(f"A {noun} needs a name.", "Type one.")
    if len(name) > LONGEST_NAME:
        raise UserError(f"This name has {len(name)} characters.", f"Use at most {LONGEST_NAME}.")
    if any(unicodedata.category(character) in _FORBIDDEN for character in name):
        raise UserError(
            "This name holds characters that cannot be shown.", "Use letters, digits and spaces."
        )
    return name


def _absolute(folder: Path) -> Path:
    try:
        return folder.expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise UserError(f"{folder} cannot be found ({error}).", "Choose another folder.") from error


def _project_folder(folder: Path) -> Path:
    """The folder of a project, also where a person pointed at its ``project.json``."""
    path = _absolute(folder)
    if path.name == PROJECT_FILE and path.is_file():
        path = path.parent
    if not path.exists():
        raise _gone(path)
    if not path.is_dir():
        raise UserError(f"{path} is a file.", "Choose the folder of a project.")
    return path


def _gone(path: Path) -> UserError:
    return UserError(
        f"The folder {path} is gone.",
        "Connect the disk it was on; if you moved it, open it at its new place.",
    )


def _lay_out(path: Path) -> None:
    try:
        for name in LAYOUT:
            (path / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The project folder {path} cannot be made ({error.strerror or error}).",
            "Choose a folder that you can write to, on a disk with free space.",
        ) from error
