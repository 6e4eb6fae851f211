"""The curves of a run: joined over resumes, cached, and equal to TensorBoard's reading."""

from __future__ import annotations

import io
import math
import os
import subprocess
import sys
import threading
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

from rave_gui.backend import metrics_source
from rave_gui.backend.metrics import RunMetrics, version_dirs

Point = tuple[str, int, float]
"""Tag, step, value; ``audio_val`` is a clip."""


def append(path: Path, points: Sequence[Point], start: float = 1.5e9) -> None:
    """Write points as torch's ``SummaryWriter`` does, a second apart."""
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    writer = RecordWriter(buffer)
    for number, (tag, step, value) in enumerate(points):
        content = Summary.Value(tag=tag, simple_value=value)
        if tag == "audio_val":
            audio = Summary.Audio(sample_rate=44100, encoded_audio_string=b"RIFF sound")
            content = Summary.Value(tag=tag, audio=audio)
        event = Event(wall_time=start + number, step=step, summary=Summary(value=[content]))
        writer.write(event.SerializeToString())
    with path.open("ab") as file:
        file.write(buffer.getvalue())


def events(run: Path, version: int, made: int = 1) -> Path:
    return run / f"version_{version}" / f"events.out.tfevents.{1_700_000_000 + made}.host.1.0"


def polled(run: Path, cache: Path | None = None) -> RunMetrics:
    metrics = RunMetrics(run, cache)
    metrics.poll()
    return metrics


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return tmp_path / "name_0123456789"


@pytest.fixture
def resumed(run: Path) -> Path:
    """Interrupted at 250, resumed from 120."""
    first = [("loss", step, step / 100) for step in range(49, 250, 50)]
    first += [("validation", step, 9.0) for step in (99, 199)] + [("fidelity_0.95", 99, 3.0)]
    append(events(run, 0), first)
    append(events(run, 1), [("loss", step, -step / 100) for step in range(149, 350, 50)])
    return run


class TestJoining:
    def test_a_resumed_version_replaces_what_it_went_over_again(self, resumed: Path) -> None:
        joined = polled(resumed).joined("loss")
        assert joined.steps.tolist() == [49, 99, 149, 199, 249, 299, 349]
        assert joined.versions.tolist() == [0, 0, 1, 1, 1, 1, 1]
        assert joined.values.tolist() == pytest.approx(
            [0.49, 0.99, -1.49, -1.99, -2.49, -2.99, -3.49]
        )

    def test_a_rare_curve_is_cut_where_the_training_went_back_to(self, resumed: Path) -> None:
        metrics = polled(resumed)
        assert metrics.joined("validation").steps.tolist() == [99]
        assert metrics.series("validation").steps.tolist() == [99, 199]
        assert metrics.last() == {
            "loss": (349, pytest.approx(-3.49)),
            "validation": (99, 9.0),
            "fidelity_0.95": (99, 3.0),
        }

    def test_a_resume_that_has_recorded_nothing_cuts_nothing(self, resumed: Path) -> None:
        append(events(resumed, 2), [])
        assert polled(resumed).last()["loss"][0] == 349

    def test_versions_follow_each_other_by_number_and_files_by_age(self, run: Path) -> None:
        for version in (10, 9):
            append(events(run, version), [("x", version * 10, version)])
        append(events(run, 9, made=0), [("x", 5, 0.5)])
        (run / "version_x").mkdir()
        assert [folder.name for folder in version_dirs(run)] == ["version_9", "version_10"]
        assert polled(run).series("x").values.tolist() == [0.5, 9, 10]
        assert polled(run / "version_9").joined("x").versions.tolist() == [9, 9]

    def test_steps_of_one_version_that_go_back_are_joined_too(self, run: Path) -> None:
        append(events(run, 0), [("x", step, step) for step in (1, 2, 3, 2, 2, 4)])
        joined = polled(run).joined("x")
        assert joined.steps.tolist() == [1, 2, 4]

    def test_nothing_there_is_no_curve(self, run: Path) -> None:
        metrics = polled(run)
        assert (metrics.tags(), metrics.last(), metrics.clips()) == ([], {}, [])
        assert len(metrics.joined("x")) == len(metrics.series("x")) == 0


