"""What a project card says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rave_gui.backend.training_state import TrainingState
from rave_gui.core.records import Checkpoint, Dataset, Experiment, Export, Job, Project
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate
from rave_gui.ui.viewmodels import training


def _tr(text: str) -> str:
    return translate("home", text)


@dataclass(frozen=True)
class ProjectFacts:
    """Everything that one card is made of, read in the background."""

    project: Project
    datasets: Sequence[Dataset] = ()
    experiments: Sequence[Experiment] = ()
    checkpoints: Sequence[Checkpoint] = ()
    exports: Sequence[Export] = ()
    jobs: Sequence[Job] = ()
    there: bool = True
    """Whether its folder still exists."""


@dataclass(frozen=True)
class Card:
    """One project on the Home page, in words."""

    id: int
    title: str
    activity: str
    running: str
    fraction: float | None
    bar_role: str
    best: str
    counts: str
    folder: str
    warning: str = ""


def last_activity(facts: ProjectFacts) -> float:
    """When anything last happened in the project."""
    moments = [facts.project.created_at]
    moments += [
        item.created_at
        for group in (facts.datasets, facts.exports, facts.checkpoints)
        for item in group
    ]
    for item in facts.experiments:
        moments += [at for at in (item.created_at, item.started_at, item.completed_at) if at]
    moments += [job.created_at for job in facts.jobs]
    return max(moments)


def card(facts: ProjectFacts, states: dict[int, TrainingState], now: float) -> Card:
    """The card of a project; ``states`` are the live trainings by experiment."""
    project = facts.project
    running, part, bar = _running(facts, states)
    folder = _tr("{path} is not there: it was moved or its disk is not connected.")
    return Card(
        id=project.id or 0,
        title=project.name,
        activity=_tr("Last activity {ago}").format(ago=formats.ago(last_activity(facts), now)),
        running=running,
        fraction=part,
        bar_role=bar,
        best=best_words(facts),
        counts=_counts(facts),
        folder=str(project.path),
        warning="" if facts.there else folder.format(path=project.path),
    )


def _running(
    facts: ProjectFacts, states: dict[int, TrainingState]
) -> tuple[str, float | None, str]:
    for item in facts.experiments:
        if item.status.active:
            state = states.get(item.id or 0)
            part = training.fraction(item, state)
            words = _tr("Training {name}, {percent}")
            bar = "phase2" if state and state.phase == 2 else "phase1"
            return words.format(name=item.name, percent=formats.percent(part)), part, bar
    live = next((job for job in facts.jobs if not job.state.ended), None)
    return (live.title if live else ""), None, "phase1"


def best_words(facts: ProjectFacts) -> str:
    """The model to reach for: a verified export, else the newest checkpoint."""
    good = [item for item in facts.exports if item.verification.get("verdict") in ("pass", "warn")]
    if good:
        newest = max(good, key=lambda item: item.created_at)
        return _tr("{name} is exported and plays").format(name=newest.name)
    if not facts.checkpoints:
        return _tr("No model yet")
    top = max(facts.checkpoints, key=lambda item: item.step)
    names = {item.id: item.name for item in facts.experiments}
    return _tr("{name}, {steps} steps").format(
        name=names.get(top.experiment_id, top.name), steps=formats.short_count(top.step)
    )


def _counts(facts: ProjectFacts) -> str:
    sets, runs, made = len(facts.datasets), len(facts.experiments), len(facts.exports)
    return " · ".join(
        (
            plural(sets, _tr("1 dataset"), _tr("{n} datasets")).format(n=sets),
            plural(runs, _tr("1 training"), _tr("{n} trainings")).format(n=runs),
            plural(made, _tr("1 export"), _tr("{n} exports")).format(n=made),
        )
    )
