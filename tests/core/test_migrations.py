"""Every released format of the database opens in this version, with everything that was in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rave_gui.core.database import Database
from rave_gui.core.errors import UserError
from rave_gui.core.migrations import MIGRATIONS, Migration
from rave_gui.core.records import CheckpointKind, ExperimentStatus, JobState
from rave_gui.core.repositories import Repositories

RELEASED = sorted((Path(__file__).parents[1] / "fixtures" / "schema").glob("v*.sql"))


def _released(dump: Path, path: Path) -> Database:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
    return Database(path)


def _schema(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
        return [(name, sql) for name, sql in connection.execute(query)]


def _version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


@pytest.fixture
def old(tmp_path) -> Path:
    path = tmp_path / "records.sqlite3"
    _released(RELEASED[0], path)
    return path


def test_every_released_format_is_kept():
    assert [dump.name for dump in RELEASED] == [f"v{m.version}.sql" for m in MIGRATIONS]


@pytest.mark.parametrize("dump", RELEASED, ids=lambda dump: dump.stem)
def test_a_released_format_becomes_the_present_one(dump, tmp_path):
    database = _released(dump, tmp_path / "records.sqlite3")
    assert f"v{_version(database.path)}" == dump.stem
    database.migrate()
    fresh = Database(tmp_path / "fresh.sqlite3")
    fresh.migrate()
    assert _version(database.path) == fresh.version
    assert _schema(database.path) == _schema(fresh.path)
    assert not database.is_damaged()


@pytest.mark.parametrize("dump", RELEASED, ids=lambda dump: dump.stem)
def test_nothing_in_a_released_format_is_lost(dump, tmp_path):
    database = _released(dump, tmp_path / "records.sqlite3")
    database.migrate()
    rows = Repositories(database)
    project = rows.projects.by_name("étude")
    assert project is not None
    dataset = rows.datasets.get(3)
    assert (dataset.num_samples, dataset.sources) == (64, ("/sounds/bells", "/sounds/breath"))
    assert dataset.manifest[0]["verdict"] == "ok"
    experiment = rows.experiments.get(5)
    assert experiment.status is ExperimentStatus.STOPPED
    assert experiment.config["overrides"] == ["CAPACITY=4"]
    assert experiment.tags == ("bells", "night")
    assert rows.experiments.get(6).parent_id == 5
    checkpoint = rows.checkpoints.get(7)
    assert (checkpoint.kind, checkpoint.pinned, checkpoint.step) == (
        CheckpointKind.STOPPED,
        True,
        4200,
    )
    assert rows.exports.get(2).verification["verdict"] == "pass"
    assert rows.exports.get(2).model_id == 7
    job = rows.jobs.get("20250102-030405-006-train-abcdef")
    assert (job.state, job.exit["returncode"]) == (JobState.STOPPED, 0)
    assert rows.previews.list(experiment_id=5)[0].step == 4200
    assert rows.queue.ordered() == [6]
    assert rows.devices.all() == {"gpu:0": "experiment-5"}


def test_a_released_step_never_changes():
    """The first dump holds the tables exactly as the first step makes them."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in MIGRATIONS[0].statements():
            connection.execute(statement)
        query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
        made = {" ".join(row[0].split()) for row in connection.execute(query)}
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(RELEASED[0].read_text(encoding="utf-8"))
        kept = {" ".join(row[0].split()) for row in connection.execute(query)}
    assert made == kept


def test_a_copy_is_made_before_an_upgrade(old, tmp_path):
    Database(old, _and_one("ALTER TABLE projects ADD COLUMN colour TEXT")).migrate()
    copy = tmp_path / "records.sqlite3.v1.bak"
    assert _version(copy) == 1
    assert _version(old) == 2
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM projects").fetchone()[0] == 1
    assert not list(tmp_path.glob("*.tmp"))


def test_an_older_copy_is_not_overwritten(old, tmp_path):
    (tmp_path / "records.sqlite3.v1.bak").write_bytes(b"precious")
    Database(old, _and_one("ALTER TABLE projects ADD COLUMN colour TEXT")).migrate()
    assert (tmp_path / "records.sqlite3.v1.bak").read_bytes() == b"precious"
    assert _version(tmp_path / "records.sqlite3.v1-2.bak") == 1


def test_no_copy_where_nothing_is_upgraded(tmp_path):
    database = Database(tmp_path / "records.sqlite3")
    database.migrate()
    database.migrate()
    assert not list(tmp_path.glob("*.bak"))


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE extra (x);\nINSERT INTO nowhere VALUES (1);",
        "CREATE TABLE extra (x);\nUPDATE datasets SET project_id = 99;",
    ],
    ids=["wrong statement", "orphans"],
)
def test_an_upgrade_that_fails_changes_nothing(old, script):
    before = _schema(old)
    with pytest.raises((sqlite3.OperationalError, ValueError)):
        Database(old, _and_one(script)).migrate()
    assert _version(old) == 1
    assert _schema(old) == before


def test_a_table_with_rows_that_point_to_it_can_be_rebuilt(old):
    rebuild = """
    CREATE TABLE new (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, path TEXT, created_at REAL);
    INSERT INTO new SELECT * FROM projects;
    DROP TABLE projects;
    ALTER TABLE new RENAME TO projects;
    """
    database = Database(old, _and_one(rebuild))
    database.migrate()
    with database.connect() as connection:
        assert connection.execute("SELECT count(*) FROM experiments").fetchone()[0] == 2


def test_a_newer_file_is_refused_with_its_version(old):
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("PRAGMA user_version = 7")
    before = old.read_bytes()
    with pytest.raises(
        UserError, match=rf"newer version .*format 7.*up to {MIGRATIONS[-1].version}"
    ) as told:
        Database(old).migrate()
    assert "Update" in told.value.remedy
    assert old.read_bytes() == before


def test_a_script_is_cut_at_its_statements_only():
    script = "CREATE TABLE a (x); -- not; here\nINSERT INTO a VALUES ('; \n;');\n"
    assert len(list(Migration(1, script).statements())) == 2
    with pytest.raises(ValueError, match="middle"):
        list(Migration(1, "CREATE TABLE a (x)").statements())


def _and_one(script: str) -> tuple[Migration, ...]:
    return (
        *MIGRATIONS[:1],
        Migration(2, script if script.rstrip().endswith(";") else script + ";"),
    )
