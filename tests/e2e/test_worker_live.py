"""Latents turned while they sound: the same as a render, from anywhere, in time."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from small_models import SmallModels
from worker_bench import RATE, decibels, heard, noise

from rave_gui.backend.engine_worker import EngineWorker, WorkerFault
from rave_gui.backend.latent_bend import LatentBend
from rave_gui.backend.model_player import ModelPlayer
from rave_gui.backend.render import Renderer, RenderWish
from rave_gui.backend.worker_player import LiveSession, WorkerPlayer

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]
PLAIN = LatentBend()
BENT = LatentBend(offset=(0.5, -1.0), scale=(1.5,), noise=(0.0, 0.3))
SAME = -80.0
"""dB between blocks and a render of the same."""
KINDS = (("v1",), ("v2_small",), ("v2_small", "causal"), ("v2_small", "spherical"))
_FIELD = 20_480


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    return noise(tmp_path_factory.mktemp("clip") / "clip.wav", 3.1)


@pytest.fixture(scope="module")
def player(worker: EngineWorker) -> ModelPlayer:
    return WorkerPlayer(worker, Renderer(worker))


def played(live: LiveSession, bend: LatentBend, block: int) -> np.ndarray:
    frames = live.facts["frames"]
    return np.concatenate([live.block(at, block, bend) for at in range(0, frames, block)])


@pytest.mark.parametrize("bend", [PLAIN, BENT], ids=["plain", "bent"])
@pytest.mark.parametrize("configs", KINDS, ids="+".join)
def test_blocks_are_the_render(
    player, worker, small_models: SmallModels, clip, tmp_path, configs, bend
) -> None:
    checkpoint = small_models.model(*configs).checkpoint
    wish = RenderWish(checkpoint, bend=bend)
    whole = heard(Renderer(worker).render(wish, clip, tmp_path / "whole.wav").out)
    live = player.live(checkpoint, clip)
    blocks = played(live, bend, 3000)
    assert blocks.shape == whole.shape
    assert decibels(whole[_FIELD:-_FIELD], blocks[_FIELD:-_FIELD]) < SAME
    live.close()


@pytest.mark.parametrize("configs", KINDS, ids="+".join)
def test_one_may_begin_anywhere(player, small_models: SmallModels, clip, configs) -> None:
    live = player.live(small_models.model(*configs).checkpoint, clip)
    whole = played(live, BENT, 8192)
    for first in (60_001, 30_000, 100_000):
        assert decibels(whole[first : first + 2048], live.block(first, 2048, BENT)) < SAME
    live.close()


def test_two_sounds_of_one_model_do_not_disturb_each_other(
    player, small_models: SmallModels, clip, tmp_path
) -> None:
    checkpoint = small_models.model("v2_small").checkpoint
    other = noise(tmp_path / "other.wav", 3.1, seed=2)
    live, beside = (player.live(checkpoint, sound) for sound in (clip, other))
    alone = played(live, PLAIN, 8192)
    mixed = []
    for at in range(0, live.facts["frames"], 8192):
        mixed.append(live.block(at, 8192, PLAIN))
        beside.block(at, 8192, PLAIN)
    assert decibels(alone, np.concatenate(mixed)) < SAME
    live.close()
    beside.close()


@pytest.mark.parametrize("streaming", [True, False])
def test_exports_are_played_as_well(player, small_models: SmallModels, clip, streaming) -> None:
    live = player.live(small_models.export("v2_small", streaming=streaming), clip)
    plain, bent = played(live, PLAIN, 4096), played(live, BENT, 4096)
    assert plain.shape == heard(clip).shape
    assert np.isfinite(bent).all()
    assert decibels(plain, bent) > -40
    live.close()


def test_stereo(player, small_models: SmallModels, clip) -> None:
    live = player.live(small_models.model("v1", channels=2).checkpoint, clip)
    assert live.block(0, 1000, PLAIN).shape == (1000, 2)
    live.close()


def test_a_turned_latent_is_heard_in_the_next_block(player, small_models, clip) -> None:
    live = player.live(small_models.model("v2_small").checkpoint, clip)
    played(live, PLAIN, 8192)
    plain = live.block(60_000, 8192, PLAIN)
    live.block(51_808, 8192, PLAIN)
    turned = live.block(60_000, 8192, LatentBend(offset=(3.0,)))
    assert decibels(plain[4096:], turned[4096:]) > -40
    live.close()


@pytest.mark.parametrize("configs", [("v1",), ("v2_small",)], ids="+".join)
def test_a_block_takes_less_time_than_it_lasts(player, small_models, clip, configs) -> None:
    live = player.live(small_models.model(*configs).checkpoint, clip)
    spent = []
    for at in range(0, 120_000, 8192):
        began = time.perf_counter()
        live.block(at, 8192, BENT)
        spent.append(time.perf_counter() - began)
    assert statistics.median(spent) < 8192 / RATE
    live.close()


def test_latents_can_be_looked_at(player, small_models, clip) -> None:
    live = player.live(small_models.model("v2_small").checkpoint, clip)
    latents = live.latents(10, 20)
    assert latents.shape == (8, 20)
    assert np.isfinite(latents).all()
    live.close()


def test_it_goes_on_when_the_worker_was_renewed(mortal, small_models, clip) -> None:
    live = LiveSession(mortal, small_models.model("v1").checkpoint, clip)
    before = live.block(40_000, 4096, PLAIN)
    psutil.Process(mortal.pid).kill()
    assert decibels(before, live.block(40_000, 4096, PLAIN)) < SAME
    live.close()


def test_the_end_and_what_lies_behind_it(player, small_models, clip) -> None:
    live = player.live(small_models.model("v1").checkpoint, clip)
    frames = live.facts["frames"]
    assert live.block(frames - 100, 4096, PLAIN).shape == (100, 1)
    assert live.block(frames + 5, 4096, PLAIN).shape == (0, 1)
    live.close()
    live.close()


def test_what_cannot_be_played_is_said(player, small_models, clip, tmp_path) -> None:
    with pytest.raises(WorkerFault, match="does not exist"):
        player.latents(tmp_path / "no.ts")
    with pytest.raises(WorkerFault, match="does not exist"):
        player.live(small_models.model("v1").checkpoint, tmp_path / "no.wav")
    assert player.latents(small_models.model("v1").checkpoint) == 8
