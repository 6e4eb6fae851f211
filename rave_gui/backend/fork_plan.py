"""What may differ in a fork: pure decisions about settings, gin values and files.

``rave train --ckpt`` builds the network from the ``config.gin`` it finds beside the checkpoint
(``rave/core.py``, search_for_config; ``scripts/train.py``, main) and ignores ``--config`` and
``--override``. A fork therefore gets the checkpoint and an edited copy of that file in a folder of
its own; flags are simply passed. What alters the shapes of the weights cannot be changed: the
checkpoint would not fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from rave_gui.backend.parameters import binding_of, bound_name, parameter
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.core.errors import UserError
from rave_gui.core.gin_edit import Target
from rave_gui.core.gin_literal import literal
from rave_gui.core.gin_model import GinModel

FORK_KEY = "forked_from"
"""In ``Experiment.config`` of a fork: checkpoint, step and changes it began with."""
FREE = frozenset(
    {
        "max_steps", "val_every", "save_every", "n_signal", "batch", "workers", "device",
        "augmentations", "normalize", "derivative", "rand_pitch", "ema",
    }
)  # fmt: skip
"""Flags: RAVE takes them anew at each start."""
GIN: Mapping[str, Target] = {
    "phase_1": ("RAVE", "phase_1_duration"),
    "beta": ("BetaWarmupCallback", "target_value"),
    "beta_warmup": ("BetaWarmupCallback", "warmup_len"),
    "discriminator_every": ("RAVE", "update_discriminator_every"),
}
"""Numbers in ``config.gin`` that steer the training and leave every weight its shape."""
_SHAPES = "The weights of the checkpoint would not fit the other network."
FIXED: Mapping[str, str] = {
    "configs": f"The recipe decides how the network is built. {_SHAPES}",
    "capacity": f"The capacity is the width of the network. {_SHAPES}",
    "latent_size": f"The latent size is a dimension of the network. {_SHAPES}",
    "channels": f"The number of channels is a dimension of the network. {_SHAPES}",
    "sample_rate": "The network has learnt sound at one sample rate and knows no other.",
    "overrides": f"Other overrides may change how the network is built. {_SHAPES}",
}


@dataclass(frozen=True)
class ForkRequest:
    """What a person asks for."""

    experiment_id: int
    checkpoint_id: int
    name: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    """New values by name: a flag of ``FREE`` or a number of ``GIN``."""
    dataset_id: int | None = None
    """Another dataset of the same rate and channels; None: the parent's."""


def gin_changes(changes: Mapping[str, Any]) -> dict[Target, int | float]:
    """The part of ``changes`` that belongs into ``config.gin``.

    Raises:
        UserError: one of ``changes`` cannot be made, with the reason.
    """
    refuse_fixed(changes)
    return {GIN[key]: value for key, value in changes.items() if key in GIN}


def changed_settings(
    settings: TrainingSettings, changes: Mapping[str, Any], model: GinModel | None
) -> TrainingSettings:
    """The settings that the fork is recorded with: flags changed, gin values as overrides.

    Args:
        settings: The parent's.
        changes: As in :class:`ForkRequest`.
        model: What the parent's recipe adds up to, for the names of its macros; None: not known.

    Raises:
        UserError: one of ``changes`` cannot be made, or a value is out of its range.
    """
    refuse_fixed(changes)
    flags = {key: _tupled(value) for key, value in changes.items() if key in FREE}
    changed = replace(settings, **flags)
    for key in changes:
        if key in GIN:
            changed = _with_override(changed, key, changes[key], model)
    return TrainingSettings.from_json(changed.to_json())  # refuses what is of the wrong kind


def refuse_fixed(changes: Mapping[str, Any]) -> None:
    """Refuse what no checkpoint survives.

    Raises:
        UserError: with the reason.
    """
    for key in changes:
        if key in FIXED:
            raise UserError(FIXED[key], "Begin a new training for that.")
        if key not in FREE and key not in GIN:
            raise UserError(f"There is no setting “{key}”.", "Choose one of the dialog's.")
        _refuse_value(key, changes[key])


def differences(parent: TrainingSettings, changes: Mapping[str, Any]) -> dict[str, Any]:
    """``changes`` without those that say again what the parent has; gin values always count."""
    known = {one.name: getattr(parent, one.name) for one in fields(parent)}
    return {
        key: value
        for key, value in changes.items()
        if key in GIN or key not in known or known[key] != _tupled(value)
    }


def _refuse_value(key: str, value: Any) -> None:
    try:
        problem = parameter(key).problem(value)
    except KeyError:
        return  # device and augmentations: not in the table
    if problem:
        raise UserError(problem)


def _with_override(
    settings: TrainingSettings, key: str, value: Any, model: GinModel | None
) -> TrainingSettings:
    one = parameter(key)
    kept = [text for text in settings.overrides if bound_name(text) not in one.bindings]
    name = binding_of(one, model) if model is not None else one.bindings[-1]
    return replace(settings, overrides=(*kept, f"{name} = {literal(value)}"))


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
