"""The way from checkpoints to instruments: model, format, sound, destination, review.

A draft lives in memory only. It holds what the person decided and says what follows from it: the
list of exports, each of which becomes a job.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, IntEnum
from pathlib import Path

from rave_gui.backend.export_kinds import KINDS, STREAMING, is_onnx, streams, with_kind
from rave_gui.backend.export_latents import Choice, latents_for
from rave_gui.backend.export_rules import draft_findings
from rave_gui.backend.export_source import Source, usual
from rave_gui.backend.model_facts import ModelFacts
from rave_gui.backend.rave_findings import ERROR, Finding
from rave_gui.backend.rave_settings import ExportSettings
from rave_gui.core.paths import slug

MULTIPLES = (1, 2, 3, 4)
"""Of the model's own rate; RAVE takes no other (resampler.py:21)."""


class Step(IntEnum):
    """Where the person is."""

    MODEL = 0
    FORMAT = 1
    SOUND = 2
    DESTINATION = 3
    REVIEW = 4


class Hindrance(Enum):
    """Why the next step has to wait."""

    NO_MODEL = "no-model"
    NO_FORMAT = "no-format"
    NO_NAME = "no-name"
    NO_ENGINE = "no-engine"
    READING = "reading"
    ERRORS = "errors"


@dataclass(frozen=True)
class ExportPlan:
    """One export of the list."""

    source: Source
    kind: str
    settings: ExportSettings
    latents: int | None
    """How many it will have; None where that is not known yet."""


