"""What the status bar says about running work and the disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rave_gui.backend.training_state import TrainingState
from rave_gui.core.records import Experiment, Job
from rave_gui.ui import formats
from rave_gui.ui.text import translate
from rave_gui.ui.viewmodels import training
from rave_gui.ui.viewmodels.live import LiveBoard

LITTLE_DISK = 10_000_000_000
"""Bytes; a long training writes checkpoints and sound of several gigabytes."""


def _tr(text: str) -> str:
    return translate("status", text)


@dataclass(frozen=True)
class Work:
    """One job that is under way, with what its words need."""

    job: Job
    experiment: Experiment | None = None
    phase1: int | None = None


@dataclass(frozen=True)
class Running:
    """What the bar shows of the first job."""

    verb: str
    name: str
    fraction: float | None
    bar_role: str
    figures: str
    """``412,300 / 1,000,000``."""
    eta: str
    """``phase 2 in 20 h 40 m``."""
    more: str = ""
    """``and 2 more``."""


def running(work: Sequence[Work], board: LiveBoard) -> Running | None:
    """The first job in words; None where nothing is under way."""
    if not work:
        return None
    rest = len(work) - 1
    more = _tr("and {n} more").format(n=rest) if rest else ""
    first = work[0]
    if first.experiment is not None:
        return _training(first, first.experiment, board, more)
    live = board.job(first.job.id)
    eta = live.text if live.fraction is None else formats.percent(live.fraction)
    if live.seconds_left is not None:
        eta = _tr("{percent}, {time} left").format(
            percent=eta, time=formats.duration(live.seconds_left)
        )
    verb, _, name = (first.job.title or first.job.id).partition(" ")
    return Running(verb, name, live.fraction, "phase1", "", eta, more)


def _training(work: Work, experiment: Experiment, board: LiveBoard, more: str) -> Running:
    state = board.training(experiment.id)
    step, planned = (
        training.step_of(experiment, state),
        training.max_steps(experiment, state),
    )
    second = work.phase1 is not None and step >= work.phase1
    figures = f"{formats.count(step)} / {formats.count(planned)}" if planned else ""
    return Running(
        verb=_tr("Training"),
        name=experiment.name,
        fraction=training.fraction(experiment, state),
        bar_role="phase2" if second or (state is not None and state.phase == 2) else "phase1",
        figures=figures,
        eta=_tr("paused") if board.is_paused(work.job) else _training_eta(work, state, planned),
        more=more,
    )


def _training_eta(work: Work, state: TrainingState | None, planned: int) -> str:
    word = training.status_word(work.experiment.status)[0] if work.experiment else ""
    if state is None or not state.rate:
        return word
    phase1 = work.phase1
    if phase1 is not None and state.phase == 1 and state.step < phase1 < planned:
        return _tr("phase 2 in {time}").format(time=formats.eta(state.seconds_to(phase1)))
    return _tr("end in {time}").format(time=formats.eta(state.seconds_to(planned)))


def disk(free: int | None) -> tuple[str, str]:
    """``Disk 412 GB free``, and its role."""
    if free is None:
        return "", "muted"
    text = _tr("Disk {size} free").format(size=formats.size(free))
    return text, "bad" if free < LITTLE_DISK else "muted"
