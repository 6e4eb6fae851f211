"""What the table of all trainings says of each: texts, what they sort by, words to find it by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rave_gui.backend.training_state import TrainingState
from rave_gui.core.records import Experiment
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate
from rave_gui.ui.viewmodels import training
from rave_gui.ui.viewmodels.rows import Row

NAME, STATE, RECIPE, DATASET, STEP, BEST, RATE, CREATED, DURATION, TAGS, STARS = range(11)
FIGURES = frozenset({STEP, BEST, RATE, CREATED, DURATION})
MOST_STARS = 5


def _tr(text: str) -> str:
    return translate("trainings", text)


def titles() -> tuple[str, ...]:
    """Names of the columns."""
    return (
        _tr("Name"), _tr("State"), _tr("Recipe"), _tr("Dataset"), _tr("Steps"),
        _tr("Validation"), _tr("Rate"), _tr("Created"), _tr("Duration"), _tr("Tags"),
        _tr("Stars"),
    )  # fmt: skip


@dataclass(frozen=True)
class TrainingLine:
    """One row of the table."""

    id: int
    texts: tuple[str, ...]
    """What each column shows."""
    keys: tuple[Any, ...]
    """What each column sorts by; None comes last."""
    role: str
    """The colour of the state."""
    tags: tuple[str, ...]
    rating: int
    archived: bool
    search: str

    @property
    def spoken(self) -> str:
        """All of it in one sentence, for screen readers."""
        names = titles()
        parts = (f"{name} {text}" for name, text in zip(names, self.texts, strict=True) if text)
        return ", ".join(parts)


@dataclass(frozen=True)
class Beside:
    """What is known of a training beside its record."""

    state: TrainingState | None = None
    dataset: str = ""
    best: float | None = None
    """Lowest validation value of its checkpoints."""
    paused: bool = False


def line(experiment: Experiment, entry: Row, beside: Beside, now: float) -> TrainingLine:
    """The row of a training; ``entry`` is its entry of the list."""
    word, role = training.status_word(experiment.status)
    if beside.paused:
        word, role = _tr("paused"), "warn"
    state, active = beside.state, experiment.status.active
    step, rate = training.step_of(experiment, state), state.rate if state and active else None
    recipe, seconds = training.recipe_words(experiment.config), _seconds(experiment, now)
    texts = (
        experiment.name,
        word,
        recipe,
        beside.dataset,
        formats.count(step) if step else "",
        formats.figure(beside.best) if beside.best is not None else "",
        formats.rate(rate) if rate else "",
        formats.moment(experiment.created_at),
        formats.duration(seconds) if seconds is not None else "",
        ", ".join(experiment.tags),
        formats.stars(experiment.rating),
    )
    keys = (
        experiment.name.casefold(), word, recipe.casefold(), beside.dataset.casefold() or None,
        step, beside.best, rate, experiment.created_at, seconds,
        ", ".join(experiment.tags).casefold() or None, experiment.rating or 0,
    )  # fmt: skip
    return TrainingLine(
        id=experiment.id or 0,
        texts=texts,
        keys=keys,
        role=role,
        tags=experiment.tags,
        rating=min(MOST_STARS, experiment.rating or 0),
        archived=experiment.archived,
        search=f"{entry.text} {beside.dataset.casefold()}",
    )


def _seconds(experiment: Experiment, now: float) -> float | None:
    """How long it ran, or runs by now, since it was started last."""
    if experiment.started_at is None:
        return None
    end = now if experiment.status.active else experiment.completed_at
    return max(0.0, end - experiment.started_at) if end is not None else None


def counted(shown: int, total: int) -> str:
    """``12 of 10,000``."""
    if shown == total:
        return plural(total, _tr("1 training"), _tr("{n} trainings")).format(n=formats.count(total))
    text = _tr("{shown} of {total} trainings")
    return text.format(shown=formats.count(shown), total=formats.count(total))


def selected(many: int) -> str:
    """``3 selected``."""
    return _tr("{n} selected").format(n=formats.count(many))
