"""What follows from the settings of a training: numbers that nobody should have to work out."""

from __future__ import annotations

from dataclasses import dataclass

from rave_gui.backend.rave_cost import checkpoint_bytes, disk_bytes, gpu_bytes
from rave_gui.backend.rave_findings import Plan
from rave_gui.backend.rave_window import receptive_field, shortest_window


@dataclass(frozen=True)
class Derived:
    """Facts; None where they cannot be known."""

    window_seconds: float = 0.0
    """Sound in one example."""
    seconds_a_step: float = 0.0
    """Sound in one batch, all examples together."""
    steps_per_epoch: int | None = None
    validation_examples: int | None = None
    first_validation: int | None = None
    """Step of the first validation, and of the first checkpoint."""
    longest_gap: int | None = None
    """Most steps between two checkpoints: what a power cut may cost."""
    phase_2_at: int | None = None
    end: int = 0
    """The last step that will be reached."""
    epochs: float | None = None
    """How often the whole dataset will have been heard."""
    ratio: int | None = None
    """Samples in one latent frame."""
    latent_size: int | None = None
    latent_rate: float | None = None
    """Latent frames a second."""
    field_ms: tuple[float, float] | None = None
    """Receptive field to the left and to the right, in milliseconds."""
    shortest_window: int | None = None
    """Least samples of an example."""
    checkpoint_bytes: int | None = None
    disk_bytes: int | None = None
    """Written until the end, estimated."""
    gpu_bytes: int | None = None
    """Memory on the GPU in phase 2, estimated; None on the CPU."""


def derived(plan: Plan) -> Derived:
    """The facts of a plan."""
    settings, model, split = plan.settings, plan.model, plan.division
    rate = max(1, settings.sample_rate)
    window = settings.n_signal / rate
    steps = split.steps_per_epoch if split is not None else None
    end = min(settings.max_steps, split.reachable_steps) if split and steps else settings.max_steps
    field = receptive_field(model)
    return Derived(
        window_seconds=window,
        seconds_a_step=window * settings.batch,
        steps_per_epoch=steps,
        validation_examples=split.validation if split is not None else None,
        first_validation=split.first_validation if split is not None and steps else None,
        longest_gap=_longest_gap(plan),
        phase_2_at=model.phase_1_duration,
        end=end,
        epochs=end / steps if steps else None,
        ratio=model.ratio,
        latent_size=model.latent_size,
        latent_rate=rate / model.ratio if model.ratio else None,
        field_ms=(1000 * field[0] / rate, 1000 * field[1] / rate) if field else None,
        shortest_window=shortest_window(model),
        checkpoint_bytes=checkpoint_bytes(plan),
        disk_bytes=disk_bytes(plan),
        gpu_bytes=gpu_bytes(plan) if settings.device != "cpu" else None,
    )


def _longest_gap(plan: Plan) -> int | None:
    """Most steps between two validations.

    Where an epoch holds several, Lightning counts anew in each epoch
    (``evaluation_loop`` of 1.9: batch index modulo ``val_check_interval``), so that the steps left
    over at its end come on top.
    """
    split, every = plan.division, plan.settings.val_every
    if split is None or not split.steps_per_epoch or every < 1:
        return None
    if every > split.steps_per_epoch:
        return split.first_validation
    return every + split.steps_per_epoch % every
