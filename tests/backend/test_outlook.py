"""Whether a dataset is enough, and for what."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from rave_gui.backend.outlook import outlook


@dataclass(frozen=True)
class Numbers:
    windows: int
    usable_seconds: float
    num_signal: int = 131072


@pytest.mark.parametrize(
    ("hours", "light"), [(0.01, "red"), (0.5, "amber"), (2, "amber"), (3, "green"), (40, "green")]
)
def test_the_light_tells_the_amount(hours, light):
    found = outlook(Numbers(round(hours * 3600 / 5.94) + 500, hours * 3600))
    assert found.light == light
    assert found.reason


def test_steps_and_validation_as_rave_divides():
    found = outlook(Numbers(1000, 3 * 3600), batch=8)
    assert (found.steps_per_epoch, found.validation_examples) == (122, 20)
    assert outlook(Numbers(100_000, 1e6)).validation_examples == 1000, "RAVE keeps no more"


def test_what_cannot_train_is_red_whatever_its_length():
    assert outlook(Numbers(4, 40_000), batch=8).light == "red"
    assert "batch of 8" in outlook(Numbers(4, 40_000), batch=8).reason


def test_the_analysis_of_the_latent_space():
    assert outlook(Numbers(1000, 9000)).latent_ok
    short = outlook(Numbers(40, 9000))
    assert not short.latent_ok
    assert "LATENT_SIZE=64" in short.latent_reason


def test_windows_and_networks():
    fits = {fit.name: fit for fit in outlook(Numbers(100, 9000, num_signal=16384)).architectures}
    assert fits["v1"].fits
    assert not fits["v2"].fits
    assert "71,680" in fits["v2"].reason
    assert all(fit.fits for fit in outlook(Numbers(100, 9000)).architectures)
