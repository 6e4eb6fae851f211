"""What was heard of files before: an own SQLite file that may be lost without harm."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from rave_gui.core.logger import get_logger

VERSION = 1
"""Of what is measured: facts of another version are forgotten and heard anew."""
_CREATE = (
    "CREATE TABLE IF NOT EXISTS heard (path BLOB PRIMARY KEY, size INTEGER NOT NULL, "
    "modified INTEGER NOT NULL, facts TEXT NOT NULL) WITHOUT ROWID"
)
_KEEP = "INSERT OR REPLACE INTO heard VALUES (?, ?, ?, ?)"
_BATCH = 64
_ASK_AT_ONCE = 500
_log = get_logger(__name__)
Row = tuple[bytes, int, int, str]


class Known(Protocol):
    """What identifies a file as it was."""

    @property
    def path(self) -> Path:
        """Where it is."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def modified(self) -> int:
        """``st_mtime_ns``."""


class FactsCache:
    """JSON text by path, size and time of change. Safe from several threads and processes.

    A file that is damaged, or cannot be written, is as good as an empty one: what is asked for is
    then measured again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._waiting: list[Row] = []

    def find_all(self, files: Sequence[Known]) -> list[str | None]:
        """What is kept of each file, None where that is nothing or of another state of it."""
        found: dict[bytes, tuple[int, int, str]] = {}
        paths = [os.fsencode(file.path) for file in files]

        def ask(connection: sqlite3.Connection) -> None:
            for part in _parts(paths):
                marks = ",".join("?" * len(part))
                query = f"SELECT path, size, modified, facts FROM heard WHERE path IN ({marks})"
                found.update((row[0], row[1:]) for row in connection.execute(query, part))

        self.flush()
        self._use(ask)
        return [_current(found.get(path), file) for path, file in zip(paths, files, strict=True)]

    def keep(self, file: Known, facts: str) -> None:
        """Remember; several are written at once, at the latest by :meth:`flush`."""
        with self._lock:
            self._waiting.append((os.fsencode(file.path), file.size, file.modified, facts))
            full = len(self._waiting) >= _BATCH
        if full:
            self.flush()

    def flush(self) -> None:
        """Write what is not written yet."""
        with self._lock:
            rows, self._waiting = self._waiting, []
        if rows:
            self._use(lambda connection: connection.executemany(_KEEP, rows))

    def _use(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Do ``work`` in one transaction; throw a damaged file away and try once more."""
        try:
            self._transact(work)
        except sqlite3.OperationalError as error:  # locked, read-only, full: it still may be good
            _log.warning("the facts of files cannot be kept in %s: %s", self._path, error)
        except sqlite3.DatabaseError as error:
            _log.warning("%s is begun anew: %s", self._path, error)
            self._forget()
            with suppress(sqlite3.Error):
                self._transact(work)

    def _transact(self, work: Callable[[sqlite3.Connection], object]) -> None:
        with self._open() as connection, connection:
            work(connection)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=10.0)) as connection:
            if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                connection.execute("DROP TABLE IF EXISTS heard")
                connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(_CREATE)
            yield connection

    def _forget(self) -> None:
        for suffix in ("", "-journal", "-wal", "-shm"):
            with suppress(OSError):
                Path(f"{self._path}{suffix}").unlink(missing_ok=True)


def _parts(paths: Sequence[bytes]) -> Iterable[Sequence[bytes]]:
    return (paths[at : at + _ASK_AT_ONCE] for at in range(0, len(paths), _ASK_AT_ONCE))


def _current(row: tuple[int, int, str] | None, file: Known) -> str | None:
    return row[2] if row is not None and row[:2] == (file.size, file.modified) else None
