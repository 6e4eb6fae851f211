"""The records of the application in their tables."""

from __future__ import annotations

from rave_gui.core.database import Database
from rave_gui.core.repositories.base import Repository
from rave_gui.core.repositories.schedule import Devices, Policies, WaitingLine
from rave_gui.core.repositories.tables import (
    Checkpoints,
    Datasets,
    Experiments,
    Exports,
    Jobs,
    Previews,
    Projects,
    same_name,
)

__all__ = ["Repositories", "Repository", "same_name"]


class Repositories:
    """All tables of one database; safe from every thread."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.projects = Projects(database)
        self.datasets = Datasets(database)
        self.experiments = Experiments(database)
        self.checkpoints = Checkpoints(database)
        self.exports = Exports(database)
        self.jobs = Jobs(database)
        self.previews = Previews(database)
        self.queue = WaitingLine(database)
        self.devices = Devices(database)
        self.policies = Policies(database)
