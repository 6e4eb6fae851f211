"""What the Train page says about an experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rave_gui.backend.fork_plan import FORK_KEY
from rave_gui.backend.judgement import RunMoment
from rave_gui.backend.rave_findings import newest
from rave_gui.backend.training_state import TrainingState
from rave_gui.core.records import Checkpoint, Dataset, Experiment, ExperimentStatus
from rave_gui.ui import formats
from rave_gui.ui.text import translate
from rave_gui.ui.viewmodels.rows import Order, Row

S = ExperimentStatus
ENDED = frozenset({S.COMPLETED, S.FAILED, S.STOPPED, S.INTERRUPTED})


def _tr(text: str) -> str:
    return translate("training", text)


def status_word(status: ExperimentStatus) -> tuple[str, str]:
    """The word for a status, and the role that colours it."""
    return {
        S.PENDING: (_tr("not started"), "secondary"),
        S.QUEUED: (_tr("queued"), "secondary"),
        S.RUNNING: (_tr("running"), "accent"),
        S.STOPPING: (_tr("stopping"), "warn"),
        S.COMPLETED: (_tr("done"), "good"),
        S.FAILED: (_tr("failed"), "bad"),
        S.STOPPED: (_tr("stopped"), "secondary"),
        S.INTERRUPTED: (_tr("interrupted"), "warn"),
        S.OUTSIDE: (_tr("runs outside"), "accent"),
    }[status]


def is_live(experiment: Experiment) -> bool:
    """Whether anybody trains it now, so that its curves grow."""
    return experiment.status.active or experiment.status is S.OUTSIDE


def names(config: Mapping[str, Any], key: str) -> list[str]:
    """A list of texts in a stored configuration, whatever is really stored there."""
    value = config.get(key)
    return [str(item) for item in value] if isinstance(value, (list, tuple)) else []


def whole(config: Mapping[str, Any], key: str) -> int | None:
    """A whole number in a stored configuration, if that is what is stored there."""
    value = config.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def max_steps(experiment: Experiment, state: TrainingState | None = None) -> int:
    """The steps planned; 0 where nobody knows."""
    live = state.max_steps if state else 0
    return live or whole(experiment.config, "max_steps") or 0


def step_of(experiment: Experiment, state: TrainingState | None) -> int:
    """The newest step known from either source."""
    return max(experiment.step, state.step if state else 0)


def fraction(experiment: Experiment, state: TrainingState | None) -> float | None:
    """How much of the plan is done."""
    planned = max_steps(experiment, state)
    return min(1.0, step_of(experiment, state) / planned) if planned else None


def recipe_words(config: Mapping[str, Any]) -> str:
    """``v2 · causal``."""
    return " · ".join(names(config, "configs")) or _tr("unknown recipe")


def recipe_line(experiment: Experiment, dataset: Dataset | None, parent: str = "") -> str:
    """``v2 · causal · batch 8 · window 131,072 · dataset bells 44.1 kHz mono, 3 h 12 m``.

    ``parent`` is the name of the training of which it is a fork.
    """
    config = experiment.config
    parts = [recipe_words(config)]
    if (step := forked_at(config)) is not None:
        origin = _tr("from {name} at {step}") if parent else _tr("from step {step}")
        parts.append(origin.format(name=parent, step=formats.count(step)))
    if batch := whole(config, "batch"):
        parts.append(_tr("batch {batch}").format(batch=batch))
    if window := whole(config, "n_signal"):
        parts.append(_tr("window {window}").format(window=formats.count(window)))
    if device := config.get("device"):
        parts.append(str(device).upper().replace(":", " "))
    if dataset is not None:
        parts.append(_tr("dataset {name}").format(name=dataset_words(dataset)))
    return " · ".join(parts)


def forked_at(config: Mapping[str, Any]) -> int | None:
    """The step of another training at which it began; None where it is no fork."""
    told = config.get(FORK_KEY)
    return whole(told, "step") if isinstance(told, Mapping) else None


def dataset_words(dataset: Dataset) -> str:
    """``bells 44.1 kHz mono, 3 h 12 m``."""
    sound = f"{formats.sample_rate(dataset.sample_rate)} {formats.channels(dataset.channels)}"
    length = formats.duration(dataset.duration_seconds)
    known = dataset.duration_seconds is not None
    return f"{dataset.name} {sound}, {length}" if known else f"{dataset.name} {sound}"


def row(
    experiment: Experiment,
    state: TrainingState | None = None,
    waiting: int | None = None,
    *,
    paused: bool = False,
) -> Row:
    """The entry of the list column. ``waiting`` is the place in the queue, 1 for the next."""
    word, role = (_tr("paused"), "warn") if paused else status_word(experiment.status)
    part = fraction(experiment, state)
    active = experiment.status.active
    return Row(
        id=experiment.id or 0,
        title=experiment.name,
        status=formats.percent(part) if active and part is not None else word,
        role=role,
        left=_row_recipe(experiment),
        right=_starred(word if paused else _row_remark(experiment, state, waiting), experiment),
        fraction=part if active else None,
        bar_role="phase2" if state and state.phase == 2 else "phase1",
        search=search_words(experiment, word),
        stars=experiment.rating or 0,
        archived=experiment.archived,
        keys=(
            experiment.name.casefold(),
            experiment.created_at,
            word,
            step_of(experiment, state),
            experiment.rating or 0,
        ),
    )


def orders() -> tuple[Order, ...]:
    """How the list can be sorted; ``keys`` of a row in the same order."""
    return (
        Order(_tr("What runs first, then the newest")),
        Order(_tr("Newest first"), 1, descending=True),
        Order(_tr("Name"), 0),
        Order(_tr("State"), 2),
        Order(_tr("Steps"), 3, descending=True),
        Order(_tr("Stars"), 4, descending=True),
    )


def filters() -> tuple[tuple[str, str], ...]:
    """What the list can be narrowed to: a title, and the words that say it in the filter."""
    return (
        (_tr("With stars"), "is:starred"),
        (_tr("Running"), f"state:{status_word(S.RUNNING)[0]}"),
        (_tr("Done"), f"state:{status_word(S.COMPLETED)[0]}"),
        (_tr("Failed"), f"state:{status_word(S.FAILED)[0]}"),
    )


def search_words(experiment: Experiment, word: str) -> str:
    """Words by which a filter finds it; ``tag:``, ``recipe:``, ``state:`` tell which are meant."""
    tags = (f"tag:{tag}" for tag in experiment.tags)
    recipe = (f"recipe:{name}" for name in names(experiment.config, "configs"))
    starred = ("is:starred",) if experiment.rating else ()
    return " ".join((f"state:{word}", *tags, *recipe, *starred, experiment.notes))


def _row_recipe(experiment: Experiment) -> str:
    parts = [recipe_words(experiment.config)]
    if (step := forked_at(experiment.config)) is not None:
        parts.append(_tr("from {step}").format(step=formats.short_count(step)))
    if experiment.archived:
        parts.append(_tr("archived"))
    return " · ".join(parts)


def _starred(remark: str, experiment: Experiment) -> str:
    parts = (remark, formats.stars(experiment.rating))
    return " · ".join(part for part in parts if part)


def _row_remark(experiment: Experiment, state: TrainingState | None, waiting: int | None) -> str:
    status, step = experiment.status, step_of(experiment, state)
    if status is S.QUEUED:
        place = _tr("next in line") if waiting in (None, 1) else _tr("number {n} in line")
        return place.format(n=waiting)
    if status.active:
        word = status_word(status)[0]
        return f"{word} · {formats.rate(state.rate)}" if state and state.rate else word
    if status is S.FAILED:
        return experiment.error.split(". ")[0].rstrip(".") or _tr("see the log")
    if status is S.PENDING:
        return ""
    if status is S.STOPPED:
        return _tr("saved at {step}").format(step=formats.count(step))
    return _tr("{steps} steps").format(steps=formats.short_count(step))


def run_moment(
    experiment: Experiment, phase1: int | None, latent: tuple[int | None, bool]
) -> RunMoment:
    """What its curves are judged with; the step is told by the curves themselves."""
    size, measured = latent
    return RunMoment(
        max_steps=max_steps(experiment),
        phase_1=phase1,
        latent_size=size,
        variational=measured,
        live=experiment.status is S.RUNNING,
        ended=experiment.status in ENDED,
    )


@dataclass(frozen=True)
class Header:
    """Everything above the tabs of the Train page, in words and shares of a bar."""

    phase: int
    phase_name: str
    phase_role: str
    phase_words: str
    step: str
    rate: str
    to_phase2: str
    """Empty where phase 2 has begun, is not planned or is not known."""
    to_end: str
    risk: str
    risk_role: str
    phase1_share: float | None
    """Share of the whole bar that belongs to phase 1; None: where it ends is not known."""
    done: float
    """Share of the whole bar that is done."""
    message: str = ""
    """Why it ended, where that needs words."""
    message_role: str = ""


def header(
    experiment: Experiment,
    state: TrainingState | None,
    *,
    phase1: int | None,
    now: float,
    paused: bool = False,
    saved: Checkpoint | None = None,
    held: bool = False,
) -> Header:
    """The header of ``experiment``; ``phase1`` is the length of phase 1 in steps.

    ``held``: the queue is paused.
    """
    state, step = state or TrainingState(), step_of(experiment, state)
    planned = max_steps(experiment, state)
    phase = 2 if state.phase == 2 or (phase1 is not None and step >= phase1 > 0) else 1
    moving = experiment.status is S.RUNNING and not paused
    name, words = _phase_words(experiment, state, phase, paused)
    if held and experiment.status is S.QUEUED:
        words = _tr("starts when the queue goes on and its device is free")
    told_role = _phase_role(experiment, phase, paused)
    risk, role = at_risk(experiment, state, now, saved)
    shown = f"{formats.count(step)} / {formats.count(planned)}" if planned else formats.count(step)
    return Header(
        phase=phase,
        phase_name=name,
        phase_role=told_role,
        phase_words=words,
        step=shown,
        rate=formats.rate(state.rate) if moving and state.rate else "",
        to_phase2=_to_phase2(state, phase, phase1, planned) if moving else "",
        to_end=formats.eta(state.seconds_to(planned)) if moving and planned else "",
        risk=risk,
        risk_role=role,
        phase1_share=_share(phase1, planned),
        done=min(1.0, step / planned) if planned else 0.0,
        message=experiment.error,
        message_role="bad" if experiment.status is S.FAILED else "warn",
    )


def _share(phase1: int | None, planned: int) -> float | None:
    return min(1.0, phase1 / planned) if phase1 is not None and planned else None


def _to_phase2(state: TrainingState, phase: int, phase1: int | None, planned: int) -> str:
    if phase == 2 or phase1 is None or phase1 >= planned:
        return ""
    return formats.eta(state.seconds_to(phase1))


def _phase_words(
    experiment: Experiment, state: TrainingState, phase: int, paused: bool
) -> tuple[str, str]:
    status = experiment.status
    if not status.active:
        word = status_word(status)[0]
        return word[:1].upper() + word[1:], _ended_words(experiment)
    if status is S.STOPPING:
        return _tr("Stopping"), _tr("saving a checkpoint first")
    if paused:
        return _tr("Paused"), _tr("memory stays taken until it goes on or stops")
    if stage := _stage_words(state.stage):
        return _tr("Phase {n}").format(n=phase), stage
    told = _tr("learning to reconstruct") if phase == 1 else _tr("learning to sound real")
    return _tr("Phase {n}").format(n=phase), told


def _phase_role(experiment: Experiment, phase: int, paused: bool) -> str:
    """A phase has its own colour, everything else that of its status."""
    if experiment.status is S.RUNNING:
        return "warn" if paused else f"phase{phase}"
    role = status_word(experiment.status)[1]
    return "strong" if role == "secondary" else role


def _stage_words(stage: str) -> str:
    return {
        "starting": _tr("RAVE is starting"),
        "sanity": _tr("trying one validation first"),
        "validating": _tr("listening to the validation sounds"),
        "saving": _tr("saving a checkpoint"),
        "listening": _tr("rendering what is listened to"),
    }.get(stage, "")


def _ended_words(experiment: Experiment) -> str:
    return {
        S.PENDING: _tr("it can be started now"),
        S.QUEUED: _tr("starts when its device is free"),
        S.COMPLETED: _tr("all planned steps are done"),
        S.STOPPED: _tr("it can go on from its last checkpoint"),
        S.INTERRUPTED: _tr("it ended without a word, for example with the machine"),
        S.FAILED: _tr("RAVE ended with an error"),
        S.OUTSIDE: _tr("another program trains it; it can be watched here, not stopped"),
    }.get(experiment.status, "")


def at_risk(
    experiment: Experiment, state: TrainingState, now: float, saved: Checkpoint | None
) -> tuple[str, str]:
    """The chip at the right: when work was last saved, and what would be lost now."""
    when, at = _last_saved(state, saved)
    if not experiment.status.active:
        if when is None:
            return "", ""
        text = _tr("Last checkpoint at step {step}, {ago}")
        return text.format(step=formats.count(at), ago=formats.ago(when, now)), "secondary"
    lost = max(0, step_of(experiment, state) - at)
    if when is None:
        text = _tr("No checkpoint yet · {steps} steps at risk")
        return text.format(steps=formats.count(lost)), "warn" if lost else "secondary"
    text = _tr("Saved {ago} · {steps} steps at risk")
    return text.format(ago=formats.ago(when, now), steps=formats.count(lost)), "secondary"


def _last_saved(state: TrainingState, saved: Checkpoint | None) -> tuple[float | None, int]:
    """Time and step of the newest checkpoint, from the facts or from the files."""
    live = state.checkpoint
    if live is not None and (saved is None or live.step >= saved.step):
        return live.time, live.step
    return (saved.created_at, saved.step) if saved is not None else (None, 0)


def settings_rows(
    config: Mapping[str, Any], usual: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """Every stored setting: name, value, usual value; what was changed comes first."""
    rows = [
        (key, _plain(value), _plain(usual[key]) if key in usual else "")
        for key, value in config.items()
        if key != "overrides"
    ]
    rows += _override_rows(names(config, "overrides"))
    return sorted(rows, key=lambda row: (row[1] == row[2] or not row[2], row[0]))


def _override_rows(overrides: Sequence[str]) -> list[tuple[str, str, str]]:
    """Each binding on a line of its own, where it can be read whole."""
    bound = (text.partition("=") for text in newest(overrides))
    unset = _tr("the recipe's")
    return [(name.strip(), value.strip() or _tr("none"), unset) for name, _, value in bound]


def _plain(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value) or _tr("none")
    if value is None or value == "":
        return _tr("none")
    if isinstance(value, bool):
        return _tr("yes") if value else _tr("no")
    return formats.count(value) if isinstance(value, int) else str(value)
