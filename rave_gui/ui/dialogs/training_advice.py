"""What speaks for and against a training while it is being chosen. No Qt; slow, so elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rave_gui.backend.engine_record import Engine
from rave_gui.backend.rave_cli import companion_environment, shell_line, train_argv
from rave_gui.backend.rave_examples import divide
from rave_gui.backend.rave_facts import BROKEN_CONFIGS
from rave_gui.backend.rave_findings import ERROR, Finding, gin_overrides
from rave_gui.backend.rave_rules import findings
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.core.gin_config import ConfigManager
from rave_gui.core.records import Dataset
from rave_gui.ui import formats
from rave_gui.ui.text import plural, translate

ARCHITECTURES = ("v1", "v2", "v2_small", "v3", "discrete", "discrete_v3", "onnx", "raspberry")
REGULARIZATIONS = ("wasserstein", "spherical")
MODIFIERS = (
    "causal",
    "noise",
    "adain",
    "snake",
    "descript_discriminator",
    "spectral_discriminator",
)
_CONFIG_RULES = frozenset(
    {
        "broken-config", "no-architecture", "two-architectures", "two-regularizations",
        "regularization-needs-v2", "discrete-regularization", "undefined-macro", "config",
        "no-effect", "noise-reduces",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Advice:
    """The answer to one choice."""

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    impossible: Mapping[str, str] = field(default_factory=dict)
    """Additions that cannot be chosen beside the present ones, each with the reason."""
    facts: str = ""
    """What follows from the choice, as one line."""
    command: str = ""


def advise(
    engine: Engine, dataset: Dataset, settings: TrainingSettings, name: str, out_path: Path
) -> Advice:
    """Judge one choice.

    Raises:
        UserError: the command cannot be told, for example because a gin file is gone.
    """
    if engine.configs_dir is None:
        return Advice(errors=(_tr("This engine does not say which recipes it has."),))
    configs = ConfigManager(engine.configs_dir)
    found = findings(settings, dataset, engine, configs)
    argv = train_argv(engine, settings, name, dataset.path / "db", out_path)
    return Advice(
        errors=tuple(one.sentence for one in found if one.severity == ERROR),
        warnings=tuple(one.sentence for one in found if one.severity != ERROR),
        impossible=_impossible(engine, dataset, settings, configs),
        facts=_facts(dataset, settings, configs),
        command=shell_line(argv, companion_environment()),
    )


def split_overrides(text: str) -> tuple[str, ...]:
    """Bindings as they are typed, one behind the other with semicolons between."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


def join_overrides(overrides: Iterable[str]) -> str:
    """The opposite of :func:`split_overrides`."""
    return "; ".join(overrides)


def _tr(text: str) -> str:
    return translate("new-training", text)


def _impossible(
    engine: Engine, dataset: Dataset, settings: TrainingSettings, configs: ConfigManager
) -> dict[str, str]:
    """Why each addition cannot be added; what is chosen already is never in it."""
    known = set(configs.names())
    reasons = {name: BROKEN_CONFIGS[name] for name in ARCHITECTURES if name in BROKEN_CONFIGS}
    additions = [name for name in (*REGULARIZATIONS, *MODIFIERS) if name in known]
    before = _about_configs(findings(settings, dataset, engine, configs))
    for name in additions:
        if name in settings.configs:
            continue
        rest = [one for one in settings.configs if not _excludes(one, name)]
        tried = replace(settings, configs=(*rest, name))
        new = [
            one
            for one in findings(tried, dataset, engine, configs)
            if one.id in _CONFIG_RULES and one.id not in before
        ]
        if new:
            reasons[name] = new[0].sentence
    return reasons


def _excludes(one: str, other: str) -> bool:
    """Two regularizations are alternatives: choosing one takes the other away."""
    return one in REGULARIZATIONS and other in REGULARIZATIONS


def _about_configs(found: Iterable[Finding]) -> set[str]:
    return {one.id for one in found if one.id in _CONFIG_RULES}


def _facts(dataset: Dataset, settings: TrainingSettings, configs: ConfigManager) -> str:
    """What the numbers mean for the days to come."""
    model = configs.describe(configs.ordered(settings.configs), gin_overrides(settings))
    split, parts = divide(settings, dataset, model), []
    if split is not None and split.steps_per_epoch:
        many = plural(split.steps_per_epoch, _tr("1 step"), _tr("{n} steps"))
        steps = many.format(n=formats.count(split.steps_per_epoch))
        parts.append(_tr("{steps} an epoch").format(steps=steps))
        first = formats.count(split.first_validation)
        parts.append(_tr("first checkpoint at step {n}").format(n=first))
    if model.phase_1_duration is not None:
        parts.append(_phase_words(model.phase_1_duration, settings.max_steps))
    if model.latent_size:
        parts.append(_tr("{n} latent dimensions").format(n=formats.count(model.latent_size)))
    if model.ratio:
        rate = settings.sample_rate / model.ratio
        parts.append(_tr("{n} latent frames a second").format(n=f"{rate:.1f}"))
    return " · ".join(parts)


def _phase_words(duration: int, max_steps: int) -> str:
    if duration >= max_steps:
        return _tr("ends before phase 2, so the sound stays dull")
    return _tr("phase 2 from step {n}").format(n=formats.count(duration))
