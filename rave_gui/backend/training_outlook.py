"""What is to be said of a training that is being chosen: findings, what cannot be added, facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rave_gui.backend.derived import Derived, derived
from rave_gui.backend.engine_record import Engine
from rave_gui.backend.rave_cli import companion_environment, shell_line, train_argv
from rave_gui.backend.rave_facts import BROKEN_CONFIGS, CONFIGS
from rave_gui.backend.rave_findings import ERROR, Finding
from rave_gui.backend.rave_rules import findings, plan_of
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.rave_surroundings import Surroundings, database_folder
from rave_gui.backend.rave_window import receptive_field, shortest_window
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import ConfigManager, GinModel
from rave_gui.core.paths import fresh_path, slug
from rave_gui.core.records import Dataset

ARCHITECTURES = ("v2", "v2_small", "v3", "v1", "raspberry", "onnx", "discrete", "discrete_v3")
"""In the order in which a person should see them."""
REGULARIZATIONS = ("wasserstein", "spherical")
DISCRIMINATORS = ("spectral_discriminator", "descript_discriminator")
MODIFIERS = ("causal", "noise", "adain", "snake")
ADDITIONS = (*REGULARIZATIONS, *DISCRIMINATORS, *MODIFIERS)
_ABOUT_CONFIGS = frozenset(
    {
        "broken-config", "no-architecture", "two-architectures", "two-regularizations",
        "regularization-needs-v2", "discrete-regularization", "undefined-macro", "config",
        "no-effect", "noise-reduces", "ratios", "spherical-mute",
    }
)  # fmt: skip


@dataclass(frozen=True)
class TrainingOutlook:
    """The answer to one choice."""

    settings: TrainingSettings
    """What was judged."""
    findings: tuple[Finding, ...] = ()
    impossible: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Configurations and augmentations that cannot be added to the choice, with the reason."""
    facts: Derived | None = None
    model: GinModel | None = None
    """What configurations and overrides add up to; None where they cannot be read."""
    plain: GinModel | None = None
    """The same without overrides."""
    command: str = ""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What refuses the training."""
        return tuple(one for one in self.findings if one.severity == ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What a person should know."""
        return tuple(one for one in self.findings if one.severity != ERROR)


