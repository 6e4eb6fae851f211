"""The models that other tests stand on are what they are taken for."""

from __future__ import annotations

import pytest
from small_models import STEPS, SmallModels

from rave_gui.core.checkpoint_header import read_header

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]
CONFIGS = (
    ("v1",),
    ("v2_small",),
    ("v2_small", "causal"),
    ("v2_small", "wasserstein"),
    ("v2_small", "spherical"),
)


@pytest.mark.parametrize("configs", CONFIGS, ids="+".join)
def test_each_is_trained_and_exported_once(small_models: SmallModels, configs) -> None:
    model = small_models.model(*configs)
    assert model is small_models.model(*configs)
    assert read_header(model.checkpoint).step == STEPS
    assert (model.run_dir / "config.gin").is_file()
    for streaming in (True, False):
        exported = small_models.export(*configs, streaming=streaming)
        assert exported.is_file()
        assert exported == small_models.export(*configs, streaming=streaming)
        assert exported.stem.endswith("_streaming") == streaming


def test_stereo_models_are_exported_as_well(small_models: SmallModels) -> None:
    model = small_models.model("v1", channels=2)
    assert model.channels == 2
    assert small_models.export("v1", channels=2).is_file()
