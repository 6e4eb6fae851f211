"""Rooms of a project: filled by whatever plays models, kept, and never over an original."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import soundfile
from toy_player import ToyPlayer, toy_model, toy_sound

from rave_gui.backend.blind_test import BlindKind, answer, plan
from rave_gui.backend.lane_renders import RenderCache
from rave_gui.backend.latent_bend import LatentBend
from rave_gui.backend.listening_room import LaneKind, Room, file_lane
from rave_gui.backend.rooms import Rooms
from rave_gui.backend.services import build_services
from rave_gui.core.errors import UserError
from rave_gui.core.records import Checkpoint, CheckpointKind, Dataset, Experiment, Export


class Place:
    """A project with toy models."""

    def __init__(self, services) -> None:
        self.rows = services.repositories
        self.project = services.projects.create("Bells")
        self.player = ToyPlayer()
        self.rooms = Rooms(self.rows, self.player)
        self.sound = toy_sound(self.project.path / "sounds" / "bell.wav")
        run_dir = self.project.path / "runs" / "small" / "small_0123"
        run_dir.mkdir(parents=True)
        (run_dir / "config.gin").write_text("RAVE.phase_1_duration = 1000\n")
        row = Experiment(
            self.project.id, None, "small", {}, time.time(), output_path=run_dir.parent,
            run_dir=run_dir,
        )  # fmt: skip
        self.run = self.rows.experiments.add(row)

    def checkpoint(self, step: int, factor: float | str = 1.0, **facts) -> Checkpoint:
        path = toy_model(self.run.run_dir / f"{step}.ckpt", factor)
        row = Checkpoint(
            self.run.id, path.stem, path, step, CheckpointKind.EPOCH, time.time(), **facts
        )
        return self.rows.checkpoints.add(row)

    def export(self, of: Checkpoint | None = None, name: str = "small.ts", **facts) -> Export:
        path = toy_model(self.project.path / "exports" / "small" / name, 1.0)
        row = Export(
            self.project.id, "small", "torchscript", path, time.time(),
            model_id=of.id if of else None, **facts,
        )  # fmt: skip
        return self.rows.exports.add(row)

    def room(self, *checkpoints: Checkpoint) -> Room:
        room = Room().with_input(self.sound)
        for row in checkpoints:
            room = room.with_lane(self.rooms.sources.checkpoint(self.project, row.id))
        return room

    def fill(self, lane, sound=None):
        return self.rooms.fill(
            self.project, lane, sound or self.sound, lambda _part: None, lambda: False
        )


@pytest.fixture
def place(app_paths) -> Place:
    return Place(build_services(app_paths))


def test_checkpoints_and_exports_are_lanes_with_what_is_known_of_them(place):
    early = place.checkpoint(400, validation=6.84)
    late = place.checkpoint(20_000, is_best=True, rating=4)
    place.export(of=late)
    place.export(name="small.onnx", of=late)
    lanes = place.rooms.sources.models(place.project)
    assert [lane.title for lane in lanes[:2]] == ["small · best", "small · 400"]
    assert [lane.phase for lane in lanes[:2]] == [2, 1]
    assert [lane.exported for lane in lanes[:2]] == [True, False]
    assert lanes[1].key == "checkpoint:runs/small/small_0123/400.ckpt"
    assert (lanes[1].validation, lanes[1].record) == (6.84, early.id)
    assert {lane.kind for lane in lanes[2:]} == {LaneKind.EXPORT}


def test_a_checkpoint_without_its_file_is_no_lane(place):
    row = place.checkpoint(400)
    row.checkpoint_path.unlink()
    assert place.rooms.sources.models(place.project) == ()


def test_of_many_checkpoints_of_a_training_some_stand_for_all(place):
    for step in range(100, 2100, 100):
        place.checkpoint(step, rating=5 if step == 700 else None)
    found = place.rooms.sources.best(place.project, place.run.id, 4)
    steps = [lane.step for lane in found]
    assert len(steps) == 4
    assert 2000 in steps
    assert 700 in steps, "one with stars is always among them"


def test_a_lane_is_rendered_once_measured_and_found_again(place):
    room = place.room(place.checkpoint(2000, 0.5))
    lane = room.lanes[1]
    told = []
    filled = place.rooms.fill(place.project, lane, place.sound, told.append, lambda: False)
    assert filled.sound.parent == place.project.path / "renders" / "listening"
    assert filled.latents == 16
    assert filled.level.peak == pytest.approx(0.125, abs=0.001)
    assert told == sorted(told)
    again = place.fill(lane)
    assert again.sound == filled.sound
    assert len(place.player.rendered) == 1
    sounded = place.fill(room.input)
    assert sounded.sound == place.sound
    room = room.filled(filled.key, filled.sound, filled.level)
    room = room.filled(sounded.key, sounded.sound, sounded.level)
    assert room.difference(room.lanes[1]) == pytest.approx(-6.0, abs=0.1)


def test_a_render_that_is_given_up_leaves_nothing(place):
    lane = place.room(place.checkpoint(2000)).lanes[1]
    with pytest.raises(UserError, match="cancelled"):
        place.rooms.fill(place.project, lane, place.sound, lambda _p: None, lambda: True)
    assert not list((place.project.path / "renders" / "listening").glob("*"))


def test_without_a_sound_a_model_has_nothing_to_say(place):
    lane = place.room(place.checkpoint(2000)).lanes[1]
    with pytest.raises(UserError, match="no sound"):
        place.rooms.fill(place.project, lane, None, lambda _p: None, lambda: False)


def test_the_room_is_as_it_was_left(place):
    room = place.room(place.checkpoint(400), place.checkpoint(2000))
    room = room.with_lane(file_lane(toy_sound(place.project.path / "other.wav")))
    room = replace(room, loop=(0.2, 0.7), matched=False)
    room = room.hear(room.lanes[2].key).bent(room.lanes[2].key, LatentBend((0.0, 1.3)))
    place.rooms.save(place.project, room)
    found = place.rooms.open(place.project)
    assert [lane.key for lane in found.lanes] == [lane.key for lane in room.lanes]
    assert (found.heard, found.loop, found.matched) == (room.heard, (0.2, 0.7), False)
    assert found.lanes[2].bend == LatentBend((0.0, 1.3))
    assert found.lanes[1].record == room.lanes[1].record


def test_lanes_whose_file_is_gone_are_left_out_and_a_lost_record_is_a_plain_model(place):
    first, second = place.checkpoint(400), place.checkpoint(2000)
    place.rooms.save(place.project, place.room(first, second))
    first.checkpoint_path.unlink()
    place.rows.checkpoints.delete(second.id)
    found = place.rooms.open(place.project)
    assert [lane.kind for lane in found.lanes] == [LaneKind.INPUT, LaneKind.MODEL]


def test_a_damaged_room_is_an_empty_one(place):
    place.rooms.save(place.project, place.room())
    path = place.project.path / "listening" / "room.json"
    for broken in ("{", "[]", '{"format": 1, "kind": "listening-room", "lanes": [7]}'):
        path.write_text(broken)
        assert place.rooms.open(place.project) == Room()


def test_a_render_goes_into_a_file_bent_as_it_is(place, tmp_path):
    room = place.room(place.checkpoint(2000, 0.5))
    lane = replace(room.lanes[1], bend=LatentBend((1.0,)))
    out = tmp_path / "out.wav"
    place.rooms.render_to(
        place.project, lane, place.sound, out, [place.sound], lambda _p: None, lambda: False
    )
    data, _rate = soundfile.read(out)
    assert abs(data).max() == pytest.approx(0.25, abs=0.001), "half as loud, twice bent"


def test_no_render_goes_over_an_original(place, tmp_path):
    room = place.room(place.checkpoint(2000))
    before = place.sound.read_bytes()
    link = tmp_path / "link.wav"
    link.symlink_to(place.sound)
    for wanted in (place.sound, link, place.sound.parent / ".." / "sounds" / "bell.wav"):
        with pytest.raises(UserError, match="original"):
            place.rooms.render_to(
                place.project, room.lanes[1], place.sound, wanted,
                [lane.path for lane in room.lanes], lambda _p: None, lambda: False,
            )  # fmt: skip
    assert place.sound.read_bytes() == before


def test_a_sound_to_begin_with_comes_from_a_dataset(place):
    assert place.rooms.sources.first_sound(place.project) is None
    handy = toy_sound(place.project.path / "handy.wav")
    manifest = (
        {"path": "/gone.wav", "verdict": "use", "duration_seconds": 10.0},
        {"path": str(handy), "verdict": "use", "duration_seconds": 12.0},
        {"path": str(place.sound), "verdict": "use", "duration_seconds": 3600.0},
    )
    place.rows.datasets.add(
        Dataset(place.project.id, "d", place.project.path, (), time.time(), manifest=manifest)
    )
    assert place.rooms.sources.first_sound(place.project) == handy


def test_answers_lie_in_the_project(place):
    test = plan(BlindKind.PREFERENCE, ["a", "b"], 1, 3)
    given = answer(test, 1, "a", 1.0)
    place.rooms.answers(place.project).add(given, {"a": "A"})
    assert (place.project.path / "listening" / "answers.jsonl").is_file()
    assert place.rooms.answers(place.project).all() == (given,)


def test_renders_of_models_that_are_gone_go_with_the_next_one(place):
    first, second = place.checkpoint(400), place.checkpoint(2000)
    room = place.room(first, second)
    old = place.fill(room.lanes[1]).sound
    first.checkpoint_path.unlink()
    new = place.fill(room.lanes[2]).sound
    assert not old.exists()
    assert new.exists()
    assert RenderCache(place.project.path / "renders").size() == new.stat().st_size
