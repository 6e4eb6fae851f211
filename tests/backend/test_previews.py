"""What can be heard of a training: files of the companion, RAVE's own clips, and their levels."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from event_records import clip as silent_clip
from event_records import event, scalar, write
from tensorboard.compat.proto.summary_pb2 import Summary

from rave_gui.audio.sound import Samples
from rave_gui.audio.wav_file import wav_header
from rave_gui.backend.metrics import RunMetrics
from rave_gui.backend.preview_folder import folder_clips
from rave_gui.backend.preview_levels import Level, Levels, gain_db, measure, picture
from rave_gui.backend.preview_records import PreviewSound
from rave_gui.backend.preview_validation import guess_window, load_part, validation_clips
from rave_gui.backend.services import build_services
from rave_gui.core.errors import UserError
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import Experiment, Job, JobKind, JobState

RATE = 44100


def wav_file(path: Path, sound: np.ndarray) -> Path:
    """int16[frames, channels]."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav_header(len(sound), sound.shape[1], RATE) + sound.astype("<i2").tobytes())
    return path


def tone(seconds: float = 1.0, level: float = 0.1, channels: int = 1) -> np.ndarray:
    times = np.arange(round(seconds * RATE)) / RATE
    wave = np.rint(32767 * level * np.sin(2 * np.pi * 440 * times))
    return np.repeat(wave[:, None], channels, axis=1)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Two clips at three steps, as the companion writes them."""
    folder = tmp_path / "run"
    for clip in ("bell", "gong"):
        wav_file(folder / "previews" / "input" / f"{clip}.wav", tone())
        for step in (100, 200, 1_000_000):
            wav_file(folder / "previews" / f"step-{step:06d}" / f"{clip}.wav", tone(level=0.01))
    names = [{"clip": "gong", "name": "Gong, far"}, {"clip": "bell", "name": "Bell"}]
    (folder / "previews" / "clips.json").write_text(json.dumps({"clips": names}))
    return folder


class TestFolder:
    def test_clips_by_their_order_and_steps_by_number(self, run: Path):
        clips = folder_clips(run)
        assert [(clip.key, clip.name) for clip in clips] == [
            ("gong", "Gong, far"),
            ("bell", "Bell"),
        ]
        assert [sound.step for sound in clips[0].sounds] == [100, 200, 1_000_000]
        assert clips[0].input is not None
        assert clips[0].input.step is None

    def test_what_does_not_belong_there_is_passed_over(self, run: Path):
        previews = run / "previews"
        (previews / "step-x").mkdir()
        (previews / "step-000300").write_bytes(b"no folder")
        (previews / "step-000100" / "notes.txt").write_text("mine")
        (previews / "step-000100" / "torn.wav").write_bytes(b"RIFF")
        wav_file(previews / "step-000100" / "orphan.wav", tone())
        (previews / "clips.json").write_bytes(b"\xff{")
        clips = folder_clips(run)
        assert [(clip.key, len(clip.sounds)) for clip in clips] == [("bell", 3), ("gong", 3)]

    def test_a_run_without_any_has_none(self, tmp_path: Path):
        assert folder_clips(tmp_path / "gone") == ()

    def test_what_a_resumed_training_overwrote_is_left_out(self, run: Path):
        old = time.time() - 1000
        for path in run.glob("previews/step-*/*.wav"):
            os.utime(path, (old, old))
        fresh = run / "previews" / "step-000200" / "bell.wav"
        os.utime(fresh, (old + 900, old + 900))
        clips = {clip.key: clip for clip in folder_clips(run, [(old + 500, 150), (old - 9, 0)])}
        assert [sound.step for sound in clips["gong"].sounds] == [100]
        assert [sound.step for sound in clips["bell"].sounds] == [100, 200]

    def test_hundreds_of_steps_are_found_at_once(self, run: Path):
        original = (run / "previews" / "input" / "bell.wav").read_bytes()[:4000]
        for step in range(3000, 3600):
            folder = run / "previews" / f"step-{step:06d}"
            folder.mkdir()
            for clip in ("bell", "gong"):
                (folder / f"{clip}.wav").write_bytes(original)
        began = time.perf_counter()
        clips = folder_clips(run)
        assert time.perf_counter() - began < 1.0
        assert [len(clip.sounds) for clip in clips] == [603, 603]

    def test_a_step_that_is_rendered_again_is_another_sound(self, run: Path):
        path = run / "previews" / "step-000100" / "bell.wav"
        before = folder_clips(run)[1].sounds[0].key
        os.utime(path, (1.0, 1.0))
        assert folder_clips(run)[1].sounds[0].key != before


def rave_clip(ordinal: int, sounds: np.ndarray) -> bytes:
    """An event as RAVE's validation writes it: float[n, channels, 2, window] flattened."""
    flat = np.rint(sounds.reshape(-1) * 32767).astype("<i2")
    audio = Summary.Audio(
        sample_rate=RATE,
        num_channels=1,
        length_frames=len(flat),
        encoded_audio_string=wav_header(len(flat), 1, RATE) + flat.tobytes(),
        content_type="audio/wav",
    )
    return event(Summary(value=[Summary.Value(tag="audio_val", audio=audio)]), ordinal)


