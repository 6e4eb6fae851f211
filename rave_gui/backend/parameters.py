"""Every setting of a training that has a number or a switch, declared once.

The form, the flags of the command line, the checks of ranges and ``PARAMETERS.md`` all come from
this table. Defaults of flags are those of :class:`TrainingSettings`; defaults of gin bindings are
what the chosen configurations say, or RAVE's own source where they say nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from rave_gui.backend.rave_settings import TrainingSettings
from rave_gui.core.gin_literal import literal, value_of_literal
from rave_gui.core.gin_model import GinModel

WHOLE, NUMBER, SWITCH, PAIR = "whole", "number", "switch", "pair"
TIME, NETWORK, SOUND, MACHINE, EXPERT = "time", "network", "sound", "machine", "expert"
_MOST_STEPS = 2_000_000_000


@dataclass(frozen=True)
class Parameter:
    """One setting. It is a flag of ``rave train`` or a gin binding, never both."""

    key: str
    """Of a flag: the name in :class:`TrainingSettings`."""
    group: str
    title: str
    explanation: str
    """What it does to a person's training, in plain words."""
    kind: str = WHOLE
    flag: str = ""
    bindings: tuple[str, ...] = ()
    """gin names, best first: the first that the configurations use is the one that is set."""
    low: float = 0
    high: float = _MOST_STEPS
    unit: str = ""
    optional: bool = False
    """Whether it can be switched off, which is None."""
    source_default: Any = None
    """Of a gin binding that no configuration names: the default in RAVE's source."""
    regularizations: tuple[str, ...] = ()
    """Of a gin binding: the encoders that it means something to; empty for all."""

    def applies(self, model: GinModel) -> str:
        """Empty, or why this setting means nothing for the network ``model``."""
        if self.regularizations and model.regularization not in self.regularizations:
            return "The latent space of this network is not shaped by it."
        return ""

    def problem(self, value: Any) -> str:
        """Empty, or why ``value`` cannot be meant."""
        if value is None:
            return "" if self.optional else f"{self.title} needs a value."
        if self.kind == SWITCH:
            return "" if isinstance(value, bool) else f"{self.title} is on or off."
        values = value if self.kind == PAIR else (value,)
        if not isinstance(values, (tuple, list)) or len(values) != (2 if self.kind == PAIR else 1):
            return f"{self.title} needs two numbers."
        if not all(self._number_fits(item) for item in values):
            return f"{self.title} must be {self.range_words}."
        return ""

    @property
    def usual_words(self) -> str:
        """Where the usual value comes from."""
        if self.source_default is not None:
            return f"{self.source_default}"
        return (
            "the value of the recipe, by removing the override" if self.bindings else "the preset"
        )

    @property
    def range_words(self) -> str:
        """``a whole number from 1 to 64``, ``between 0 and 1``."""
        kind = "a whole number" if self.kind == WHOLE else "a number"
        if self.high >= _MOST_STEPS:
            return f"{kind}, {self.low:,.12g} or more"
        return f"{kind} from {self.low:,.12g} to {self.high:,.12g}"

    def _number_fits(self, value: Any) -> bool:
        kinds = (int,) if self.kind == WHOLE else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not math.isfinite(value):
            return False
        return self.low <= value <= self.high


_VARIATIONAL = ("VariationalEncoder",)
_WEIGHTED = ("VariationalEncoder", "WasserteinEncoder")

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "max_steps", TIME, "Steps",
        "How many batches are trained in all. You can stop earlier without losing anything, and"
        " go on later.",
        flag="--max_steps", low=1, unit="steps",
    ),
    Parameter(
        "phase_1", TIME, "Phase 1 ends at",
        "Until here RAVE learns to reconstruct; afterwards a judge teaches it to sound real."
        " Longer for complex sound, shorter to hear clear sound sooner.",
        bindings=("PHASE_1_DURATION", "RAVE.phase_1_duration"), low=1, unit="steps",
    ),
    Parameter(
        "val_every", TIME, "Validate every",
        "Steps between two validations. RAVE listens to sound that it does not train on, and"
        " writes a checkpoint.",
        flag="--val_every", low=1, unit="steps",
    ),
    Parameter(
        "save_every", TIME, "Keep a checkpoint every",
        "These checkpoints stay for ever, so that you can go back to any of them. Each takes disk.",
        flag="--save_every", low=1, unit="steps",
    ),
    Parameter(
        "capacity", NETWORK, "Capacity",
        "The width of the network. Twice the width is four times the size: more detail, slower.",
        bindings=("CAPACITY",), low=1, high=1024,
    ),
    Parameter(
        "latent_size", NETWORK, "Latent size",
        "How many dimensions the network may use to describe sound. Fewer stay after the export.",
        bindings=("LATENT_SIZE",), low=1, high=4096, unit="dimensions",
    ),
    Parameter(
        "beta", NETWORK, "Regularisation strength",
        "How strongly the latent space is kept tidy. Higher leaves fewer dimensions and smoother"
        " control, lower more detail.",
        kind=NUMBER, bindings=("BetaWarmupCallback.target_value",), high=10_000,
        regularizations=_WEIGHTED,
    ),
    Parameter(
        "n_signal", SOUND, "Window",
        "How long a piece of sound RAVE looks at in each example. Longer takes more memory; too"
        " short cannot be trained.",
        flag="--n_signal", low=1, high=1 << 24, unit="samples",
    ),
    Parameter(
        "rand_pitch", SOUND, "Random pitch",
        "Plays examples faster or slower by a random factor in this range, so that little sound"
        " becomes more varied.",
        kind=PAIR, flag="--rand_pitch", low=0.05, high=20, optional=True,
    ),
    Parameter(
        "normalize", SOUND, "Normalise",
        "Brings every example to full level, so that quiet sounds are learnt like loud ones.",
        kind=SWITCH, flag="--normalize",
    ),
    Parameter(
        "derivative", SOUND, "Derivative",
        "Trains on the difference between neighbouring samples, which stresses high frequencies."
        " An experiment.",
        kind=SWITCH, flag="--derivative",
    ),
    Parameter(
        "batch", MACHINE, "Batch",
        "Examples at once. More are steadier but take more memory; halve it when the GPU is full.",
        flag="--batch", low=1, high=4096, unit="examples",
    ),
    Parameter(
        "workers", MACHINE, "Loaders",
        "Processes that fetch sound while the network trains. Too few let the GPU wait; more than"
        " cores are in each other's way.",
        flag="--workers", high=256, unit="processes",
    ),
    Parameter(
        "ema", EXPERT, "Running average of weights",
        "Keeps a slowly moving average of the weights, which may be exported instead. 0.999 is"
        " usual.",
        kind=NUMBER, flag="--ema", high=1, optional=True,
    ),
    Parameter(
        "beta_warmup", EXPERT, "Regularisation grows for",
        "Steps over which the regularisation rises to its strength.",
        bindings=("BetaWarmupCallback.warmup_len",), low=1, unit="steps",
        regularizations=_VARIATIONAL,
    ),
    Parameter(
        "discriminator_every", EXPERT, "Judge learns every",
        "In phase 2 the judge learns in one step of so many; the network in all others.",
        bindings=("RAVE.update_discriminator_every",), low=1, high=1000, unit="steps",
        source_default=2,
    ),
)  # fmt: skip
"""In the order in which a person should see them."""

