"""What is known to crash RAVE, or to train in vain, told before it starts.

Pure functions of the settings, the dataset, and what the gin files add up to. Each rule names in
its sentence what is wrong and in its remedy what to do, with the numbers that would work.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rave_gui.backend import (
    rave_rules_bindings,
    rave_rules_config,
    rave_rules_data,
    rave_rules_machine,
    rave_rules_range,
    rave_rules_run,
)
from rave_gui.backend.rave_examples import divide
from rave_gui.backend.rave_findings import ERROR, Finding, Plan, gin_overrides
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.rave_surroundings import Surroundings
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import ConfigManager
from rave_gui.core.records import Dataset

__all__ = ["Finding", "findings", "plan_of", "refusals"]

_RULES = (
    *rave_rules_config.RULES,
    *rave_rules_bindings.RULES,
    *rave_rules_data.RULES,
    *rave_rules_run.RULES,
    *rave_rules_range.RULES,
    *rave_rules_machine.RULES,
)


class GpuLike(Protocol):
    """The part of a GPU that rules need."""

    @property
    def index(self) -> int:
        """As ``--gpu`` takes it."""


class EngineLike(Protocol):
    """The part of an engine that rules need."""

    @property
    def gpus(self) -> Sequence[GpuLike]:
        """NVIDIA GPUs that its torch can use."""


def findings(
    settings: TrainingSettings,
    dataset: Dataset,
    engine: EngineLike,
    config_manager: ConfigManager,
    done_steps: int = 0,
    surroundings: Surroundings | None = None,
) -> list[Finding]:
    """Everything that speaks against this training, errors first.

    ``done_steps`` is where a resume goes on from; ``surroundings`` is what was seen of the machine,
    without which nothing is said about it. A configuration that cannot be read is a finding
    too, and then the only one.
    """
    try:
        plan = plan_of(settings, dataset, engine, config_manager, surroundings, done_steps)
        found = [finding for rule in _RULES for finding in rule(plan)]
    except UserError as error:
        return [Finding("config", ERROR, error.what, error.remedy)]
    return sorted(found, key=lambda finding: finding.severity != ERROR)


def refusals(
    settings: TrainingSettings,
    dataset: Dataset,
    engine: EngineLike,
    config_manager: ConfigManager,
    done_steps: int = 0,
    surroundings: Surroundings | None = None,
) -> list[str]:
    """The sentences of the errors among :func:`findings`; empty when RAVE should work."""
    found = findings(settings, dataset, engine, config_manager, done_steps, surroundings)
    return [finding.sentence for finding in found if finding.severity == ERROR]


def plan_of(
    settings: TrainingSettings,
    dataset: Dataset,
    engine: EngineLike,
    configs: ConfigManager,
    surroundings: Surroundings | None = None,
    done_steps: int = 0,
) -> Plan:
    """All that rules look at, added up.

    Raises:
        UserError: a configuration cannot be read.
    """
    names = configs.ordered(settings.configs)
    model = configs.describe(names, gin_overrides(settings))
    return Plan(
        settings=settings,
        dataset=dataset,
        gpus=tuple(gpu.index for gpu in engine.gpus),
        configs=configs,
        names=names,
        model=model,
        division=divide(settings, dataset, model),
        done_steps=done_steps,
        surroundings=surroundings or Surroundings(),
    )
