"""What people say of checkpoints, and getting rid of single ones: what is lost is told first."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from rave_gui.backend.archive import Archive
from rave_gui.backend.holdings import Holdings, Stakes, is_replaced_by_lightning
from rave_gui.backend.jobs import JobManager
from rave_gui.backend.model import ModelManager
from rave_gui.backend.remarks import checked_notes, checked_rating
from rave_gui.backend.retention import Reason
from rave_gui.backend.trash import discard
from rave_gui.core.errors import UserError
from rave_gui.core.paths import fresh_path
from rave_gui.core.records import Checkpoint, CheckpointKind, Experiment
from rave_gui.core.repositories import Repositories
from rave_gui.core.signals import AppSignals, RecordChanged


class CheckpointCare:
    """Stars, notes, pins, deletions. Synchronous; windows call it in background."""

    def __init__(
        self,
        repositories: Repositories,
        archive: Archive,
        models: ModelManager,
        jobs: JobManager,
        signals: AppSignals,
        trash: Callable[[Path], None] = discard,
    ) -> None:
        self._rows, self._archive, self._models = repositories, archive, models
        self._jobs, self._signals, self._trash = jobs, signals, trash

    # What people say

    def annotate(self, checkpoint_id: int, **changes: Any) -> Checkpoint:
        """Change ``notes`` or ``rating``, 1 to 5 stars; 0 or None takes the stars away.

        Raises:
            UserError: the checkpoint is gone, or a value is none that can be kept.
        """
        checked = {key: _CHECKS[key](value) for key, value in changes.items()}
        row = self._rows.checkpoints.update(checkpoint_id, **checked)
        return self._told(row, "updated")

    def pin(self, checkpoint_id: int, pinned: bool) -> Checkpoint:
        """Keep a checkpoint whatever happens, or no more.

        What a training under way would replace gets a name that RAVE leaves alone, and the record
        moves to it.

        Raises:
            UserError: it is gone, or the disk refuses.
        """
        row = self._rows.checkpoints.get(checkpoint_id)
        run = self._rows.experiments.get(row.experiment_id)
        if pinned and run.status.active and is_replaced_by_lightning(row.checkpoint_path):
            path = _held(row)
            self._rows.checkpoints.update(
                checkpoint_id, checkpoint_path=path, kind=CheckpointKind.SAVED, is_best=False
            )
        made = self._models.pin(checkpoint_id, pinned)
        if made.checkpoint_path != row.checkpoint_path:
            self._models.sync(run.id or 0)
        return made

    # Deleting by hand

    def stakes(self, checkpoint_ids: Iterable[int]) -> list[Stakes]:
        """What would be lost with these, and what depends on them.

        Raises:
            UserError: one is gone.
        """
        rows = [self._rows.checkpoints.get(number) for number in checkpoint_ids]
        runs = [
            self._rows.experiments.get(number)
            for number in dict.fromkeys(row.experiment_id for row in rows)
        ]
        holdings = self.holdings(runs)
        return [holdings.stakes(row) for row in rows]

    def delete(self, checkpoint_ids: Iterable[int], *, files: bool, for_good: bool = False) -> int:
        """Forget checkpoints and, if asked, move their files to the trash; answers with how many.

        A record that exports came from stays where the file went: they tell their origin by it.

        Raises:
            UserError: one is in use, or the trash refuses; it and what comes after is kept.
        """
        found = self.stakes(checkpoint_ids)
        for one in found:
            _refuse_busy(one)
        gone: list[Checkpoint] = []
        try:
            for one in found:
                self._delete(one, files=files, for_good=for_good)
                gone.append(one.checkpoint)
        finally:
            self.tell_gone(gone, [one.experiment for one in found])
        return len(gone)

    def _delete(self, one: Stakes, *, files: bool, for_good: bool) -> None:
        row = one.checkpoint
        if files and one.there:
            self.remove(row, for_good=for_good)
            if one.exports:
                return
        self._rows.checkpoints.delete(row.id or 0)

    def remove(self, row: Checkpoint, *, for_good: bool = False) -> None:
        """Move its file to the trash, or delete it at once; the record is left alone.

        Raises:
            UserError: the trash refuses.
        """
        path = row.checkpoint_path
        if not path.is_symlink() and not for_good:
            self._trash(path)
            return
        try:
            path.unlink(missing_ok=True)  # a link holds nothing: what it points to stays
        except OSError as error:
            raise UserError(f"{path} cannot be deleted: {error.strerror or error}.") from error

    def tell_gone(self, gone: Sequence[Checkpoint], runs: Iterable[Experiment]) -> None:
        """Let the project folder and everybody know which records went."""
        for run in {run.id: run for run in runs}.values() if gone else ():
            self._archive.save_experiment(run)
        for row in gone:
            self._signals.model_saved.emit(RecordChanged("models", row.id or 0, "deleted"))

    def _told(self, row: Checkpoint, action: str) -> Checkpoint:
        self._signals.model_saved.emit(RecordChanged("models", row.id or 0, action))
        return row

    def holdings(self, experiments: Sequence[Experiment]) -> Holdings:
        """What holds their checkpoints now."""
        return Holdings(self._rows, self._jobs, experiments)


def _refuse_busy(one: Stakes) -> None:
    if Reason.IN_USE in one.held:
        name = one.checkpoint.checkpoint_path.name
        raise UserError(
            f"{name} of {one.experiment.name} is in use.",
            "Wait until the training or job that works with it has ended.",
        )


def _held(row: Checkpoint) -> Path:
    """A name for the same checkpoint that RAVE leaves alone.

    Lightning writes a new ``best.ckpt`` over the old one in place, so that one is copied; the
    others are only ever removed, which leaves a second name alone.
    """
    source = row.checkpoint_path
    target = fresh_path(source.parent, f"saved-step={row.step:06d}-kept.ckpt")
    try:
        if not source.name.startswith("best"):
            with suppress(OSError):
                os.link(source, target)
                return target
        draft = target.with_name(f"{target.name}.part")
        shutil.copyfile(source, draft)
        draft.replace(target)
    except OSError as error:
        raise UserError(
            f"{source.name} cannot be kept: {error.strerror or error}.",
            "Free some space, or make the run folder writable.",
        ) from error
    return target


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "rating": checked_rating,
    "notes": checked_notes,
}
