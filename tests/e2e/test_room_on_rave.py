"""The listening room with the real RAVE: lanes are rendered, switched and bent while they sound."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
import soundfile
from offline_device import BLOCK, Bench, OfflineDevices

from rave_gui.audio.lanes import LaneDesk
from rave_gui.audio.live_lane import LiveLane
from rave_gui.audio.sound import Sound
from rave_gui.backend.engine_worker import EngineWorker
from rave_gui.backend.latent_bend import OFFSET, LatentBend
from rave_gui.backend.listening_room import LaneKind, Room, file_lane
from rave_gui.backend.render import Renderer
from rave_gui.backend.rooms import Rooms
from rave_gui.backend.services import build_services
from rave_gui.backend.worker_player import WorkerPlayer

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]
RATE, SECONDS = 44100, 6


@pytest.fixture
def room(small_models, tmp_path, app_paths):
    """A sound, a checkpoint and its export, rendered; with the manager and its project."""
    services = build_services(app_paths)
    project = services.projects.create("Room")
    worker = EngineWorker(lambda: small_models.engine, tmp_path / "worker.log")
    rooms = Rooms(services.repositories, WorkerPlayer(worker, Renderer(worker)))
    found = Room().with_input(sound(tmp_path / "tones.wav"))
    models = (small_models.model("v2_small").checkpoint, small_models.export("v2_small"))
    for path in models:
        found = found.with_lane(file_lane(path, LaneKind.MODEL))
    for lane in found.lanes:
        filled = rooms.fill(project, lane, found.input.path, lambda _p: None, lambda: False)
        found = found.filled(filled.key, filled.sound, filled.level, filled.latents)
    yield rooms, project, found
    worker.close()
    services.close()


def sound(path):
    seconds = np.arange(RATE * SECONDS) / RATE
    data = 0.3 * np.sin(2 * np.pi * 220 * seconds) * np.exp(-(seconds % 1) * 3)
    soundfile.write(path, data, RATE, subtype="FLOAT")
    return path


def desk_of(room: Room) -> LaneDesk:
    lanes = [Sound(f"{lane.sound}", lane.title, path=lane.sound) for lane in room.audible]
    desk = LaneDesk(lanes)
    desk.set_gains([10 ** (room.gain_db(lane) / 20) for lane in room.audible])
    return desk


def test_lanes_are_as_long_as_the_input_matched_and_switched_without_a_gap(room):
    rooms, project, found = room
    source, checkpoint, export = (soundfile.info(lane.sound) for lane in found.lanes)
    assert source.frames == checkpoint.frames == export.frames == RATE * SECONDS
    assert [lane.latents for lane in found.lanes[1:]] == [8, found.lanes[2].latents]
    for lane in found.lanes[1:]:
        assert lane.level.loudness is not None
        assert found.difference(lane) is not None
    again = rooms.fill(project, found.lanes[1], found.input.path, lambda _p: None, lambda: False)
    assert again.sound == found.lanes[1].sound
    bench = Bench(OfflineDevices())
    desk = desk_of(found)
    bench.player.play(Sound("room", "room", desk=desk))
    data = [soundfile.read(lane.sound, dtype="float32")[0] for lane in found.lanes]
    for turn in range(12):
        lane = turn % 3
        desk.hear(lane)
        heard = bench.hear(4 * BLOCK)[:, 0]
        place = slice(turn * 4 * BLOCK + BLOCK, (turn + 1) * 4 * BLOCK)
        expected = data[lane][place] * desk.gains[lane]
        np.testing.assert_allclose(heard[BLOCK:], expected.clip(-1, 1), atol=1e-4)
    bench.close()


def test_a_latent_is_bent_while_it_sounds_and_the_original_keeps_its_bytes(room):
    rooms, _project, found = room
    before = found.input.path.read_bytes()
    lane = found.lanes[1]
    play = rooms.live(lane, found.input.path)
    bench = Bench(OfflineDevices())
    desk = desk_of(found)
    desk.set_gains([1.0, 1.0, 1.0])
    live = LiveLane(1, play.block, lambda: desk.playing, play.rate, bench.player._clock)
    desk.set_live(live)
    desk.hear(1)
    bench.player.play(Sound("room", "room", desk=desk))
    plain = bench.hear(8 * BLOCK)
    live.wish(LatentBend())
    until(lambda: live.take is not None and live.take.end - desk.playing.taken > 0.28 * RATE)
    rendered = soundfile.read(lane.sound, dtype="float32")[0]
    neutral = bench.hear(8 * BLOCK)[:, 0]
    assert not live.starved
    place = slice(12 * BLOCK, 16 * BLOCK)
    apart = np.sqrt(np.mean((neutral[4 * BLOCK :] - rendered[place]) ** 2))
    assert apart < 0.05 * max(1e-4, float(np.sqrt(np.mean(rendered[place] ** 2)))), (
        "a bend that changes nothing sounds as the render"
    )
    bent = LatentBend().with_value(OFFSET, 0, 3.0).with_value(OFFSET, 1, -3.0)
    live.wish(bent)
    until(lambda: live.take.number == 2 and live.take.end - desk.playing.taken > 0.28 * RATE)
    heard = bench.hear(16 * BLOCK)[:, 0]
    assert np.isfinite(heard).all()
    offline = play.block(16 * BLOCK, 16 * BLOCK, bent)[:, 0]
    np.testing.assert_allclose(heard[8 * BLOCK :], offline[8 * BLOCK :].clip(-1, 1), atol=2e-3)
    assert len(plain)
    live.close()
    assert live.join(20)
    play.close()
    bench.close()
    assert found.input.path.read_bytes() == before


def until(reached) -> None:
    deadline, pause = time.monotonic() + 60, threading.Event()
    while not reached():
        assert time.monotonic() < deadline
        pause.wait(0.005)
