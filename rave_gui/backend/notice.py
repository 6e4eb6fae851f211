"""News of a training in plain words, the same for every way of telling it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rave_gui.backend.training_state import PhaseChange, max_steps_of
from rave_gui.core.records import Dataset, DatasetStatus, Experiment, ExperimentStatus

ENDED, FAILED, PHASE, TEST = "ended", "failed", "phase", "test"
_PHASES = {2: ": distances rise now, which is normal"}


@dataclass(frozen=True)
class Notice:
    """One piece of news."""

    event: str
    """``ended``, ``failed``, ``phase`` or ``test``."""
    title: str
    """A few words without a full stop: ``Bells v2 is done``."""
    text: str
    """One or two sentences that say more."""
    project: str = ""
    training: str = ""
    """Its name; empty where the news is of something else."""
    dataset: str = ""
    step: int = 0
    max_steps: int = 0
    status: str = ""
    """That of the record, e.g. ``completed``."""
    time: float = 0.0
    """POSIX seconds at which it happened."""

    @property
    def whole(self) -> str:
        """Title and text as one paragraph, for places that show nothing else."""
        return f"{self.title}. {self.text}"

    def to_json(self) -> dict[str, Any]:
        """What programs are given."""
        return asdict(self)

    def environment(self) -> Mapping[str, str]:
        """The same as variables, e.g. ``RAVE_GUI_STEP``."""
        return {f"RAVE_GUI_{name.upper()}": _as_text(it) for name, it in self.to_json().items()}


def done(experiment: Experiment, project: str, seconds: float) -> Notice:
    """All steps are done; ``seconds`` is how long it worked altogether, 0 where that is unknown."""
    took = f" after {span(seconds)}" if seconds >= 1 else ""
    text = f"All {experiment.step:,} steps are done{took}."
    return _of(experiment, ENDED, "is done", text, project)


def failed(experiment: Experiment, project: str, why: str) -> Notice:
    """It ended before its last step and nobody wished that; ``why`` tells cause and remedy."""
    lost = experiment.status is ExperimentStatus.INTERRUPTED
    what = "was interrupted" if lost else "has failed"
    return _of(experiment, FAILED, what, why or "Look at its page for the reason.", project)


def turned(experiment: Experiment, project: str, change: PhaseChange) -> Notice:
    """Another phase has begun."""
    text = f"Phase {change.phase} has begun at step {change.step:,}{_PHASES.get(change.phase, '')}."
    facts = {"step": change.step, "time": change.time}
    return _of(experiment, PHASE, f"is in phase {change.phase}", text, project, **facts)


def prepared(dataset: Dataset, project: str, message: str) -> Notice:
    """The work on a dataset is over, well or not."""
    ready = dataset.status is DatasetStatus.READY
    return Notice(
        event=ENDED if ready else FAILED,
        title=f"The dataset {dataset.name} {'is ready' if ready else 'was not made'}",
        text=message or "Look at its page.",
        project=project,
        dataset=dataset.name,
        status=dataset.status.value,
        time=time.time(),
    )


def trial() -> Notice:
    """Something to try every way of telling with."""
    text = "This is a test. News of your trainings will come this way."
    return Notice(TEST, "RAVE GUI can tell you", text, status="test", time=time.time())


def span(seconds: float) -> str:
    """The two largest units that matter: ``45 s``, ``12 min``, ``3 h 12 m``, ``2 d 4 h``."""
    if round(seconds) < 60:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} m" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def _of(
    experiment: Experiment, event: str, what: str, text: str, project: str, **facts: Any
) -> Notice:
    known = {
        "training": experiment.name,
        "step": experiment.step,
        "max_steps": max_steps_of(experiment),
        "status": experiment.status.value,
        "time": experiment.completed_at or time.time(),
        **facts,
    }
    return Notice(event, f"{experiment.name} {what}", text, project, **known)


def _as_text(value: Any) -> str:
    """A variable holds text, and no byte 0, whatever a name holds."""
    return (f"{value:.0f}" if isinstance(value, float) else str(value)).replace("\0", "")
