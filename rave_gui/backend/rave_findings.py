"""What rules look at, and what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rave_gui.backend.rave_examples import Division
from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.backend.rave_surroundings import Surroundings
from rave_gui.core.gin_config import ConfigManager, GinModel
from rave_gui.core.records import Dataset

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing that speaks against a training."""

    id: str
    severity: str
    """``error``: RAVE would crash or the result be useless. ``warning``: it works, but."""
    text: str
    remedy: str
    change: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Fields of the settings with values that would mend it; empty where a person must decide."""
    about: str = ""
    """The binding or setting that it is about, where it is about one."""

    @property
    def sentence(self) -> str:
        """Both parts, as a person reads them."""
        return f"{self.text} {self.remedy}".strip()


def error(id_: str, text: str, remedy: str, **change: Any) -> Finding:
    """A finding that refuses the training; ``change`` are settings that would mend it."""
    return Finding(id_, ERROR, text, remedy, change)


def warning(id_: str, text: str, remedy: str, **change: Any) -> Finding:
    """A finding that a person should know before going on."""
    return Finding(id_, WARNING, text, remedy, change)


def mended(settings: TrainingSettings, finding: Finding) -> TrainingSettings:
    """``settings`` with what the finding would change."""
    return replace(settings, **finding.change)


@dataclass(frozen=True)
class Plan:
    """All that a rule may look at."""

    settings: TrainingSettings
    dataset: Dataset
    gpus: tuple[int, ...]
    configs: ConfigManager
    names: tuple[str, ...]
    """The configurations in the order that RAVE gets them."""
    model: GinModel
    division: Division | None
    done_steps: int
    surroundings: Surroundings = field(default_factory=Surroundings)

    @property
    def stems(self) -> tuple[str, ...]:
        """RAVE's own names of its configurations; a custom file keeps its path."""
        return tuple(name.removesuffix(".gin") for name in self.names)

    def kinds(self, kind: str) -> tuple[str, ...]:
        """The chosen configurations of one kind."""
        return tuple(name for name in self.names if self.configs.kind(name) == kind)


Rule = Callable[[Plan], Iterator[Finding]]


def gin_overrides(settings: TrainingSettings) -> tuple[str, ...]:
    """The bindings of ``settings``; the last sets the model's rate to the dataset's.

    RAVE does not do so by itself and crashes on any rate but 44100 (rave/dataset.py:265).
    """
    own = [text for text in newest(settings.overrides) if not sets_rate(text)]
    return (*own, f"SAMPLING_RATE={settings.sample_rate}")


def newest(overrides: Iterable[str]) -> tuple[str, ...]:
    """Bindings without those that a later one of the same name makes void, as in gin."""
    found: dict[str, str] = {}
    for text in overrides:
        name = text.partition("=")[0].strip()
        found.pop(name, None)
        found[name] = text
    return tuple(found.values())


def with_macro(overrides: tuple[str, ...], name: str, value: Any) -> tuple[str, ...]:
    """``overrides`` with the macro ``name`` set to ``value``, in place of what set it before."""
    kept = [text for text in overrides if text.partition("=")[0].strip() != name]
    return (*kept, f"{name}={value}")


def sets_rate(override: str) -> bool:
    """Whether a binding is about the macro that the application sets itself."""
    return override.partition("=")[0].strip() == "SAMPLING_RATE"
