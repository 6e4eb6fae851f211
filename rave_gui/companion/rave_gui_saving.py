"""Checkpoints of our own: complete, at an exact step, under names that Lightning does not own.

What Lightning 1.9 restores from a checkpoint: weights, optimizers, schedulers, the states of
callbacks (RAVE keeps the counters of its phases there) and the progress of its loops. All of them
must tell of the same step. Between two batches they do. Inside a batch the counters are ahead of
the weights, and a batch counted as ready is never made up for in the totals; a "last batch" makes
the resumed epoch end before that batch. Inside a validation a resumed run would go on with the
rest of it, which spoils its value and can fail RAVE's analysis of the latent space.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PREFIXES = {
    "stopped": "stopped",
    "saved-now": "saved",
    "interrupted": "interrupted",
    "crashed": "crashed",
    "final": "final",
}
SUFFIX = ".ckpt"
DRAFT = ".part"


class Moment:
    """Where a training stood before the batch that it works on now."""

    def __init__(self, trainer: Any) -> None:
        states = [getattr(callback, "state", None) for callback in trainer.callbacks]
        self._states = [s for s in states if isinstance(s, dict) and "training_steps" in s]
        self._counts: list[int] = []
        self.step = -1
        self.averaged = False
        """Whether RAVE's EMA has put averaged weights in the place of the trained ones."""

    def take(self, step: int) -> None:
        """Remember the counters as they are before any callback counted this batch."""
        self.step = step
        self._counts = [state["training_steps"] for state in self._states]

    @contextlib.contextmanager
    def restored(self) -> Iterator[None]:
        """The counters as they were then, inside the block."""
        now = [state["training_steps"] for state in self._states]
        self._set(self._counts)
        try:
            yield
        finally:
            self._set(now)

    def _set(self, counts: list[int]) -> None:
        for state, count in zip(self._states, counts, strict=True):
            state["training_steps"] = count


def save(trainer: Any, moment: Moment, reason: str) -> Path:
    """Write a checkpoint of the last completed step; returns its path.

    The file appears under its name only when it is complete and on the disk. Raises whatever
    writing raises, having removed what was written.
    """
    target = folder_of(trainer) / f"{PREFIXES[reason]}-step={trainer.global_step:06d}{SUFFIX}"
    draft = target.with_name(target.name + DRAFT)
    try:
        with consistent(trainer, moment):
            trainer.save_checkpoint(str(draft))
        with draft.open("rb+") as stream:
            os.fsync(stream.fileno())
        draft.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    return target


def is_ours(name: str) -> bool:
    """Whether a file of that name is one that ``save`` writes."""
    return any(name.startswith(f"{prefix}-step=") for prefix in PREFIXES.values())


def folder_of(trainer: Any) -> Path:
    """Where this run keeps its checkpoints, absolute."""
    for callback in trainer.checkpoint_callbacks:
        if getattr(callback, "dirpath", None):
            return Path(callback.dirpath).absolute()
    return Path(trainer.log_dir or trainer.default_root_dir).absolute() / "checkpoints"


def holds_nan(module: Any) -> bool:
    """Whether a weight is not a number (the only value that differs from itself)."""
    return any(bool((weights != weights).any()) for weights in module.parameters())  # noqa: PLR0124


@contextlib.contextmanager
def consistent(trainer: Any, moment: Moment) -> Iterator[None]:
    """The training as of its last completed step, inside the block."""
    loop = trainer.fit_loop.epoch_loop
    progress = loop.batch_progress
    with contextlib.ExitStack() as stack:
        if progress.current.ready > progress.current.completed:
            if trainer.global_step == moment.step:
                stack.enter_context(moment.restored())
                stack.enter_context(_values(progress, is_last_batch=False))
                _settle(stack, progress, "completed")
            else:
                _settle(stack, progress, "ready")
        if trainer.validating:
            _from_the_start(stack, loop.val_loop)
        if moment.averaged:
            stack.enter_context(_trained_weights(trainer))
        yield


def _settle(stack: contextlib.ExitStack, progress: Any, count: str) -> None:
    """Make all counts of batches equal to the one named: the batch at work done, or not begun."""
    for tracker in (progress.total, progress.current):
        number = getattr(tracker, count)
        names = ("ready", "started", "processed", "completed")
        stack.enter_context(_values(tracker, **dict.fromkeys(names, number)))


def _from_the_start(stack: contextlib.ExitStack, validation: Any) -> None:
    """Have a resumed run repeat this validation as a whole."""
    stack.enter_context(_values(validation.dataloader_progress.current, ready=0, completed=0))
    progress = validation.epoch_loop.batch_progress
    stack.enter_context(_values(progress, is_last_batch=False))
    none = dict.fromkeys(("ready", "started", "processed", "completed"), 0)
    stack.enter_context(_values(progress.current, **none))


@contextlib.contextmanager
def _values(target: Any, **values: Any) -> Iterator[None]:
    before = {name: getattr(target, name) for name in values}
    vars(target).update(values)
    try:
        yield
    finally:
        vars(target).update(before)


@contextlib.contextmanager
def _trained_weights(trainer: Any) -> Iterator[None]:
    """The weights that are trained, inside the block."""
    module = trainer.lightning_module
    swapped = [c for c in trainer.callbacks if hasattr(c, "swap_weights") and c.weights]
    for callback in swapped:
        callback.swap_weights(module)
    try:
        yield
    finally:
        for callback in swapped:
            callback.swap_weights(module)
