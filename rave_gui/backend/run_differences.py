"""What a training was given that differs from what it would have had by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import ConfigManager, GinModel
from rave_gui.core.records import Experiment

_FLAGS = (
    "n_signal", "batch", "channels", "sample_rate", "augmentations", "derivative", "normalize",
    "rand_pitch", "ema",
)  # fmt: skip
"""What makes a difference to what is learnt; steps and workers only say how long and how fast."""


@dataclass(frozen=True)
class Difference:
    """One setting. None: it is not set, or nobody can tell."""

    name: str
    value: Any
    default: Any


def from_defaults(experiment: Experiment, configs_dir: Path | None) -> tuple[Difference, ...]:
    """The settings of a training that are not the usual ones; of one made elsewhere, none."""
    try:
        settings = TrainingSettings.from_json(experiment.config)
    except UserError:
        return ()
    if not settings.configs:
        return ()
    return (*_bindings(settings, _model(settings, configs_dir)), *_flags(settings))


def _flags(settings: TrainingSettings) -> Iterator[Difference]:
    usual = TrainingSettings()
    for name in _FLAGS:
        value, default = getattr(settings, name), getattr(usual, name)
        if value != default:
            yield Difference(name, value, default)


def _bindings(settings: TrainingSettings, model: GinModel | None) -> Iterator[Difference]:
    """The last word on each name counts, as in gin."""
    asked: dict[str, str] = {}
    for text in settings.overrides:
        name, _, value = text.partition("=")
        asked[name.strip()] = value.strip()
    for name, value in asked.items():
        default = _default(model, name)
        if str(default) != value:
            yield Difference(name, value, default)


def _default(model: GinModel | None, name: str) -> Any:
    if model is None:
        return None
    scope, dot, parameter = name.rpartition(".")
    return model.bound(scope.rpartition(".")[2], parameter) if dot else model.macro(name)


def _model(settings: TrainingSettings, configs_dir: Path | None) -> GinModel | None:
    try:
        return ConfigManager(configs_dir).describe(settings.configs) if configs_dir else None
    except UserError:
        return None
