"""Rows of ten thousand trainings, made anew only where something changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from rave_gui.backend.training_state import TrainingState
from rave_gui.core.collector import MANY, FullCollections
from rave_gui.core.records import Experiment
from rave_gui.core.repositories.listing import Listing
from rave_gui.ui.viewmodels import training
from rave_gui.ui.viewmodels.rows import Row
from rave_gui.ui.viewmodels.training_table import Beside, TrainingLine, line

Made = TypeVar("Made")


class TrainingBook:
    """What a page keeps from one reading to the next. Used by one reading at a time."""

    def __init__(self, experiments: Any) -> None:
        """Begin.

        Args:
            experiments: The repository of the experiments.
        """
        self._listing = Listing[Experiment](experiments)
        self._collections = FullCollections()
        self._rows = _Kept[Row]()
        self._lines = _Kept[TrainingLine]()

    def read(self, project_id: int) -> list[Experiment]:
        """The experiments of a project; those that did not change are the very same objects."""
        # While thousands are read and kept, a walk of the collector through all of them would be
        # felt in the window; where they turn out to be few, it may walk again.
        self._collections.put_off(MANY)
        found = self._listing.read(project_id=project_id)
        if len(found) < MANY:
            self._collections.allow()
        return found

    def rows(
        self,
        experiments: Sequence[Experiment],
        states: Mapping[int, TrainingState],
        waiting: Sequence[int],
        paused: Callable[[int], bool],
    ) -> tuple[Row, ...]:
        """The entries of the list column."""
        places = {identity: place for place, identity in enumerate(waiting, 1)}

        def make(one: Experiment, said: tuple[Any, ...]) -> Row:
            return training.row(one, said[0], said[1], paused=said[2])

        told = (
            (states.get(one.id or 0), places.get(one.id or 0), paused(one.id or 0))
            for one in experiments
        )
        return self._rows.all(experiments, told, make)

    def lines(
        self,
        experiments: Sequence[Experiment],
        entries: Sequence[Row],
        beside: Callable[[Experiment], Beside],
        now: float,
    ) -> tuple[TrainingLine, ...]:
        """The rows of the table; the duration of what runs is told anew each time."""

        def make(one: Experiment, said: tuple[Any, ...]) -> TrainingLine:
            return line(one, said[0], said[1], now)

        told = (
            (entry, beside(one), now if one.status.active else 0)
            for one, entry in zip(experiments, entries, strict=True)
        )
        return self._lines.all(experiments, told, make)


class _Kept(dict[int, tuple[Experiment, tuple[Any, ...], Made]]):
    """By training: what something was made of, and what came of it."""

    def all(
        self,
        experiments: Sequence[Experiment],
        told: Any,
        make: Callable[[Experiment, tuple[Any, ...]], Made],
    ) -> tuple[Made, ...]:
        """One for each experiment; the others are forgotten."""
        now: dict[int, tuple[Experiment, tuple[Any, ...], Made]] = {}
        for one, said in zip(experiments, told, strict=True):
            known = self.get(one.id or 0)
            same = known is not None and known[0] is one and known[1] == said
            now[one.id or 0] = known if known and same else (one, said, make(one, said))
        self.clear()
        self.update(now)
        return tuple(made for _, _, made in now.values())
