"""What the companion does at each moment of a training; knows Lightning's objects by shape only."""

from __future__ import annotations

import contextlib
import errno
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_diary import Diary
    from rave_gui.companion.rave_gui_interrupts import Interrupts
    from rave_gui.companion.rave_gui_job_files import pending_wishes, take_wish
    from rave_gui.companion.rave_gui_others_files import OthersFiles, protect_earlier_versions
    from rave_gui.companion.rave_gui_previews import Previews
    from rave_gui.companion.rave_gui_reporter import Reporter, sheltered
    from rave_gui.companion.rave_gui_saving import Moment, holds_nan, save
else:
    from rave_gui_diary import Diary
    from rave_gui_interrupts import Interrupts
    from rave_gui_job_files import pending_wishes, take_wish
    from rave_gui_others_files import OthersFiles, protect_earlier_versions
    from rave_gui_previews import Previews
    from rave_gui_reporter import Reporter, sheltered
    from rave_gui_saving import Moment, holds_nan, save

LOOK = 0.2
"""Seconds between two looks for wishes and at the clock of the facts."""


class Attendant:
    """Follows one training; every public method is called by the Lightning hook of that name."""

    def __init__(self, reporter: Reporter, clock: Callable[[], float] = time.monotonic) -> None:
        self.reporter = reporter
        self.interrupts = Interrupts()
        self._clock = clock
        self._moment: Moment | None = None
        self._others: OthersFiles | None = None
        self._first_step = -1
        self._phase = 0
        self._next_look = 0.0
        self._diary = Diary(reporter)
        self._previews = Previews(reporter)
        self._ended = False

    @sheltered("prepare for the training")
    def setup(self, trainer: Any) -> None:
        """The objects exist, nothing has been restored yet."""
        self.interrupts.install()
        self._obey_stop(trainer)

    @sheltered("prepare for the first step")
    def train_start(self, trainer: Any) -> None:
        """Everything has been restored, nothing has been trained yet."""
        self._first_step = trainer.global_step
        self._moment = Moment(trainer)
        self.interrupts.patient = True
        self.reporter.stage("training")
        protect_earlier_versions(trainer)
        self._others = OthersFiles(trainer)

    @sheltered("look after a step")
    def batch_start(self, trainer: Any) -> None:
        """Before any other callback has counted the batch: all state is of the same step."""
        step = trainer.global_step
        assert self._moment is not None
        if self._moment.step < 0:
            _count_logs_like_steps(trainer)
            self._next_look = 0.0
        self._moment.take(step)
        if self.interrupts.requested:
            self._leave(trainer, "interrupted")
        self._note_others_files()
        now = self._clock()
        if now >= self._next_look:
            self._next_look = now + LOOK
            self._obey(trainer)
            self._diary.tell(trainer, now)
        if self._previews.due:
            self._hear(trainer)

    @sheltered("look after a step")
    def batch_end(self, module: Any) -> None:
        """The phase of the batch just done is known now."""
        phase = 2 if getattr(module, "warmed_up", False) else 1
        if phase != self._phase:
            self._phase = phase
            assert self._moment is not None
            self.reporter.fact("phase", phase=phase, step=self._moment.step)

    @sheltered("follow the sanity check")
    def sanity_check_start(self, trainer: Any) -> None:
        """Lightning tries the validation before it trains."""
        self.reporter.stage("sanity")
        self._obey_stop(trainer)

    @sheltered("follow a validation")
    def validation_start(self, trainer: Any) -> None:
        """A validation begins, or the sanity check."""
        if not trainer.sanity_checking:
            self.reporter.stage("validating")

    @sheltered("follow a validation")
    def validation_weights(self, averaged: bool) -> None:
        """RAVE's EMA exchanges the weights right after this call."""
        if self._moment is not None:
            self._moment.averaged = averaged

    @sheltered("look for wishes in a validation")
    def validation_batch_start(self, trainer: Any) -> None:
        """A validation may take minutes: whoever asks for the end need not wait for its end."""
        if self.interrupts.requested:
            self._leave(trainer, "interrupted")
        now = self._clock()
        if now >= self._next_look:
            self._next_look = now + LOOK
            self._obey_stop(trainer)

    @sheltered("report a validation")
    def validation_end(self, trainer: Any) -> None:
        """A validation is over; Lightning writes its checkpoints right after this call."""
        if trainer.sanity_checking:
            return
        self._diary.tell_validation(trainer)
        self._previews.validated()
        self.reporter.stage("training")

    @sheltered("save at the end of the training")
    def train_end(self, trainer: Any) -> None:
        """All steps are done."""
        self.interrupts.patient = False
        self._note_others_files()
        with self.reporter.shelter("report the last step"):
            self._diary.tell_all(trainer, self._clock())
        saved = self._save(trainer, "final")
        if self._previews.due:
            self._hear(trainer)
        if take_wish(self.reporter.job_dir, "stop") is not None:
            text = "The training had just done its last step."
            self.reporter.fact("answer", wish="stop", ok=saved is not None, text=text)
        self._ended = True

    @sheltered("save what an interrupted training has learnt")
    def exception(self, trainer: Any, error: BaseException) -> None:
        """Something ends the training early: a signal, a wish or a fault."""
        if self._ended:
            return
        self._ended = True
        self._note_others_files()
        asked = isinstance(error, (KeyboardInterrupt, SystemExit)) or self.interrupts.requested
        if not asked:
            text = f"The training failed: {type(error).__name__}: {error}"
            self.reporter.fact("fault", text=text[:2000])
        self._save(trainer, "interrupted" if asked else "crashed")

    @sheltered("end")
    def end(self) -> None:
        """Nothing more will come."""
        self._ended = True
        self._previews.close()
        self.interrupts.restore()
        self.reporter.stage("ended")

    def _obey(self, trainer: Any) -> None:
        for wish in pending_wishes(self.reporter.job_dir):
            if wish == "stop":
                self._obey_stop(trainer)
            elif wish == "save-now" and trainer.global_step > self._first_step:
                self._obey_save_now(trainer)
            elif wish == "preview-now" and self._take(wish):
                self._obey_preview_now(trainer)

    def _take(self, wish: str) -> bool:
        return take_wish(self.reporter.job_dir, wish) is not None

    def _obey_save_now(self, trainer: Any) -> None:
        if self._take("save-now"):
            path = self._save(trainer, "saved-now")
            text = f"Saved as {path.name}." if path else "The checkpoint could not be saved."
            self.reporter.fact("answer", wish="save-now", ok=path is not None, text=text)

    def _obey_preview_now(self, trainer: Any) -> None:
        before = self.reporter.stage("listening")
        done, text = self._previews.render_now(trainer, self._someone_waits)
        self.reporter.stage(before)
        self.reporter.fact("answer", wish="preview-now", ok=done, text=text)

    def _hear(self, trainer: Any) -> None:
        """Let the last validation be heard."""
        before = self.reporter.stage("listening")
        self._previews.render_due(trainer, self._someone_waits)
        self.reporter.stage(before)

    def _someone_waits(self) -> bool:
        """Whether the training is asked to end."""
        return bool(self.interrupts.requested) or "stop" in pending_wishes(self.reporter.job_dir)

    def _obey_stop(self, trainer: Any) -> None:
        if self._take("stop"):
            self._leave(trainer, "stopped")

    def _leave(self, trainer: Any, reason: str) -> None:
        """Save, then end the training the way that Lightning calls graceful."""
        self._ended = True
        path = None
        with self.reporter.shelter("save before the end"):
            path = self._save(trainer, reason)
        if reason == "stopped":
            fresh = not self._learnt(trainer)
            text = f"Saved as {path.name}." if path else "The checkpoint could not be saved."
            text = "Nothing new had been learnt yet, so nothing was saved." if fresh else text
            self.reporter.fact("answer", wish="stop", ok=bool(path) or fresh, text=text)
        raise KeyboardInterrupt(reason)

    def _learnt(self, trainer: Any) -> bool:
        return bool(0 <= self._first_step < trainer.global_step)

    def _save(self, trainer: Any, reason: str) -> Path | None:
        """Write a checkpoint and say so; None where there is nothing new, or no way to write."""
        if self._moment is None or not self._learnt(trainer):
            return None
        before = self.reporter.stage("saving")
        path = None
        with self.interrupts.shield():
            try:
                path = save(trainer, self._moment, reason)
            except Exception as error:
                self.reporter.fault(_why_not_saved(error))
            else:
                step = trainer.global_step
                self.reporter.fact("checkpoint", path=str(path), step=step, reason=reason)
                self._warn_of_nan(trainer, path)
        self.reporter.stage(before)
        return path

    def _warn_of_nan(self, trainer: Any, path: Path) -> None:
        with self.reporter.shelter("check the weights"):
            if holds_nan(trainer.lightning_module):
                text = (
                    f"The model in {path.name} holds values that are not numbers (NaN): it cannot "
                    "be used or trained on. Go on from an earlier checkpoint."
                )
                self.reporter.fact("fault", text=text, path=str(path))

    def _note_others_files(self) -> None:
        if self._others is None or self.reporter.quiet:
            return
        with self.reporter.shelter("notice a new checkpoint"):
            for path, step in self._others.new():
                self.reporter.fact("checkpoint", path=str(path), step=step, reason="validation")


def _count_logs_like_steps(trainer: Any) -> None:
    """Have metrics logged at the step that they are of.

    Lightning counts the batches that it logs by apart from the steps. In a run that goes on from a
    checkpoint the two may be one apart, depending on where in a batch that was written.
    """
    loop = trainer.fit_loop.epoch_loop
    with contextlib.suppress(AttributeError):
        if loop._batches_that_stepped != trainer.global_step:
            loop._batches_that_stepped = trainer.global_step


def _why_not_saved(error: Exception) -> str:
    full = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))  # Windows has no quotas
    if isinstance(error, OSError) and error.errno in full:
        return (
            "The checkpoint could not be saved: the disk is full. Free some space and save again."
        )
    return f"The checkpoint could not be saved: {type(error).__name__}: {error}"[:2000]