class TestFollowing:
    def test_poll_tells_the_curves_that_grew(self, run: Path) -> None:
        path = events(run, 0)
        append(path, [("a", 1, 1), ("b", 1, 1)])
        metrics = RunMetrics(run)
        assert metrics.poll() == {"a", "b"}
        assert metrics.poll() == set()
        assert metrics.joined("a").steps.tolist() == [1]
        append(path, [("a", 2, 2)])
        assert metrics.poll() == {"a"}
        assert metrics.joined("a").steps.tolist() == [1, 2]
        append(events(run, 1), [("b", 2, 3)])
        assert metrics.poll() == {"b"}
        assert metrics.last()["a"] == (1, 1.0)

    def test_rows_are_everything_that_was_recorded(self, resumed: Path) -> None:
        rows = list(polled(resumed).rows())
        assert len(rows) == 13
        assert ("validation", 199, 1.5e9 + 6, 9.0) in rows

    def test_others_look_while_a_file_is_read(
        self, run: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        append(events(run, 0), [("a", 1, 1)])
        metrics = polled(run)
        reading, go_on = threading.Event(), threading.Event()

        def slow(_: object) -> None:
            reading.set()
            go_on.wait(20)

        monkeypatch.setattr(metrics_source.EventSource, "read", slow)
        thread = threading.Thread(target=metrics.poll)
        thread.start()
        try:
            assert reading.wait(20)
            assert metrics.last() == {"a": (1, 1.0)}
        finally:
            go_on.set()
            thread.join()

    def test_importing_it_brings_no_numpy(self) -> None:
        code = "import sys, rave_gui.backend.metrics; sys.exit('numpy' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


class TestClips:
    def test_each_gets_the_step_of_its_validation(self, run: Path) -> None:
        first = [("audio_val", 0, 0), ("validation", 99, 1), ("audio_val", 1, 0)]
        append(events(run, 0), [*first, ("validation", 199, 1)])
        append(events(run, 1), [("audio_val", 0, 0), ("validation", 149, 1), ("audio_val", 1, 0)])
        clips = polled(run).clips()
        told = [(clip.version, clip.ref.step, clip.step, clip.superseded) for clip in clips]
        assert told == [
            (0, 0, 99, False),
            (0, 1, 199, True),
            (1, 0, 149, False),
            (1, 1, None, False),
        ]
        assert RunMetrics.load_clip(clips[0]) == b"RIFF sound"

    def test_where_records_are_missing_the_clock_decides(self, run: Path) -> None:
        points: list[Point] = []
        for ordinal in range(3):
            points += [("audio_val", ordinal, 0), ("validation", 99 + ordinal * 100, 1)]
        path = events(run, 0)
        append(path, points)
        content = bytearray(path.read_bytes())
        content[content.index(b"validation")] ^= 1
        path.write_bytes(content)
        assert [clip.step for clip in polled(run).clips()[1:]] == [199, 299]


class TestCache:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Even a handful of points is worth a cache."""
        monkeypatch.setattr(metrics_source.EventSource.keep, "__defaults__", (1,))

    @pytest.fixture
    def cache(self, tmp_path: Path) -> Path:
        return tmp_path / "cache"

    def unread(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on reading any record fails."""
        monkeypatch.setattr("rave_gui.core.event_file.EventDecoder.decode", None)

    def test_a_run_opens_from_it_without_reading_events(
        self, resumed: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        append(events(resumed, 1), [("audio_val", 0, 0)])
        before = polled(resumed, cache)
        self.unread(monkeypatch)
        metrics = RunMetrics(resumed, cache)
        assert metrics.poll() == {"loss", "validation", "fidelity_0.95"}
        assert list(metrics.rows()) == list(before.rows())
        assert metrics.clips() == before.clips()

    def test_a_grown_file_goes_on_from_it(self, resumed: Path, cache: Path) -> None:
        polled(resumed, cache)
        append(events(resumed, 1), [("loss", 399, -3.99)])
        metrics = polled(resumed, cache)
        assert metrics.last()["loss"] == (399, pytest.approx(-3.99))
        assert list(metrics.rows()) == list(polled(resumed).rows())

    @pytest.mark.parametrize("anew", [[("x", 1, 7)], [("x", 1, 7), ("x", 2, 8), ("x", 3, 9)]])
    def test_a_file_written_anew_voids_it(self, run: Path, cache: Path, anew: list[Point]) -> None:
        append(events(run, 0), [("x", 1, 1), ("x", 2, 2)])
        polled(run, cache)
        events(run, 0).write_bytes(b"")
        append(events(run, 0), anew)
        assert [value for *_, value in polled(run, cache).rows()] == [value for *_, value in anew]

    def test_other_bytes_of_the_same_size_and_time_void_it(self, run: Path, cache: Path) -> None:
        append(events(run, 0), [("x", 1, 1)])
        status = events(run, 0).stat()
        polled(run, cache)
        events(run, 0).write_bytes(b"")
        append(events(run, 0), [("x", 1, 2)])
        os.utime(events(run, 0), ns=(status.st_atime_ns, status.st_mtime_ns))
        assert polled(run, cache).last() == {"x": (1, 2.0)}

    def test_damaged_anywhere_it_is_read_anew(self, run: Path, cache: Path) -> None:
        append(events(run, 0), [("x", 1, 1), ("y", 2, math.nan)])
        polled(run, cache)
        (file,) = (cache / "metrics").iterdir()
        content = file.read_bytes()
        for place in range(0, len(content), 7):
            file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            assert len(list(polled(run, cache).rows())) == 2
            file.write_bytes(content[:place])
            assert len(list(polled(run, cache).rows())) == 2

    def test_a_folder_that_cannot_be_written_is_no_fault(self, run: Path, tmp_path: Path) -> None:
        append(events(run, 0), [("x", 1, 1)])
        (tmp_path / "file").touch()
        assert polled(run, tmp_path / "file").last() == {"x": (1, 1.0)}

    def test_only_the_latest_are_kept(self, tmp_path: Path, cache: Path) -> None:
        for number in range(70):
            append(events(tmp_path / "runs", number), [("x", number, 1)])
        polled(tmp_path / "runs", cache)
        assert len(list((cache / "metrics").iterdir())) == 64


@pytest.mark.engine
@pytest.mark.timeout(600)
class TestRealTraining:
    @pytest.fixture(scope="class")
    @classmethod
    def real_run(cls, engine_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """Both phases with the real RAVE, up to 60 steps, and again from 50 up to 110."""
        folder = tmp_path_factory.mktemp("real")
        cls.make_sound(folder / "in")
        paths = ["--input_path", str(folder / "in"), "--output_path", str(folder / "db")]
        size = ["--num_signal", "32768", "--channels", "1", "--max_db_size", "1"]
        cls.rave(engine_python, "preprocess", *paths, *size)
        cls.train(engine_python, folder, "--max_steps", "60")
        (run,) = (folder / "runs").iterdir()
        (checkpoint,) = run.glob("version_0/checkpoints/epoch_50.ckpt")
        cls.train(engine_python, folder, "--max_steps", "110", "--ckpt", str(checkpoint))
        return run

    @staticmethod
    def make_sound(folder: Path) -> None:
        folder.mkdir()
        time = np.arange(44100 * 110) / 44100
        sound = np.sin(2 * np.pi * 220 * time * (1 + 0.05 * np.sin(time))) * 12_000
        with wave.open(str(folder / "a.wav"), "wb") as file:
            file.setparams((1, 2, 44100, 0, "NONE", ""))
            file.writeframes(sound.astype("<i2").tobytes())

    @classmethod
    def train(cls, engine_python: Path, folder: Path, *more: str) -> None:
        paths = ["--db_path", str(folder / "db"), "--out_path", str(folder / "runs")]
        model = ["--config", "v1", "--n_signal", "32768", "--batch", "2", "--channels", "1"]
        small = ["CAPACITY=4", "LATENT_SIZE=4", "PHASE_1_DURATION=10"]
        pace = ["--name", "tiny", "--workers", "0", "--gpu", "-1", "--val_every", "10"]
        overrides = [part for one in small for part in ("--override", one)]
        steps = ["--save_every", "50"]
        cls.rave(engine_python, "train", *paths, *model, *pace, *overrides, *steps, *more)

    @staticmethod
    def rave(engine_python: Path, *arguments: str) -> None:
        command = [str(engine_python.with_name("rave")), *arguments]
        one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}
        subprocess.run(command, check=True, capture_output=True, timeout=280, env=one_thread)

    def test_every_scalar_is_tensorboards(self, real_run: Path) -> None:
        metrics, compared = polled(real_run), 0
        for version, folder in enumerate(version_dirs(real_run)):
            theirs = EventAccumulator(str(folder), size_guidance={"scalars": 0}).Reload()
            for tag in theirs.Tags()["scalars"]:
                series, expected = metrics.series(tag), theirs.Scalars(tag)
                own = series.versions == version
                assert series.steps[own].tolist() == [one.step for one in expected]
                values = np.array([one.value for one in expected], np.float64)
                assert series.values[own].tobytes() == values.tobytes()
                assert series.wall_times[own].tolist() == [one.wall_time for one in expected]
                compared += len(expected)
        assert len(list(metrics.rows())) == compared > 40
        assert {"loss_dis", "validation", "fidelity_0.95"} <= set(metrics.tags())

    def test_the_resume_is_joined(self, real_run: Path) -> None:
        metrics = polled(real_run)
        raw = {tag: metrics.series(tag) for tag in metrics.tags()}
        again = min(series.steps[series.versions == 1].min(initial=999) for series in raw.values())
        assert 45 <= again <= 60
        for tag, series in raw.items():
            joined = metrics.joined(tag)
            assert np.all(np.diff(joined.steps) > 0)
            kept = series.steps[(series.versions == 1) | (series.steps < again)]
            assert joined.steps.tolist() == sorted(set(kept.tolist()))
            assert np.all((joined.versions == 1) == (joined.steps >= again))
        assert metrics.joined("loss_dis").steps.tolist() == [49, 99]
        assert metrics.joined("validation").versions[[0, -1]].tolist() == [0, 1]

    def test_the_clips_are_sound_of_known_steps(self, real_run: Path) -> None:
        metrics = polled(real_run)
        clips = [clip for clip in metrics.clips() if not clip.superseded]
        assert [clip.step for clip in clips] == metrics.joined("validation").steps.tolist()
        with wave.open(io.BytesIO(RunMetrics.load_clip(clips[-1]))) as file:
            assert file.getframerate() == clips[-1].ref.sample_rate == 44100
            assert file.getnframes() == clips[-1].ref.frames == 32768 * 4
