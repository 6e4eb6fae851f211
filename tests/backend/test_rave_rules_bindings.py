"""Overrides that reach nothing, and names that RAVE does not have, read from its sources."""

from __future__ import annotations

from pathlib import Path

import pytest
from gin_tree import write_gin_tree
from rule_bench import errors, found

from rave_gui.backend.rave_names import parameters
from rave_gui.core.gin_config import ConfigManager

SOURCES = {
    "model.py": """
class RAVE(Base):
    def __init__(self, latent_size, sampling_rate, phase_1_duration, *, n_channels=1): ...
    def forward(self, x): ...

def helper(a, /, b, *rest): ...
""",
    "blocks.py": """
class Anything:
    def __init__(self, **options): ...
class Plain: ...
class EncoderV2:
    def __init__(self, capacity, ratios, kernel_size, dilations): ...
""",
    "broken.py": "def (",
    "binary.py": "\x00",
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> ConfigManager:
    """Gin files without the sources of RAVE."""
    return ConfigManager(write_gin_tree(tmp_path_factory.mktemp("bare")))


@pytest.fixture(scope="module")
def configs(tmp_path_factory: pytest.TempPathFactory) -> ConfigManager:
    folder = write_gin_tree(tmp_path_factory.mktemp("rave"))
    for name, text in SOURCES.items():
        (folder.parent / name).write_text(text)
    return ConfigManager(folder)


def test_names_are_read_from_sources_that_are_not_run(configs: ConfigManager) -> None:
    names = parameters(configs.package)
    assert names["RAVE"] == {"latent_size", "sampling_rate", "phase_1_duration", "n_channels"}
    assert names["helper"] == {"a", "b"}
    assert names["Anything"] is names["Plain"] is names["get_padding"] is None


def test_without_sources_nothing_is_known(bare: ConfigManager, tmp_path: Path) -> None:
    assert parameters(bare.package) == parameters(tmp_path / "gone") == {}
    assert errors(bare, overrides=("RAV.latent_size=4",)) == set()


@pytest.mark.parametrize(
    ("override", "meant"),
    [
        ("RAV.latent_size=4", "RAVE"),
        ("RAVE.latent_sise=4", "latent_size"),
        ("model.RAVE.n_chanels=2", "n_channels"),
        ("Quite.different=1", "spelling"),
        ("EncoderV3.capacity=1", "EncoderV2"),
    ],
)
def test_a_name_that_does_not_exist(configs: ConfigManager, override: str, meant: str) -> None:
    refused = found(configs, overrides=(override,))["override-unknown"]
    assert refused.severity == "error"
    assert meant in refused.remedy
    assert refused.about == override.partition("=")[0]


@pytest.mark.parametrize(
    "override",
    [
        "RAVE.latent_size=16",
        "rave.RAVE.n_channels=1",
        "Anything.whatever=1",
        "get_padding.mode='causal'",
        "variational/blocks.EncoderV2.capacity=8",
        "VariationalEncoder.encoder=@blocks.EncoderV2",  # not in these sources, but in a gin file
    ],
)
def test_a_name_that_exists(configs: ConfigManager, override: str) -> None:
    assert "override-unknown" not in found(configs, overrides=(override,))


def test_a_misspelt_macro_is_refused_with_the_right_one(configs: ConfigManager) -> None:
    refused = found(configs, overrides=("LATENT_SIZE=16", "capacty = 8"))["override-unused"]
    assert refused.severity == "error"
    assert "“CAPACITY”" in refused.remedy
    assert refused.change == {"overrides": ("LATENT_SIZE=16", "CAPACITY= 8")}
    assert found(configs, overrides=("LATENT_SIZE=16", "CAPACITY= 8")) == {}


def test_a_macro_of_nobody_is_taken_out(configs: ConfigManager) -> None:
    refused = found(configs, overrides=("QQQ=1", "CAPACITY=8"))["override-unused"]
    assert refused.severity == "error"
    assert refused.change == {"overrides": ("CAPACITY=8",)}


def test_a_macro_that_this_configuration_left_behind_is_a_warning(configs: ConfigManager) -> None:
    fixed = found(configs, configs=("v2_fixed",), overrides=("PHASE_1_DURATION=9",))
    assert fixed["override-unused"].severity == "warning"
    assert "RAVE.phase_1_duration" in fixed["override-unused"].remedy
    assert fixed["override-unused"].change == {"overrides": ()}


def test_the_rate_is_nobodys_mistake(configs: ConfigManager) -> None:
    fixed = ("RAVE.sampling_rate=44100",)
    assert "override-unused" not in found(configs, overrides=fixed)
