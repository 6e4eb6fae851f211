"""What a model file is: its parts, its latent space, its place in time, how far it was trained."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING or __package__:
    from rave_gui.companion.rave_gui_worker_delay import streaming_delay
    from rave_gui.companion.rave_gui_worker_file import CHECKPOINT, TORCHSCRIPT
    from rave_gui.companion.rave_gui_worker_gin import told
    from rave_gui.companion.rave_gui_worker_latents import table
    from rave_gui.companion.rave_gui_worker_measure import Reach, reach_of
    from rave_gui.companion.rave_gui_worker_models import Rebuilt, Scripted, Shelf
    from rave_gui.companion.rave_gui_worker_talk import Task
else:
    from rave_gui_worker_delay import streaming_delay
    from rave_gui_worker_file import CHECKPOINT, TORCHSCRIPT
    from rave_gui_worker_gin import told
    from rave_gui_worker_latents import table
    from rave_gui_worker_measure import reach_of
    from rave_gui_worker_models import Rebuilt

_RATIOS = {(4, 4, 4, 2): "v2", (4, 2, 2, 2): "v2_small", (4, 4, 2, 2): "discrete"}
_SPACES = {"WasserteinEncoder": "wasserstein", "SphericalEncoder": "spherical"}


def inspect(task: Task, shelf: Shelf) -> dict[str, Any]:
    """The answer to ``inspect``."""
    path = Path(task.text("path"))
    model = shelf.open(path, task.trusted)
    task.go_on()
    answer = {"path": str(path), "size": path.stat().st_size, **_common(model)}
    more = _of_checkpoint(model) if isinstance(model, Rebuilt) else _of_export(model)
    return {**answer, **more, "torch": torch.__version__}


def _common(model: Rebuilt | Scripted) -> dict[str, Any]:
    return {
        "kind": CHECKPOINT if isinstance(model, Rebuilt) else TORCHSCRIPT,
        "sample_rate": model.rate,
        "channels": model.channels,
        "channels_out": model.channels_out,
        "ratio": model.ratio,
        "latent_rate": model.rate / model.ratio,
        "streaming": model.streaming,
    }


def _of_checkpoint(model: Rebuilt) -> dict[str, Any]:
    kept, config = model.checkpoint, told(model.config)
    left, right, how = _field(model)
    return {
        "architecture": _architecture(model, config),
        "parameters": {**kept.parameters, "total": sum(kept.parameters.values())},
        "latent": _latent_of_checkpoint(model),
        "receptive_field": _milliseconds(model, left + right, how, left=left, right=right),
        "latency": _latency_of_checkpoint(model),
        "step": kept.step,
        "epoch": kept.epoch,
        "ema": kept.ema,
        **_phase(model, config),
        "methods": [],
        "attributes": [],
    }


def _architecture(model: Rebuilt, config: dict[str, Any]) -> dict[str, Any]:
    """The parts by their classes, and the configurations that this looks like."""
    module = model.module
    return {
        "configs": looks_like(model, config),
        "encoder": type(module.encoder).__name__,
        "network": type(getattr(module.encoder, "encoder", None)).__name__,
        "decoder": type(module.decoder).__name__,
        "discriminator": config.get("RAVE.discriminator") or "",
        "capacity": config.get("CAPACITY"),
        "bands": config.get("N_BAND"),
        "ratios": config.get("RATIOS"),
        "causal": config.get("get_padding.mode") == "causal",
    }


def looks_like(model: Rebuilt, config: dict[str, Any]) -> list[str]:
    """Names for ``rave train --config``; what was overridden by hand is not seen in them."""
    module = model.module
    names = ["v1"]
    if type(module.decoder).__name__ != "Generator":
        ratios = config.get("RATIOS")
        names = [_RATIOS.get(tuple(ratios) if isinstance(ratios, list) else (), "custom")]
        styled = config.get("GeneratorV2.adain") not in {None, "None"}
        names = (
            {"v2": ["v3"], "discrete": ["discrete_v3"]}.get(names[0], names) if styled else names
        )
    space = _SPACES.get(type(module.encoder).__name__)
    names += [space] if space else []
    return names + (["causal"] if config.get("get_padding.mode") == "causal" else [])


def _latent_of_checkpoint(model: Rebuilt) -> dict[str, Any]:
    kind = model.space.kind
    facts: dict[str, Any] = {
        "kind": kind,
        "size": model.latent_size,
        "full": int(model.module.latent_size),
        # Only a variational model is cut when it is exported.
        "exported": None if kind == "variational" else _fixed(model),
    }
    return facts | (table(model.module.fidelity.tolist()) if kind == "variational" else table([]))


def _fixed(model: Rebuilt) -> int:
    return int(getattr(model.module.encoder, "num_quantizers", model.latent_size))


def _field(model: Rebuilt) -> tuple[int, int, str]:
    """Samples to the left and to the right, and where they are from."""
    buffer = model.module.receptive_field
    if model.channels == 1 and int(buffer.sum()):
        return int(buffer[0]), int(buffer[1]), "told by the checkpoint"
    left, right = reach_of(model).context
    return left, right, "measured: where a short change in noise is heard"


def _latency_of_checkpoint(model: Rebuilt) -> dict[str, Any]:
    known = streaming_delay(model)
    how = "one latent frame, and the delay of a streaming export, measured against one pass"
    return _milliseconds(model, known + model.ratio, how, delay=known)


def _phase(model: Rebuilt, config: dict[str, Any]) -> dict[str, Any]:
    """From RAVE's warm-up: it goes over when as many steps were begun as the first phase has."""
    steps, duration = model.checkpoint.training_steps, config.get("RAVE.phase_1_duration")
    known = isinstance(steps, int) and isinstance(duration, int)
    phase = (2 if steps > duration else 1) if known else None  # type: ignore[operator]
    left = max(0, duration - steps) if known else None  # type: ignore[operator]
    return {
        "phase": phase,
        "training_steps": steps,
        "phase_1_duration": duration,
        "phase_1_left": left,
    }


