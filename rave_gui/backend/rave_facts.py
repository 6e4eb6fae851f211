"""What is known of acids-rave 2.3.1, as tables. Measured with it unless a source is named."""

from __future__ import annotations

from dataclasses import dataclass

MAX_EPOCHS = 300_000
"""Hard-coded beside ``--max_steps`` (train.py:250)."""

TRAINING_PERCENT = 98
"""Share of the examples that is trained on, the rest validates (train.py:168)."""

AUGMENTATIONS = ("mute", "gain", "compress")
"""Files in ``rave/configs/augmentations``."""

REGULARIZATIONS = ("VariationalEncoder", "WasserteinEncoder", "SphericalEncoder", "DiscreteEncoder")
"""Classes in blocks.py, with RAVE's own spelling."""


@dataclass(frozen=True)
class ConfigFact:
    """What a person wants to know before choosing a configuration."""

    summary: str
    """One sentence."""
    gpu_gb: int | None = None
    """Memory of the GPU that RAVE's README asks for at a batch of 8."""
    checkpoint_mb: tuple[int, int] | None = None
    """Size of a checkpoint in the first and in the second phase, at the default capacity, mono."""
    export_mb: int | None = None


CONFIGS = {
    "v1": ConfigFact("The first RAVE: light, plain, well understood.", 8, (242, 305), 70),
    "v2": ConfigFact("The standard: better sound, for most instruments.", 16, (487, 704), 126),
    "v2_small": ConfigFact(
        "A small v2 with four times finer time: short sounds, percussion, little data.",
        8,
        (120, 175),
        31,
    ),
    "v3": ConfigFact("A larger v2 that can transfer style.", 32, (556, 896), 126),
    "discrete": ConfigFact("A latent space of code words.", 18, (476, 693), 117),
    "discrete_v3": ConfigFact("The discrete model with the parts of v3.", None, (537, 877), None),
    "onnx": ConfigFact("A light v1 without noise, for ONNX.", 6, (65, 81), 19),
    "raspberry": ConfigFact("The lightest v1, for a Raspberry Pi.", 5, (19, 23), 6),
    "v2_nopqmf": ConfigFact("A v2 without a filter bank at its end.", 16, (263, 360), 72),
    "wasserstein": ConfigFact(
        "Another latent space: 16 dimensions, always all exported; good with complex music."
    ),
    "spherical": ConfigFact("A latent space of 15 angles."),
    "causal": ConfigFact("Looks only into the past: low latency, slightly less quality."),
    "noise": ConfigFact("Adds a noise synthesizer, for breath and hiss."),
    "adain": ConfigFact("Adds style transfer; part of v3."),
    "snake": ConfigFact("Another activation, better with periodic sound; part of v3."),
    "descript_discriminator": ConfigFact(
        "A stronger judge in the second phase; needs much more memory. Part of v3."
    ),
    "spectral_discriminator": ConfigFact("A judge that listens to spectra."),
}

BROKEN_CONFIGS = {
    "hybrid": "“hybrid” cannot train in RAVE 2.3.1: it compares sound with a spectrogram.",
    "v2_with_augs": "“v2_with_augs” cannot train in RAVE 2.3.1: its spectrogram input is faulty.",
    "v2_nopqmf": "A model trained with “v2_nopqmf” cannot be exported by RAVE 2.3.1.",
    "v2_nopqmf_small": "“v2_nopqmf_small” cannot be read by RAVE 2.3.1: it contains an error.",
}
"""Name to the sentence that refuses it."""

CONFIG_WARNINGS = {
    "discrete": "“discrete” never learns its code words in RAVE 2.3.1, because a hook in it is"
    " misnamed (model.py:66); its exported codes mean nothing.",
    "discrete_v3": "“discrete_v3” never learns its code words in RAVE 2.3.1, because a hook in it"
    " is misnamed (model.py:66); its exported codes mean nothing.",
}

V1_FAMILY_IGNORES = ("noise", "adain", "snake", "spectral_discriminator")
"""They bind parts that only EncoderV2 and GeneratorV2 have, or another discriminator."""

V3_HAS_ALREADY = ("adain", "snake", "descript_discriminator", "spectral_discriminator")
"""Part of v3, or without effect because v3 has replaced what they bind."""

NEEDS_SOX = ("compress", "normalize_ambient")
"""torchaudio.sox_effects: absent on Windows and without libsox, gone in torchaudio 2.11."""
