"""Trainings that work as they stand, each with the reason to choose it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from rave_gui.backend.rave_settings import CPU, PreprocessSettings, TrainingSettings
from rave_gui.core.errors import UserError

_GPU = "gpu:0"


@dataclass(frozen=True)
class Preset:
    """Settings that belong together."""

    name: str
    title: str
    explanation: str
    """One sentence: what it is for."""
    training: TrainingSettings
    preprocess: PreprocessSettings


def presets() -> Mapping[str, Preset]:
    """All presets by name, in the order in which a person should see them."""
    return _PRESETS


def get(name: str) -> Preset:
    """The preset called ``name``.

    Raises:
        UserError: there is none.
    """
    if name not in _PRESETS:
        raise UserError(
            f"There is no preset “{name}”.", f"Choose one of {', '.join(sorted(_PRESETS))}."
        )
    return _PRESETS[name]


def _preset(title: str, explanation: str, training: TrainingSettings, num_signal: int) -> Preset:
    name = training.preset
    preprocess = PreprocessSettings(num_signal=num_signal)
    return Preset(name, title, explanation, training, preprocess)


# The tiny training of both phases; every number measured, 5 s on two cores.
_SMOKE = TrainingSettings(
    preset="smoke",
    configs=("v1",),
    overrides=("CAPACITY=4", "LATENT_SIZE=4", "PHASE_1_DURATION=10"),
    n_signal=32768,
    batch=2,
    channels=1,
    workers=0,
    device=CPU,
    max_steps=20,
    val_every=5,
    save_every=10,
)

# A fifth of a second of CPU time a step, most of it for the spectra of the losses, whatever the
# width; this width learns the most in the first thousand steps.
_SAMPLE = replace(
    _SMOKE,
    preset="sample",
    overrides=("CAPACITY=16", "LATENT_SIZE=16", "PHASE_1_DURATION=1000"),
    batch=4,
    max_steps=1200,
    val_every=100,
    save_every=500,
)

# A checkpoint lands every 10 to 15 minutes at the speeds that people report: 8 steps a second for
# v1 on an RTX 3090, slower the larger the network.
_V2 = TrainingSettings(
    preset="v2",
    configs=("v2",),
    device=_GPU,
    max_steps=3_000_000,
    val_every=5_000,
    save_every=500_000,
)
_V2_SMALL = replace(_V2, preset="v2_small", configs=("v2_small",), n_signal=65536, val_every=8_000)
_LIVE = replace(_V2, preset="live", configs=("v2", "causal"))
_RASPBERRY = replace(
    _V2, preset="raspberry", configs=("raspberry",), n_signal=65536, val_every=10_000
)
_V3 = replace(_V2, preset="v3", configs=("v3",), val_every=2_500)
_WASSERSTEIN = replace(
    _V2, preset="wasserstein", configs=("v2", "wasserstein"), max_steps=2_000_000
)

_PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            _preset(
                "Smoke test",
                "Proves in a minute that everything works, from sound to instrument, on any"
                " computer; it learns nothing worth hearing.",
                _SMOKE,
                32768,
            ),
            _preset(
                "First model",
                "A small network that learns the bundled sample, or a few minutes of similar"
                " sound, on any CPU while you wait.",
                _SAMPLE,
                32768,
            ),
            _preset(
                "Standard",
                "The usual choice for an instrument: good sound from a few hours of one kind of"
                " sound, on a GPU with 16 GB.",
                _V2,
                131072,
            ),
            _preset(
                "Small",
                "For short sounds, percussion, little data or a GPU with 8 GB: finer in time than"
                " the standard, and faster to train.",
                _V2_SMALL,
                65536,
            ),
            _preset(
                "Live instrument",
                "The standard network looking only into the past, so that it answers faster when"
                " played live, for a slight cost in quality.",
                _LIVE,
                131072,
            ),
            _preset(
                "Raspberry Pi",
                "The lightest network, to be played on a Raspberry Pi or another small computer.",
                _RASPBERRY,
                65536,
            ),
            _preset(
                "Style transfer",
                "A larger network that can carry the style of one sound over to another, on a GPU"
                " with 32 GB.",
                _V3,
                131072,
            ),
            _preset(
                "Complex music",
                "For dense or mixed music: sixteen latent dimensions, all of them used, and a"
                " shorter first phase.",
                _WASSERSTEIN,
                131072,
            ),
        )
    }
)