_BY_KEY = {one.key: one for one in PARAMETERS}


def parameter(key: str) -> Parameter:
    """The parameter called ``key``.

    Raises:
        KeyError: there is none.
    """
    return _BY_KEY[key]


def value_of(one: Parameter, settings: TrainingSettings, model: GinModel) -> Any:
    """What the setting is now; ``model`` is what configurations and overrides add up to.

    None where it is off, or where nobody says.
    """
    if one.flag:
        return getattr(settings, one.key)
    found = next(
        (value for name in one.bindings if (value := _bound(model, name)) is not None), None
    )
    return one.source_default if found is None else found


def usual_of(one: Parameter, base: TrainingSettings, plain: GinModel) -> Any:
    """What the setting is in ``base``; ``plain`` is what the configurations of now say."""
    if one.flag:
        return getattr(base, one.key)
    written = {bound_name(text): text.partition("=")[2] for text in base.overrides}
    own = next((value_of_literal(written[name]) for name in one.bindings if name in written), None)
    return value_of(one, base, plain) if own is None else own


def with_value(
    one: Parameter, settings: TrainingSettings, value: Any, plain: GinModel
) -> TrainingSettings:
    """``settings`` with that value; ``plain`` is what the configurations say without overrides.

    A binding that says again what the configurations say is taken out.
    """
    if one.flag:
        return replace(settings, **{one.key: value})
    before, kept = settings.overrides, []
    wanted = value != value_of(one, replace(settings, overrides=()), plain)
    place = next((n for n, text in enumerate(before) if bound_name(text) in one.bindings), None)
    for number, text in enumerate(before):
        if number == place and wanted:
            kept.append(f"{binding_of(one, plain)} = {literal(value)}")
        elif bound_name(text) not in one.bindings:
            kept.append(text)
    if place is None and wanted:
        kept.append(f"{binding_of(one, plain)} = {literal(value)}")
    return replace(settings, overrides=tuple(kept))


def binding_of(one: Parameter, plain: GinModel) -> str:
    """The gin name that sets it in this network: a macro only where something uses it."""
    used = [name for name in one.bindings if "." in name or name in plain.used]
    return used[0] if used else one.bindings[-1]


def bound_name(text: str) -> str:
    """``CAPACITY`` of ``CAPACITY = 64``."""
    return text.partition("=")[0].strip()


def problems(settings: TrainingSettings) -> list[tuple[Parameter, str]]:
    """Parameters that are out of their range, each with the reason. Gin values count as written."""
    found = []
    written = {bound_name(text): text.partition("=")[2] for text in settings.overrides}
    for one in PARAMETERS:
        if one.flag:
            value = getattr(settings, one.key)
            reasons = [one.problem(value)]
        else:
            values = [value_of_literal(written[name]) for name in one.bindings if name in written]
            reasons = [one.problem(value) for value in values if isinstance(value, (int, float))]
        found += [(one, reason) for reason in reasons if reason]
    return found


def flags(settings: TrainingSettings) -> list[str]:
    """The flags of ``rave train`` that this table knows, with their values."""
    return [
        part for one in PARAMETERS if one.flag for part in _flag(one, getattr(settings, one.key))
    ]


def groups() -> tuple[str, ...]:
    """The groups, in order."""
    return tuple(dict.fromkeys(one.group for one in PARAMETERS))


def _flag(one: Parameter, value: Any) -> Iterable[str]:
    if value is None or value is False:
        return ()
    if one.kind == SWITCH:
        return (one.flag,)
    values = value if one.kind == PAIR else (value,)
    return one.flag, ",".join(
        f"{item:.12g}" if isinstance(item, float) else str(item) for item in values
    )


def _bound(model: GinModel, name: str) -> Any:
    if "." not in name:
        return model.macro(name) if name in model.used else None
    selector, _, parameter = name.rpartition(".")
    return model.bound(selector, parameter)
