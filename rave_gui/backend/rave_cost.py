"""What a training takes of disk and GPU, estimated from what RAVE's own configurations take.

Sizes of checkpoints are counted parameters at the default capacity (:mod:`rave_facts`); the weights
of a convolution grow with the square of the capacity. Memory on the GPU is what RAVE's README asks
for at a batch of 8 and 131072 samples; most of it are activations, which grow with both.
"""

from __future__ import annotations

from rave_gui.backend.rave_facts import CONFIGS, ConfigFact
from rave_gui.backend.rave_findings import Plan

_CAPACITY = {
    "v1": 64, "v2": 96, "v2_small": 48, "v3": 96, "discrete": 96, "discrete_v3": 96,
    "onnx": 32, "raspberry": 16, "v2_nopqmf": 64,
}  # fmt: skip
_MB, _GB = 10**6, 10**9
_KEPT = 2
"""``best.ckpt`` and that of the newest validation, beside those of every ``save_every`` steps."""
_CLIPS = 8
"""Clips of a validation in the event file, each with its original (model.py)."""
_USUAL_EXAMPLE, _USUAL_BATCH = 131072, 8
_WEIGHTS_SHARE = 0.2
"""Part of the GPU's memory that does not grow with the batch: CUDA itself, weights, Adam."""


def checkpoint_bytes(plan: Plan) -> int | None:
    """Size of one checkpoint in the second phase; None for networks that nobody has measured."""
    fact, scale = _fact(plan), _scale(plan)
    if fact is None or fact.checkpoint_mb is None:
        return None
    return int(fact.checkpoint_mb[1] * _MB * max(scale * scale, 0.01))


def disk_bytes(plan: Plan) -> int | None:
    """Bytes that the training will have written at its end; None where that is not known."""
    one, split = checkpoint_bytes(plan), plan.division
    steps = plan.settings.max_steps - plan.done_steps
    if one is None or split is None or split.first_validation < 1 or steps < 1:
        return None
    steps = min(steps, split.reachable_steps)
    kept = _KEPT + (steps // plan.settings.save_every if plan.settings.save_every else 0)
    clips = min(_CLIPS, split.validation)
    sound = clips * 2 * plan.settings.n_signal * max(1, plan.settings.channels) * 2
    return kept * one + steps // split.first_validation * sound


def gpu_bytes(plan: Plan) -> int | None:
    """Memory on the GPU in the second phase, roughly; None for networks that nobody measured."""
    fact = _fact(plan)
    if fact is None or fact.gpu_gb is None:
        return None
    batch = plan.settings.batch * plan.settings.channels / _USUAL_BATCH
    grown = batch * plan.settings.n_signal / _USUAL_EXAMPLE * _scale(plan)
    return int(fact.gpu_gb * _GB * (_WEIGHTS_SHARE + (1 - _WEIGHTS_SHARE) * grown))


def _fact(plan: Plan) -> ConfigFact | None:
    name = _architecture(plan)
    return CONFIGS.get(name) if name else None


def _scale(plan: Plan) -> float:
    """The capacity as a multiple of the usual one."""
    usual = _CAPACITY.get(_architecture(plan) or "")
    return plan.model.capacity / usual if usual and plan.model.capacity else 1.0


def _architecture(plan: Plan) -> str | None:
    chosen = plan.kinds("architecture")
    return chosen[0].removesuffix(".gin") if len(chosen) == 1 else None
