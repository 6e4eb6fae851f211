"""What the end of a training means: intent, return code and what lies on disk, judged together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rave_gui.backend.job_failure import explain_end
from rave_gui.backend.jobs import JobEnd
from rave_gui.backend.training_state import TrainingFold, TrainingState, max_steps_of
from rave_gui.core.job_facts import JobExit, Liveness
from rave_gui.core.records import Checkpoint, Experiment, ExperimentStatus

_CLOCK_SECONDS = 2.0
"""Some file systems keep times no finer."""


@dataclass(frozen=True)
class Verdict:
    """What became of a training."""

    status: ExperimentStatus
    step: int
    message: str
    """One sentence for people."""
    error: str = ""
    """The same sentence where something went wrong."""


def judge(experiment: Experiment, end: JobEnd, checkpoints: Sequence[Checkpoint]) -> Verdict:
    """Decide from all evidence.

    RAVE ends with return code 0 after an interrupt too, so the code alone proves nothing
    (rave train, pytorch-lightning 1.9: KeyboardInterrupt is caught by the trainer).
    """
    state, own = TrainingFold().add(end.facts), _written_by(end, checkpoints)
    step = max(
        state.step,
        end.exit.last_step or 0 if end.exit else 0,
        max((row.step for row in own), default=0),
    )
    step = step or experiment.step  # a resume that did nothing yet stands where it began
    saved = max((row.step for row in own or checkpoints), default=None)
    all_done = step >= max_steps_of(experiment)
    if end.exit is None or end.liveness is Liveness.INTERRUPTED:
        if all_done and _was_final(state):
            return _completed(step)
        if experiment.status is ExperimentStatus.STOPPING:
            # Who watched over it was killed before, so nobody wrote down that it was stopped.
            return _stopped(step, saved)
        return _lost(ExperimentStatus.INTERRUPTED, step, "It was interrupted", saved)
    return _judge_exit(end, end.exit, step, saved, all_done=all_done)


def _judge_exit(
    end: JobEnd, told: JobExit, step: int, saved: int | None, *, all_done: bool
) -> Verdict:
    """Where the runner was there to write the end down."""
    if told.stopped_by == "user":
        return _stopped(step, saved)
    if told.returncode == 0 and all_done:
        return _completed(step)
    if told.returncode == 0:
        return _lost(ExperimentStatus.INTERRUPTED, step, "It ended early", saved)
    cause = explain_end(end)
    if step:
        cause = f"{cause} It had come to step {step:,}. {_there_is(saved)}"
    return Verdict(ExperimentStatus.FAILED, step, cause, cause)


def _completed(step: int) -> Verdict:
    return Verdict(ExperimentStatus.COMPLETED, step, f"All {step:,} steps are done.")


def _stopped(step: int, saved: int | None) -> Verdict:
    return Verdict(ExperimentStatus.STOPPED, step, f"Stopped at step {step:,}. {_kept(saved)}")


def _written_by(end: JobEnd, checkpoints: Sequence[Checkpoint]) -> list[Checkpoint]:
    """What this very start wrote: another one before it may have come further."""
    start = end.spec.created_at - _CLOCK_SECONDS
    return [row for row in checkpoints if row.created_at >= start]


def _was_final(state: TrainingState) -> bool:
    """The companion saves so after the last step; its file is complete before it tells of it."""
    return state.checkpoint is not None and state.checkpoint.reason == "final"


def _lost(status: ExperimentStatus, step: int, what: str, saved: int | None) -> Verdict:
    message = f"{what} at step {step:,}. {_kept(saved)}" if step else f"{what}."
    return Verdict(status, step, message, message)


def _there_is(saved: int | None) -> str:
    """After a failure: whether going on helps, the remedy says."""
    if saved is None:
        return "No checkpoint was saved."
    return f"The checkpoint of step {saved:,} is kept."


def _kept(saved: int | None) -> str:
    if saved is None:
        return "No checkpoint was saved."
    return f"The newest checkpoint is of step {saved:,}; continue from there."
