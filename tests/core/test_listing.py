"""Reading the same list again and again: what did not change is the very same record."""

from __future__ import annotations

from pathlib import Path

import pytest

from rave_gui.core.database import Database
from rave_gui.core.records import Checkpoint, CheckpointKind, Experiment, Project
from rave_gui.core.repositories import Repositories
from rave_gui.core.repositories.listing import Listing


@pytest.fixture
def rows(tmp_path: Path) -> Repositories:
    database = Database(tmp_path / "records.db")
    database.migrate()
    return Repositories(database)


@pytest.fixture
def project(rows: Repositories, tmp_path: Path) -> int:
    return rows.projects.add(Project("p", tmp_path / "p", 1.0)).id or 0


def test_only_what_changed_is_another_record(rows: Repositories, project: int) -> None:
    first = rows.experiments.add(Experiment(project, None, "a", {"x": [1]}, 1.0))
    second = rows.experiments.add(Experiment(project, None, "b", {}, 2.0, tags=("t",)))
    listing = Listing(rows.experiments)
    before = listing.read(project_id=project)
    assert before == [first, second]
    changed = rows.experiments.update(second.id or 0, rating=3)
    third = rows.experiments.add(Experiment(project, None, "c", {}, 3.0))
    after = listing.read(project_id=project)
    assert after == [first, changed, third]
    assert after[0] is before[0]
    rows.experiments.delete(first.id or 0)
    assert listing.read(project_id=project) == [changed, third]
    assert listing.read(project_id=project + 1) == []


def test_the_best_validation_of_each_training_is_told(
    rows: Repositories, project: int, tmp_path: Path
) -> None:
    one, two = (
        rows.experiments.add(Experiment(project, None, name, {}, 1.0)).id or 0 for name in "ab"
    )
    for step, (run, value) in enumerate([(one, 7.0), (one, 6.5), (one, None), (two, None)]):
        path = tmp_path / f"{step}.ckpt"
        rows.checkpoints.add(
            Checkpoint(run, path.name, path, step, CheckpointKind.LAST, 1.0, validation=value)
        )
    assert rows.checkpoints.best_validations(project) == {one: 6.5}
    assert rows.checkpoints.best_validations(project + 1) == {}
