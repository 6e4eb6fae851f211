"""Datasets that exist: renamed, found again after a move, checked, heard and kept."""

from __future__ import annotations

import shutil
import wave
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest
from dataset_maker import (
    NUM_SIGNAL,
    RATE,
    chunk,
    lazy_dataset,
    sound,
    wav,
    whole_dataset,
    write_database,
)
from project_maker import application

from rave_gui.backend.dataset_care import DatasetCare, folder_bytes
from rave_gui.backend.dataset_example import ExampleReader, save_wav
from rave_gui.backend.dataset_moved import find_moved
from rave_gui.backend.dataset_verify import Verification, verify
from rave_gui.backend.scanned import ScannedFile
from rave_gui.core import sidecars
from rave_gui.core.errors import UserError
from rave_gui.core.records import DatasetStatus, Experiment


@pytest.fixture
def app(app_paths):
    made = application(app_paths)
    made.care = DatasetCare(made.rows, made.archive, made.signals)
    made.project = made.projects.create("Glass")
    made.heard = []
    made.signals.dataset_updated.connect(made.heard.append)
    return made


def sidecar(app: SimpleNamespace, folder: Path) -> dict:
    return sidecars.read(folder / "dataset.json", "dataset")["record"]


class TestRenaming:
    def test_record_and_sidecar_change_and_the_folder_stays(self, app):
        row = whole_dataset(app.rows, app.project)
        assert app.care.rename(row.id, "  Große Glocken ").name == "Große Glocken"
        assert sidecar(app, row.path)["name"] == "Große Glocken"
        assert (row.path / "db" / "data.mdb").is_file()
        assert [event.id for event in app.heard] == [row.id]

    @pytest.mark.parametrize("name", ["", "   ", "CHOIR", "a\nb", "x" * 300])
    def test_names_that_cannot_be(self, app, name):
        row = whole_dataset(app.rows, app.project)
        whole_dataset(app.rows, app.project, "choir")
        with pytest.raises(UserError):
            app.care.rename(row.id, name)
        assert app.rows.datasets.get(row.id).name == "bells"

    def test_only_the_case_may_change(self, app):
        row = whole_dataset(app.rows, app.project)
        assert app.care.rename(row.id, "BELLS").name == "BELLS"


