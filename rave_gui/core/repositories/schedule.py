"""Who waits for a device, and who has one: rows that several applications share."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import asdict, dataclass

from rave_gui.core.database import Database
from rave_gui.core.errors import UserError

GO_ON, PAUSE = "go-on", "pause"
AFTER_FAILURE = (GO_ON, PAUSE)
"""What the queue does when a training failed: the next one, or nothing until somebody looks."""


@dataclass(frozen=True)
class QueuePolicy:
    """What holds for the whole queue; all applications share it."""

    paused: bool = False
    reason: str = ""
    """Why it was paused, where nobody did so by hand."""
    after_failure: str = GO_ON
    """One of ``AFTER_FAILURE``."""
    slots: int = 1
    """How many trainings may run on one device."""


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
        return self.times().get(experiment_id)

    def times(self) -> dict[int, float | None]:
        """Every waiting training in order, with the time before which it must not start."""
        query = (
            "SELECT experiment_id, not_before FROM queue "
            "ORDER BY position, enqueued_at, experiment_id"
        )
        with self._database.connect() as connection:
            return dict(connection.execute(query).fetchall())

    def set_not_before(self, experiment_id: int, moment: float | None) -> bool:
        """Set or lift the time before which it must not start; whether it waits at all."""
        query = "UPDATE queue SET not_before = ? WHERE experiment_id = ?"
        with self._database.connect() as connection:
            return connection.execute(query, (moment, experiment_id)).rowcount == 1

    def place(self, experiment_id: int, place: int) -> bool:
        """Put a waiting training at ``place``, 1 being the next; whether it waits at all."""
        with self._database.transaction():
            line = self.ordered()
            if experiment_id not in line:
                return False
            line.remove(experiment_id)
            behind = line[max(0, place - 1) :]
            self.move(experiment_id, behind[0] if behind else None)
            return True

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


class Policies:
    """The one row of ``QueuePolicy``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self) -> QueuePolicy:
        """What holds now; the usual where the row is gone or says what we do not know."""
        query = "SELECT paused, reason, after_failure, slots FROM queue_policy WHERE id = 1"
        with self._database.connect() as connection:
            row = connection.execute(query).fetchone()
        if row is None:
            return QueuePolicy()
        after = row[2] if row[2] in AFTER_FAILURE else GO_ON
        return QueuePolicy(bool(row[0]), str(row[1]), after, max(1, int(row[3])))

    def change(self, **changes: object) -> QueuePolicy:
        """Change these fields; returns what holds from now on."""
        with self._database.transaction() as connection:
            values = {**asdict(self.get()), **changes}
            policy = QueuePolicy(**values)
            connection.execute(
                "INSERT OR REPLACE INTO queue_policy (id, paused, reason, after_failure, slots) "
                "VALUES (1, :paused, :reason, :after_failure, :slots)",
                asdict(policy),
            )
        return policy
