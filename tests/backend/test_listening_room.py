"""The room as a value, its renders, and how loud its lanes are."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rave_gui.backend.lane_levels import measure_file
from rave_gui.backend.lane_renders import RenderCache, RenderKey
from rave_gui.backend.latent_bend import NOISE, OFFSET, SCALE, LatentBend, bend_from
from rave_gui.backend.listening_room import (
    INPUT,
    MOST_LANES,
    Lane,
    LaneKind,
    Room,
    file_lane,
    split,
)
from rave_gui.backend.preview_levels import Level
from rave_gui.core.errors import UserError

RATE = 44100


def model(number: int, **facts) -> Lane:
    path = Path(f"/m/{number}.ckpt")
    return Lane(f"checkpoint:{number}", LaneKind.CHECKPOINT, f"bells · {number}", path, **facts)


def room(*numbers: int) -> Room:
    made = Room().with_input(Path("/s/bell.wav"))
    for number in numbers:
        made = made.with_lane(model(number))
    return made


# The room


def test_lanes_are_numbered_and_switched_by_digit_and_by_line():
    found = room(1, 2)
    assert [found.number(lane.key) for lane in found.lanes] == [1, 2, 3]
    assert found.heard == INPUT
    assert found.hear_number(3).heard == "checkpoint:2"
    assert found.hear_number(7) == found
    assert found.hear_beside(1).hear_beside(1).hear_beside(1).heard == "checkpoint:2"
    assert found.hear("nobody") == found


def test_a_chosen_lane_without_a_sound_yet_leaves_the_first_one_heard():
    found = room(1).hear_number(2)
    assert found.chosen.key == "checkpoint:1"
    assert found.current.key == INPUT
    ready = found.filled("checkpoint:1", Path("/r.wav"), Level(-20.0, 0.5), latents=4)
    assert ready.current.key == "checkpoint:1"
    assert ready.lane("checkpoint:1").latents == 4


def test_another_input_goes_through_every_model_and_leaves_other_sounds_alone():
    found = room(1).with_lane(file_lane(Path("/s/other.wav")))
    found = found.filled("checkpoint:1", Path("/r.wav"), Level(-20.0, 0.5))
    again = found.with_input(Path("/s/glass.wav"))
    assert again.input.path == Path("/s/glass.wav")
    assert again.lane("checkpoint:1").waiting
    assert again.lane("sound:/s/other.wav").sound is not None
    assert len(again.lanes) == len(found.lanes)


def test_nine_lanes_are_all_and_the_same_again_is_none_more():
    found = room(*range(1, MOST_LANES))
    assert found.with_lane(model(3)) == found
    with pytest.raises(UserError, match="9 lanes"):
        found.with_lane(model(99))


def test_a_lane_that_goes_leaves_the_one_above_heard():
    found = room(1, 2).hear("checkpoint:2").without("checkpoint:2")
    assert found.heard == "checkpoint:1"
    assert room().without(INPUT).lanes == ()


def test_levels_are_matched_to_the_input_without_clipping():
    found = room(1, 2)
    found = found.filled(INPUT, Path("/i.wav"), Level(-20.0, 0.5))
    found = found.filled("checkpoint:1", Path("/1.wav"), Level(-20.4, 0.5))
    found = found.filled("checkpoint:2", Path("/2.wav"), Level(-30.0, 0.9))
    first, second = found.lane("checkpoint:1"), found.lane("checkpoint:2")
    assert found.difference(first) == pytest.approx(-0.4)
    assert found.gain_db(first) == pytest.approx(0.4)
    assert found.difference(found.input) is None
    assert found.gain_db(second) == pytest.approx(20 * np.log10(0.99 / 0.9))
    assert found.left_over(second) == pytest.approx(10 - 20 * np.log10(0.99 / 0.9))
    assert found.left_over(first) == pytest.approx(0, abs=1e-9)


def test_silence_is_matched_with_nothing():
    found = room(1).filled(INPUT, Path("/i.wav"), Level(-20.0, 0.5))
    found = found.filled("checkpoint:1", Path("/1.wav"), Level(None, 0.0))
    assert found.difference(found.lane("checkpoint:1")) is None
    assert found.gain_db(found.lane("checkpoint:1")) == 0


def test_what_failed_waits_no_more_until_it_is_tried_again():
    found = room(1).failed("checkpoint:1", "It holds no model.")
    assert not found.lane("checkpoint:1").waiting
    assert found.retried("checkpoint:1").lane("checkpoint:1").waiting


def test_files_that_are_dropped_are_told_apart(tmp_path):
    sound, checkpoint = tmp_path / "a.wav", tmp_path / "b.ckpt"
    for path in (sound, checkpoint):
        path.touch()
    assert split([sound, checkpoint, tmp_path]) == ([sound], [checkpoint])


# Bending


def test_equal_bends_are_equal_records_whatever_was_moved_between():
    bend = LatentBend().with_value(OFFSET, 3, 1.5).with_value(SCALE, 0, 2.0)
    assert not bend.neutral
    assert bend.value(OFFSET, 3) == 1.5
    assert bend.value(OFFSET, 9) == 0
    assert bend.value(SCALE, 5) == 1
    assert bend.with_value(OFFSET, 3, 0).with_value(SCALE, 0, 1).neutral
    assert bend.without(3).without(0) == LatentBend()
    assert bend_from(bend.to_json()) == bend
    assert bend.padded(5)["offset"] == [0, 0, 0, 1.5, 0]


def test_a_bend_stays_in_its_range_and_reads_anything():
    assert LatentBend().with_value(OFFSET, 0, 99).value(OFFSET, 0) == 3
    assert LatentBend().with_value(NOISE, 0, -1).neutral
    for broken in (None, 7, {"offset": "abc"}, {"offset": [float("nan")]}, {"scale": {}}):
        assert bend_from(broken) == LatentBend()


# Renders


@pytest.fixture
def key(tmp_path) -> RenderKey:
    checkpoint, sound = tmp_path / "m.ckpt", tmp_path / "s.wav"
    checkpoint.write_bytes(b"model" * 100_000)
    sound.write_bytes(b"sound" * 1000)
    return RenderKey(checkpoint, sound)


def write(path: Path, size: int = 1000) -> None:
    path.write_bytes(b"r" * size)


def test_a_render_is_made_once_and_found_again(tmp_path, key):
    cache = RenderCache(tmp_path / "renders")
    assert cache.find(key) is None
    made = cache.make(key, write)
    assert RenderCache(tmp_path / "renders").find(key) == made
    bent = RenderKey(key.model, key.sound, LatentBend((1.0,)))
    assert cache.find(bent) is None


def test_another_content_of_model_or_sound_is_another_render(tmp_path, key):
    cache = RenderCache(tmp_path / "renders")
    made = cache.make(key, write)
    key.model.write_bytes(b"other" * 100_000)
    assert cache.find(key) is None
    assert cache.tidy() == 1
    assert not made.exists()
    assert not list(cache.folder.iterdir())


def test_a_model_that_moved_with_its_project_keeps_its_render(tmp_path, key):
    cache = RenderCache(tmp_path / "renders")
    made = cache.make(key, write)
    moved = key.model.rename(tmp_path / "elsewhere.ckpt")
    assert cache.find(RenderKey(moved, key.sound)) == made


def test_a_project_that_moves_takes_its_renders_along(tmp_path, key):
    project = tmp_path / "project"
    project.mkdir()
    inside = RenderKey(key.model.rename(project / "m.ckpt"), key.sound.rename(project / "s.wav"))
    RenderCache(project / "renders").make(inside, write)
    moved = project.rename(tmp_path / "moved")
    cache = RenderCache(moved / "renders")
    assert cache.tidy() == 0
    assert cache.find(RenderKey(moved / "m.ckpt", moved / "s.wav")) is not None


def test_beyond_the_budget_the_longest_unused_goes_first(tmp_path, key):
    cache = RenderCache(tmp_path / "renders")
    made = []
    for number in range(3):
        bend = LatentBend((float(number + 1),))
        made.append(cache.make(RenderKey(key.model, key.sound, bend), write))
        os.utime(made[-1].with_suffix(".json"), (number, number))
    cache.find(RenderKey(key.model, key.sound, LatentBend((1.0,))))
    small = RenderCache(tmp_path / "renders", budget=2500)
    assert small.tidy() == 1
    assert [path.exists() for path in made] == [True, False, True]
    assert small.size() <= 2500


def test_a_render_that_fails_leaves_nothing(tmp_path, key):
    cache = RenderCache(tmp_path / "renders")

    def broken(path: Path) -> None:
        write(path)
        raise UserError("The model broke.")

    with pytest.raises(UserError):
        cache.make(key, broken)
    assert cache.find(key) is None
    assert not list(cache.folder.iterdir())
    with pytest.raises(UserError, match=r"gone\.wav"):
        cache.find(RenderKey(key.model, tmp_path / "gone.wav"))


# Levels


def test_a_long_sound_is_measured_as_the_meter_does_it_whole(tmp_path):
    import pyloudnorm

    rng = np.random.default_rng(1)
    data = rng.normal(0, 0.1, (RATE * 7 + 123, 2)) * np.linspace(0.1, 1, RATE * 7 + 123)[:, None]
    path = tmp_path / "a.wav"
    soundfile.write(path, data, RATE, subtype="FLOAT")
    found = measure_file(path)
    whole = pyloudnorm.Meter(RATE).integrated_loudness(data)
    assert found.loudness == pytest.approx(whole, abs=0.1)
    assert found.peak == pytest.approx(abs(data).max(), abs=1e-5)


def test_a_sound_too_short_for_the_meter_and_a_silent_one(tmp_path):
    short, silent = tmp_path / "short.wav", tmp_path / "silent.wav"
    soundfile.write(short, np.full(400, 0.5, np.float32), RATE, subtype="FLOAT")
    soundfile.write(silent, np.zeros(RATE, np.float32), RATE, subtype="FLOAT")
    assert measure_file(short).loudness is not None
    assert measure_file(silent) == Level(None, 0.0)
    with pytest.raises(UserError, match="cancelled"):
        measure_file(silent, lambda: True)
