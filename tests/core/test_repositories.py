"""Records in their tables: what goes in comes out, who depends on whom, and who wins a race."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from two_processes import race

from rave_gui.core.database import Database
from rave_gui.core.errors import UserError
from rave_gui.core.fields import fields_of
from rave_gui.core.records import (
    Checkpoint,
    CheckpointKind,
    Dataset,
    DatasetStatus,
    Experiment,
    ExperimentStatus,
    Export,
    Job,
    JobKind,
    JobState,
    Preview,
    Project,
)
from rave_gui.core.repositories import Repositories

P, Q, R = ExperimentStatus.PENDING, ExperimentStatus.QUEUED, ExperimentStatus.RUNNING


@pytest.fixture
def rows(tmp_path) -> Repositories:
    database = Database(tmp_path / "records.sqlite3")
    database.migrate()
    return Repositories(database)


@pytest.fixture
def project(rows) -> Project:
    return rows.projects.add(Project("Étude", Path("/music/étude"), 1735689600.123456))


@pytest.fixture
def dataset(rows, project) -> Dataset:
    return rows.datasets.add(Dataset(project.id, "bells", Path("/music/bells"), ("/a",), 2.0))


@pytest.fixture
def experiment(rows, project, dataset) -> Experiment:
    return rows.experiments.add(Experiment(project.id, dataset.id, "first", {}, 3.0))


@pytest.fixture
def checkpoint(rows, experiment) -> Checkpoint:
    return rows.checkpoints.add(_checkpoint(experiment.id))


def _checkpoint(experiment_id: int, **changes) -> Checkpoint:
    made = Checkpoint(experiment_id, "best", Path("/c/best.ckpt"), 10, CheckpointKind.BEST, 4.0)
    return replace(made, **changes)


def _full(project_id: int, dataset_id: int, checkpoint_id: int, experiment_id: int) -> list:
    """One of each record, every field with something in it."""
    return [
        Dataset(
            project_id, "strings 🎻", Path("/d"), ("/a b", "/ü"), 1.5, DatasetStatus.FAILED, 3,
            2.5, 2, 48000, 65536, True, "lmdb", {"a": {"b": [1, None]}},
            ({"path": "/x", "verdict": "ok"},), "why 'not'; --",
        ),
        Experiment(
            project_id, dataset_id, "second", {"configs": ["v2"]}, 1.5, ExperimentStatus.FAILED,
            Path("/o"), Path("/o/r"), 2**40, 2.5, 3.5, {"loss": 0.1}, "notes\nmore",
            experiment_id, ("x", "y"), 5, "error", True,
        ),
        _checkpoint(
            experiment_id, checkpoint_path=Path("/c/2"), validation=0.1 + 0.2, is_best=True,
            pinned=True, rating=3, size=2**41, notes="warm",
        ),
        Export(
            project_id, "e", "onnx", Path("/e"), 1.5, checkpoint_id, False, 2, 0.95, 16, "p",
            {"verdict": "pass"}, "error",
        ),
        Preview(experiment_id, 10, "clip", Path("/p.wav"), 1.5),
        Job(
            "20250101-train", JobKind.TRAIN, Path("/j"), JobState.PAUSED, 1.5, "title", project_id,
            experiment_id, 99, "token", {"returncode": -9},
        ),
    ]  # fmt: skip


def _table_of(rows, record):
    tables = (rows.datasets, rows.experiments, rows.checkpoints, rows.exports, rows.previews)
    return next(t for t in (*tables, rows.jobs) if t.table.record is type(record))


def test_every_field_of_every_record_survives(rows, project, dataset, experiment, checkpoint):
    for record in _full(project.id, dataset.id, checkpoint.id, experiment.id):
        kept = _table_of(rows, record).add(record)
        assert kept == replace(record, id=kept.id)
        assert _table_of(rows, record).get(kept.id) == kept
        empty = [f.name for f in fields_of(type(record)) if not getattr(kept, f.name)]
        assert empty in ([], ["streaming"]), "the example leaves something out"


def test_the_tables_have_exactly_the_fields_of_the_records(rows):
    for repository in (
        rows.projects, rows.datasets, rows.experiments, rows.checkpoints, rows.exports, rows.jobs,
        rows.previews,
    ):  # fmt: skip
        with rows.database.connect() as connection:
            query = f"PRAGMA table_info({repository.table.name})"
            columns = [row[1] for row in connection.execute(query)]
        assert sorted(columns) == sorted(f.name for f in repository.table.fields)


@pytest.mark.skipif(sys.platform == "win32", reason="file names are always text there")
def test_a_file_name_that_is_no_text_is_kept_byte_for_byte(rows, project):
    path = Path(os.fsdecode(b"/music/\xff\xfe.wav"))
    kept = rows.datasets.add(Dataset(project.id, str(path), path, (str(path),), 1.0))
    again = rows.datasets.get(kept.id)
    assert os.fsencode(again.path) == b"/music/\xff\xfe.wav"
    assert os.fsencode(again.sources[0]) == b"/music/\xff\xfe.wav"
    assert rows.datasets.list(path=path) == [again]


def test_names_from_outside_are_values_and_never_sql(rows, project):
    hostile = "x'); DROP TABLE projects; --"
    rows.experiments.add(Experiment(project.id, None, hostile, {}, 1.0))
    assert rows.experiments.by_name(project.id, hostile).name == hostile
    assert rows.projects.list() == [project]


def test_list_takes_equals_none_and_any_of(rows, project):
    first, second, third = (
        rows.experiments.add(Experiment(project.id, None, name, {}, at, status, rating=rating))
        for name, at, status, rating in (("a", 3.0, P, None), ("b", 1.0, Q, 4), ("c", 2.0, R, 5))
    )
    assert rows.experiments.list() == [second, third, first]
    assert rows.experiments.list(status=P) == [first]
    assert rows.experiments.list(status=[Q, R]) == [second, third]
    assert rows.experiments.list(status=(P,), rating=None) == [first]
    assert rows.experiments.list(rating={None, 5}) == [third, first]
    assert rows.experiments.list(status=[]) == []
    with pytest.raises(TypeError, match="no field 'colour'"):
        rows.experiments.list(colour="red")


def test_update_changes_only_what_it_is_told(rows, experiment):
    changed = rows.experiments.update(experiment.id, step=7, tags=("a",), run_dir=Path("/r"))
    assert changed == replace(experiment, step=7, tags=("a",), run_dir=Path("/r"))
    assert rows.experiments.get(experiment.id) == changed
    assert rows.experiments.update(experiment.id) == changed


def test_what_is_gone_is_a_sentence(rows):
    for attempt in (lambda: rows.experiments.get(9), lambda: rows.experiments.update(9, step=1)):
        with pytest.raises(UserError, match="no training 9 any more"):
            attempt()
    assert rows.experiments.find(9) is None
    assert rows.experiments.delete(9) is False


def test_names_are_unique_whatever_their_case(rows, project, experiment):
    with pytest.raises(UserError, match="another training with this name"):
        rows.experiments.add(Experiment(project.id, None, "FIRST", {}, 1.0))
    with pytest.raises(UserError, match="another dataset with this path"):
        rows.datasets.add(Dataset(project.id, "x", Path("/music/bells"), (), 1.0))
    other = rows.projects.add(Project("Other", Path("/o"), 1.0))
    assert rows.experiments.add(Experiment(other.id, None, "first", {}, 1.0)).id
    assert rows.projects.by_name(" éTUDE ") == project
    assert rows.experiments.by_name(project.id, "First") == experiment
    assert rows.experiments.by_name(other.id, "second") is None


def test_an_id_that_a_record_brings_is_kept_and_never_given_again(rows, project):
    kept = rows.experiments.add(Experiment(project.id, None, "a", {}, 1.0, id=41))
    assert kept.id == 41
    rows.experiments.delete(41)
    assert rows.experiments.add(Experiment(project.id, None, "b", {}, 1.0)).id == 42
    with pytest.raises(UserError, match="with this id"):
        rows.experiments.add(Experiment(project.id, None, "c", {}, 1.0, id=42))


def test_a_transition_happens_once(rows, experiment):
    assert rows.experiments.transition(experiment.id, [P, Q], R, started_at=9.0)
    assert not rows.experiments.transition(experiment.id, [P, Q], R, started_at=10.0)
    now = rows.experiments.get(experiment.id)
    assert (now.status, now.started_at) == (R, 9.0)
    assert not rows.experiments.transition(99, [P], R)
    assert not rows.experiments.transition(experiment.id, [], P)


def test_deleting_a_project_takes_all_its_rows(rows, project, dataset, experiment, checkpoint):
    for record in _full(project.id, dataset.id, checkpoint.id, experiment.id):
        _table_of(rows, record).add(record)
    rows.queue.add(experiment.id)
    assert rows.projects.delete(project.id)
    for table in (rows.datasets, rows.experiments, rows.checkpoints, rows.exports, rows.jobs):
        assert table.list() == []
    assert rows.previews.list() == []
    assert rows.queue.ordered() == []


def test_a_dataset_that_a_training_used_stays(rows, dataset, experiment):
    with pytest.raises(UserError, match="tied to another record"):
        rows.datasets.delete(dataset.id)
    rows.experiments.delete(experiment.id)
    assert rows.datasets.delete(dataset.id)


def test_deleting_a_training_keeps_its_exports_and_its_children(
    rows, project, experiment, checkpoint
):
    export = rows.exports.add(
        Export(project.id, "e", "torchscript", Path("/e"), 1.0, model_id=checkpoint.id)
    )
    child = rows.experiments.add(
        Experiment(project.id, None, "child", {}, 9.0, parent_id=experiment.id)
    )
    rows.previews.add(Preview(experiment.id, 1, "", Path("/p"), 1.0))
    rows.experiments.delete(experiment.id)
    assert rows.checkpoints.list() == []
    assert rows.previews.list() == []
    assert rows.exports.get(export.id).model_id is None
    assert rows.experiments.get(child.id).parent_id is None


def test_a_record_cannot_refer_to_what_is_gone(rows, project):
    with pytest.raises(UserError, match="gone"):
        rows.experiments.add(Experiment(project.id, 77, "x", {}, 1.0))


def test_upsert_keeps_what_a_person_said_of_a_checkpoint(rows, experiment):
    first = rows.checkpoints.upsert(_checkpoint(experiment.id, validation=0.5))
    rows.checkpoints.update(first.id, pinned=True, rating=4, name="the good one")
    again = rows.checkpoints.upsert(_checkpoint(experiment.id, size=7))
    assert (again.id, again.pinned, again.rating, again.name) == (first.id, True, 4, "the good one")
    assert (again.size, again.validation) == (7, 0.5)
    replaced = rows.checkpoints.upsert(_checkpoint(experiment.id, step=20, created_at=5.0))
    assert (replaced.step, replaced.created_at, replaced.validation) == (20, 5.0, None)
    assert rows.checkpoints.list() == [replaced]
    assert rows.checkpoints.by_path(Path("/c/best.ckpt")) == replaced


def test_checkpoints_come_by_step(rows, experiment):
    for step in (30, 10, 20):
        path = Path(f"/c/{step}")
        rows.checkpoints.add(_checkpoint(experiment.id, step=step, checkpoint_path=path))
    assert [c.step for c in rows.checkpoints.list(experiment_id=experiment.id)] == [10, 20, 30]


@pytest.mark.parametrize(
    ("column", "value"),
    [("status", "'dreaming'"), ("config", "'[1]'"), ("config", "'{'"), ("tags", "'{}'")],
)
def test_a_damaged_row_is_a_sentence_that_names_the_remedy(rows, experiment, column, value):
    with rows.database.connect() as connection:
        connection.execute(f"UPDATE experiments SET {column} = {value}")
    with pytest.raises(UserError, match=f"damaged training: {column}") as told:
        rows.experiments.list()
    assert "reindex" in told.value.remedy


def _line(rows, project, count: int = 4) -> list[int]:
    made = [
        rows.experiments.add(Experiment(project.id, None, f"e{number}", {}, float(number)))
        for number in range(count)
    ]
    for experiment in made:
        rows.queue.add(experiment.id)
    return [experiment.id for experiment in made]


def test_the_queue_keeps_its_order(rows, project):
    a, b, c, d = _line(rows, project)
    rows.queue.add(a)
    assert rows.queue.ordered() == [a, b, c, d]
    rows.queue.move(d, before=b)
    assert rows.queue.ordered() == [a, d, b, c]
    rows.queue.move(a, before=None)
    assert rows.queue.ordered() == [d, b, c, a]
    rows.queue.move(b, before=b)
    rows.queue.move(99, before=b)
    assert rows.queue.remove(d)
    assert not rows.queue.remove(d)
    rows.queue.add(d)
    assert rows.queue.ordered() == [b, c, a, d]


def test_the_queue_knows_who_must_not_start_yet(rows, project):
    a, b = _line(rows, project, 2)
    rows.queue.add(a, not_before=100.0)
    assert rows.queue.not_before(a) == 100.0
    assert rows.queue.ordered(now=99.0) == [b]
    assert rows.queue.ordered(now=100.0) == [a, b]
    assert rows.queue.not_before(b) is None


def test_what_is_gone_does_not_queue(rows):
    with pytest.raises(UserError, match="no training 5"):
        rows.queue.add(5)


def test_a_device_has_one_owner(rows):
    devices = rows.devices
    assert devices.claim("gpu:0", "a")
    assert not devices.claim("gpu:0", "b")
    assert not devices.claim("gpu:0", "a")
    assert devices.claim("cpu", "b")
    assert devices.all() == {"cpu": "b", "gpu:0": "a"}
    assert not devices.release("gpu:0", "b")
    assert not devices.hand_over("gpu:0", "b", "c")
    assert devices.hand_over("gpu:0", "a", "c")
    assert devices.holder("gpu:0") == "c"
    assert devices.release("gpu:0", "c")
    assert devices.holder("gpu:0") is None


def test_of_two_processes_one_gets_the_device_and_one_makes_the_transition(rows, project):
    _line(rows, project, 20)
    code = """
won = []
for key in rows.queue.ordered():
    if rows.devices.claim(f"gpu:{key}", who):
        won.append(f"device {key}")
    if rows.experiments.transition(key, [ExperimentStatus.PENDING], ExperimentStatus.RUNNING):
        won.append(f"start {key}")
print("\\n".join(won))
"""
    one, two = (set(text.split("\n")) - {""} for text in race(rows.database.path, code))
    assert not one & two
    assert len(one | two) == 40
    assert set(rows.devices.all().values()) <= {"one", "two"}
