"""Presets hold together and would not be refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from gin_tree import write_gin_tree

from rave_gui.backend import presets
from rave_gui.backend.rave_rules import findings
from rave_gui.core.errors import UserError
from rave_gui.core.gin_config import ConfigManager
from rave_gui.core.records import Dataset

NAMES = ("smoke", "sample", "v2", "v2_small", "live", "raspberry", "v3", "wasserstein")


@dataclass(frozen=True)
class Gpu:
    index: int = 0


@dataclass(frozen=True)
class Engine:
    gpus: tuple[Gpu, ...] = (Gpu(),)


def test_all_presets_are_there_and_explained() -> None:
    assert tuple(presets.presets()) == NAMES
    for name, preset in presets.presets().items():
        assert preset.name == preset.training.preset == name
        assert preset.title
        assert preset.explanation.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_is_not_refused(name: str, tmp_path: Path) -> None:
    folder = write_gin_tree(tmp_path)
    (folder / "raspberry.gin").write_text('include "configs/v1.gin"\nCAPACITY = 16')
    preset = presets.get(name)
    dataset = Dataset(
        project_id=1,
        name="d",
        path=tmp_path,
        sources=(),
        created_at=0.0,
        num_samples=59 if name in {"smoke", "sample"} else 3000,
        channels=preset.preprocess.channels,
        sample_rate=preset.preprocess.sample_rate,
        num_signal=preset.preprocess.num_signal,
    )
    assert findings(preset.training, dataset, Engine(), ConfigManager(folder)) == []


def test_smoke_is_the_measured_one() -> None:
    smoke = presets.get("smoke")
    assert smoke.preprocess.num_signal == 32768
    training = smoke.training
    assert (training.configs, training.n_signal, training.batch) == (("v1",), 32768, 2)
    assert (training.val_every, training.save_every, training.max_steps) == (5, 10, 20)
    assert (training.workers, training.device, training.channels) == (0, "cpu", 1)
    assert training.overrides == ("CAPACITY=4", "LATENT_SIZE=4", "PHASE_1_DURATION=10")


def test_an_unknown_preset_names_the_known_ones() -> None:
    with pytest.raises(UserError, match="smoke"):
        presets.get("huge")
