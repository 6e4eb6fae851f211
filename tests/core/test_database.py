"""The file of records: transactions, upgrades' guard rails, damage, and many users at once."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from two_processes import race

from rave_gui.core.database import Database
from rave_gui.core.database_errors import explain, explain_conflict
from rave_gui.core.errors import UserError
from rave_gui.core.records import Project
from rave_gui.core.repositories import Repositories


@pytest.fixture
def database(tmp_path) -> Database:
    made = Database(tmp_path / "a folder" / "records.sqlite3", busy_seconds=0.2)
    made.migrate()
    return made


def _names(database: Database) -> list[str]:
    return [project.name for project in Repositories(database).projects.list()]


def _add(database: Database, name: str) -> None:
    Repositories(database).projects.add(Project(name, database.path.parent / name, 1.0))


def test_connections_are_set_up_as_the_design_says(database):
    with database.connect() as connection:
        asked = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert asked == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": 1,
        "busy_timeout": 200,
    }
    assert Database(database.path)._busy_seconds == 10.0


def test_a_transaction_is_all_or_nothing_across_repositories(database):
    def half() -> None:
        with database.transaction():
            _add(database, "one")
            with database.transaction():
                _add(database, "two")
            assert _names(database) == ["one", "two"]
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert _names(database) == []


def test_a_refused_row_leaves_the_rest_of_its_transaction(database):
    with database.transaction():
        _add(database, "one")
        with pytest.raises(UserError, match="another project"):
            _add(database, "ONE")
        _add(database, "two")
    assert _names(database) == ["one", "two"]


def test_a_transaction_belongs_to_its_thread(database):
    entered, seen = threading.Event(), []

    def look() -> None:
        entered.wait(10)
        seen.extend(_names(database))

    thread = threading.Thread(target=look)
    thread.start()
    with database.transaction():
        _add(database, "one")
        entered.set()
        thread.join()
    assert seen == []
    assert _names(database) == ["one"]


def test_many_threads_write_at_once(tmp_path):
    database = Database(tmp_path / "records.sqlite3")
    database.migrate()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: _add(database, f"p{number}"), range(40)))
    assert sorted(_names(database)) == sorted(f"p{number}" for number in range(40))


def test_a_writer_that_waits_too_long_is_told_why(database):
    with database.transaction(), ThreadPoolExecutor(1) as pool:
        refused = pool.submit(_add, database, "other").exception()
    assert isinstance(refused, UserError)
    assert "in use by another program" in refused.what


def test_a_full_disk_is_a_sentence(database):
    def fill() -> None:
        with database.connect() as connection:
            connection.execute("PRAGMA max_page_count = 1")
            connection.execute("CREATE TABLE big AS SELECT zeroblob(10000000)")

    with pytest.raises(UserError, match=r"disk .* is full") as told:
        fill()
    assert str(database.path) in told.value.what


def test_a_wrong_statement_is_a_bug_and_no_sentence(database):
    with pytest.raises(sqlite3.OperationalError), database.connect() as connection:
        connection.execute("SELECT * FROM nothing")


@pytest.mark.parametrize(
    "content", [b"no database at all " * 100, b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_file_that_is_no_database_names_itself_and_the_remedy(tmp_path, content):
    path = tmp_path / "records.sqlite3"
    path.write_bytes(content)
    with pytest.raises(UserError, match="damaged") as told:
        Database(path).migrate()
    assert str(path) in told.value.what
    assert "rave-gui project reindex" in told.value.remedy
    assert path.read_bytes() == content


def test_broken_pages_are_noticed_and_the_file_is_kept(database):
    _add(database, "one")
    with database.connect() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not database.is_damaged()
    content = bytearray(database.path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    database.path.write_bytes(content)
    assert database.is_damaged()
    with pytest.raises(UserError, match="damaged"):
        _names(database)
    kept = database.set_aside_if_damaged()
    assert kept is not None
    assert kept.read_bytes() == content
    database.migrate()
    assert _names(database) == []
    assert database.set_aside_if_damaged() is None


def test_the_log_moves_away_with_a_damaged_file(database):
    (database.path.parent / "records.sqlite3-wal").write_bytes(b"old pages")
    kept = database.set_aside()
    assert sorted(path.name for path in database.path.parent.iterdir()) == [
        kept.name,
        f"{kept.name}-wal",
    ]


def test_a_file_that_went_away_is_not_silently_replaced(database):
    database.path.unlink()
    with pytest.raises(UserError, match="gone"):
        _names(database)
    assert not database.path.exists()


def test_another_programs_database_is_left_alone(tmp_path):
    path = tmp_path / "records.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (name)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(UserError, match="another program"):
        Database(path).migrate()
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="cannot be made"):
        Database(tmp_path / "file" / "deeper" / "records.sqlite3").migrate()


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("attempt to write a readonly database", "cannot be written"),
        ("unable to open database file", "cannot be opened"),
        ("disk I/O error", "cannot be opened"),
        ("database or disk is full", "full"),
        ("database is locked", "in use"),
        ("database disk image is malformed", "damaged"),
    ],
)
def test_troubles_of_the_environment_are_told_in_words(tmp_path, message, words):
    told = explain(message, tmp_path)
    assert told is not None
    assert words in told.what
    assert str(tmp_path) in told.what
    assert told.remedy


def test_bugs_are_not_disguised(tmp_path):
    assert explain("no such column: foo", tmp_path) is None
    assert explain_conflict("NOT NULL constraint failed: projects.name", "project") is None


def test_two_processes_create_the_file_at_once(tmp_path):
    path = tmp_path / "records.sqlite3"
    assert race(path, "database.migrate(); print(len(rows.projects.list()))") == ["0\n", "0\n"]
