"""How an instrument came to be, as facts (``card.json``) and as a text for people (``README.md``).

Pure: everything is handed in. Folders are named by their last part, since a card travels with the
file and nobody needs to know the folders of somebody's disk.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from rave_gui.backend import presets
from rave_gui.backend.export_kinds import kind_of
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.core.errors import UserError
from rave_gui.core.gin_model import GinModel
from rave_gui.core.records import Checkpoint, Dataset, Experiment, Export

CARD_FORMAT = 1
_NOT_THE_MODEL = frozenset({"preset", "device", "workers", "overrides", "sample_rate", "channels"})
"""Settings that are told elsewhere, or that say nothing of what was learnt."""


@dataclass(frozen=True)
class Rights:
    """What only a person can say; kept with the export."""

    licence: str = ""
    """Under which the model may be used."""
    consent: str = ""
    """Of whoever can be heard in the sounds it learnt from."""
    author: str = ""
    remarks: str = ""

    @classmethod
    def from_json(cls, data: Any) -> Rights:
        """What is there of it; anything else counts as not said."""
        known = data if isinstance(data, Mapping) else {}
        return cls(**{name: str(known.get(name) or "") for name in asdict(cls())})


@dataclass(frozen=True)
class Origins:
    """The records that a card is made from; None: not known any more."""

    export: Export
    checkpoint: Checkpoint | None = None
    experiment: Experiment | None = None
    dataset: Dataset | None = None
    model: GinModel | None = None
    latents: Sequence[tuple[float, int]] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    size: int | None = None
    rights: Rights = field(default_factory=Rights)
    curves: str = ""
    """Name of the picture beside the card."""


def card(origins: Origins) -> dict[str, Any]:
    """All facts, as plain values."""
    return {
        "format": CARD_FORMAT,
        "kind": "model card",
        "name": origins.export.name,
        "written_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "file": _file(origins),
        "model": _model(origins),
        "training": _training(origins),
        "data": _data(origins.dataset),
        "verification": _verification(origins.export),
        "versions": dict(origins.versions),
        "command": origins.command,
        "curves": origins.curves,
        "rights": asdict(origins.rights),
    }


def differences(config: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """What a training was begun with, and every setting that is not as in that.

    Without a preset, or with one that is not among ours, RAVE's own defaults are compared with.
    """
    settings = TrainingSettings.from_json(config)
    base, title = TrainingSettings(), "RAVE's defaults"
    if settings.preset in presets.presets():
        found = presets.get(settings.preset)
        base, title = found.training, f"the preset {found.title}"
    now, was = _flat(settings), _flat(base)
    names = [name for name in dict.fromkeys((*now, *was)) if now.get(name) != was.get(name)]
    return title, [{"setting": n, "value": now.get(n), "was": was.get(n)} for n in names]


def _flat(settings: TrainingSettings) -> dict[str, Any]:
    found = {k: v for k, v in settings.to_json().items() if k not in _NOT_THE_MODEL}
    parted = (text.partition("=") for text in settings.overrides)
    return {**found, **{name.strip(): value.strip() for name, _, value in parted}}


def _file(origins: Origins) -> dict[str, Any]:
    export = origins.export
    return {
        "name": export.export_path.name,
        "kind": kind_of(export),
        "streaming": export.streaming,
        "bytes": origins.size,
        "made_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(export.created_at)),
    }


def _model(origins: Origins) -> dict[str, Any]:
    export, model = origins.export, origins.model
    told = _mapping(export.verification.get("model"))
    return {
        "configs": list(
            (origins.experiment.config if origins.experiment else {}).get("configs", ())
        ),
        "channels": export.channels,
        "sample_rate": told.get("sr") or (model.sampling_rate if model else None),
        "latents": export.latent_size,
        "fidelity": export.fidelity,
        "full_latents": model.latent_size if model else None,
        "regularization": model.regularization if model else "",
        "samples_per_step": told.get("ratio") or (model.ratio if model else None),
        "latent_table": [[round(share, 4), size] for share, size in origins.latents],
        "noise_inputs": {k: told[k] for k in ("noise", "latent_noise", "state") if told.get(k)},
    }


def _training(origins: Origins) -> dict[str, Any]:
    run, point = origins.experiment, origins.checkpoint
    begins = origins.model.phase_1_duration if origins.model else None
    found: dict[str, Any] = {
        "name": run.name if run else "",
        "step": point.step if point else None,
        "checkpoint": point.name if point else "",
        "validation": point.validation if point else None,
        "phase_1_steps": begins,
        "phase": (1 if point.step <= begins else 2) if point and begins is not None else None,
        "begun_with": "",
        "differences": [],
    }
    try:
        if run is not None:
            found["begun_with"], found["differences"] = differences(run.config)
    except UserError:
        pass  # a damaged record: the card tells what it can
    return found


def _data(dataset: Dataset | None) -> dict[str, Any]:
    if dataset is None:
        return {}
    used = [one for one in dataset.manifest if one.get("verdict") != "reject"]
    return {
        "name": dataset.name,
        "sources": [Path(source).name for source in dataset.sources],
        "files": len(used) or None,
        "seconds": dataset.duration_seconds,
        "examples": dataset.num_samples,
        "channels": dataset.channels,
        "sample_rate": dataset.sample_rate,
        "num_signal": dataset.num_signal,
        "lazy": dataset.lazy,
        "note": str(dataset.statistics.get("note") or ""),
    }


def _verification(export: Export) -> dict[str, Any]:
    found = export.verification
    return {
        "verdict": found.get("verdict"),
        "hosts": {str(k): dict(_mapping(v)) for k, v in _mapping(found.get("hosts")).items()},
        "checks": [dict(_mapping(one)) for one in found.get("checks") or ()],
    }


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def with_note(rights: Rights, dataset: Dataset | None) -> Rights:
    """The dataset's note on rights stands where nothing was said yet."""
    note = str(dataset.statistics.get("note") or "") if dataset is not None else ""
    return rights if any(asdict(rights).values()) else replace(rights, consent=note)
