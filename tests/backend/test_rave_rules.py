"""What is refused before it starts; every number here was seen to crash, or not, in RAVE 2.3.1."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gin_tree import write_gin_tree
from rule_bench import DATASET, GOOD, Engine, errors, found

from rave_gui.backend.rave_examples import Division, divide
from rave_gui.backend.rave_rules import findings, refusals
from rave_gui.backend.rave_rules_export import export_refusals
from rave_gui.backend.rave_settings import ExportSettings
from rave_gui.backend.rave_surroundings import Surroundings
from rave_gui.backend.rave_window import receptive_field, shortest_window
from rave_gui.core.gin_config import ConfigManager, GinModel


@pytest.fixture(scope="module")
def configs(tmp_path_factory: pytest.TempPathFactory) -> ConfigManager:
    return ConfigManager(write_gin_tree(tmp_path_factory.mktemp("rave")))


def model(configs: ConfigManager, *names: str, overrides: tuple[str, ...] = ()) -> GinModel:
    return configs.describe(names, overrides)


def test_a_sound_plan_has_no_findings(configs: ConfigManager) -> None:
    assert findings(GOOD, DATASET, Engine(), configs) == []
    assert refusals(GOOD, DATASET, Engine(), configs) == []


# Each pair: crashes, works. Found by running RAVE on both sides of the border.
@pytest.mark.parametrize(
    ("names", "dies", "lives"),
    [
        (("v1",), 16384, 18432),
        (("v2",), 69632, 71680),
        (("v2", "causal"), 67584, 69632),
        (("v2_small",), 36864, 37376),
        (("discrete",), 51200, 52224),
    ],
)
def test_the_shortest_example(
    configs: ConfigManager, names: tuple[str, ...], dies: int, lives: int
) -> None:
    assert shortest_window(model(configs, *names)) == lives
    refused = found(configs, configs=names, n_signal=dies)["window-short"]
    assert str(lives) in refused.remedy
    assert "window-short" not in found(configs, configs=names, n_signal=lives)


# What RAVE prints after its first validation, in samples.
@pytest.mark.parametrize(
    ("names", "overrides", "measured"),
    [
        (("v2",), (), (27117, 26428)),
        (("v2", "causal"), (), (51497, 0)),
        (("v2",), ("RATIOS=[4,2,2,2]",), (10093, 10044)),
        (("discrete",), (), (17901, 17724)),
        (("discrete", "causal"), (), (34601, 0)),
        (("v2",), ("RATIOS=[8,4,2,2]",), (35373, 35004)),
        (("v2",), ("RATIOS=[2,2,2,2]",), (5517, 5500)),
        (("v2",), ("DILATIONS=[1,3]",), (19997, 19308)),
        (("v2",), ("N_BAND=8",), (13559, 13214)),
        (("v2", "causal"), ("RATIOS=[4,4,4,4]",), (63785, 0)),
    ],
)
def test_the_receptive_field(
    configs: ConfigManager,
    names: tuple[str, ...],
    overrides: tuple[str, ...],
    measured: tuple[int, int],
) -> None:
    assert receptive_field(model(configs, *names, overrides=overrides)) == measured


def test_the_field_of_a_noise_branch_is_never_too_small(configs: ConfigManager) -> None:
    measured = (10551, 10044)
    computed = receptive_field(model(configs, "v2_small"))
    assert computed is not None
    assert measured[0] <= computed[0] <= measured[0] + 64
    assert computed[1] == measured[1]


@pytest.mark.parametrize(
    "override",
    [
        "RATIOS=[4, 0]",
        "RATIOS='x'",
        "RATIOS=[]",
        "DILATIONS=[[1], 'x']",
        "N_BAND=5",
        "RAVE.input_mode='mel'",
        f"RATIOS={[2] * 100}",
    ],
)
def test_an_unknown_network_has_no_field_and_no_crash(
    configs: ConfigManager, override: str
) -> None:
    strange = model(configs, "v2", overrides=(override,))
    assert receptive_field(strange) is None
    findings(replace(GOOD, overrides=(override,)), DATASET, Engine(), configs)


def test_an_example_is_a_multiple_of_the_ratio(configs: ConfigManager) -> None:
    refused = found(configs, n_signal=131073)["window-multiple"]
    assert "2048" in refused.text
    assert "131072" in refused.remedy
    assert errors(configs, configs=("v2_small",), n_signal=65536 + 512) == set()


def test_an_example_fits_the_pieces_of_the_dataset(configs: ConfigManager) -> None:
    assert errors(configs, {"num_signal": 65536}) == set()
    assert errors(configs, {"num_signal": 65535}) == {"window-long"}
    lazy = {"num_signal": 1024, "lazy": True, "duration_seconds": 36000.0}
    assert errors(configs, lazy) == set()


def test_channels(configs: ConfigManager) -> None:
    assert errors(configs, channels=2) == {"channels"}
    assert errors(configs, channels=0) == {"channels"}
    assert found(configs, {"channels": 2}).keys() == {"channels-fewer"}
    assert found(configs, {"channels": 2}, channels=2) == {}


def test_sample_rates(configs: ConfigManager) -> None:
    assert errors(configs, {"sample_rate": 48000}) == {"sample-rate"}
    assert errors(configs, {"sample_rate": 48000}, sample_rate=48000) == set()
    fixed = ("RAVE.sampling_rate=32000",)
    assert errors(configs, overrides=fixed) == {"sample-rate-fixed"}


def test_a_batch_needs_as_many_examples(configs: ConfigManager) -> None:
    assert errors(configs, {"num_samples": 102}, batch=99) == set()
    assert errors(configs, {"num_samples": 102}, batch=100) == {"batch-large"}
    assert errors(configs, {"num_samples": 0}, batch=1) == {"empty"}
    assert errors(configs, {"num_samples": 1}, batch=1) == {"no-validation"}
    assert errors(configs, {"num_samples": None}) == set()
    assert errors(configs, batch=0) == {"batch"}


@pytest.mark.parametrize(
    ("count", "training", "validation"),
    [(1, 1, 0), (2, 1, 1), (50, 49, 1), (51, 49, 2), (100, 98, 2), (60000, 59000, 1000)],
)
def test_the_division_is_that_of_rave(
    configs: ConfigManager, count: int, training: int, validation: int
) -> None:
    settings = replace(GOOD, batch=1, val_every=10**9)
    split = divide(settings, replace(DATASET, num_samples=count), model(configs, "v2"))
    assert isinstance(split, Division)
    assert (split.training, split.validation) == (training, validation)


def test_validation_falls_on_whole_epochs_when_they_are_shorter(configs: ConfigManager) -> None:
    few = replace(DATASET, num_samples=100)
    network = model(configs, "v2")
    splits = [divide(replace(GOOD, val_every=n), few, network) for n in (5, 12, 13, 100)]
    assert [split.first_validation for split in splits if split] == [5, 12, 12, 96]


def test_a_lazy_dataset_is_counted_file_by_file(configs: ConfigManager) -> None:
    manifest = tuple(
        {"path": "x", "verdict": verdict, "duration_seconds": seconds}
        for verdict, seconds in (("use", 5.9), ("warn", 3.0), ("reject", 99.0), ("use", 2.9))
    )
    lazy = replace(DATASET, lazy=True, num_samples=4, manifest=manifest)
    split = divide(replace(GOOD, batch=1), lazy, model(configs, "v2"))
    assert split is not None
    assert split.training + split.validation == 2


# RAVE stops with n_components=10 where one validation example gives nine frames.
def test_the_latent_analysis_needs_as_many_frames_as_dimensions(configs: ConfigManager) -> None:
    small = {"num_samples": 37, "num_signal": 65536}
    common = {"configs": ("v1",), "n_signal": 18432, "batch": 1, "val_every": 2}
    assert errors(configs, small, overrides=("LATENT_SIZE=9",), **common) == set()
    refused = found(configs, small, overrides=("LATENT_SIZE=10",), **common)["latent-analysis"]
    assert "LATENT_SIZE=8" in refused.remedy
    assert errors(configs, {"num_samples": 50}) == {"latent-analysis"}
    assert errors(configs, {"num_samples": 51}) == set()
    assert errors(configs, {"num_samples": 50}, configs=("v2", "wasserstein")) == set()


def test_latent_sizes_that_an_export_may_round_beyond_themselves(configs: ConfigManager) -> None:
    assert "16 or 8" in found(configs, overrides=("LATENT_SIZE=12",))["latent-size"].remedy
    assert found(configs, overrides=("LATENT_SIZE=16",)) == {}
    assert found(configs, configs=("v2", "wasserstein"), overrides=("LATENT_SIZE=12",)) == {}


@pytest.mark.parametrize(
    ("settings", "channels", "word"),
    [
        (ExportSettings(), 2, ""),
        (ExportSettings(channels=1), 2, ""),
        (ExportSettings(channels=4), 2, "channels"),
        (ExportSettings(channels=0), 2, "channels"),
        (ExportSettings(sample_rate=44100), 1, ""),
        (ExportSettings(sample_rate=88200), 1, ""),
        (ExportSettings(sample_rate=48000), 1, "multiples"),
        (ExportSettings(sample_rate=22050), 1, "multiples"),
        (ExportSettings(sample_rate=132300), 1, "even multiple"),
        (ExportSettings(sample_rate=132300, streaming=False), 1, ""),
        (ExportSettings(fidelity=1.0), 1, "fidelity"),
        (ExportSettings(fidelity=float("nan")), 1, "fidelity"),
        (ExportSettings(format="wav"), 1, "“wav”"),
        (ExportSettings(format="onnx"), 1, ""),
        (ExportSettings(format="onnx", sample_rate=88200), 1, "own sample rate"),
    ],
)
def test_exports(
    configs: ConfigManager, settings: ExportSettings, channels: int, word: str
) -> None:
    refused = export_refusals(settings, model(configs, "v2"), channels)
    assert bool(refused) == bool(word)
    assert all(word in sentence for sentence in refused)


def test_exports_of_particular_networks(configs: ConfigManager) -> None:
    noisy = model(configs, "v1")
    assert export_refusals(ExportSettings(format="onnx"), noisy, 2) == []
    styled = model(configs, "v3", overrides=("blocks.GeneratorV2.adain=@blocks.X",))
    assert export_refusals(ExportSettings(channels=1), styled, 2) == []
    raw = model(configs, "v2", overrides=("RAVE.output_mode='raw'",))
    assert export_refusals(ExportSettings(), raw, 1)


@pytest.mark.parametrize(
    ("names", "refused"),
    [
        (("hybrid", "v2"), {"broken-config"}),
        (("causal",), {"no-architecture"}),
        (("wasserstein",), {"no-architecture"}),
        (("noise",), {"no-architecture"}),
        ((), {"no-architecture"}),
        (("v1", "wasserstein"), {"regularization-needs-v2"}),
        (("v1", "spherical"), {"regularization-needs-v2"}),
        (("v2", "wasserstein", "spherical"), {"two-regularizations"}),
        (("discrete", "spherical"), {"discrete-regularization"}),
        (("v2", "default"), {"config"}),
        (("v2_small", "spherical", "causal"), {"spherical-causal"}),
        (("causal", "wasserstein", "v2"), set()),
        (("v2.gin", "causal.gin"), set()),
    ],
)
def test_configurations_that_do_not_go_together(
    configs: ConfigManager, names: tuple[str, ...], refused: set[str]
) -> None:
    assert errors(configs, configs=names) == refused


@pytest.mark.parametrize(
    ("names", "id_"),
    [
        (("v1", "noise"), "no-effect"),
        (("v3", "adain"), "no-effect"),
        (("v2", "spherical"), "spherical"),
        (("discrete", "wasserstein"), "discrete-replaced"),
        (("v2_small", "noise"), "noise-reduces"),
        (("discrete",), "discrete"),
        (("v1", "v2"), "two-architectures"),
    ],
)
def test_configurations_that_are_warned_of(
    configs: ConfigManager, names: tuple[str, ...], id_: str
) -> None:
    assert found(configs, configs=names)[id_].severity == "warning"


def test_overrides(configs: ConfigManager) -> None:
    assert "PHASE1" in found(configs, overrides=("PHASE1=3",))["override-unused"].text
    assert errors(configs, overrides=("CAPACITY=8\nA=1",)) == {"override", "override-unused"}
    assert errors(configs, overrides=("CAPACITY",)) == {"config"}
    rate = found(configs, overrides=("SAMPLING_RATE=8000",))
    assert set(rate) == {"override-rate"}
    phase = found(configs, configs=("v2", "spherical"), overrides=("PHASE_1_DURATION=9",))
    assert "RAVE.phase_1_duration" in phase["override-unused"].remedy


def test_augmentations(configs: ConfigManager) -> None:
    assert errors(configs, augmentations=("mute",)) == set()
    assert errors(configs, augmentations=("reverb",)) == {"augmentation"}
    assert errors(configs, augmentations=("compress",)) == {"sox"}
    assert errors(configs, configs=("v2", "normalize_ambient")) == {"sox"}
    assert set(found(configs, augmentations=("gain",))) == {"gain"}


def test_sox_is_missed_where_it_is_not(configs: ConfigManager) -> None:
    there = Surroundings(sox=True)
    assert found(configs, around=there, augmentations=("compress",)) == {}
    assert found(configs, around=there, configs=("v2", "normalize_ambient")) == {}


def test_silence_has_no_place_on_a_sphere(configs: ConfigManager) -> None:
    both = found(configs, configs=("v2", "spherical"), augmentations=("gain", "mute"))
    assert both["spherical-mute"].severity == "error"
    assert both["spherical-mute"].change == {"augmentations": ("gain",)}
    assert errors(configs, configs=("v2", "wasserstein"), augmentations=("mute",)) == set()
    assert "spherical" not in found(configs, configs=("v2", "wasserstein"))


def test_the_discrete_model_has_no_codes_to_warn_of_without_its_encoder(
    configs: ConfigManager,
) -> None:
    assert "discrete" not in found(configs, configs=("discrete", "wasserstein"))


def test_random_pitch(configs: ConfigManager) -> None:
    assert errors(configs, rand_pitch=(0.8, 1.25)) == set()
    assert errors(configs, rand_pitch=(0.999, 1.001)) == {"pitch-range"}
    assert errors(configs, rand_pitch=(1.2, 0.8)) == {"pitch-range"}
    half = {"num_signal": 65536}
    assert errors(configs, half, rand_pitch=(0.5, 0.6)) == {"pitch-short"}
    assert errors(configs, half, rand_pitch=(0.5, 0.6), configs=("v1",), n_signal=65536) == set()


def test_devices(configs: ConfigManager) -> None:
    assert "gpu:0" in found(configs, device="gpu:1")["gpu"].remedy
    assert errors(configs, device="toaster") == {"config"}
    assert set(found(configs, device="cpu")) == {"cpu"}
    assert found(configs, device="cpu", overrides=("CAPACITY=4",)) == {}


def test_a_resume_must_have_something_left(configs: ConfigManager) -> None:
    assert "nothing-left" in found(configs, done=3_000_000)
    assert found(configs, done=2_999_999) == {}


def test_steps_that_cannot_be_reached(configs: ConfigManager) -> None:
    few = found(configs, {"num_samples": 60}, overrides=("LATENT_SIZE=16",), batch=29)
    assert "600,000" in few["epochs"].text
    assert few["no-phase-2"].severity == "warning"
    assert "no-phase-2" in found(configs, max_steps=1_000_000, val_every=1000)
    assert found(configs, max_steps=1_000_001) == {}


def test_validations_that_come_too_late(configs: ConfigManager) -> None:
    assert "never-validated" in found(configs, max_steps=900, val_every=1000)
    short = ("PHASE_1_DURATION=10",)
    assert "never-analysed" in found(configs, overrides=short, val_every=11)
    assert found(configs, overrides=short, val_every=10) == {}
    assert errors(configs, val_every=0) == {"val-every"}


def test_numbers_out_of_range(configs: ConfigManager) -> None:
    assert errors(configs, max_steps=0) == {"max-steps"}
    assert errors(configs, save_every=-1) == {"negative"}
    assert errors(configs, ema=1.0) == {"ema"}
    assert errors(configs, ema=0.999) == set()
    assert errors(configs, n_signal=0) == {"window"}


def test_errors_come_first_and_are_whole_sentences(configs: ConfigManager) -> None:
    listed = findings(
        replace(GOOD, channels=2, device="gpu:9", augmentations=("gain",), overrides=("X=1",)),
        DATASET,
        Engine(gpus=()),
        configs,
    )
    severities = [finding.severity for finding in listed]
    assert severities == sorted(severities)
    for finding in listed:
        assert finding.text[-1] == finding.remedy[-1] == "."
        assert finding.text[0].isupper() or finding.text[0] == "“"
