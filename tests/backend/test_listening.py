"""Listening to many files: what is found, how it ends, and that nothing is heard twice."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import threading
from pathlib import Path

import psutil
import pytest
import soundfile
from sound_corpus import make_corpus, make_long, noise

from rave_gui.backend import listen_crew
from rave_gui.backend.listening import Listener
from rave_gui.backend.scan import scan
from rave_gui.backend.scanned import ScannedFile
from rave_gui.backend.verdicts import mark_duplicates


@pytest.fixture
def listener(tmp_path):
    return Listener(tmp_path / "cache" / "heard.sqlite3")


@pytest.fixture
def sounds(tmp_path):
    folder = tmp_path / "sounds"
    folder.mkdir()
    for number in range(6):
        soundfile.write(folder / f"{number}.wav", noise(1, 8000, seed=number), 8000)
    return folder


def heard(listener: Listener, *places: Path) -> dict[str, ScannedFile]:
    files = list(scan(places))
    return {file.path.name: file for file in mark_duplicates(list(listener.listen(files)))}


def workers() -> list[psutil.Process]:
    mine = psutil.Process().children(recursive=True)
    return [child for child in mine if "--listen" in child.cmdline()]


def test_every_file_of_the_corpus_gets_its_verdict_with_a_reason(listener, tmp_path):
    cases = [*make_corpus(tmp_path / "corpus"), make_long(tmp_path / "corpus")]
    assert len(cases) >= 60
    first = {file.path: file for file in scan([tmp_path / "corpus"])}
    last = {file.path: file for file in mark_duplicates(list(listener.listen([*first.values()])))}
    assert set(first) == set(last) == {case.path for case in cases}
    wrong = [
        (case.path.name, first[case.path].verdict, last[case.path].verdict, last[case.path].reason)
        for case in cases
        if first[case.path].verdict not in case.scan.split("|")
        or last[case.path].verdict not in case.deep.split("|")
        or case.word not in last[case.path].reason
        or (last[case.path].verdict != "use" and not last[case.path].reason)
    ]
    assert wrong == []
    assert last[tmp_path / "corpus" / "three hours.wav"].duration_seconds == pytest.approx(10800)


def test_nothing_is_heard_twice_until_it_changes(listener, sounds, monkeypatch):
    before = heard(listener, sounds)
    assert listener.facts(sounds / "0.wav") == before["0.wav"].facts
    monkeypatch.setattr(listen_crew, "_start", _refuse_to_start)
    assert heard(listener, sounds) == before
    soundfile.write(sounds / "0.wav", noise(2, 8000, seed=9), 8000)
    assert listener.facts(sounds / "0.wav") is None


def _refuse_to_start(_ffmpeg: str | None) -> None:
    raise AssertionError("a file was listened to again")


def test_what_was_heard_before_an_end_is_kept(listener, sounds):
    cancel = threading.Event()
    answers = listener.listen(list(scan([sounds])), cancel)
    known = next(answers)
    cancel.set()
    assert not list(answers)
    assert listener.facts(known.path) is not None
    assert not workers()


def test_an_end_leaves_no_process_behind_even_in_a_long_file(listener, tmp_path):
    case = make_long(tmp_path, 10)
    files = list(scan([tmp_path]))
    answers = listener.listen(files, cancel := threading.Event())
    thread = threading.Thread(target=lambda: list(answers))
    thread.start()
    _until(workers)
    cancel.set()
    thread.join(5)
    assert not thread.is_alive()
    assert not workers()
    assert listener.facts(case.path) is None


def _until(condition) -> None:
    pause = threading.Event()
    for _ in range(500):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it did not come to pass")


def test_a_file_that_brings_the_decoder_down_is_rejected_alone(tmp_path, sounds, wait_until):
    listener = Listener(tmp_path / "c.sqlite3", workers=1)
    make_long(sounds, 10)
    files = list(scan([sounds]))
    files.sort(key=lambda file: -(file.duration_seconds or 0))
    found: list[ScannedFile] = []
    thread = threading.Thread(target=lambda: found.extend(listener.listen(files)))
    thread.start()
    wait_until(workers)
    os.kill(workers()[0].pid, signal.SIGSEGV)
    thread.join(60)
    verdicts = {file.path.name: (file.verdict, file.reason) for file in found}
    assert verdicts.pop("three hours.wav") == (
        "reject", "it is damaged: reading it brings the decoder down",
    )  # fmt: skip
    assert {verdict for verdict, _ in verdicts.values()} == {"use"}


def test_a_decoder_that_hangs_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(listen_crew, "_PATIENCE", 0.3)
    hanging = tmp_path / "ffmpeg"
    hanging.write_text("#!/bin/sh\nexec sleep 100\n")
    hanging.chmod(0o755)
    path = tmp_path / "a.xyz"
    path.write_bytes(b"something")
    listener = Listener(tmp_path / "c.sqlite3", str(hanging))
    (found,) = listener.listen([ScannedFile(path, "use", "", 1.0, 8000, 1)])
    assert found.verdict == "reject"


def test_a_damaged_memory_is_begun_anew(tmp_path, sounds):
    memory = tmp_path / "heard.sqlite3"
    memory.write_bytes(b"SQLite format 3\0" + b"no database at all" * 300)
    assert len(heard(Listener(memory), sounds)) == 6
    assert Listener(memory).facts(sounds / "0.wav") is not None


def test_facts_that_cannot_be_read_are_measured_anew(tmp_path, sounds):
    listener = Listener(tmp_path / "heard.sqlite3")
    heard(listener, sounds)
    with sqlite3.connect(tmp_path / "heard.sqlite3") as connection:
        connection.execute("UPDATE heard SET facts = '{}'")
    connection.close()
    assert listener.facts(sounds / "0.wav") is None
    assert {file.verdict for file in heard(listener, sounds).values()} == {"use"}


def test_without_a_place_to_remember_it_listens_all_the_same(tmp_path, sounds):
    (tmp_path / "file").touch()
    listener = Listener(tmp_path / "file" / "heard.sqlite3")
    assert len(heard(listener, sounds)) == 6


def test_originals_keep_their_bytes_and_times(listener, sounds):
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in sounds.iterdir()}
    heard(listener, sounds)
    assert before == {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in sounds.iterdir()
    }


def test_a_guessed_length_is_no_reason_to_reject_what_is_whole(listener, tmp_path):
    """Half silence, half noise, in an MP3 that does not say how long it is."""
    wave = noise(10, 44100)
    wave[: 5 * 44100] = 0
    source = tmp_path / "a.wav"
    soundfile.write(source, wave, 44100)
    for name, options in {"guess.mp3": ["-write_xing", "0"], "said.mp3": []}.items():
        command = ["ffmpeg", "-v", "error", "-i", str(source), "-q:a", "4", *options]
        subprocess.run([*command, str(tmp_path / name)], check=True)
    said = tmp_path / "said.mp3"
    said.write_bytes(said.read_bytes()[: said.stat().st_size * 3 // 4])
    found = heard(listener, tmp_path / "guess.mp3", said)
    assert found["guess.mp3"].verdict == "use"
    assert found["guess.mp3"].duration_seconds == pytest.approx(10, abs=0.1)
    assert found["said.mp3"].verdict == "reject"
    assert found["said.mp3"].reason.startswith("damaged: it should last 10.0 s")
