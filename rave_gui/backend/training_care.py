"""What can be done with a training that does not run: name, tags, notes, stars, archive, delete."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rave_gui.backend.archive import Archive
from rave_gui.backend.projects import checked_name
from rave_gui.backend.remarks import checked_notes, checked_rating
from rave_gui.backend.trash import discard
from rave_gui.core.errors import UserError
from rave_gui.core.records import Checkpoint, Experiment, ExperimentStatus, Export
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, RecordChanged

_LONGEST_TAG = 40
_PERSONAL = {"name", "notes", "tags", "rating"}


@dataclass(frozen=True)
class Stakes:
    """What is lost with a training, and what came of it."""

    experiment: Experiment
    checkpoints: Sequence[Checkpoint]
    exports: Sequence[Export]
    forks: Sequence[Experiment]
    """They have a checkpoint of their own to begin with, so they do not need this one."""
    bytes: int
    """In its folder; what has a second name elsewhere counts as well."""
    outside: Path | None = None
    """Where RAVE's files lie, if that is not in the project: they are never touched."""


class TrainingCare:
    """Changes records and folders of trainings. Synchronous; windows call it in background."""

    def __init__(
        self,
        repositories: Repositories,
        archive: Archive,
        signals: AppSignals,
        trash: Callable[[Path], None] = discard,
    ) -> None:
        self._rows, self._archive, self._signals = repositories, archive, signals
        self._trash = trash

    def annotate(self, experiment_id: int, **changes: Any) -> Experiment:
        """Change what the person says of it: ``name``, ``notes``, ``tags``, ``rating``.

        ``rating`` is 1 to 5 stars; 0 or None takes them away.

        Raises:
            UserError: the name is taken, or a value is none that can be kept.
        """
        unknown = set(changes) - _PERSONAL
        if unknown:
            raise ValueError(f"not the person's to change: {sorted(unknown)}")
        checked = {key: _CHECKS[key](value) for key, value in changes.items()}
        with self._rows.database.transaction():
            if "name" in checked:
                self._refuse_taken(experiment_id, checked["name"])
            row = self._rows.experiments.update(experiment_id, **checked)
        return self._told(row)

    def put_away(self, experiment_id: int, archived: bool) -> Experiment:
        """Archive it, out of sight with everything kept, or bring it back.

        Raises:
            UserError: while it runs or waits.
        """
        experiment = self._rows.experiments.get(experiment_id)
        if archived:
            refuse_busy(experiment)
        return self._told(self._rows.experiments.update(experiment_id, archived=archived))

    def stakes(self, experiment_id: int) -> Stakes:
        """What depends on a training, and how much disk it takes."""
        rows = self._rows
        experiment = rows.experiments.get(experiment_id)
        checkpoints = rows.checkpoints.list(experiment_id=experiment_id)
        folder, run = experiment.output_path, experiment.run_dir
        inside = folder is not None and run is not None and run.is_relative_to(folder)
        return Stakes(
            experiment=experiment,
            checkpoints=checkpoints,
            exports=[one for row in checkpoints for one in rows.exports.list(model_id=row.id)],
            forks=rows.experiments.list(parent_id=experiment_id),
            bytes=_size(folder) if folder else 0,
            outside=None if inside else run,
        )

    def delete(self, experiment_id: int, *, files: bool) -> None:
        """Forget the experiment and, if asked, move its folder in the project to the trash.

        Raises:
            UserError: while it runs or waits, or when the trash refuses; it is then kept whole.
        """
        experiment = self._rows.experiments.get(experiment_id)
        refuse_busy(experiment)
        forks = self._rows.experiments.list(parent_id=experiment_id)
        if files and experiment.output_path is not None:
            self._trash(experiment.output_path)
        self._archive.discard(experiment)
        self._rows.experiments.delete(experiment_id)
        for fork in forks:  # their sidecars named it as their parent
            self._archive.save_experiment(fork)
        self._signals.training_deleted.emit(RecordChanged("experiments", experiment_id, "deleted"))

    def _refuse_taken(self, experiment_id: int, name: str) -> None:
        experiment = self._rows.experiments.get(experiment_id)
        other = self._rows.experiments.by_name(experiment.project_id, name)
        if other is not None and other.id != experiment_id:
            raise UserError(
                f"There is a training called {other.name} already.", "Choose another name."
            )

    def _told(self, row: Experiment) -> Experiment:
        self._archive.save_experiment(row)
        self._signals.training_updated.emit(RecordChanged("experiments", row.id or 0, "updated"))
        return row


def refuse_busy(experiment: Experiment) -> None:
    """Refuse what must not happen to a training that runs or waits.

    Raises:
        UserError: when it does.
    """
    if experiment.status.active or experiment.status is ExperimentStatus.QUEUED:
        raise UserError(f"{experiment.name} is {experiment.status.value}.", "Stop it first.")


def clean_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Tags as they are kept: no space around, none twice whatever the case, in their order.

    Raises:
        UserError: one is far too long.
    """
    found: dict[str, str] = {}
    for tag in tags:
        word = " ".join(tag.split())
        if len(word) > _LONGEST_TAG:
            raise UserError(f"The tag “{word[:20]}…” is too long.", "Use a few words.")
        if word:
            found.setdefault(word.casefold(), word)
    return tuple(found.values())


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": lambda value: checked_name(value, "training"),
    "tags": clean_tags,
    "notes": checked_notes,
    "rating": checked_rating,
}


def _size(folder: Path) -> int:
    """Bytes of all files below ``folder``; what cannot be read counts nothing."""
    total = 0
    for here, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(here) / name).lstat().st_size
            except OSError:
                continue
    return total
