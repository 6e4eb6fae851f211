"""Sound through real models: every kind, whole, as long as it was, in pieces that nobody hears."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest
from small_models import SmallModels
from worker_bench import decibels, digests, heard, noise

from rave_gui.backend.engine_worker import CANCELLED, DIED, EngineWorker, WorkerFault
from rave_gui.backend.latent_bend import LatentBend
from rave_gui.backend.render import Renderer, RenderWish

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]
KINDS = (
    ("v1",),
    ("v2_small",),
    ("v2_small", "causal"),
    ("v2_small", "wasserstein"),
    ("v2_small", "spherical"),
)
SAME_PIECES = -90.0
"""dB; what rounding leaves of the difference between pieces and one pass of a checkpoint."""
SAME_STREAM = -80.0
"""dB; between blocks and one pass of a causal checkpoint, noise generator included."""
_FIELD = 20_480
"""Samples; a little more than a causal v2_small hears."""


@pytest.fixture(scope="module")
def renderer(worker: EngineWorker) -> Renderer:
    return Renderer(worker)


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    return noise(tmp_path_factory.mktemp("clip") / "clip.wav", 2.3456)


@pytest.mark.parametrize("form", ["checkpoint", "blocks", "streaming export", "export"])
@pytest.mark.parametrize("configs", KINDS, ids="+".join)
def test_every_kind_gives_finite_sound_as_long_as_its_input(
    renderer, small_models: SmallModels, clip, tmp_path, configs, form
) -> None:
    wish = {
        "checkpoint": lambda: RenderWish(small_models.model(*configs).checkpoint),
        "blocks": lambda: RenderWish(small_models.model(*configs).checkpoint, streaming=True),
        "streaming export": lambda: RenderWish(small_models.export(*configs)),
        "export": lambda: RenderWish(small_models.export(*configs, streaming=False)),
    }[form]()
    made = renderer.render(wish, clip, tmp_path / "made.wav")
    sound = heard(made.out)
    assert sound.shape == heard(clip).shape
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() == pytest.approx(made.peak, rel=1e-6)
    assert made.peak > 1e-4
    assert made.real_time_factor > 0


@pytest.mark.parametrize("given", [1, 2])
@pytest.mark.parametrize("form", ["checkpoint", "export"])
def test_stereo_models_take_mono_and_stereo(
    renderer, small_models: SmallModels, tmp_path, given, form
) -> None:
    model = small_models.model("v1", channels=2)
    path = model.checkpoint if form == "checkpoint" else small_models.export("v1", channels=2)
    sound = noise(tmp_path / "in.wav", 1.5, channels=given)
    made = heard(renderer.render(RenderWish(path), sound, tmp_path / "out.wav").out)
    assert made.shape == (heard(sound).shape[0], 2)
    assert decibels(made[:, 0], made[:, 1]) > -60  # two channels, not one twice


def test_mono_models_hear_the_mean_of_all_channels(renderer, small_models, tmp_path) -> None:
    stereo = noise(tmp_path / "stereo.wav", 1.0, channels=2)
    import soundfile

    soundfile.write(tmp_path / "mono.wav", heard(stereo).mean(1), 44100, subtype="FLOAT")
    wish = RenderWish(small_models.model("v1").checkpoint)
    made = [
        heard(renderer.render(wish, tmp_path / f"{name}.wav", tmp_path / f"{name} out.wav").out)
        for name in ("stereo", "mono")
    ]
    assert decibels(*made) < -100


@pytest.mark.parametrize("configs", KINDS, ids="+".join)
def test_pieces_are_the_same_as_one_pass(renderer, small_models, clip, tmp_path, configs) -> None:
    checkpoint = small_models.model(*configs).checkpoint
    made = [
        heard(
            renderer.render(RenderWish(checkpoint, block=size), clip, tmp_path / f"{size}.wav").out
        )
        for size in (10_000, 10_000_000)
    ]
    assert decibels(made[1], made[0]) < SAME_PIECES


def test_pieces_of_an_export_are_the_same_but_for_its_chance(
    renderer, small_models, clip, tmp_path
) -> None:
    # Its own random numbers cannot be bound to places; a spherical model draws hardly any.
    export = small_models.export("v2_small", "spherical", streaming=False)
    made = [
        heard(renderer.render(RenderWish(export, block=size), clip, tmp_path / f"{size}.wav").out)
        for size in (10_000, 10_000_000)
    ]
    assert decibels(made[1], made[0]) < -60


def test_blocks_of_a_causal_model_are_the_same_as_one_pass(
    renderer, small_models, clip, tmp_path
) -> None:
    checkpoint = small_models.model("v2_small", "causal").checkpoint
    made = [
        heard(
            renderer.render(
                RenderWish(checkpoint, streaming=streaming, block=2048), clip, tmp_path / name
            ).out
        )
        for streaming, name in ((False, "one.wav"), (True, "blocks.wav"))
    ]
    # At both ends a pass has nothing where blocks have silence.
    assert decibels(made[0][_FIELD:-4096], made[1][_FIELD:-4096]) < SAME_STREAM


@pytest.mark.parametrize("size", [512, 5000, 65536])
def test_blocks_of_any_size_sound_the_same(renderer, small_models, clip, tmp_path, size) -> None:
    checkpoint = small_models.model("v2_small").checkpoint
    made = [
        heard(
            renderer.render(
                RenderWish(checkpoint, streaming=True, block=block), clip, tmp_path / f"{block}.wav"
            ).out
        )
        for block in (size, 20_480)
    ]
    assert decibels(made[1], made[0]) < SAME_PIECES


@pytest.mark.parametrize("rate", [22050, 48000, 96000])
def test_other_rates_last_as_long(renderer, small_models, tmp_path, rate) -> None:
    sound = noise(tmp_path / "in.wav", 1.234567, rate=rate)
    frames = heard(sound).shape[0]
    wish = RenderWish(small_models.model("v1").checkpoint)
    made = renderer.render(wish, sound, tmp_path / "out.wav")
    assert heard(made.out).shape == (round(frames * 44100 / rate), 1)


@pytest.mark.parametrize("suffix", ["flac", "mp3", "m4a"])
def test_other_formats(renderer, small_models, clip, tmp_path, suffix) -> None:
    sound = tmp_path / f"-in & out.{suffix}"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(clip), f"file:{sound}"], check=True, timeout=60
    )
    made = renderer.render(
        RenderWish(small_models.model("v1").checkpoint, format="16"), sound, tmp_path / "out.wav"
    )
    assert made.seconds == pytest.approx(2.3456, abs=0.1)
    assert np.isfinite(heard(made.out)).all()


def test_a_part_of_a_sound(renderer, small_models, clip, tmp_path) -> None:
    wish = RenderWish(small_models.model("v1").checkpoint, begin=0.5, end=1.5, gain=-6.0)
    assert heard(renderer.render(wish, clip, tmp_path / "part.wav").out).shape == (44100, 1)


def test_latents_are_turned(renderer, small_models, clip, tmp_path) -> None:
    model = small_models.model("v2_small")

    def made(name: str, **bend) -> np.ndarray:
        wish = RenderWish(model.checkpoint, bend=LatentBend(**bend))
        return heard(renderer.render(wish, clip, tmp_path / f"{name}.wav").out)

    plain = made("plain")
    assert decibels(plain, made("neutral", offset=(0.0,), scale=(1.0,))) < -100
    for name in ("offset", "scale", "noise"):
        assert decibels(plain, made(name, **{name: (2.0, 2.0)})) > -60
    with pytest.raises(WorkerFault, match="8 latent dimensions"):
        made("many", offset=(1.0,) * 9)


def test_as_an_export_with_fewer_latents_would_sound(
    renderer, small_models, clip, tmp_path
) -> None:
    checkpoint = small_models.model("v1").checkpoint
    made = [
        heard(
            renderer.render(
                RenderWish(checkpoint, latents=count), clip, tmp_path / f"{count}.wav"
            ).out
        )
        for count in (1, 8)
    ]
    assert decibels(*made) > -60


def test_a_long_sound_needs_no_more_memory(worker, renderer, small_models, tmp_path) -> None:
    long = noise(tmp_path / "long.wav", 180)
    process, used = psutil.Process(worker.pid), []
    wish = RenderWish(small_models.model("v1").checkpoint, block=32768)
    made = renderer.render(
        wish,
        long,
        tmp_path / "out.wav",
        progress=lambda part: used.append((part, process.memory_info().rss)),
    )
    assert made.seconds == 180
    settled = [bytes_ for part, bytes_ in used if part > 0.2]
    assert len(settled) > 100
    assert max(settled) - settled[0] < 40e6  # the sound alone has 32 MB, and so has the render


def test_originals_keep_their_bytes(renderer, small_models, tmp_path) -> None:
    folder = tmp_path / "sounds"
    folder.mkdir()
    original = noise(folder / "kick.wav", 0.5)
    wish = RenderWish(small_models.model("v1").checkpoint, label="m")
    os.link(original, folder / "kick (m).wav")
    (folder / "kick (m) 2.wav").symlink_to(original)
    (tmp_path / "linked").symlink_to(folder, target_is_directory=True)
    before = digests(folder)
    for out in (folder, tmp_path / "linked"):
        for sounds in ([original], [folder], [tmp_path / "linked" / "kick.wav"]):
            made = renderer.render_all(wish, sounds, out)
            assert all(not one.error for one in made)
            assert not {one.out.resolve() for one in made} & {path.resolve() for path in before}
    renderer.render(wish, original, original)
    after = digests(folder)
    assert {path: after[path] for path in before} == before
    assert (folder / "kick (m) 2.wav").is_symlink()
    assert not list(folder.glob(".*"))


def test_a_name_that_is_taken_is_refused_where_it_must_be_that_one(
    renderer, small_models, clip, tmp_path
) -> None:
    taken = tmp_path / "taken.wav"
    taken.write_bytes(b"mine")
    with pytest.raises(WorkerFault, match=r"taken\.wav already"):
        renderer.render(RenderWish(small_models.model("v1").checkpoint), clip, taken, exact=True)
    assert taken.read_bytes() == b"mine"
    assert list(tmp_path.iterdir()) == [taken]


def test_a_folder_is_mirrored_and_what_cannot_be_read_is_told(
    renderer, small_models, clip, tmp_path
) -> None:
    tree = tmp_path / "tree"
    (tree / "a" / "b").mkdir(parents=True)
    shutil.copy(clip, tree / "one.wav")
    shutil.copy(clip, tree / "a" / "b" / "two.wav")
    (tree / "a" / "broken.wav").write_text("no sound")
    (tree / "a" / "empty.wav").touch()
    states = []
    wish = RenderWish(small_models.model("v1").checkpoint, label="m")
    made = renderer.render_all(wish, [tree], tmp_path / "out", progress=states.append)
    assert {str(one.out.relative_to(tmp_path / "out")) for one in made if one.out} == {
        "one (m).wav",
        os.path.join("a", "b", "two (m).wav"),  # noqa: PTH118
    }
    assert {one.source.name for one in made if one.error} == {"broken.wav", "empty.wav"}
    assert states[-1].total == 4


def test_a_batch_with_a_model_that_is_none_makes_nothing(renderer, clip, tmp_path) -> None:
    with pytest.raises(WorkerFault, match="does not exist"):
        renderer.render_all(RenderWish(tmp_path / "no.ts"), [clip], tmp_path / "out")


def test_a_render_can_be_cancelled_and_leaves_nothing(renderer, small_models, tmp_path) -> None:
    long, begun = noise(tmp_path / "long.wav", 60), threading.Event()
    wish = RenderWish(small_models.model("v1").checkpoint, block=2048)
    with pytest.raises(WorkerFault) as caught:
        renderer.render(
            wish,
            long,
            tmp_path / "out" / "made.wav",
            progress=lambda part: begun.set() if part else None,
            cancelled=begun.is_set,
        )
    assert caught.value.code == CANCELLED
    assert list((tmp_path / "out").iterdir()) == []


def test_a_worker_killed_in_the_middle_leaves_nothing_and_comes_back(
    mortal, small_models, clip, tmp_path
) -> None:
    renderer = Renderer(mortal)
    long = noise(tmp_path / "long.wav", 60)
    wish = RenderWish(small_models.model("v1").checkpoint, block=2048)

    def kill(part: float) -> None:
        if part:
            psutil.Process(mortal.pid).kill()

    with pytest.raises(WorkerFault) as caught:
        renderer.render(wish, long, tmp_path / "out" / "made.wav", progress=kill)
    assert caught.value.code == DIED
    assert list((tmp_path / "out").iterdir()) == []
    assert renderer.render(wish, clip, tmp_path / "again.wav").seconds > 2


def test_a_full_disk_or_a_folder_that_may_not_be_written_is_said(
    renderer, small_models, clip, tmp_path
) -> None:
    (tmp_path / "file").write_text("in the way")
    wish = RenderWish(small_models.model("v1").checkpoint)
    with pytest.raises(Exception, match="cannot be made"):
        renderer.render(wish, clip, tmp_path / "file" / "out.wav")
