"""The tables that hold records, and what only one of them can do."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

from rave_gui.core.database import Database
from rave_gui.core.records import Checkpoint, Dataset, Experiment, Export, Job, Preview, Project
from rave_gui.core.repositories.base import Repository
from rave_gui.core.rows import Table

PROJECTS = Table("projects", Project, "project")
DATASETS = Table("datasets", Dataset, "dataset", status="status")
EXPERIMENTS = Table("experiments", Experiment, "training", status="status")
CHECKPOINTS = Table("models", Checkpoint, "checkpoint", order="step, created_at, id")
EXPORTS = Table("exports", Export, "export")
JOBS = Table("jobs", Job, "job", status="state")
PREVIEWS = Table("previews", Preview, "preview", order="step, id")
_FILE_FACTS = ("experiment_id", "step", "kind", "created_at", "validation", "is_best", "size")


def same_name(name: str) -> str:
    """What two names share that a person would call the same."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


class Projects(Repository[Project, int]):
    """The known projects."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, PROJECTS)

    def by_name(self, name: str) -> Project | None:
        """The project that a person calls so, whatever the case."""
        wanted = same_name(name)
        return next((p for p in self.list() if same_name(p.name) == wanted), None)

    def by_path(self, path: Path) -> Project | None:
        """The project whose folder this is."""
        return self.first(path=path)


class Datasets(Repository[Dataset, int]):
    """The datasets of all projects."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, DATASETS)

    def by_name(self, project_id: int, name: str) -> Dataset | None:
        """The dataset of a project that a person calls so, whatever the case."""
        wanted = same_name(name)
        found = self.list(project_id=project_id)
        return next((d for d in found if same_name(d.name) == wanted), None)


class Experiments(Repository[Experiment, int]):
    """The trainings of all projects."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, EXPERIMENTS)

    def by_name(self, project_id: int, name: str) -> Experiment | None:
        """The training of a project that a person calls so, whatever the case."""
        wanted = same_name(name)
        found = self.list(project_id=project_id)
        return next((e for e in found if same_name(e.name) == wanted), None)


class Checkpoints(Repository[Checkpoint, int]):
    """The checkpoints of all trainings."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, CHECKPOINTS)

    def by_path(self, path: Path) -> Checkpoint | None:
        """The checkpoint in this file."""
        return self.first(checkpoint_path=path)

    def best_validations(self, project_id: int) -> dict[int, float]:
        """The lowest validation value of each training of a project that has one."""
        query = (
            "SELECT experiment_id, MIN(validation) FROM models JOIN experiments "
            "ON experiments.id = experiment_id WHERE project_id = ? AND validation IS NOT NULL "
            "GROUP BY experiment_id"
        )
        with self._using() as connection:
            return dict(connection.execute(query, (project_id,)).fetchall())

    def upsert(self, checkpoint: Checkpoint) -> Checkpoint:
        """Keep what is known of a file, new or known before; returns the record.

        Facts of the file are taken over. What a person said of it (name, pinned, rating, notes)
        stays, and so does the validation value of the same step where none is told.
        """
        with self.database.transaction():
            known = self.by_path(checkpoint.checkpoint_path)
            if known is None or known.id is None:
                return self.add(checkpoint)
            facts = {name: getattr(checkpoint, name) for name in _FILE_FACTS}
            if checkpoint.validation is None and checkpoint.step == known.step:
                del facts["validation"]
            return known if replace(known, **facts) == known else self.update(known.id, **facts)


class Exports(Repository[Export, int]):
    """The exports of all projects."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, EXPORTS)

    def by_path(self, path: Path) -> Export | None:
        """The export that lies there."""
        return self.first(export_path=path)


class Jobs(Repository[Job, str]):
    """The jobs of all projects and those of none."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, JOBS)


class Previews(Repository[Preview, int]):
    """The rendered previews of all trainings."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, PREVIEWS)

    def by_path(self, path: Path) -> Preview | None:
        """The preview in this file."""
        return self.first(path=path)