def validations(count: int, channels: int, window: int) -> np.ndarray:
    """Noise that comes and goes in its own way each time, and a model's quieter copy of it."""
    rng = np.random.default_rng(5)
    shape = (count, channels, window)
    fade = np.repeat(rng.uniform(0, 1, (count, channels, window // 1024)) ** 3, 1024, axis=2)
    original = 0.3 * fade * rng.uniform(-1, 1, shape)
    result = 0.1 * fade * rng.uniform(-1, 1, shape)
    return np.stack([original, result], axis=2)


def metrics_of(folder: Path, payloads: list[bytes]) -> RunMetrics:
    version = folder / "version_0"
    version.mkdir(parents=True)
    write(version / "events.out.tfevents.1.host", payloads)
    metrics = RunMetrics(folder)
    metrics.poll()
    return metrics


class TestRavesOwn:
    @pytest.mark.parametrize(("count", "channels"), [(8, 1), (3, 1), (4, 2), (1, 2)])
    def test_originals_and_results_are_told_apart(self, tmp_path: Path, count: int, channels: int):
        sounds = validations(count, channels, 4096)
        payloads = [rave_clip(0, sounds), scalar("validation", 99, 3.0)]
        payloads += [rave_clip(1, sounds / 2), scalar("validation", 199, 2.0)]
        clips = validation_clips(metrics_of(tmp_path, payloads).clips(), 4096, channels)
        assert len(clips) == count
        for index, clip in enumerate(clips):
            assert [sound.step for sound in clip.sounds] == [99, 199]
            for scale, step, sound in zip((1, 2), (99, 199), clip.sounds, strict=True):
                original = clip.original_of(step)
                assert original is not None
                for found, side in ((original, 0), (sound, 1)):
                    heard = load_part(found.part)
                    expected = sounds[index, :, side].T / scale
                    assert heard.sample_rate == RATE
                    assert np.abs(heard.data - expected).max() < 1e-4

    def test_a_clip_before_its_validation_is_known_waits(self, tmp_path: Path):
        payloads = [rave_clip(0, validations(2, 1, 4096))]
        assert validation_clips(metrics_of(tmp_path, payloads).clips(), 4096, 1) == ()

    def test_clips_that_do_not_come_out_even_are_left_out(self, tmp_path: Path):
        payloads = [silent_clip(0, 1000), scalar("validation", 99, 3.0)]
        clips = metrics_of(tmp_path, payloads).clips()
        assert validation_clips(clips, 4096, 1) == ()
        assert validation_clips(clips, 0, 1) == ()

    @pytest.mark.parametrize(("count", "channels"), [(8, 1), (4, 1), (3, 1), (2, 2)])
    def test_the_window_of_a_run_from_elsewhere_is_heard(self, count: int, channels: int):
        sounds = validations(count, channels, 16384)
        flat = sounds.reshape(-1).astype(np.float32)
        assert guess_window([flat, flat / 2], channels, 131072) == 16384

    def test_a_window_that_is_known_is_believed_where_nothing_speaks_against_it(self):
        rng = np.random.default_rng(1)
        flat = rng.uniform(-1, 1, 8 * 2 * 8192).astype(np.float32)
        assert guess_window([flat], 1, 16384) == 16384
        assert guess_window([flat[:777]], 1, 4096) == 4096

    def test_a_clip_of_another_length_is_refused_in_words(self, tmp_path: Path):
        payloads = [rave_clip(0, validations(2, 1, 4096)), scalar("validation", 99, 3.0)]
        clips = validation_clips(metrics_of(tmp_path, payloads).clips(), 4096, 1)
        part = clips[0].sounds[0].part
        assert part is not None
        with pytest.raises(UserError, match="another length"):
            load_part(replace(part, window=5000))


class TestLevels:
    def test_a_quiet_preview_becomes_as_loud_as_its_input(self, run: Path):
        levels, clip = Levels(), folder_clips(run)[0]
        heard = levels.heard(clip.sounds[0], clip.input)
        assert heard.gain_db == pytest.approx(20.0, abs=0.2)
        assert measure(heard.samples).loudness == pytest.approx(
            levels.level(clip.input).loudness, abs=0.1
        )
        assert levels.heard(clip.sounds[0], None).gain_db == 0.0

    def test_nothing_is_driven_over_full_scale_and_noise_is_not_brought_up_for_ever(self):
        peaky, loud = Level(-40.0, 0.5), Level(-10.0, 0.9)
        assert gain_db(peaky, loud) == pytest.approx(5.9, abs=0.1)
        assert gain_db(Level(-69.0, 1e-4), loud) == 30.0
        assert gain_db(Level(-5.0, 1.0), Level(-20.0, 0.3)) == -15.0
        assert gain_db(Level(None, 0.0), loud) == gain_db(loud, Level(None, 0.0)) == 0.0

    def test_what_is_too_short_to_gate_is_still_measured(self):
        data = np.full((4000, 1), 0.1, np.float32)
        assert measure(Samples(data, RATE)).loudness == pytest.approx(-20.0, abs=0.1)
        assert measure(Samples(data * 0, RATE)) == Level(None, 0.0)

    def test_a_picture_shows_where_it_is_loud(self):
        data = np.concatenate([np.zeros((4800, 1)), np.full((4800, 1), -0.5)]).astype(np.float32)
        assert picture(Samples(data, RATE)) == (0.0,) * 24 + (0.5,) * 24

    def test_what_cannot_be_read_says_so_and_has_no_picture(self, tmp_path: Path):
        path = tmp_path / "x.wav"
        path.write_bytes(b"RIFF and nothing else, not a sound at all" * 4)
        sound = PreviewSound("x", "x", 1, 0.0, path)
        with pytest.raises(UserError):
            Levels().samples(sound)


@pytest.fixture
def world(tmp_path: Path, app_paths: AppPaths, run: Path) -> Any:
    services = build_services(app_paths)
    project = services.projects.create("Bells", tmp_path / "project")
    settings = {"n_signal": 4096, "channels": 1}
    made = services.repositories.experiments.add(
        Experiment(project.id or 0, None, "bells", settings, time.time(), run_dir=run)
    )
    return SimpleNamespace(services=services, project=project, experiment=made)


def add_job(world: Any, began: float, first_step: int) -> None:
    folder = world.project.path / "jobs" / f"job-{first_step}"
    folder.mkdir()
    facts = [{"t": began, "kind": "stage", "stage": "starting"}]
    facts.append({"t": began, "kind": "progress", "step": first_step, "first_step": first_step})
    (folder / "progress.jsonl").write_text("\n".join(map(json.dumps, facts)) + "\n")
    who = {"project_id": world.project.id, "target_id": world.experiment.id}
    job = Job(folder.name, JobKind.TRAIN, folder, JobState.SUCCEEDED, began, **who)
    world.services.repositories.jobs.add(job)


class TestManager:
    def test_both_kinds_come_together_and_are_recorded(self, world, run: Path):
        payloads = [rave_clip(0, validations(2, 1, 4096)), scalar("validation", 99, 3.0)]
        metrics_of(run, payloads)
        strip = world.services.previews.strip(world.experiment.id)
        assert [clip.key for clip in strip.clips] == ["gong", "bell", "rave-1", "rave-2"]
        rows = world.services.repositories.previews.list(experiment_id=world.experiment.id)
        assert {(row.step, row.source_clip) for row in rows} == {
            (step, clip) for step in (100, 200, 1_000_000) for clip in ("bell", "gong")
        }

    def test_a_file_that_is_gone_is_forgotten_and_a_new_one_found(self, world, run: Path):
        manager, rows = world.services.previews, world.services.repositories.previews
        manager.strip(world.experiment.id)
        (run / "previews" / "step-000100" / "bell.wav").unlink()
        wav_file(run / "previews" / "step-000300" / "bell.wav", tone())
        strip = manager.strip(world.experiment.id)
        bell = next(clip for clip in strip.clips if clip.key == "bell")
        assert [sound.step for sound in bell.sounds] == [200, 300, 1_000_000]
        assert {row.step for row in rows.list(source_clip="bell")} == {200, 300, 1_000_000}

    def test_a_resumed_training_leaves_out_what_it_went_back_behind(self, world, run: Path):
        add_job(world, time.time() - 100, 0)
        add_job(world, time.time() + 100, 150)
        strip = world.services.previews.strip(world.experiment.id)
        assert {sound.step for clip in strip.clips for sound in clip.sounds} == {100}

    def test_deleting_the_training_deletes_its_records(self, world):
        world.services.previews.strip(world.experiment.id)
        world.services.trainings.delete_experiment(world.experiment.id, files=False)
        assert world.services.repositories.previews.list() == []

    def test_a_training_that_has_not_begun_has_nothing_to_hear(self, world):
        rows = world.services.repositories.experiments
        rows.update(world.experiment.id, run_dir=None)
        strip = world.services.previews.strip(world.experiment.id)
        assert strip.empty
        assert strip.problems == ()

    def test_a_damaged_event_file_costs_its_own_sounds_only(self, world, run: Path):
        folder = run / "version_0"
        folder.mkdir()
        (folder / "events.out.tfevents.1.host").write_bytes(os.urandom(5000))
        strip = world.services.previews.strip(world.experiment.id)
        assert [clip.key for clip in strip.clips] == ["gong", "bell"]
        assert strip.problems

    def test_pictures_of_what_cannot_be_read_are_empty(self, world, run: Path):
        path = run / "previews" / "step-000100" / "bell.wav"
        path.write_bytes(b"no sound whatever" * 10)
        manager = world.services.previews
        sounds = manager.strip(world.experiment.id).clips[1].sounds
        found = manager.pictures([(sound, None) for sound in sounds])
        assert found[sounds[0].key] == ()
        assert len(found[sounds[1].key]) == 48