class Judge:
    """Judges choices with one engine; keeps what it has read of its files."""

    def __init__(self, engine: Engine) -> None:
        if engine.configs_dir is None:
            raise UserError(
                "This engine does not say which configurations it has.",
                "Install it anew: rave-gui engine install.",
            )
        self._engine = engine
        self._configs = ConfigManager(engine.configs_dir)

    def judge(
        self,
        dataset: Dataset,
        settings: TrainingSettings,
        name: str,
        runs: Path,
        surroundings: Surroundings | None = None,
    ) -> TrainingOutlook:
        """Everything that follows from ``settings``; never raises for what a person chose."""
        found = findings(settings, dataset, self._engine, self._configs, surroundings=surroundings)
        outlook = TrainingOutlook(settings, tuple(found))
        try:
            plan = plan_of(settings, dataset, self._engine, self._configs, surroundings)
            plain = self._configs.describe(plan.names)
            return replace(
                outlook,
                impossible=self._impossible(dataset, settings),
                facts=derived(plan),
                model=plan.model,
                plain=plain,
                command=self._command(dataset, settings, name, runs),
            )
        except UserError:
            return outlook  # the finding "config" tells it

    def _command(self, dataset: Dataset, settings: TrainingSettings, name: str, runs: Path) -> str:
        out_path = fresh_path(runs, slug(name, "training"))
        argv = train_argv(self._engine, settings, name, database_folder(dataset), out_path)
        return shell_line(argv, companion_environment())

    def _impossible(self, dataset: Dataset, settings: TrainingSettings) -> dict[str, str]:
        """Why each thing cannot be chosen; what is chosen already is never in it."""
        reasons = {name: BROKEN_CONFIGS[name] for name in ARCHITECTURES if name in BROKEN_CONFIGS}
        known = set(self._configs.names())
        before = self._ids(dataset, settings)
        for name in ARCHITECTURES:
            if name not in known:
                reasons[name] = f"This RAVE does not bring “{name}”."
            elif name not in settings.configs and name not in reasons:
                reasons.update(self._too_long(dataset, name))
        for name in ADDITIONS:
            if name not in known:
                reasons[name] = f"This RAVE does not bring “{name}”."
            elif name not in settings.configs:
                rest = [one for one in settings.configs if not _excludes(one, name)]
                tried = replace(settings, configs=(*rest, name))
                reasons.update(self._new(dataset, tried, name, before, _ABOUT_CONFIGS))
        for name in self._configs.augmentations():
            if name not in settings.augmentations:
                tried = replace(settings, augmentations=(*settings.augmentations, name))
                reasons.update(self._new(dataset, tried, name, before, None))
        return reasons

    def _too_long(self, dataset: Dataset, name: str) -> dict[str, str]:
        """The reason against a network that needs longer examples than the dataset has."""
        needed = shortest_window(self._configs.describe((name,))) or 0
        if dataset.lazy or needed <= 2 * dataset.num_signal:
            return {}
        text = (
            f"“{name}” needs examples of {needed:,} samples, and this dataset was cut into pieces"
            f" of {2 * dataset.num_signal:,}. Prepare it again with a longer window."
        )
        return {name: text}

    def _ids(self, dataset: Dataset, settings: TrainingSettings) -> set[str]:
        return {one.id for one in self._findings(dataset, settings)}

    def _findings(self, dataset: Dataset, settings: TrainingSettings) -> list[Finding]:
        """What speaks against it on any machine with this engine."""
        around = Surroundings(sox=self._engine.sox)
        return findings(settings, dataset, self._engine, self._configs, surroundings=around)

    def _new(
        self,
        dataset: Dataset,
        tried: TrainingSettings,
        name: str,
        before: Iterable[str],
        about: frozenset[str] | None,
    ) -> dict[str, str]:
        """The reason against ``name``, if ``tried`` has a finding that was not there before."""
        for one in self._findings(dataset, tried):
            if one.id not in before and (about is None or one.id in about):
                return {name: one.text}
        return {}


def _excludes(one: str, other: str) -> bool:
    """Regularizations are alternatives: choosing one takes the other away."""
    return one in REGULARIZATIONS and other in REGULARIZATIONS


@dataclass(frozen=True)
class NetworkFacts:
    """What a person wants to know of an architecture before choosing it."""

    name: str
    summary: str
    gpu_gb: int | None
    phase_1: int | None
    """Steps."""
    hop_ms: float | None
    """Time of one latent frame."""
    ahead_ms: float | None
    """How far it looks into the future, which is the least delay when it is played live."""


def network_facts(engine: Engine, sample_rate: int, causal: bool) -> tuple[NetworkFacts, ...]:
    """The architectures of an engine, in the order in which a person should see them."""
    if engine.configs_dir is None:
        return ()
    configs = ConfigManager(engine.configs_dir)
    known = [name for name in ARCHITECTURES if name in configs.names()]
    return tuple(_facts_of(configs, name, max(1, sample_rate), causal) for name in known)


def _facts_of(configs: ConfigManager, name: str, rate: int, causal: bool) -> NetworkFacts:
    fact = CONFIGS.get(name)
    summary, gpu = (fact.summary, fact.gpu_gb) if fact is not None else ("", None)
    try:
        model = configs.describe((name, "causal") if causal else (name,))
    except UserError:
        return NetworkFacts(name, summary, gpu, None, None, None)
    field = receptive_field(model)
    return NetworkFacts(
        name,
        summary,
        gpu,
        model.phase_1_duration,
        1000 * model.ratio / rate if model.ratio else None,
        1000 * field[1] / rate if field is not None else None,
    )