class TestVerifying:
    def test_a_whole_one_is_good_and_the_record_says_so(self, app):
        row = whole_dataset(app.rows, app.project)
        steps: list[tuple[int, int]] = []
        found = app.care.verify(row.id, lambda done, total: steps.append((done, total)))
        assert found.good
        assert found.examples == 3
        assert steps == [(0, 3)]
        assert Verification.of(app.rows.datasets.get(row.id)) == found
        assert Verification.of(row) is None

    def test_what_is_wrong_is_told_in_numbers(self, app):
        row = whole_dataset(app.rows, app.project, num_samples=4)
        shutil.rmtree(row.path / "db")
        entries = [chunk(sound(0)), chunk(sound(1)[:, :100]), b""]
        write_database(row.path / "db", entries, lazy=False, channels=1)
        found = app.care.verify(row.id)
        assert found.problems == (
            "The record says 4 entries, the database holds 3.",
            "2 examples have the wrong size: 1, 2.",
        )
        assert found.examples == 1

    def test_metadata_that_speaks_of_another_dataset(self, app):
        row = whole_dataset(app.rows, app.project, channels=2, sample_rate=48000)
        problems = app.care.verify(row.id).problems
        assert "metadata.yaml says channels 1, the record 2." in problems
        assert "metadata.yaml says sample rate 44100, the record 48000." in problems

    def test_a_database_that_was_cut_short_or_is_gone(self, app):
        row = whole_dataset(app.rows, app.project)
        data = row.path / "db" / "data.mdb"
        whole = data.read_bytes()
        data.write_bytes(whole[: len(whole) // 3])
        assert "damaged" in app.care.verify(row.id).problems[0]
        shutil.rmtree(row.path)
        assert "There is no dataset" in app.care.verify(row.id).problems[0]

    def test_sources_of_a_lazy_one_that_are_gone(self, app):
        row = lazy_dataset(app.rows, app.project)
        assert app.care.verify(row.id).good
        Path(row.manifest[1]["path"]).unlink()
        found = app.care.verify(row.id)
        assert "1 sound files are not where the dataset expects them" in found.problems[0]
        assert "000001-take.wav" in found.problems[0]

    def test_it_can_be_cancelled(self, app):
        row = whole_dataset(app.rows, app.project)
        cancel = Event()
        cancel.set()
        assert app.care.verify(row.id, cancel=cancel) is None
        assert Verification.of(app.rows.datasets.get(row.id)) is None

    def test_not_while_it_is_made(self, app):
        row = whole_dataset(app.rows, app.project, status=DatasetStatus.PREPROCESSING)
        with pytest.raises(UserError, match="being made"):
            app.care.verify(row.id)

    def test_a_damaged_result_is_none(self, app):
        row = whole_dataset(app.rows, app.project, statistics={"verification": {"at": "x"}})
        assert Verification.of(row) is None


class TestMovedDatasets:
    def test_it_is_found_in_its_new_place(self, app, tmp_path):
        row = whole_dataset(app.rows, app.project)
        app.archive.save_dataset(row)
        run = app.rows.experiments.add(
            Experiment(
                app.project.id, row.id, "r", {}, 2.0, output_path=app.project.path / "runs/r"
            )
        )
        (app.project.path / "runs" / "r").mkdir(parents=True)
        new = tmp_path / "elsewhere" / "bells"
        new.parent.mkdir()
        row.path.rename(new)
        assert app.care.relocate(row.id, new / "db").path == new
        assert verify(app.rows.datasets.get(row.id)).good
        experiment = sidecars.read(app.project.path / "runs/r/experiment.json", "experiment")
        linked = app.project.path / experiment["dataset"]
        assert sidecars.read(linked, "dataset")["record"]["path"] == str(new)
        assert app.rows.experiments.get(run.id).dataset_id == row.id

    def test_another_one_is_refused(self, app):
        row = whole_dataset(app.rows, app.project)
        folder = app.project.path / "other"
        write_database(folder / "db", [chunk(sound(9))], lazy=False, channels=1)
        with pytest.raises(UserError, match="another one"):
            app.care.relocate(row.id, folder)
        with pytest.raises(UserError, match="no dataset in"):
            app.care.relocate(row.id, app.project.path)
        assert app.rows.datasets.get(row.id).path == row.path

    def test_a_lazy_one_leads_its_old_paths_to_the_new_place(self, app, tmp_path):
        row = lazy_dataset(app.rows, app.project)
        new = tmp_path / "river"
        row.path.rename(new)
        moved = app.care.relocate(row.id, new)
        assert verify(moved).good
        assert (row.path / "staging").readlink() == new / "staging"

    def test_where_no_link_can_be_put_nothing_changes(self, app, tmp_path):
        row = lazy_dataset(app.rows, app.project)
        new = tmp_path / "river"
        row.path.rename(new)
        row.path.write_text("a file is in the way")
        with pytest.raises(UserError, match="refers to files in"):
            app.care.relocate(row.id, new)
        assert app.rows.datasets.get(row.id).path == row.path


class TestMovedSounds:
    def test_links_lead_to_the_new_places(self, app, tmp_path):
        row = lazy_dataset(app.rows, app.project)
        old, new = Path(row.sources[0]), tmp_path / "disk" / "river sounds"
        new.parent.mkdir()
        old.rename(new)
        assert not verify(row).good
        moved = app.care.find_sounds(row.id, tmp_path / "disk")
        assert len(moved.found) == 2
        assert moved.missing == ()
        now = app.rows.datasets.get(row.id)
        assert verify(now).good
        assert now.sources == (str(tmp_path / "disk"),)
        assert Path(now.manifest[0]["path"]) == new / "take 0.wav"
        with pytest.raises(UserError, match="where they were"):
            app.care.find_sounds(row.id, new)

    def test_another_size_or_sound_is_another_file(self, app, tmp_path):
        row = lazy_dataset(app.rows, app.project)
        manifest = [{**entry, "content": "digest"} for entry in row.manifest]
        shutil.rmtree(row.sources[0])
        samples = sound(7, 1, 2 * NUM_SIGNAL)
        wav(tmp_path / "new" / "take 0.wav", samples)
        wav(tmp_path / "new" / "take 1.wav", sound(7))  # shorter than it was
        heard = find_moved(manifest, tmp_path / "new", lambda _: "another")
        assert not heard.found
        assert len(heard.missing) == 2
        known = find_moved(manifest, tmp_path / "new", lambda _: "digest")
        assert [path.name for path in known.found.values()] == ["take 0.wav"]
        assert [path.name for path in known.missing] == ["take 1.wav"]

    def test_unchanged_times_need_no_listening(self, app, tmp_path):
        row = lazy_dataset(app.rows, app.project)
        manifest = [{**entry, "content": "digest"} for entry in row.manifest]
        Path(row.sources[0]).rename(tmp_path / "new")
        found = find_moved(manifest, tmp_path / "new", lambda _: pytest.fail("it was heard"))
        assert len(found.found) == 2

    def test_of_several_the_one_with_the_most_alike_path(self, app, tmp_path):
        row = lazy_dataset(app.rows, app.project)
        old = Path(row.sources[0])
        for place in ("a", f"b/{old.name}"):
            shutil.copytree(old, tmp_path / "new" / place)
        shutil.rmtree(old)
        found = find_moved(row.manifest, tmp_path / "new")
        assert all(path.parent.name == old.name for path in found.found.values())

    def test_nothing_there(self, app, tmp_path):
        row = lazy_dataset(app.rows, app.project)
        shutil.rmtree(row.sources[0])
        with pytest.raises(UserError, match="None of the 2 missing files"):
            app.care.find_sounds(row.id, tmp_path)

    def test_cancelling_changes_what_was_found_only(self, app, tmp_path):
        row = lazy_dataset(app.rows, app.project)
        Path(row.sources[0]).rename(tmp_path / "new")
        cancel = Event()
        cancel.set()
        assert not find_moved(row.manifest, tmp_path / "new", cancel=cancel).found


class TestExamples:
    def test_they_are_the_bytes_of_the_database(self, app, tmp_path):
        row = whole_dataset(app.rows, app.project)
        reader = ExampleReader(row)
        assert reader.count() == 3
        example = reader.read(1)
        assert np.array_equal(example.samples, sound(1))
        assert example.origin is None
        assert example.seconds == pytest.approx(2 * NUM_SIGNAL / RATE)
        assert example.peak == pytest.approx(np.abs(sound(1).astype(int)).max() / 32768)
        assert example.floats().shape == (2 * NUM_SIGNAL, 1)
        target = app.care.save_example(row.id, 1, tmp_path / "one.wav")
        with wave.open(str(target), "rb") as file:
            assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
            assert file.readframes(10**6) == sound(1).tobytes()
        assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["one.wav"]

    def test_two_channels_are_interleaved(self, tmp_path):
        from rave_gui.backend.dataset_example import Example

        save_wav(Example(0, sound(3, 2), RATE), tmp_path / "two.wav")
        with wave.open(str(tmp_path / "two.wav"), "rb") as file:
            assert file.getnchannels() == 2
            assert file.readframes(10**6) == sound(3, 2).T.tobytes()

    def test_windows_of_a_lazy_one_come_from_its_files(self, app):
        row = lazy_dataset(app.rows, app.project)
        reader = ExampleReader(row)
        assert reader.count() == 5
        example = reader.read(3)
        assert example.origin.name == "take 1.wav"
        assert example.begin == pytest.approx(NUM_SIGNAL / RATE)
        expected = sound(1, 1, 3 * NUM_SIGNAL)[:, NUM_SIGNAL : 2 * NUM_SIGNAL]
        assert np.array_equal(example.samples, expected)

    def test_what_is_not_there_is_refused(self, app, tmp_path):
        row = whole_dataset(app.rows, app.project)
        with pytest.raises(UserError, match="no example 3"):
            ExampleReader(row).read(3)
        lazy = lazy_dataset(app.rows, app.project)
        with pytest.raises(UserError, match="no example 5"):
            ExampleReader(lazy).read(5)
        shutil.rmtree(lazy.sources[0])
        with pytest.raises(UserError, match="is gone"):
            ExampleReader(lazy).read(0)
        with pytest.raises(UserError, match="cannot be written"):
            app.care.save_example(row.id, 0, tmp_path / "nowhere" / "x.wav")


class TestStakes:
    def test_what_is_lost_and_who_needs_it(self, app):
        row = whole_dataset(app.rows, app.project)
        app.rows.experiments.add(Experiment(app.project.id, row.id, "r", {}, 2.0))
        stakes = app.care.stakes(row.id)
        assert [user.name for user in stakes.users] == ["r"]
        assert stakes.bytes == folder_bytes(row.path) > 3 * 2 * NUM_SIGNAL * 2

    def test_links_are_not_counted(self, tmp_path):
        wav(tmp_path / "big.wav", sound(0, 1, 10**6))
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "link.wav").symlink_to(tmp_path / "big.wav")
        assert folder_bytes(tmp_path / "folder") < 10_000


class TestManifestEntries:
    def test_a_heard_file_comes_back(self):
        from rave_gui.audio.facts import SoundFacts

        facts = SoundFacts(
            48_000, 48000, 2, "", peak=0.5, loudness=-20.25, clipped_runs=3, silent_seconds=0.5,
            bandwidth_hz=16000.0, brickwall=True, dual_mono=True, content="abc",
            spans=((0, 48_000),),
        )  # fmt: skip
        file = ScannedFile(
            Path("/s/ä\udcff.wav"), "warn", "loud", 2.5, 48000, 2, "WAV", 99, 7, facts=facts,
            included=False,
        )  # fmt: skip
        assert ScannedFile.from_json(file.to_json()) == file
        unheard = replace(file, facts=None)
        assert ScannedFile.from_json(unheard.to_json()) == unheard

    @pytest.mark.parametrize(
        "entry",
        [
            {},
            {"path": "/s/a.wav", "verdict": "use", "reason": "", "duration_seconds": 24.0},
            {"path": 3, "verdict": "ok", "duration_seconds": "x", "size": -1, "channels": 1.5},
            {"path": "/a", "frames": 3, "sample_rate": 44100, "loudness": float("nan")},
            {"path": "/a", "frames": True, "sample_rate": 0, "included": "no", "peak": None},
        ],
    )
    def test_old_and_odd_entries_load(self, entry):
        file = ScannedFile.from_json(entry)
        assert file.verdict in {"use", "warn", "reject"}
        assert file.included
        assert file.size == 0
        assert file.facts is None or file.facts.loudness is None
