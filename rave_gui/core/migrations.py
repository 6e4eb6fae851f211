"""The released schemas of the database, each as the step from the one before.

A released step is never changed; a new one is added at the end, and the schema it leads to is kept
below ``tests/fixtures/schema``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

APPLICATION_ID = 0x52415645
"""``RAVE``: tells our file from any other SQLite database."""


@dataclass(frozen=True)
class Migration:
    """The step to ``version``."""

    version: int
    script: str

    def statements(self) -> Iterator[str]:
        """The script, one statement at a time: ``executescript`` would end the transaction."""
        statement = ""
        for line in self.script.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                yield statement.strip()
                statement = ""
        if statement.strip():
            raise ValueError(f"migration {self.version} ends in the middle of a statement")


_FIRST = """
CREATE TABLE projects (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    path TEXT NOT NULL UNIQUE,
    created_at REAL NOT NULL
);
CREATE TABLE datasets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name TEXT NOT NULL COLLATE NOCASE,
    path TEXT NOT NULL UNIQUE,
    sources TEXT NOT NULL,
    created_at REAL NOT NULL,
    status TEXT NOT NULL,
    num_samples INTEGER,
    duration_seconds REAL,
    channels INTEGER NOT NULL,
    sample_rate INTEGER NOT NULL,
    num_signal INTEGER NOT NULL,
    lazy INTEGER NOT NULL,
    file_format TEXT NOT NULL,
    statistics TEXT NOT NULL,
    manifest TEXT NOT NULL,
    error TEXT NOT NULL,
    UNIQUE (project_id, name)
);
-- NO ACTION, not RESTRICT: both refuse to delete a dataset that a training used, but RESTRICT would
-- also refuse to delete the whole project with both.
CREATE TABLE experiments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    dataset_id INTEGER REFERENCES datasets (id) ON DELETE NO ACTION,
    name TEXT NOT NULL COLLATE NOCASE,
    config TEXT NOT NULL,
    created_at REAL NOT NULL,
    status TEXT NOT NULL,
    output_path TEXT,
    run_dir TEXT,
    step INTEGER NOT NULL,
    started_at REAL,
    completed_at REAL,
    final_metrics TEXT NOT NULL,
    notes TEXT NOT NULL,
    parent_id INTEGER REFERENCES experiments (id) ON DELETE SET NULL,
    tags TEXT NOT NULL,
    rating INTEGER,
    error TEXT NOT NULL,
    UNIQUE (project_id, name)
);
CREATE INDEX experiments_of_dataset ON experiments (dataset_id);
CREATE INDEX experiments_of_parent ON experiments (parent_id);
CREATE TABLE models (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    checkpoint_path TEXT NOT NULL UNIQUE,
    step INTEGER NOT NULL,
    kind TEXT NOT NULL,
    created_at REAL NOT NULL,
    validation REAL,
    is_best INTEGER NOT NULL,
    pinned INTEGER NOT NULL,
    rating INTEGER,
    size INTEGER NOT NULL
);
CREATE INDEX models_of_experiment ON models (experiment_id);
CREATE TABLE exports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    format TEXT NOT NULL,
    export_path TEXT NOT NULL,
    created_at REAL NOT NULL,
    model_id INTEGER REFERENCES models (id) ON DELETE SET NULL,
    streaming INTEGER NOT NULL,
    channels INTEGER NOT NULL,
    fidelity REAL,
    latent_size INTEGER,
    prior_model TEXT NOT NULL,
    verification TEXT NOT NULL,
    error TEXT NOT NULL
);
CREATE INDEX exports_of_project ON exports (project_id);
CREATE INDEX exports_of_model ON exports (model_id);
CREATE TABLE jobs (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    directory TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at REAL NOT NULL,
    title TEXT NOT NULL,
    project_id INTEGER REFERENCES projects (id) ON DELETE CASCADE,
    target_id INTEGER,
    pid INTEGER,
    process_token TEXT,
    exit TEXT NOT NULL
);
CREATE INDEX jobs_of_project ON jobs (project_id);
CREATE INDEX jobs_by_state ON jobs (state);
CREATE INDEX jobs_of_target ON jobs (kind, target_id);
CREATE TABLE previews (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    source_clip TEXT NOT NULL,
    path TEXT NOT NULL UNIQUE,
    created_at REAL NOT NULL
);
CREATE INDEX previews_of_experiment ON previews (experiment_id, step);
CREATE TABLE queue (
    experiment_id INTEGER PRIMARY KEY REFERENCES experiments (id) ON DELETE CASCADE,
    position REAL NOT NULL,
    enqueued_at REAL NOT NULL,
    not_before REAL
);
CREATE TABLE devices (
    name TEXT PRIMARY KEY NOT NULL,
    job_id TEXT NOT NULL,
    claimed_at REAL NOT NULL
);
"""

_SECOND = """
ALTER TABLE experiments ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
-- One row, which all applications share: what holds for the whole queue.
CREATE TABLE queue_policy (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    paused INTEGER NOT NULL,
    reason TEXT NOT NULL,
    after_failure TEXT NOT NULL,
    slots INTEGER NOT NULL
);
INSERT INTO queue_policy (id, paused, reason, after_failure, slots) VALUES (1, 0, '', 'go-on', 1);
"""

_THIRD = """
ALTER TABLE models ADD COLUMN notes TEXT NOT NULL DEFAULT '';
"""

MIGRATIONS: Sequence[Migration] = (
    Migration(1, _FIRST),
    Migration(2, _SECOND),
    Migration(3, _THIRD),
)
