"""What is said of files by their headers alone."""

from __future__ import annotations

import json
import os
import random
import struct
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile
from sound_corpus import noise, wav

from rave_gui.backend import audio_header
from rave_gui.backend.audio_find import find_files
from rave_gui.backend.audio_header import first_track_is_sound
from rave_gui.backend.scan import length, scan, scan_file

RATE = 8000


@pytest.fixture
def write(tmp_path):
    def make(name: str, seconds: float = 1.0, channels: int = 1, **options: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, noise(seconds, RATE, channels), RATE, **options)
        return path

    return make


def test_a_sound_file_is_used_with_its_facts(write):
    path = write("odd 'name\nwith line.wav", 2.0, channels=2)
    found = scan_file(path)
    assert (found.verdict, found.duration_seconds, found.sample_rate, found.channels) == (
        "use", 2.0, RATE, 2,
    )  # fmt: skip
    assert found.format == "WAV 16"
    assert (found.size, found.modified) == (path.stat().st_size, path.stat().st_mtime_ns)


def test_folders_are_searched_once_and_hidden_files_left_out(write, tmp_path):
    write("a/one.wav")
    write("a/.hidden.wav")
    write("a/.git/two.wav")
    (tmp_path / "a" / "notes.txt").write_text("no sound")
    (tmp_path / "a" / "loop").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "again.wav").symlink_to(tmp_path / "a" / "one.wav")
    found = list(scan([tmp_path / "a", tmp_path, tmp_path / "a" / "one.wav"]))
    assert [file.path.name for file in found] == ["again.wav"], "the same file under another name"


def test_a_file_that_is_named_is_judged_whatever_its_suffix(write, tmp_path):
    path = write("take.wav").rename(tmp_path / "take.sound")
    assert scan_file(path).verdict == "use"
    assert not list(scan([tmp_path]))


def test_what_is_not_there_is_told_and_does_not_end_the_search(write, tmp_path):
    good = write("good.wav")
    found = list(scan([tmp_path / "gone", good]))
    assert [(file.verdict, file.reason) for file in found] == [
        ("reject", "does not exist"), ("use", ""),
    ]  # fmt: skip


def test_a_folder_that_cannot_be_opened_is_told(write, tmp_path, monkeypatch):
    write("closed/in.wav")
    write("open/in.wav")
    true_scandir = os.scandir

    def scandir(place):
        if Path(place).name == "closed":
            raise PermissionError(13, "Permission denied")
        return true_scandir(place)

    monkeypatch.setattr(os, "scandir", scandir)
    found = {file.path.name: file.reason for file in scan([tmp_path])}
    assert found == {"closed": "may not be read: permission denied", "in.wav": ""}


def test_a_pipe_does_not_hold_up_the_search(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    assert scan_file(tmp_path / "pipe.wav").reason == "no file: it is a pipe or device"


def test_a_hundred_thousand_names_are_found_in_one_pass(tmp_path):
    for folder in range(10):
        (tmp_path / str(folder)).mkdir()
        for number in range(300):
            (tmp_path / str(folder) / f"{number}.wav").touch()
    assert sum(1 for _ in find_files([tmp_path])) == 3000


def test_it_ends_when_nobody_waits(write, tmp_path):
    for number in range(5):
        write(f"{number}.wav")
    cancel = threading.Event()
    files = scan([tmp_path], cancel=cancel)
    next(files)
    cancel.set()
    assert not list(files)


def test_a_slow_ffprobe_is_not_waited_for(tmp_path):
    slow = tmp_path / "ffprobe"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    odd = tmp_path / "odd.mp3"
    odd.write_bytes(bytes(range(256)) * 20)
    cancel = threading.Event()
    timer = threading.Timer(0.1, cancel.set)
    timer.start()
    (found,) = scan([odd], str(slow), cancel)
    timer.join()
    assert found.verdict == "reject"


def test_without_ffprobe_it_says_what_is_missing(tmp_path):
    odd = tmp_path / "odd.mp3"
    odd.write_bytes(bytes(range(256)) * 20)
    (found,) = scan([odd], None)
    assert "ffprobe is missing" in found.reason


@pytest.mark.parametrize("container", ["WAV", "RF64", "AIFF"])
@pytest.mark.parametrize(("part", "verdict"), [(0.3, "reject"), (0.999, "warn"), (1.0, "use")])
def test_a_header_is_held_against_the_bytes_that_are_there(tmp_path, container, part, verdict):
    path = tmp_path / "take.wav"
    soundfile.write(path, noise(10, RATE), RATE, format=container)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    found = scan_file(path)
    assert found.verdict == verdict
    if verdict == "reject":
        assert found.reason == "damaged: the header promises 10.0 s, data ends after 3.0 s"


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_a_recorder_that_did_not_know_the_length_is_believed(tmp_path, size):
    path = tmp_path / "take.wav"
    data = (noise(1, RATE)[:, 0] * 32767).astype("<i2").tobytes()
    path.write_bytes(wav(data, RATE, riff=size, length=size))
    assert scan_file(path).verdict in {"use", "reject"}
    if size:
        assert scan_file(path).duration_seconds == pytest.approx(1.0)


@pytest.mark.parametrize(("first", "sound"), [(b"vide", False), (b"soun", True)])
def test_the_first_track_of_a_film_is_seen(tmp_path, first, sound):
    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(body), name) + body

    def track(kind: bytes) -> bytes:
        return box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + kind + bytes(12))))

    path = tmp_path / "a.mp4"
    tracks = track(first) + track(b"vide" if sound else b"soun")
    path.write_bytes(box(b"ftyp", b"isom") + box(b"mdat", bytes(99)) + box(b"moov", tracks))
    assert first_track_is_sound(path) is sound


def test_bytes_turned_over_at_random_are_survived(tmp_path, monkeypatch):
    monkeypatch.setattr(audio_header, "_by_ffprobe", _never)
    chance = random.Random(1)
    for container in ("WAV", "AIFF", "FLAC", "RF64", "CAF"):
        path = tmp_path / f"a.{container.lower()}"
        soundfile.write(path, noise(0.2, RATE), RATE, format=container)
        whole = path.read_bytes()
        for _ in range(60):
            data = bytearray(whole)
            for _ in range(chance.randint(1, 8)):
                data[chance.randrange(min(len(data), 200))] = chance.randrange(256)
            path.write_bytes(bytes(data[: chance.randint(1, len(data))]))
            found = scan_file(path)
            assert found.verdict in {"use", "warn", "reject"}
            assert found.reason or found.verdict == "use"


def _never(*_arguments: object) -> audio_header.Header:
    from rave_gui.core.errors import UserError

    raise UserError("damaged or not audio")


def test_an_entry_of_the_manifest_is_plain(write):
    entry = scan_file(write("a.wav")).to_json()
    assert json.loads(json.dumps(entry)) == entry
    assert {
        "path",
        "verdict",
        "reason",
        "duration_seconds",
        "sample_rate",
        "channels",
        "format",
    } <= set(entry)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(4.24, "4.2 s"), (119.96, "120.0 s"), (185, "3 m 05 s"), (11105, "3 h 05 m")],
)
def test_lengths_in_words(seconds, words):
    assert length(seconds) == words


def test_samples_of_floats_are_named_by_their_kind(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(100), RATE, subtype="FLOAT")
    assert scan_file(path).format == "WAV float"
