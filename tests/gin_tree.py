"""A small RAVE of gin files: the selectors of the real one, as few lines as the tests need."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "v1": """
from __gin__ import dynamic_registration
import rave
from rave import blocks
SAMPLING_RATE = 44100
CAPACITY = 64
N_BAND = 16
LATENT_SIZE = 128
RATIOS = [4, 4, 4, 2]
PHASE_1_DURATION = 1000000
core.MultiScaleSTFT.scales = [2048, 1024, 512, 256, 128]
dataset.split_dataset.max_residual = 1000
pqmf.CachedPQMF:
    n_band = %N_BAND
blocks.Encoder:
    capacity = %CAPACITY
    latent_size = %LATENT_SIZE
    ratios = %RATIOS
blocks.VariationalEncoder:
    encoder = @variational/blocks.Encoder
blocks.Generator.ratios = %RATIOS
rave.RAVE:
    latent_size = %LATENT_SIZE
    sampling_rate = %SAMPLING_RATE
    encoder = @blocks.VariationalEncoder
    decoder = @blocks.Generator
    discriminator = @discriminator.MultiScaleDiscriminator
    phase_1_duration = %PHASE_1_DURATION
    valid_signal_crop = False
    weights = {'feature_matching': 10}
""",
    "v2": """
from __gin__ import dynamic_registration
include "configs/v1.gin"
DILATIONS = [
    [1, 3, 9],
    [1, 3, 9],
    [1, 3, 9],
    [1, 3],
]
CAPACITY = 96
blocks.EncoderV2:
    capacity = %CAPACITY
    ratios = %RATIOS
    kernel_size = 3
    dilations = %DILATIONS
blocks.VariationalEncoder:
    encoder = @variational/blocks.EncoderV2
blocks.GeneratorV2:
    ratios = %RATIOS
    latent_size = @core.get_augmented_latent_size()
    kernel_size = 3
    dilations = %DILATIONS
rave.RAVE:
    decoder = @blocks.GeneratorV2
    valid_signal_crop = True
""",
    "v2_small": """
include "configs/v2.gin"
RATIOS = [4, 2, 2, 2]
CAPACITY = 48
blocks.NoiseGeneratorV2.ratios = [2, 2, 2]
blocks.GeneratorV2.noise_module = @blocks.NoiseGeneratorV2
""",
    "v2_fixed": """
include "configs/v2.gin"
rave.RAVE.phase_1_duration = 500000
""",
    "v3": """
include "configs/v2.gin"
include "configs/adain.gin"
rave.RAVE.discriminator = @descript_discriminator.DescriptDiscriminator
""",
    "hybrid": """
include "configs/v2.gin"
rave.RAVE.input_mode = "mel"
""",
    "discrete": """
include "configs/v2.gin"
RATIOS = [4, 4, 2, 2]
blocks.DiscreteEncoder.encoder_cls = @blocks.EncoderV2
rave.RAVE.encoder = @blocks.DiscreteEncoder
""",
    "wasserstein": """
LATENT_SIZE = 16
PHASE_1_DURATION = 200000
blocks.EncoderV2.n_out = 1
blocks.WasserteinEncoder:
    encoder_cls = @blocks.EncoderV2
rave.RAVE:
    encoder = @blocks.WasserteinEncoder
    phase_1_duration = %PHASE_1_DURATION
""",
    "spherical": """
blocks.SphericalEncoder.encoder_cls = @blocks.EncoderV2
rave.RAVE:
    encoder = @blocks.SphericalEncoder
    phase_1_duration = 200000
""",
    "causal": "cc.get_padding.mode = 'causal'",
    "noise": "blocks.NoiseGeneratorV2.data_size = %N_BAND",
    "adain": "blocks.EncoderV2.adain = @blocks.AdaptiveInstanceNormalization",
    "spectral_discriminator": """
discriminator.CombineDiscriminators:
    discriminators = [
        @discriminator.MultiScaleDiscriminator,
        @discriminator.MultiScaleSpectralDiscriminator
    ]
""",
    "normalize_ambient": "dataset.get_dataset.augmentations = [@transforms.Compress()]",
    "augmentations/mute": "add_augmentation.aug = @augmentations/transforms.RandomMute()",
    "augmentations/gain": "add_augmentation.aug = @augmentations/transforms.RandomGain()",
    "augmentations/compress": "add_augmentation.aug = @augmentations/transforms.RandomCompress()",
}


def write_gin_tree(folder: Path) -> Path:
    """Write the files below ``folder``; returns what an engine calls its configs folder."""
    configs = folder / "rave" / "configs"
    for name, text in FILES.items():
        path = configs / f"{name}.gin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return configs
