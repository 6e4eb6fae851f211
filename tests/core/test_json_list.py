"""Long lists: read late, written piece by piece, and other threads go on meanwhile."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from rave_gui.core.database import Database
from rave_gui.core.errors import UserError
from rave_gui.core.json_list import LONG, JsonList, dump_list, load
from rave_gui.core.portable import from_document, to_document
from rave_gui.core.records import Dataset, Project
from rave_gui.core.repositories import Repositories

ENTRIES = tuple({"path": f"/s/{n:06d}.wav", "verdict": "use", "n": n} for n in range(3000))


def test_it_is_the_same_list():
    made = JsonList(dump_list(ENTRIES))
    assert json.loads(made.text) == list(ENTRIES)
    assert made == ENTRIES
    assert made == JsonList(dump_list(ENTRIES))
    assert made != ENTRIES[1:]
    assert (len(made), made[0], made[-1], made[:1]) == (3000, ENTRIES[0], ENTRIES[-1], ENTRIES[:1])
    assert not JsonList("[]")


@pytest.mark.parametrize("text", ["{}", '[{"a": 1', "[" * 100_000])
def test_a_damaged_one_is_told_when_it_is_looked_at(text):
    made = JsonList(text)
    with pytest.raises(UserError, match="cannot be read"):
        len(made)


def test_long_manifests_go_through_the_database_and_the_sidecar(tmp_path: Path):
    database = Database(tmp_path / "rows.sqlite3")
    database.migrate()
    rows = Repositories(database)
    project = rows.projects.add(Project("p", tmp_path, 1.0))
    made = rows.datasets.add(
        Dataset(project.id or 0, "d", tmp_path / "d", ("/s",), 1.0, manifest=ENTRIES)
    )
    assert len(dump_list(ENTRIES)) > LONG
    found = rows.datasets.get(made.id or 0)
    assert isinstance(found.manifest, JsonList)
    assert found.manifest.size == len(dump_list(ENTRIES))
    assert found == made
    assert rows.datasets.update(found.id or 0, manifest=found.manifest) == made
    document = json.loads(json.dumps(to_document(found, tmp_path)))
    given = {"project_id": project.id, "id": made.id}
    assert from_document(Dataset, document, tmp_path, tmp_path / "x.json", **given) == made
    assert replace(found, name="other").manifest is found.manifest


def test_it_can_be_read_without_being_kept():
    made = JsonList(dump_list(ENTRIES))
    assert tuple(made.drain()) == ENTRIES
    assert made._items is None
    assert len(made) == 3000
    assert tuple(made.drain()) == ENTRIES


def test_nothing_is_fetched_before_somebody_looks():
    fetched: list[int] = []

    def fetch() -> str:
        fetched.append(1)
        return dump_list(ENTRIES)

    made = JsonList(fetch, 7)
    assert made.size == 7
    assert not fetched
    assert made == ENTRIES
    assert len(made) == 3000
    assert len(fetched) == 1


def test_of_a_row_that_is_gone_the_list_is_empty(tmp_path: Path):
    database = Database(tmp_path / "rows.sqlite3")
    database.migrate()
    rows = Repositories(database)
    project = rows.projects.add(Project("p", tmp_path, 1.0))
    row = Dataset(project.id or 0, "d", tmp_path / "d", ("/s",), 1.0, manifest=ENTRIES)
    found = rows.datasets.get(rows.datasets.add(row).id or 0)
    rows.datasets.delete(found.id or 0)
    assert len(found.manifest) == 0


def test_other_threads_go_on_while_a_long_list_is_read():
    text = dump_list(ENTRIES * 40)
    ended, seen = threading.Event(), [time.perf_counter()]

    def watch() -> None:
        while not ended.is_set():
            seen.append(time.perf_counter())

    watcher = threading.Thread(target=watch)
    watcher.start()
    begun = time.perf_counter()
    load(text)
    took = time.perf_counter() - begun
    ended.set()
    watcher.join()
    assert max(after - before for before, after in pairwise(seen)) < took / 2
