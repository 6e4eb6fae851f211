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
    from rave_gui.companion.rave_gui_worker_measure import reach_of
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
        "architecture": " + ".join(looks_like(model, config)),
        "network": _network(model, config),
        "parameters": {**kept.parameters, "total": sum(kept.parameters.values())},
        **_latents(
            model.space.kind, model.latent_size, int(model.module.latent_size), _shares(model)
        ),
        **_heard(model, left, right, how),
        **_late(model, streaming_delay(model), "measured against one pass"),
        "step": kept.step,
        "epoch": kept.epoch,
        "ema": kept.ema,
        **_phase(model, config),
        "methods": [],
        "attributes": [],
    }


def _network(model: Rebuilt, config: dict[str, Any]) -> dict[str, Any]:
    """The parts by their classes, and what the configuration says of their size."""
    module = model.module
    return {
        "encoder": type(module.encoder).__name__,
        "inside": type(getattr(module.encoder, "encoder", None)).__name__,
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


def _shares(model: Rebuilt) -> list[float]:
    """Only a variational model is cut when it is exported."""
    return list(model.module.fidelity.tolist()) if model.space.kind == "variational" else []


def _latents(kind: str, size: int, full: int | None, shares: list[float]) -> dict[str, Any]:
    """``latent_sizes``: those of an export for the usual fidelities; ``latent``: everything."""
    told_of = table(shares)
    sizes = {share: one["exported"] for share, one in told_of["for_fidelity"].items()}
    return {
        "latent_size": size,
        "latent_sizes": sizes,
        "latent": {"kind": kind, "size": size, "full": full, **told_of},
    }


def _field(model: Rebuilt) -> tuple[int, int, str]:
    """Samples to the left and to the right, and where they are from."""
    buffer = model.module.receptive_field
    if model.channels == 1 and int(buffer.sum()):
        return int(buffer[0]), int(buffer[1]), "told by the checkpoint"
    left, right = reach_of(model).context
    return left, right, "measured: where a short change in noise is heard"


def _heard(model: Rebuilt | Scripted, left: int, right: int, how: str) -> dict[str, Any]:
    return {
        "receptive_field": [left, right],
        "receptive_field_ms": _milliseconds(model, left + right),
        "receptive_field_how": how,
    }


def _late(model: Rebuilt | Scripted, delay: int, how: str) -> dict[str, Any]:
    """A host hands over at least one latent frame at a time, and hears the model's delay later."""
    return {
        "delay": delay,
        "latency": delay + model.ratio,
        "latency_ms": _milliseconds(model, delay + model.ratio),
        "latency_how": f"one latent frame and the delay of the streaming model, {how}",
    }


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
    reach, parts = reach_of(model), _parts(model)
    left, right = reach.context
    script = str(model.module.original_name)
    fidelity = dict(model.module.named_buffers()).get("fidelity")
    kind, full = script.replace("ScriptedRAVE", "").lower(), _number(model, "full_latent_size")
    shares = fidelity.tolist() if fidelity is not None and kind == "variational" else []
    late = _late(model, reach.delay, "estimated from where a change is heard")
    ahead = _late(model, right, "as it is: how far it looks ahead")
    return {
        "architecture": "",
        "network": {"script": script},
        "parameters": {**parts, "total": sum(parts.values())},
        **_latents(kind, model.latent_size, full, shares),
        **_heard(model, left, right, "measured: where a short change in noise is heard"),
        **(late if model.streaming else ahead),
        "rate_told": model.says_rate,
        "step": None,
        "epoch": None,
        "phase": None,
        "methods": _names(model, "get_methods"),
        "attributes": [one for one in _names(model, "get_attributes") if one != "none"],
    }


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


def _milliseconds(model: Rebuilt | Scripted, samples: int) -> float:
    return round(1000 * samples / model.rate, 2)
