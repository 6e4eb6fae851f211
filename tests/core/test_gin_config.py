"""RAVE's configurations read without RAVE."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from gin_tree import write_gin_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import ConfigManager, MacroUse, Reference, read_run
from rave_gui.core.gin_files import parse_text

RUN = """
from __gin__ import dynamic_registration
import rave
from rave import model

# Macros:
CAPACITY = 4
LATENT_SIZE = 8
RATIOS = [4, 4, 4, 2]
SAMPLING_RATE = 48000

variational/blocks.Encoder.capacity = %CAPACITY
variational/blocks.Encoder.ratios = %RATIOS
blocks.VariationalEncoder.encoder = @variational/blocks.Encoder
pqmf.CachedPQMF.n_band = 16
model.RAVE.decoder = @blocks.Generator
model.RAVE.encoder = @blocks.VariationalEncoder
model.RAVE.latent_size = %LATENT_SIZE
model.RAVE.phase_1_duration = 10
model.RAVE.sampling_rate = %SAMPLING_RATE
model.RAVE.weights = \\
    {'adversarial': 1.0,
     'feature_matching': 10}
"""


@pytest.fixture
def configs(tmp_path: Path) -> ConfigManager:
    return ConfigManager(write_gin_tree(tmp_path))


def test_names_are_those_of_the_files(configs: ConfigManager) -> None:
    assert {"v1", "v2", "causal"} <= set(configs.names())
    assert configs.augmentations() == ("compress", "gain", "mute")


def test_a_later_file_wins_over_what_it_includes(configs: ConfigManager) -> None:
    model = configs.describe(["v2"])
    assert (model.capacity, model.ratio, model.latent_size) == (96, 2048, 128)
    assert (model.encoder, model.decoder) == ("EncoderV2", "GeneratorV2")
    assert model.source_of["CAPACITY"] == "v2.gin"
    assert [path.name for path in model.files] == ["v2.gin", "v1.gin"]
    assert model.includes == ("configs/v1.gin",)
    assert "rave.blocks" in model.imports


def test_references_and_macros_stay_as_written_and_resolve(configs: ConfigManager) -> None:
    model = configs.describe(["v2"])
    assert model.bindings["blocks.GeneratorV2.latent_size"] == "@core.get_augmented_latent_size()"
    decoder = model.bound("RAVE", "decoder")
    assert isinstance(decoder, Reference)
    assert decoder.name == "GeneratorV2"
    raw = model.bindings["blocks.GeneratorV2.ratios"]
    assert isinstance(raw, MacroUse)
    assert model.resolve(raw) == [4, 4, 4, 2]
    assert model.bound("VariationalEncoder", "encoder").scope == "variational"


def test_overrides_win_under_any_spelling_of_the_model(configs: ConfigManager) -> None:
    model = configs.describe(["v2"], ["RAVE.phase_1_duration=7", "LATENT_SIZE = 4"])
    assert (model.phase_1_duration, model.latent_size) == (7, 4)
    assert model.source_of["LATENT_SIZE"] == "override"
    assert [key for key in model.bindings if key.endswith("RAVE.phase_1_duration")] == [
        "rave.RAVE.phase_1_duration"
    ]


def test_an_override_that_reaches_nothing_is_told(configs: ConfigManager) -> None:
    assert configs.describe(["v2"], ["PHASE1=3", "CAPACITY=8"]).ineffective == ("PHASE1",)
    assert configs.describe(["v2_fixed"], ["PHASE_1_DURATION=3"]).ineffective == (
        "PHASE_1_DURATION",
    )


def test_a_macro_that_nothing_defines_is_told(configs: ConfigManager) -> None:
    assert configs.describe(["noise"]).undefined == ("N_BAND",)
    assert configs.describe(["v2", "noise"]).undefined == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("v1", "architecture"),
        ("v3", "architecture"),
        ("wasserstein", "regularization"),
        ("spherical", "regularization"),
        ("causal", "modifier"),
        ("hybrid", "modifier"),
        ("adain", "modifier"),
        ("spectral_discriminator", "discriminator"),
        ("normalize_ambient", "augmentation"),
        ("mute", "augmentation"),
    ],
)
def test_kind(configs: ConfigManager, name: str, kind: str) -> None:
    assert configs.kind(name) == kind


def test_the_architecture_comes_first_whatever_the_order_given(configs: ConfigManager) -> None:
    assert configs.ordered(["causal", "wasserstein", "v2", "causal"]) == (
        "v2",
        "wasserstein",
        "causal",
    )


def test_a_custom_file_is_a_config_by_its_path(configs: ConfigManager, tmp_path: Path) -> None:
    mine = tmp_path / "my own.gin"
    mine.write_text('include "configs/v1.gin"\nCAPACITY = 5\n', encoding="utf-8")
    assert configs.describe([str(mine)]).capacity == 5
    assert configs.kind(str(mine.with_suffix(""))) == "architecture"


def test_an_include_beside_a_custom_file_is_refused_as_rave_does(
    configs: ConfigManager, tmp_path: Path
) -> None:
    (tmp_path / "part.gin").write_text("A = 1", encoding="utf-8")
    mine = tmp_path / "mine.gin"
    mine.write_text('include "part.gin"', encoding="utf-8")
    with pytest.raises(UserError, match=r"mine\.gin includes “part\.gin”"):
        configs.describe([str(mine)])


def test_a_changed_file_is_read_again(configs: ConfigManager, tmp_path: Path) -> None:
    mine = tmp_path / "mine.gin"
    mine.write_text("A = 1", encoding="utf-8")
    assert configs.describe([str(mine)]).macro("A") == 1
    mine.write_text("A = 12", encoding="utf-8")
    assert configs.describe([str(mine)]).macro("A") == 12


def test_the_record_of_a_run(tmp_path: Path) -> None:
    (tmp_path / "config.gin").write_text(RUN, encoding="utf-8")
    model = read_run(tmp_path)
    assert model.sampling_rate == 48000
    assert (model.capacity, model.latent_size, model.ratio) == (4, 8, 2048)
    assert (model.phase_1_duration, model.encoder) == (10, "Encoder")
    assert model.bound("RAVE", "weights") == {"adversarial": 1.0, "feature_matching": 10}


def test_macros_in_a_circle_resolve_to_nothing(tmp_path: Path) -> None:
    path = tmp_path / "config.gin"
    path.write_text("A = %B\nB = %A\nrave.RAVE.latent_size = %A\n", encoding="utf-8")
    assert read_run(path).latent_size is None


@pytest.mark.parametrize("value", ['"many"', "-3", "True", "[1]", "1e400", "@x.Y", "None"])
def test_values_of_another_kind_are_not_taken_for_numbers(tmp_path: Path, value: str) -> None:
    path = tmp_path / "config.gin"
    path.write_text(f"rave.RAVE.latent_size = {value}\n", encoding="utf-8")
    assert read_run(path).latent_size is None


@pytest.mark.parametrize(
    "damage",
    [
        b"\x00\x01\x02PK\x03\x04",
        b"\xff\xfe\xfa",
        b"A = [1, 2",
        b"A = " + b"[" * 50_000,
        b"rave.RAVE:\n    latent_size = %",
        b"include",
        b"import",
        b"from x",
        b"A = {[1]: 2}",
        b"A = " + b"9" * 9000,
        b"A = " + b"'a' " * 60_000,
        b"A = 1\n  B = 2\n C = 3",
        b"A = 'never closed\n",
    ],
)
def test_damaged_files_are_named(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "config.gin"
    path.write_bytes(damage)
    with pytest.raises(UserError) as caught:
        read_run(path)
    assert str(path) in caught.value.what
    assert caught.value.remedy


def test_the_line_of_a_mistake_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.gin"
    path.write_text("A = 1\nB = 2\nC 3\n", encoding="utf-8")
    with pytest.raises(UserError, match="line 3"):
        read_run(path)


def test_huge_and_missing_files(tmp_path: Path) -> None:
    huge = tmp_path / "huge.gin"
    huge.write_bytes(b"#" * (1 << 19))
    with pytest.raises(UserError, match="too large"):
        read_run(huge)
    with pytest.raises(UserError, match="not there"):
        read_run(tmp_path / "none" / "config.gin")


def test_files_that_include_each_other_are_refused(configs: ConfigManager, tmp_path: Path) -> None:
    one, two = tmp_path / "one.gin", tmp_path / "two.gin"
    one.write_text(f'include "{two.as_posix()}"', encoding="utf-8")
    two.write_text(f'include "{one.as_posix()}"', encoding="utf-8")
    with pytest.raises(UserError, match="includes itself"):
        configs.describe([str(one)])


def test_unknown_names_and_bad_overrides_are_refused(configs: ConfigManager) -> None:
    with pytest.raises(UserError, match="“default”"):
        configs.describe(["default"])
    with pytest.raises(UserError, match="override “CAPACITY”"):
        configs.describe(["v2"], ["CAPACITY"])


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="AB=@%()[]{}.,:'\"\\\n \t/#-0_e", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(UserError):
        parse_text(text, "This text")


def test_reading_touches_neither_rave_nor_the_state_of_gin(tmp_path: Path) -> None:
    folder = write_gin_tree(tmp_path)
    code = (
        "import sys, json; from pathlib import Path\n"
        "from rave_gui.core.gin_config import ConfigManager\n"
        "before = 'gin' in sys.modules\n"
        f"ConfigManager(Path({str(folder)!r})).describe(['v2', 'wasserstein'], ['CAPACITY=3'])\n"
        "import gin\n"
        "print(json.dumps([before, gin.config_str(), [m for m in ('torch', 'rave', 'cached_conv')"
        " if m in sys.modules]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert json.loads(done.stdout) == [False, "", []]
