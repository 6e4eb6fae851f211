"""Rules about how a training runs: device, number of steps, when it is saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rave_gui.backend.rave_examples import Division
from rave_gui.backend.rave_facts import MAX_EPOCHS
from rave_gui.backend.rave_findings import Finding, Plan, Rule, error, warning
from rave_gui.backend.rave_settings import CPU, gpu_index

_SMALL_CAPACITY = 32
_SHORT_TRAINING = 20_000


def device(plan: Plan) -> Iterator[Finding]:
    """The device must be there; a full network on a CPU is not sensible."""
    gpu = gpu_index(plan.settings.device)
    if gpu is not None and gpu not in plan.gpus:
        there = ", ".join(f"gpu:{index}" for index in plan.gpus)
        yield error(
            "gpu",
            f"RAVE cannot use the GPU {gpu} here.",
            f"Choose {there} or the CPU." if there else "Choose the CPU.",
            device=f"gpu:{plan.gpus[0]}" if plan.gpus else CPU,
        )
    capacity = plan.model.capacity or 0
    long = plan.settings.max_steps > _SHORT_TRAINING
    if gpu is None and capacity >= _SMALL_CAPACITY and long:
        yield warning(
            "cpu",
            "A network of this size trains for months on a CPU.",
            "Choose a GPU, or a preset that is meant for a CPU.",
        )


def numbers(plan: Plan) -> Iterator[Finding]:
    """Counts that RAVE divides by or hands on."""
    settings = plan.settings
    if settings.max_steps < 1:
        yield error("max-steps", "The number of steps must be 1 or more.", "Set it.")
    if settings.val_every < 1:
        yield error(
            "val-every",
            "A validation needs a distance in steps.",
            "10000 is usual.",
            val_every=10_000,
        )
    if settings.save_every < 0 or settings.workers < 0:
        yield error("negative", "A number of steps or helpers is below 0.", "Set it to 0 or more.")
    if settings.ema is not None and not 0 < settings.ema < 1:
        yield error(
            "ema",
            f"The weight of the running average (EMA) cannot be {settings.ema:g}.",
            "Choose a value between 0 and 1 such as 0.999, or switch it off.",
            ema=None,
        )


def resume(plan: Plan) -> Iterator[Finding]:
    """RAVE ends a resumed training at once, as if all were well, when no step is left."""
    done, wanted = plan.done_steps, plan.settings.max_steps
    if done and wanted <= done:
        yield error(
            "nothing-left",
            f"The training has done {done} steps already, and {wanted} are asked for.",
            f"Ask for more than {done} steps.",
        )


def reachable(plan: Plan) -> Iterator[Finding]:
    """RAVE ends after 300,000 passes over the dataset, however many steps were asked for."""
    split = plan.division
    if split is None or not split.steps_per_epoch:
        return
    end, phase_1 = split.reachable_steps, plan.model.phase_1_duration
    if end < plan.settings.max_steps:
        yield warning(
            "epochs",
            f"RAVE ends after {MAX_EPOCHS:,} passes over the dataset, here at step {end:,}, before"
            f" the {plan.settings.max_steps:,} that are asked for.",
            "Use a smaller batch, or add more sound.",
            **_smaller_batch(plan, split),
        )
    if phase_1 is not None and phase_1 >= min(end, plan.settings.max_steps):
        yield warning(
            "no-phase-2",
            f"The second phase, which makes the sound clear, begins at step {phase_1:,} and would"
            " never be reached.",
            "Train longer, or let phase 1 end earlier (“PHASE_1_DURATION=…”).",
        )


def validation(plan: Plan) -> Iterator[Finding]:
    """Validation writes the checkpoints and analyses the latent space, in the first phase only."""
    split = plan.division
    if split is None or plan.settings.val_every < 1:
        return
    first, phase_1 = split.first_validation, plan.model.phase_1_duration
    if first > plan.settings.max_steps:
        yield warning(
            "never-validated",
            f"The first validation would come at step {first}, after the end: RAVE would save no"
            " checkpoint before that and analyse no latent space.",
            f"Validate every {max(1, plan.settings.max_steps // 4)} steps.",
            val_every=max(1, plan.settings.max_steps // 4),
        )
    elif phase_1 is not None and first > phase_1 and _variational(plan):
        yield warning(
            "never-analysed",
            f"The first validation would come at step {first}, after the first phase: the exported"
            " model would have only one latent dimension.",
            f"Validate every {max(1, phase_1 // 4)} steps.",
            val_every=max(1, phase_1 // 4),
        )


def _smaller_batch(plan: Plan, split: Division) -> dict[str, Any]:
    """The largest batch with which all steps are reached, as a change; none where 1 is too many."""
    needed = -(-plan.settings.max_steps // MAX_EPOCHS)
    batch = split.training // needed
    return {"batch": batch} if batch else {}


def _variational(plan: Plan) -> bool:
    return plan.model.regularization == "VariationalEncoder"


RULES: tuple[Rule, ...] = (device, numbers, resume, reachable, validation)