def _of_export(model: Scripted) -> dict[str, Any]:
    reach = reach_of(model)
    left, right = reach.context
    delay = reach.delay if model.streaming else right
    parts = _parts(model)
    fidelity = dict(model.module.named_buffers()).get("fidelity")
    return {
        "architecture": {"configs": [], "script": str(model.module.original_name)},
        "parameters": {**parts, "total": sum(parts.values())},
        "latent": {
            "kind": str(model.module.original_name).replace("ScriptedRAVE", "").lower(),
            "size": model.latent_size,
            "full": _number(model, "full_latent_size"),
            "exported": model.latent_size,
            **table(fidelity.tolist() if fidelity is not None else []),
        },
        "receptive_field": _milliseconds(model, *_heard(reach), left=left, right=right),
        "latency": _milliseconds(model, delay + model.ratio, _how(model), delay=delay),
        "rate_told": model.says_rate,
        "step": None,
        "epoch": None,
        "phase": None,
        "methods": _names(model, "get_methods"),
        "attributes": [one for one in _names(model, "get_attributes") if one != "none"],
    }


def _heard(reach: Reach) -> tuple[int, str]:
    return reach.last - reach.first, "measured: where a short change in noise is heard"


def _how(model: Scripted) -> str:
    if model.streaming:
        return "one latent frame, and the delay of a short change in noise, estimated"
    return "one latent frame, and what it needs to hear of what comes after"


def _parts(model: Scripted) -> dict[str, int]:
    count: dict[str, int] = {}
    for name, weights in model.module.named_parameters():
        part = name.partition(".")[0]
        part = part if part in {"encoder", "decoder"} else "other"
        count[part] = count.get(part, 0) + int(weights.numel())
    return count


def _number(model: Scripted, name: str) -> int | None:
    value = getattr(model.module, name, None)
    return int(value) if isinstance(value, (int, float)) else None


def _names(model: Scripted, method: str) -> list[str]:
    try:
        return [str(name) for name in getattr(model.module, method)()]
    except Exception:
        return (
            [name for name, params in model.params.items() if params] if "methods" in method else []
        )


def _milliseconds(model: Rebuilt | Scripted, samples: int, how: str, **more: int) -> dict[str, Any]:
    return {"samples": samples, "ms": round(1000 * samples / model.rate, 2), "how": how, **more}