class ExportDraft:
    """What was decided so far."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources = {one.id: one for one in sources}
        self.step = Step.MODEL
        self.chosen: tuple[int, ...] = ()
        self.kinds: tuple[str, ...] = (STREAMING,)
        self.channels: int | None = None
        self.multiple = 1
        self.fidelity = 0.95
        self.wanted: int | None = None
        """Latents that were asked for by number; None: :attr:`fidelity` counts."""
        self.ema = False
        self.name = ""
        self.copies: tuple[Path, ...] = ()
        self.has_engine = False
        self.touched = False
        """Whether the person decided something that would be lost."""
        self._named = False
        first = usual(self.sources.values())
        if first is not None:
            self._choose((first.id,))

    # What follows

    @property
    def models(self) -> list[Source]:
        """The chosen checkpoints."""
        return [self.sources[one] for one in self.chosen]

    @property
    def most_channels(self) -> int:
        """Channels that every chosen model has."""
        return min((one.channels for one in self.models), default=1)

    @property
    def rate(self) -> int | None:
        """The rate of the chosen models, Hz; None where they differ."""
        rates = {one.rate for one in self.models}
        return rates.pop() if len(rates) == 1 else None

    @property
    def reading(self) -> bool:
        """Whether the engine is still to say something of a chosen model."""
        return any(one.variational and not one.asked for one in self.models)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Numbers of latents that all chosen models can have; of the first for the fidelity."""
        able = [one for one in self.models if one.variational]
        if not able:
            return ()
        common = set.intersection(*({c.latents for c in one.choices} for one in able))
        return tuple(choice for choice in able[0].choices if choice.latents in common)

    def plans(self) -> list[ExportPlan]:
        """The exports, one for each model and form."""
        return [self._plan(one, kind) for one in self.models for kind in self.kinds]

    def findings(self) -> list[Finding]:
        """What speaks against them, errors first, each once."""
        return draft_findings([(plan.source, plan.settings) for plan in self.plans()])

    def hindrance(self) -> Hindrance | None:
        """Why the next step has to wait, None if it need not."""
        if not self.chosen:
            return Hindrance.NO_MODEL
        if self.step >= Step.FORMAT and not self.kinds:
            return Hindrance.NO_FORMAT
        if self.step >= Step.DESTINATION and not self.name.strip():
            return Hindrance.NO_NAME
        return self._last_hindrance() if self.step is Step.REVIEW else None

    def can_show(self, step: Step) -> bool:
        """Whether the person may go there."""
        return step is Step.MODEL or (bool(self.chosen) and (step < Step.SOUND or bool(self.kinds)))

    def why_not_multiple(self, multiple: int) -> str:
        """Why the rate cannot be that multiple; empty where it can."""
        if multiple == 1:
            return ""
        if any(is_onnx(kind) for kind in self.kinds):
            return "In ONNX a model keeps its own rate."
        if multiple % 2 and any(streams(kind) for kind in self.kinds):
            return "With streaming RAVE takes even multiples only."
        return ""

    def why_not_channels(self) -> str:
        """Why there can be no fewer channels; empty where there can."""
        return "" if self.most_channels > 1 else "The model is mono; RAVE cannot add channels."

    def why_not_ema(self) -> str:
        """Why averaged weights cannot be taken; empty where they can."""
        if all(one.has_ema for one in self.models):
            return ""
        return "The training kept none: they are kept where it is begun with an averaging factor."

    # Decisions

    def choose(self, checkpoint_ids: Iterable[int]) -> None:
        """Export these; what cannot be exported at all is left out."""
        self.touched = True
        self._choose(checkpoint_ids)

    def begin_with(self, checkpoint_ids: Iterable[int]) -> None:
        """Begin with these; nothing that was decided would be lost."""
        self._choose(checkpoint_ids)

    def set_kind(self, kind: str, *, on: bool) -> None:
        """Export in that form too, or no more."""
        self.touched = True
        chosen = (set(self.kinds) | {kind}) if on else (set(self.kinds) - {kind})
        self.kinds = tuple(one for one in KINDS if one in chosen)
        if self.why_not_multiple(self.multiple):
            self.multiple = 1

    def set_channels(self, channels: int | None) -> None:
        """So many; None: as trained."""
        self.channels, self.touched = channels, True

    def set_multiple(self, multiple: int) -> None:
        """A rate so many times the model's own."""
        if not self.why_not_multiple(multiple):
            self.multiple, self.touched = multiple, True

    def set_fidelity(self, fidelity: float) -> None:
        """Keep that share of the variance."""
        self.fidelity, self.wanted, self.touched = fidelity, None, True

    def set_latents(self, latents: int) -> None:
        """Have so many latents, whatever share that keeps."""
        self.wanted, self.touched = latents, True
        found = [one.fidelity for one in self.choices if one.latents == latents]
        self.fidelity = found[0] if found else self.fidelity

    def set_ema(self, *, on: bool) -> None:
        """Take the averaged weights."""
        self.ema, self.touched = on and not self.why_not_ema(), True

    def set_name(self, name: str) -> None:
        """The person named it."""
        self.name, self._named, self.touched = name, True, True

    def set_copy(self, folder: Path, *, on: bool) -> None:
        """Want a copy in that folder, or no more."""
        rest = tuple(one for one in self.copies if one != folder)
        self.copies, self.touched = ((*rest, folder) if on else rest), True

    def mend(self, finding: Finding) -> None:
        """Do what the finding proposes."""
        self.touched = True
        if "channels" in finding.change:
            self.channels = None
        if "sample_rate" in finding.change:
            self.multiple = 1
        if "fidelity" in finding.change:
            self.fidelity, self.wanted = float(finding.change["fidelity"]), None

    def learn(self, checkpoint_id: int, facts: ModelFacts | None) -> None:
        """The engine has looked into a checkpoint; None: it could not."""
        known = self.sources.get(checkpoint_id)
        if known is not None:
            self.sources[checkpoint_id] = replace(known, facts=facts, asked=True)

    def go(self, step: Step) -> bool:
        """Turn to that step, if it can be shown."""
        if not self.can_show(step):
            return False
        self.step = step
        return True

    def advance(self) -> bool:
        """Go on, if nothing hinders."""
        return self.hindrance() is None and self.step < Step.REVIEW and self.go(Step(self.step + 1))

    # Inside

    def _choose(self, checkpoint_ids: Iterable[int]) -> None:
        wanted = set(checkpoint_ids)
        able = [key for key, one in self.sources.items() if key in wanted and not one.trouble]
        self.chosen = tuple(able)
        if self.channels is not None and self.channels > self.most_channels:
            self.channels = None
        if self.ema and self.why_not_ema():
            self.ema = False
        if self.models and not self._named:
            self.name = slug(self.models[0].experiment.name, "model")

    def _plan(self, source: Source, kind: str) -> ExportPlan:
        fidelity = self._fidelity_of(source)
        base = ExportSettings(
            fidelity=fidelity,
            channels=None if self.channels == source.channels else self.channels,
            sample_rate=None if self.multiple == 1 else self.multiple * source.rate,
            ema=self.ema and source.has_ema,
            name=self._name_of(source),
        )
        latents = latents_for(source.table, fidelity) or source.fixed_latents
        return ExportPlan(source, kind, with_kind(base, kind), latents)

    def _fidelity_of(self, source: Source) -> float:
        """The same number of latents may need another share in each checkpoint."""
        found = [one.fidelity for one in source.choices if one.latents == self.wanted]
        return found[0] if found else self.fidelity

    def _name_of(self, source: Source) -> str:
        """One name for one model; several are told apart by training and step."""
        plain = slug(self.name.strip(), "model")
        if len(self.chosen) < 2:
            return plain
        same_run = len({one.experiment.id for one in self.models}) == 1
        run = "" if same_run else f"-{slug(source.experiment.name)}"
        twins = [one for one in self.models if one.checkpoint.step == source.checkpoint.step]
        twin = f"-{slug(source.checkpoint.name)}" if len(twins) > 1 and same_run else ""
        return f"{plain}{run}-{source.checkpoint.step}{twin}"

    def _last_hindrance(self) -> Hindrance | None:
        if not self.has_engine:
            return Hindrance.NO_ENGINE
        if any(one.severity == ERROR for one in self.findings()):
            return Hindrance.ERRORS
        return Hindrance.READING if self.reading else None
