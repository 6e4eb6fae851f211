"""“Hear it learn”: a few clips through the model after each validation, and when asked.

They take at most 1 % of the time: what is saved up decides how many clips are rendered, the first
ones first; a validation for which nothing is left goes without. Files are written by a thread of
their own. What goes wrong is told and costs previews, never the training.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_clips import Clip, load_clips, through_filter
    from rave_gui.companion.rave_gui_preview_files import FOLDER, Writer
    from rave_gui.companion.rave_gui_rendering import Hurried, Hurry, render, undisturbed
    from rave_gui.companion.rave_gui_reporter import Reporter
    from rave_gui.companion.rave_gui_saving import folder_of
else:
    from rave_gui_clips import Clip, load_clips, through_filter
    from rave_gui_preview_files import FOLDER, Writer
    from rave_gui_rendering import Hurried, Hurry, render, undisturbed
    from rave_gui_reporter import Reporter
    from rave_gui_saving import folder_of

SHARE = 0.01
"""Part of the time that previews may take."""
ALLOWANCE, MOST_SAVED = 3.0, 60.0
"""Seconds: what each start begins with, so that a short training is heard too, and the most."""
_MOST_FAULTS = 3


class Purse:
    """Seconds that previews may take by now."""

    def __init__(self, now: float) -> None:
        self.seconds = ALLOWANCE
        self._filled = now

    def fill(self, now: float) -> None:
        """A part of the time that went by is theirs."""
        self.seconds = min(MOST_SAVED, self.seconds + SHARE * max(0.0, now - self._filled))
        self._filled = now


class Previews:
    """Renders the listening set of one training."""

    def __init__(self, reporter: Reporter, clock: Callable[[], float] = time.perf_counter) -> None:
        self._reporter, self._clock = reporter, clock
        self._purse = Purse(clock())
        self._clips: list[Clip] | None = None
        self._piece = 0
        self._writer: Writer | None = None
        self._seconds_a_sample: float | None = None
        self._last = clock()
        self._faults = 0
        self._told_less = False
        self.due = False
        """Whether a validation is waiting to be heard."""

    def validated(self) -> None:
        """A validation is over. Its checkpoint comes first: rendering waits for the next batch."""
        self.due = self._faults < _MOST_FAULTS

    def render_due(self, trainer: Any, hurry: Hurry) -> None:
        """What the last validation is owed, as far as the time allows."""
        self.due = False
        self._purse.fill(self._clock())
        with self._reporter.shelter("render the listening clips"):
            self._render_all(trainer, hurry, asked=False)

    def render_now(self, trainer: Any, hurry: Hurry) -> tuple[bool, str]:
        """All clips, whatever they cost; whether that worked, and a sentence."""
        done = -1
        with self._reporter.shelter("render the listening clips"):
            done = self._render_all(trainer, hurry, asked=True)
        if done < 0:
            return False, "The listening clips could not be rendered; the log tells why."
        if not done:
            return False, "There is nothing to listen to."
        return True, f"Rendered {done} listening clips at step {trainer.global_step:,}."

    def close(self) -> None:
        """Have everything written."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _render_all(self, trainer: Any, hurry: Hurry, *, asked: bool) -> int:
        """How many were rendered. Raises what rendering raises."""
        began, since = self._clock(), self._clock() - self._last
        clips, done = self._prepared(trainer), 0
        free = self._purse.seconds
        try:
            with undisturbed(trainer.lightning_module):
                for clip in clips:
                    left = free - (self._clock() - began)
                    if not asked and (left <= 0 or self._expected(clip) > left):
                        break
                    self._render_one(trainer, clip, hurry)
                    done += 1
            self._faults = 0
        except Hurried:
            pass
        except Exception:
            self._faults += 1
            raise
        finally:
            self._last = self._clock()
            if not asked:
                self._purse.seconds -= self._last - began
        cost = self._last - began
        self._tell(trainer, done, len(clips), cost, since, asked)
        return done

    def _prepared(self, trainer: Any) -> list[Clip]:
        """The clips; read the first time, which puts nothing out of order either."""
        if self._clips is None:
            with undisturbed(trainer.lightning_module):
                self._clips, problems = load_clips(self._reporter.job_dir, trainer)
                self._piece = _piece(trainer)
            for problem in problems:
                self._reporter.fault(problem)
            if self._clips:
                rate = int(trainer.lightning_module.sr)
                self._writer = Writer(self._reporter, run_folder(trainer) / FOLDER, rate)
                self._writer.write_inputs(self._clips)
        return self._clips

    def _expected(self, clip: Clip) -> float:
        return (self._seconds_a_sample or 0.0) * clip.samples

    def _render_one(self, trainer: Any, clip: Clip, hurry: Hurry) -> None:
        module = trainer.lightning_module
        _settle(module)
        began = self._clock()
        heard = through_filter(module, clip.sound, back=False)
        sound = through_filter(module, render(module, heard, self._piece, hurry), back=True)
        cost = self._clock() - began
        self._seconds_a_sample = cost / clip.samples
        if self._writer is not None:
            self._writer.write(clip, trainer.global_step, sound, cost)

    def _tell(
        self, trainer: Any, done: int, of: int, cost: float, since: float, asked: bool
    ) -> None:
        step, share = trainer.global_step, cost / since if since > 0 else None
        self._reporter.fact(
            "previews", step=step, clips=done, of=of, cost=cost, share=share, asked=asked
        )
        if not asked and done < of and not self._told_less:
            self._told_less = True
            text = (
                f"{done} of {of} listening clips were rendered at step {step:,}: previews get "
                f"{SHARE:.0%} of the time. “Preview now” renders all of them."
            )
            self._reporter.fact("note", text=text)


def run_folder(trainer: Any) -> Path:
    """``OUT/NAME_<hash>``, around the folders of its versions."""
    checkpoints = folder_of(trainer)
    return checkpoints.parent.parent


def _piece(trainer: Any) -> int:
    """Samples at a time: as many as a batch of the training, which takes far more memory.

    A multiple of ``n_signal``, and so of the model's ratio.
    """
    loader = trainer.val_dataloaders[0]
    window = int(np.asarray(loader.dataset[0]).shape[-1])
    return window * max(1, int(loader.batch_size or 1))


def _settle(module: Any) -> None:
    """Let the GPU end what it was given before the clock is looked at."""
    if getattr(module.device, "type", "") == "cuda":
        import torch  # noqa: PLC0415

        torch.cuda.synchronize(module.device)
