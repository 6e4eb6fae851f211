"""Rules about configurations: which go together, which do not work, which change nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rave_gui.backend.rave_facts import (
    BROKEN_CONFIGS,
    CONFIG_WARNINGS,
    NEEDS_SOX,
    V1_FAMILY_IGNORES,
    V3_HAS_ALREADY,
)
from rave_gui.backend.rave_findings import Finding, Plan, Rule, error, sets_rate, warning

_ARCHITECTURES = "v2, v2_small, v3 or v1"


def broken(plan: Plan) -> Iterator[Finding]:
    """Configurations that this RAVE ships and cannot use."""
    for name in plan.stems:
        if name in BROKEN_CONFIGS:
            yield error("broken-config", BROKEN_CONFIGS[name], "Choose v2 or v2_small instead.")
        if name in CONFIG_WARNINGS and plan.model.regularization == "DiscreteEncoder":
            yield warning(
                "discrete", CONFIG_WARNINGS[name], "Choose v2 or v3 unless you know why not."
            )


def architecture(plan: Plan) -> Iterator[Finding]:
    """One network is needed; of two, the second is built on what it leaves of the first."""
    chosen = plan.kinds("architecture")
    if not plan.model.decoder:
        yield error(
            "no-architecture",
            "No network is chosen, only additions to one.",
            f"Choose {_ARCHITECTURES} as well.",
        )
    elif len(chosen) > 1:
        undone = set(chosen[:-1])
        yield warning(
            "two-architectures",
            f"{listed(chosen)} are networks of their own: RAVE builds the last, on whatever that"
            " leaves of the others.",
            "Choose one of them.",
            configs=tuple(name for name in plan.names if name not in undone),
        )


def regularization(plan: Plan) -> Iterator[Finding]:
    """Wasserstein and spherical bind EncoderV2 and set aside any encoder before them."""
    chosen = plan.kinds("regularization")
    if len(chosen) > 1:
        yield error(
            "two-regularizations",
            f"{listed(chosen)} exclude each other; only the last would count.",
            "Choose one of them.",
        )
    model = plan.model
    if chosen and model.decoder and not model.ratios:
        yield error(
            "regularization-needs-v2",
            f"{listed(chosen)} cannot be added to this network, which is of the first kind (v1).",
            "Choose v2, v2_small or v3 with it.",
        )
    if chosen and {"discrete", "discrete_v3"} & set(plan.stems):
        yield _on_discrete(plan, chosen)


def _on_discrete(plan: Plan, chosen: tuple[str, ...]) -> Finding:
    """Spherical leaves the decoder waiting for noise that never comes; wasserstein adds it."""
    remedy = "Choose v2, v2_small or v3 with it."
    if plan.model.regularization == "SphericalEncoder":
        text = f"{listed(chosen)} cannot be added to the discrete model: its parts do not fit."
        return error("discrete-regularization", text, remedy)
    text = f"{listed(chosen)} replaces the encoder of the discrete model: it has no code words."
    return warning("discrete-replaced", text, remedy)


def spherical(plan: Plan) -> Iterator[Finding]:
    """Silence has no direction: RAVE divides 0 by 0 (blocks.py, SphericalEncoder)."""
    if plan.model.regularization != "SphericalEncoder":
        return
    if "mute" in plan.settings.augmentations:
        yield error(
            "spherical-mute",
            "The augmentation “mute” makes examples of pure silence, which a spherical latent space"
            " cannot hold: the training would be spoilt at the first of them.",
            "Leave “mute” out, or choose “wasserstein”.",
            augmentations=_without(plan.settings.augmentations, "mute"),
        )
    if plan.model.causal:
        yield _spherical_causal(plan)
    yield warning(
        "spherical",
        "An instrument with a spherical latent space answers digital silence with values that are"
        " not numbers, which clicks or falls silent in Max and other hosts.",
        "Keep a little noise at its input, or choose “wasserstein”.",
    )


def _spherical_causal(plan: Plan) -> Finding:
    """RAVE doubles the sound until both its ends leave no trace; no number is never no trace.

    Source: rave/core.py, get_rave_receptive_field, whose gradients are NaN here.
    """
    return error(
        "spherical-causal",
        "“spherical” and “causal” do not go together: RAVE hangs for ever at its first validation,"
        " where it measures how far the network hears.",
        "Leave “causal” out, or choose “wasserstein”.",
        configs=tuple(name for name in plan.names if name.removesuffix(".gin") != "causal"),
    )


def ratios(plan: Plan) -> Iterator[Finding]:
    """Without whole, positive ratios there is no network."""
    chosen = plan.kinds("regularization")
    if plan.model.decoder and not plan.model.ratios and not chosen:
        yield error(
            "ratios",
            "The stages of this network (RATIOS) are not a list of whole numbers above 0.",
            "The usual list is [4, 4, 4, 2].",
        )


def undefined(plan: Plan) -> Iterator[Finding]:
    """A macro that is used and never defined stops RAVE at once."""
    missing = [name for name in plan.model.undefined if name != "SAMPLING_RATE"]
    if missing and plan.model.decoder:
        yield error(
            "undefined-macro",
            f"The configuration uses {listed(missing)} and nothing says what that is.",
            "Choose another configuration, or add an override that sets it.",
        )


def without_effect(plan: Plan) -> Iterator[Finding]:
    """Additions that bind what the network does not have, or has already."""
    names = set(plan.stems)
    useless: set[str] = set()
    if plan.model.decoder == "Generator":
        useless |= names & set(V1_FAMILY_IGNORES)
    if names & {"v3", "discrete_v3"}:
        useless |= names & set(V3_HAS_ALREADY)
    if useless:
        yield warning(
            "no-effect",
            f"{listed(sorted(useless))} would change nothing here.",
            "Leave it out.",
            configs=tuple(name for name in plan.names if name.removesuffix(".gin") not in useless),
        )
    if {"noise", "v2_small"} <= names:
        yield warning(
            "noise-reduces",
            "v2_small has a noise synthesizer of its own; “noise” would make it coarser.",
            "Leave “noise” out.",
            configs=tuple(name for name in plan.names if name.removesuffix(".gin") != "noise"),
        )


def overrides(plan: Plan) -> Iterator[Finding]:
    """Bindings that are split or contradict the dataset."""
    for text in plan.settings.overrides:
        if "\n" in text or "\r" in text or not text.strip():
            yield error("override", "An override is not one line.", "Write one binding in each.")
        elif sets_rate(text):
            yield warning(
                "override-rate",
                f"The override “{text}” is left out: the sample rate follows the dataset.",
                "Remove it.",
                overrides=_without(plan.settings.overrides, text),
            )


def order(plan: Plan) -> Iterator[Finding]:
    """RAVE reads configurations in turn and the last wins; the application sorts them itself."""
    given = tuple(dict.fromkeys(plan.settings.configs))
    if given == plan.names or len(plan.kinds("architecture")) != 1:
        return
    yield warning(
        "order",
        f"In the order {listed(given)} a later configuration would undo an earlier one; RAVE is"
        f" given {listed(plan.names)}.",
        "Use that order wherever you give the command yourself.",
        configs=plan.names,
    )


def augmentations(plan: Plan) -> Iterator[Finding]:
    """Augmentations that do not exist or do nothing."""
    known = set(plan.configs.augmentations())
    for name in dict.fromkeys(plan.settings.augmentations):
        stem = name.removesuffix(".gin")
        if stem not in known and not Path(stem).is_absolute():
            yield error(
                "augmentation",
                f"RAVE has no augmentation “{name}”.",
                f"It has {listed(known)}." if known else "Leave it out.",
                augmentations=_without(plan.settings.augmentations, name),
            )
    if "gain" in plan.settings.augmentations:
        yield warning(
            "gain",
            "The augmentation “gain” does nothing in RAVE 2.3.1.",
            "Leave it out.",
            augmentations=_without(plan.settings.augmentations, "gain"),
        )


def sox(plan: Plan) -> Iterator[Finding]:
    """Augmentations that need what torchaudio finds on few systems and lost in version 2.9."""
    if plan.surroundings.sox:
        return
    for name in sorted({*plan.settings.augmentations, *plan.stems} & set(NEEDS_SOX)):
        yield error(
            "sox",
            f"“{name}” needs the sox effects of torchaudio, which this engine cannot use.",
            "Leave it out; add compressed copies of your sounds to the dataset instead.",
            **_left_out(plan, name),
        )


def _without(names: Iterable[str], name: str) -> tuple[str, ...]:
    return tuple(item for item in names if item != name)


def _left_out(plan: Plan, name: str) -> dict[str, tuple[str, ...]]:
    """``name`` left out of the augmentations and the configurations, as a change."""
    settings = plan.settings
    change = {}
    if name in settings.augmentations:
        change["augmentations"] = _without(settings.augmentations, name)
    if name in plan.stems:
        change["configs"] = tuple(item for item in plan.names if item.removesuffix(".gin") != name)
    return change


def listed(names: Iterable[str]) -> str:
    """The names in quotation marks, as in a sentence; there must be one at least."""
    items = [f"“{name}”" for name in names]
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


RULES: tuple[Rule, ...] = (
    broken,
    architecture,
    regularization,
    spherical,
    ratios,
    undefined,
    without_effect,
    overrides,
    order,
    augmentations,
    sox,
)
