"""How far a training is and what it measures, told as often as it can be afforded."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_reporter import Reporter
else:
    from rave_gui_reporter import Reporter

PROGRESS = 0.5
"""Seconds between two facts."""
METRICS = 1.0
"""Seconds; reading a metric waits for the GPU, so it is done more rarely."""
_VALIDATION = ("validation", "fidelity")
"""How the names begin of what RAVE logs in validations; Lightning shows them until the next one."""


class Diary:
    """Tells of one training. Times are those of a monotonic clock."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._next_progress = self._next_metrics = 0.0
        self._first_step: int | None = None
        self._recent: deque[tuple[float, int]] = deque(maxlen=21)

    def tell(self, trainer: Any, now: float) -> None:
        """Tell what is due."""
        if self._reporter.quiet:
            return
        if now >= self._next_progress:
            self._next_progress = now + PROGRESS
            self._tell_progress(trainer, now)
        if now >= self._next_metrics:
            self._next_metrics = now + METRICS
            self._tell_metrics(trainer)

    def tell_all(self, trainer: Any, now: float) -> None:
        """Tell everything once more, due or not."""
        self._tell_progress(trainer, now)
        self._tell_metrics(trainer)

    def tell_validation(self, trainer: Any) -> None:
        """Tell what a validation found; the time that it took is not to slow the rate down."""
        value = trainer.callback_metrics.get("validation")
        self._reporter.fact("validation", step=trainer.global_step, value=value)
        self._recent.clear()

    def _tell_progress(self, trainer: Any, now: float) -> None:
        fields = {
            "step": trainer.global_step,
            "epoch": trainer.current_epoch,
            "max_steps": trainer.max_steps,
            "rate": self._rate(trainer.global_step, now),
        }
        if self._first_step is None:
            self._first_step = trainer.global_step
            fields.update(_totals(trainer), first_step=self._first_step)
        self._reporter.fact("progress", **fields)

    def _rate(self, step: int, now: float) -> float | None:
        """Steps a second over the last ten seconds or so."""
        self._recent.append((now, step))
        then, first = self._recent[0]
        return (step - first) / (now - then) if now > then else None

    def _tell_metrics(self, trainer: Any) -> None:
        values = trainer.callback_metrics
        values = {k: v for k, v in values.items() if not k.startswith(_VALIDATION)}
        if values:
            self._reporter.fact("metrics", step=trainer.global_step, values=values)


def _totals(trainer: Any) -> dict[str, Any]:
    """What there is to do; Lightning ends at whichever of steps and epochs comes first."""
    batches = trainer.num_training_batches
    return {
        "total": trainer.max_steps,
        "unit": "steps",
        "max_epochs": trainer.max_epochs,
        "steps_per_epoch": batches if batches != float("inf") else None,
    }
