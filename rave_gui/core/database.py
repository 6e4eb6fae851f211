"""The file of records: connections that live as long as one use, and upgrades that lose nothing."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from rave_gui.core.database_errors import explain, foreign, is_damage, missing, too_new
from rave_gui.core.errors import UserError
from rave_gui.core.logger import get_logger, system_logger
from rave_gui.core.migrations import APPLICATION_ID, MIGRATIONS, Migration
from rave_gui.core.paths import fresh_path

BUSY_SECONDS = 10.0
_log = get_logger(__name__)


class Database:
    """One SQLite file, safe from every thread and from several processes at once."""

    def __init__(
        self,
        path: Path,
        migrations: Sequence[Migration] = MIGRATIONS,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self.path = path
        self._migrations = migrations
        self._busy_seconds = busy_seconds
        self._own = threading.local()

    @property
    def version(self) -> int:
        """The format that this application writes."""
        return self._migrations[-1].version

    @contextmanager
    def connect(self) -> Iterator[sqlite3.Connection]:
        """A connection for this ``with``; inside a transaction of this thread, that one's.

        Raises:
            UserError: when the file cannot be opened, read or written, or is damaged.
        """
        outer: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if outer is not None:
            yield outer
            return
        if not self.path.exists():  # SQLite would make an empty file in its place
            raise missing(self.path)
        with self._explained(), closing(self._open()) as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing of what happens inside, by way of ``connect`` too; nested ones join."""
        if getattr(self._own, "connection", None) is not None:
            with self.connect() as connection:
                yield connection
            return
        with self.connect() as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._own.connection = connection
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                self._own.connection = None
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def migrate(self) -> None:
        """Create the file or bring it to the present format, after a copy of it was made.

        Raises:
            UserError: when the file is damaged, not ours, newer than we are, or cannot be written.
        """
        self._make_folder()
        with self._explained(), closing(self._open()) as connection:
            connection.execute("PRAGMA foreign_keys = OFF")  # tables are rebuilt in upgrades
            version = self._checked_version(connection)
            if version < self.version:
                self._upgrade(connection, fresh=not version)
            self._use_write_ahead_log(connection)

    def is_damaged(self) -> bool:
        """Whether SQLite finds the file broken; reads all of it."""
        if not self.path.exists():
            return False
        try:
            with closing(self._open()) as connection:
                verdict = connection.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            return is_damage(str(error))
        return bool(verdict[0] != "ok")

    def set_aside_if_damaged(self) -> Path | None:
        """Make room for a new file where this one is broken; returns where it is kept, or None.

        Raises:
            UserError: when it cannot be moved.
        """
        return self.set_aside() if self.is_damaged() else None

    def set_aside(self) -> Path:
        """Move the file out of the way, never delete it; returns where it is now.

        Raises:
            UserError: when it cannot be moved.
        """
        stamp = time.strftime("%Y%m%d-%H%M%S")
        kept = fresh_path(self.path.parent, f"{self.path.name}.damaged-{stamp}")
        try:
            # The log first: a new file beside an old log would take its pages for its own.
            for suffix in ("-wal", "-shm", ""):
                part = Path(f"{self.path}{suffix}")
                if part.exists():
                    part.rename(f"{kept}{suffix}")
        except OSError as error:
            raise UserError(
                f"The damaged records in {self.path} cannot be moved away ({error.strerror}).",
                "Close other windows of this application and try again.",
            ) from error
        system_logger().warning("damaged records kept as %s", kept)
        return kept

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=self._busy_seconds, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _use_write_ahead_log(self, connection: sqlite3.Connection) -> None:
        """Readers and one writer side by side; stays with the file once it is set."""
        if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # Another application that starts at the same moment sets it in our place.
            _log.info("the journal of %s stays as it is: %s", self.path, error)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            told = explain(str(error), self.path)
            if told is None:
                raise
            raise told from error

    def _make_folder(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"The folder {self.path.parent} cannot be made ({error.strerror}).",
                "Set RAVE_GUI_HOME to a folder that you can write to.",
            ) from error

    def _checked_version(self, connection: sqlite3.Connection) -> int:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and owner != APPLICATION_ID:
            raise foreign(self.path)
        if version > self.version:
            raise too_new(self.path, version, self.version)
        return version

    def _upgrade(self, connection: sqlite3.Connection, *, fresh: bool) -> None:
        """Step by step, each in one transaction; another application may do so at the same time.

        Of a fresh file, which holds nothing yet, no copy is made.
        """
        copied = fresh
        for migration in self._migrations:
            connection.execute("BEGIN IMMEDIATE")
            try:
                version = self._checked_version(connection)
                if version < migration.version:
                    if version and not copied:
                        self._back_up(version)
                        copied = True
                    _apply(connection, migration)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def _back_up(self, version: int) -> None:
        """A whole copy beside the file; nobody writes meanwhile: the caller holds the lock."""
        copy = fresh_path(self.path.parent, f"{self.path.name}.v{version}", ".bak")
        draft = copy.with_name(f"{copy.name}.{os.getpid()}.tmp")
        try:
            with closing(self._open()) as source, closing(sqlite3.connect(draft)) as target:
                source.backup(target)
            draft.replace(copy)
        except OSError as error:
            raise UserError(
                f"The records cannot be copied to {copy} before the upgrade ({error.strerror}).",
                "Free some space, make the folder writable, and try again.",
            ) from error
        finally:
            draft.unlink(missing_ok=True)
        _log.info("records of format %d kept as %s", version, copy)


def _apply(connection: sqlite3.Connection, migration: Migration) -> None:
    for statement in migration.statements():
        connection.execute(statement)
    orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise ValueError(f"migration {migration.version} leaves {len(orphans)} rows without parent")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {migration.version}")
