"""The combinations of RAVE's configurations that are forced, and where each is written down."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

ARCHITECTURES = (
    "v1",
    "v2",
    "v2_small",
    "v2_nopqmf",
    "v2_nopqmf_small",
    "v2_with_augs",
    "v3",
    "discrete",
    "discrete_v3",
    "onnx",
    "raspberry",
)
REGULARIZATIONS = ("wasserstein", "spherical")
ADDITIONS = (
    "causal",
    "noise",
    "hybrid",
    "adain",
    "snake",
    "descript_discriminator",
    "spectral_discriminator",
    "normalize_ambient",
)
AUGMENTATIONS = ("mute", "gain", "compress")
SOUND = ("v1", "v2", "v2_small", "v3", "discrete", "discrete_v3", "onnx", "raspberry")
"""Architectures that work alone."""
OPTIONS = ("derivative", "normalize", "rand_pitch", "ema")


@dataclass(frozen=True)
class Choice:
    """What a person would choose in the wizard."""

    configs: tuple[str, ...]
    augmentations: tuple[str, ...] = ()
    channels: int = 1
    option: str = ""

    @property
    def needs_sox(self) -> bool:
        """Whether it ends in another way where sox is there."""
        return bool({"compress", "normalize_ambient"} & {*self.configs, *self.augmentations})

    @property
    def key(self) -> str:
        """As it is written down and shown."""
        parts = ["+".join(self.configs), *(f"--augment {name}" for name in self.augmentations)]
        parts += [f"--{self.option}"] if self.option else []
        return " ".join([*parts, "stereo"] if self.channels == 2 else parts)


def choices() -> list[Choice]:
    """All combinations, each once."""
    return list(dict.fromkeys([*_single(), *_together(), *_stereo(), *_options()]))


def _single() -> Iterator[Choice]:
    """Each architecture alone and with each other part of RAVE, and each part alone."""
    for name in ARCHITECTURES:
        yield Choice((name,))
        for part in (*REGULARIZATIONS, *ADDITIONS):
            yield Choice((name, part))
        for augmentation in AUGMENTATIONS:
            yield Choice((name,), (augmentation,))
    for part in (*REGULARIZATIONS, *ADDITIONS):
        yield Choice((part,))


def _together() -> Iterator[Choice]:
    """Two architectures, two regularizations, and pairs of additions."""
    yield from (Choice(pair) for pair in (("v1", "v2"), ("v2", "v3"), ("v2_small", "discrete")))
    yield Choice(("v2", *REGULARIZATIONS))
    for name, part in itertools.product(("v2", "v2_small", "v3"), REGULARIZATIONS):
        yield from (Choice((name, part, other)) for other in ADDITIONS)
    for pair in itertools.combinations(ADDITIONS[:-1], 2):
        yield Choice(("v2", *pair))
    yield Choice(("v2", "wasserstein", "causal", "noise", "snake", "adain"))
    yield Choice(("v2_small", "wasserstein", "causal"), ("mute",))
    yield Choice(("v2", "wasserstein"), ("mute", "gain"))
    yield Choice(("v2_small", "spherical"), ("mute",))


def _stereo() -> Iterator[Choice]:
    yield from (Choice((name,), channels=2) for name in SOUND)
    for part in (*REGULARIZATIONS, "causal", "noise", "descript_discriminator"):
        yield Choice(("v2_small", part), channels=2)


def _options() -> Iterator[Choice]:
    for name, option in itertools.product(("v1", "v2_small"), OPTIONS):
        yield Choice((name,), option=option)
