"""What the machine lacks is told before the training starts, with the number that would do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from gin_tree import write_gin_tree
from rule_bench import DATASET, GOOD, Engine, errors, found

from rave_gui.backend.rave_cost import checkpoint_bytes, disk_bytes, gpu_bytes
from rave_gui.backend.rave_findings import Finding, Plan
from rave_gui.backend.rave_rules import plan_of
from rave_gui.backend.rave_surroundings import Surroundings
from rave_gui.core.gin_config import ConfigManager

GB = 10**9


@pytest.fixture(scope="module")
def configs(tmp_path_factory: pytest.TempPathFactory) -> ConfigManager:
    return ConfigManager(write_gin_tree(tmp_path_factory.mktemp("rave")))


def plan(manager: ConfigManager, /, **changes: Any) -> Plan:
    return plan_of(replace(GOOD, **changes), DATASET, Engine(), manager)


def test_nothing_is_said_of_a_machine_that_nobody_looked_at(configs: ConfigManager) -> None:
    assert found(configs, workers=400) == {}


def test_helpers_and_cores(configs: ConfigManager) -> None:
    linux = Surroundings(cores=4, platform="linux")
    crowded = found(configs, around=linux, workers=5)["workers"]
    assert crowded.severity == "warning"
    assert crowded.change == {"workers": 3}
    assert found(configs, around=linux, workers=4) == {}


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_helpers_where_rave_takes_none(configs: ConfigManager, platform: str) -> None:
    around = Surroundings(cores=64, platform=platform)
    assert found(configs, around=around, workers=1)["workers-none"].change == {"workers": 0}
    assert found(configs, around=around, workers=0) == {}


def test_memory_of_the_gpu(configs: ConfigManager) -> None:
    small = Surroundings(gpu_free={0: 8 * GB, 1: 80 * GB})
    warned = found(configs, around=small)["gpu-memory"]
    assert warned.severity == "warning"
    assert "8.0 GB" in warned.text
    assert "16 GB" in warned.text
    assert warned.change == {"batch": 4}
    assert found(configs, around=Surroundings(gpu_free={0: 17 * GB})) == {}
    assert found(configs, around=Surroundings(gpu_free={1: 1})) == {}, "another GPU"
    assert (
        "batch"
        not in found(configs, around=small, batch=1, n_signal=131072 * 8)
        .get("gpu-memory", Finding("", "", "", ""))
        .change
    )


def test_memory_grows_with_batch_window_channels_and_capacity(configs: ConfigManager) -> None:
    usual = gpu_bytes(plan(configs))
    assert usual == 16 * GB
    for more in (
        {"batch": 16},
        {"n_signal": 262144},
        {"channels": 2},
        {"overrides": ("CAPACITY=128",)},
    ):
        assert (gpu_bytes(plan(configs, **more)) or 0) > usual
    assert (gpu_bytes(plan(configs, configs=("v2_small",))) or 0) == 8 * GB


def test_a_network_of_ones_own_has_no_known_size(configs: ConfigManager) -> None:
    own = plan(configs, configs=("v2_fixed",))
    assert checkpoint_bytes(own) is disk_bytes(own) is gpu_bytes(own) is None
    around = Surroundings(disk_free=1, gpu_free={0: 1})
    assert found(configs, around=around, configs=("v2_fixed",)) == {}


def test_the_size_of_a_checkpoint(configs: ConfigManager) -> None:
    assert checkpoint_bytes(plan(configs)) == 704_000_000
    half = checkpoint_bytes(plan(configs, overrides=("CAPACITY=48",)))
    assert half == 176_000_000


def test_room_for_a_single_checkpoint(configs: ConfigManager) -> None:
    full = found(configs, around=Surroundings(disk_free=GB))["disk"]
    assert full.severity == "error"
    assert "704 MB" in full.text
    assert "1.0 GB" in full.text
    assert "disk" not in found(configs, around=Surroundings(disk_free=2 * 704_000_000))


def test_room_until_the_end(configs: ConfigManager) -> None:
    whole = disk_bytes(plan(configs))
    assert whole is not None
    assert whole > 8 * 704_000_000, "two, and one for each of six times 500,000 steps"
    tight = found(configs, around=Surroundings(disk_free=whole - 1))["disk-end"]
    assert tight.severity == "warning"
    assert tight.change == {"save_every": 600_000}
    assert found(configs, around=Surroundings(disk_free=whole - 1), **tight.change) == {}
    assert found(configs, around=Surroundings(disk_free=whole)) == {}


def test_no_distance_of_checkpoints_is_offered_where_none_would_do(configs: ConfigManager) -> None:
    around = Surroundings(disk_free=2 * GB)
    assert found(configs, around=around)["disk-end"].change == {}
    every = found(configs, around=around, save_every=0)["disk-end"]
    assert every.change == {}


def test_a_resumed_training_needs_less(configs: ConfigManager) -> None:
    whole = disk_bytes(plan(configs)) or 0
    around = Surroundings(disk_free=whole // 2)
    assert "disk-end" in found(configs, around=around)
    assert found(configs, around=around, done=2_900_000) == {}


def test_lazy_sources(configs: ConfigManager) -> None:
    lazy = {"lazy": True, "duration_seconds": 36000.0}
    one = found(configs, lazy, around=Surroundings(gone=("/a.wav",)))["sources-gone"]
    assert one.severity == "error"
    assert "/a.wav cannot" in one.text
    two = found(configs, lazy, around=Surroundings(gone=("/a.wav", "/b.wav")))["sources-gone"]
    assert "/a.wav and 1 more" in two.text
    assert errors(configs, lazy) == set()


def test_absurd_numbers_are_no_accident(configs: ConfigManager) -> None:
    around = Surroundings(cores=2, platform="linux", disk_free=GB, gpu_free={0: GB})
    for number in (0, -1, 10**18):
        for name in ("batch", "n_signal", "channels", "max_steps", "val_every", "save_every"):
            found(configs, around=around, **{name: number})
