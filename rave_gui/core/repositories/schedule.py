"""Who waits for a device, and who has one: rows that several applications share."""

from __future__ import annotations

import sqlite3
import time

from rave_gui.core.database import Database
from rave_gui.core.errors import UserError


class WaitingLine:
    """Trainings that wait, in the order in which they will start."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, experiment_id: int, not_before: float | None = None) -> None:
        """Put a training at the end; one that waits already keeps its place.

        Args:
            experiment_id: The training.
            not_before: POSIX seconds before which it must not start; replaces an earlier time.

        Raises:
            UserError: when the training is gone.
        """
        query = (
            "INSERT INTO queue (experiment_id, position, enqueued_at, not_before) "
            "SELECT ?, coalesce(max(position), 0) + 1, ?, ? FROM queue WHERE 1 "
            "ON CONFLICT (experiment_id) DO UPDATE SET not_before = excluded.not_before"
        )
        with self._database.connect() as connection:
            try:
                connection.execute(query, (experiment_id, time.time(), not_before))
            except sqlite3.IntegrityError as error:
                raise UserError(
                    f"There is no training {experiment_id} any more.",
                    "It was deleted meanwhile, here or in another window.",
                ) from error

    def remove(self, experiment_id: int) -> bool:
        """Take a training out; returns whether it waited."""
        with self._database.connect() as connection:
            query = "DELETE FROM queue WHERE experiment_id = ?"
            return connection.execute(query, (experiment_id,)).rowcount == 1

    def ordered(self, now: float | None = None) -> list[int]:
        """The waiting trainings, the next one first; with ``now`` only those that may start."""
        query = (
            "SELECT experiment_id FROM queue WHERE :now IS NULL OR coalesce(not_before, 0) <= :now "
            "ORDER BY position, enqueued_at, experiment_id"
        )
        with self._database.connect() as connection:
            return [row[0] for row in connection.execute(query, {"now": now})]

    def not_before(self, experiment_id: int) -> float | None:
        """POSIX seconds before which it must not start, or None."""
        query = "SELECT not_before FROM queue WHERE experiment_id = ?"
        with self._database.connect() as connection:
            row = connection.execute(query, (experiment_id,)).fetchone()
        return row[0] if row else None

    def move(self, experiment_id: int, before: int | None) -> None:
        """Put a waiting training in front of another one; None, or one that is gone, is the end."""
        with self._database.transaction() as connection:
            line = self.ordered()
            if experiment_id not in line or experiment_id == before:
                return
            line.remove(experiment_id)
            place = line.index(before) if before in line else len(line)
            line.insert(place, experiment_id)
            connection.executemany(
                "UPDATE queue SET position = ? WHERE experiment_id = ?",
                [(float(position), key) for position, key in enumerate(line, start=1)],
            )


class Devices:
    """Leases: a device has one owner at a time, whichever application asks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, device: str, owner: str) -> bool:
        """Take the device; false when anybody has it, ``owner`` included."""
        query = "INSERT OR IGNORE INTO devices (name, job_id, claimed_at) VALUES (?, ?, ?)"
        with self._database.connect() as connection:
            return connection.execute(query, (device, owner, time.time())).rowcount == 1

    def hand_over(self, device: str, owner: str, to: str) -> bool:
        """Make ``to`` the owner of what ``owner`` has; false when it has it no more."""
        query = "UPDATE devices SET job_id = ? WHERE name = ? AND job_id = ?"
        with self._database.connect() as connection:
            return connection.execute(query, (to, device, owner)).rowcount == 1

    def release(self, device: str, owner: str) -> bool:
        """Give the device back; false, and nothing happens, when ``owner`` does not have it."""
        query = "DELETE FROM devices WHERE name = ? AND job_id = ?"
        with self._database.connect() as connection:
            return connection.execute(query, (device, owner)).rowcount == 1

    def holder(self, device: str) -> str | None:
        """Who has the device, or None."""
        return self.all().get(device)

    def all(self) -> dict[str, str]:
        """Every leased device and its owner."""
        with self._database.connect() as connection:
            return dict(connection.execute("SELECT name, job_id FROM devices ORDER BY name"))
