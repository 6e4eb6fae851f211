"""The words of going on with a training, extending it, and forking it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rave_gui.backend.parameters import parameter
from rave_gui.core.records import Checkpoint, Experiment, ExperimentStatus
from rave_gui.ui import formats
from rave_gui.ui.text import translate


def extends(experiment: Experiment) -> bool:
    """Whether all that was planned is done, so that going on means more."""
    return experiment.status is ExperimentStatus.COMPLETED


def title(experiment: Experiment) -> str:
    """The question."""
    text = _tr("Extend {name}") if extends(experiment) else _tr("Resume {name}")
    return text.format(name=experiment.name)


def lede(experiment: Experiment) -> str:
    """What will happen."""
    if extends(experiment):
        return _tr("All planned steps are done. It trains on with the same settings.")
    return _tr("The same training goes on, with the same settings; its curves are joined.")


def verb(experiment: Experiment) -> str:
    """The filled button."""
    return _tr("Extend") if extends(experiment) else _tr("Resume")


def wanted_steps(experiment: Experiment, newest: int) -> int:
    """The plan where it is not reached yet, else half as much again."""
    planned = experiment.config.get("max_steps")
    planned = planned if isinstance(planned, int) else 0
    return planned if planned > newest else max(newest + max(newest // 2, 1), planned + 1)


def steps_hint(chosen: Checkpoint, steps: int) -> str:
    """How much there is to do."""
    if steps <= chosen.step:
        return _tr("That many are done already; give a larger number.")
    return _tr("{n} steps to go.").format(n=formats.count(steps - chosen.step))


def point_hint(chosen: Checkpoint, newest: int) -> str:
    """What going back means."""
    if chosen.step >= newest:
        return ""
    text = _tr(
        "It goes back to step {step}. Later checkpoints are kept, and the curves go on from there."
    )
    return text.format(step=formats.count(chosen.step))


def free_name(name: str, taken: Sequence[str]) -> str:
    """``bells fork``, ``bells fork 2``: the first that nobody has."""
    wanted = _tr("{name} fork").format(name=name)
    known, found, number = {one.casefold() for one in taken}, wanted, 2
    while found.casefold() in known:
        found, number = f"{wanted} {number}", number + 1
    return found


def fork_lede(experiment: Experiment) -> str:
    """What a fork is."""
    text = _tr(
        "A new training begins with what {name} had learnt there. {name} itself stays as it is."
    )
    return text.format(name=experiment.name)


def phase_hint(step: int, phase_1: int | None, before: int | None) -> str:
    """What another length of phase 1 does to this checkpoint."""
    if phase_1 is None:
        return _tr("This run does not tell when phase 2 begins.")
    if phase_1 == before:
        return _tr("As it was.")
    if phase_1 <= step:
        return _tr("Phase 2 begins at once: the sound becomes clearer, the distances rise.")
    text = _tr("Phase 2 begins after {n} more steps.")
    return text.format(n=formats.count(phase_1 - step))


def changes_sentence(changes: Mapping[str, Any]) -> str:
    """``Changed: Batch 4, Steps 2,000``; or that nothing is."""
    if not changes:
        return _tr("Nothing is changed yet: it would train on just as before.")
    parts = [f"{_name(key)} {_value(value)}" for key, value in changes.items()]
    return _tr("Changed: {parts}").format(parts=", ".join(parts))


def _name(key: str) -> str:
    try:
        return parameter(key).title
    except KeyError:
        return {"device": _tr("Device"), "augmentations": _tr("Augmentations")}.get(key, key)


def _value(value: Any) -> str:
    if value is None:
        return _tr("off")
    return formats.count(value) if isinstance(value, int) else str(value)


def _tr(text: str) -> str:
    return translate("going-on", text)
