"""``rave-gui dataset create`` up to the point where an engine is needed, and its bars."""

from __future__ import annotations

import json

import pytest
import soundfile
from sound_corpus import noise

from rave_gui.audio.prepare import COPYING, PREPROCESSING
from rave_gui.backend.dataset import DatasetManager, Preparation
from rave_gui.backend.services import build_services
from rave_gui.cli.listening import preparation_words, time_left
from rave_gui.cli.main import main
from rave_gui.core.errors import UserError
from rave_gui.core.paths import AppPaths
from rave_gui.core.records import Dataset


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("RAVE_GUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def sounds(tmp_path):
    folder = tmp_path / "sounds"
    folder.mkdir()
    soundfile.write(folder / "a.wav", noise(1), 44100)
    return folder


@pytest.fixture
def no_engine(monkeypatch):
    """And nobody may listen, since that can take hours."""

    def refuse(_self):
        raise UserError("There is no engine yet.", "Install one.")

    monkeypatch.setattr(DatasetManager, "require_engine", refuse)
    monkeypatch.setattr(DatasetManager, "listen", lambda *_: pytest.fail("it listened"))


def create(sources, *more):
    return main(["dataset", "create", str(sources), "--project", "P", "--name", "Bells", *more])


def test_without_an_engine_nobody_waits_for_listening(sounds, no_engine, capsys):
    assert create(sounds, "--json") == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert answer["error"].startswith("There is no engine yet.")
    assert main(["list", "projects", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_taken_name_is_refused_before_anybody_listens(home, sounds, no_engine, capsys):
    services = build_services(AppPaths.below(home))
    project = services.projects.create("P")
    record = Dataset(project.id, "bells", project.path / "datasets" / "x", (), 0.0)
    services.repositories.datasets.add(record)
    assert create(sounds) == 1
    assert "There is a dataset called bells already." in capsys.readouterr().err


def test_where_there_is_no_sound_that_is_the_reason(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    assert create(tmp_path / "empty") == 1
    assert f"No audio was found in {tmp_path / 'empty'}" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--channels", "0"], ["--mix", "sum"], ["--short-files", "eat"]])
def test_wrong_settings_are_wrong_use(sounds, wrong, capsys):
    assert create(sounds, *wrong) == 2


def test_an_interrupted_wait_is_told_in_the_one_object(sounds, no_engine, monkeypatch, capsys):
    def interrupt(_self):
        raise KeyboardInterrupt

    monkeypatch.setattr(DatasetManager, "require_engine", interrupt)
    assert create(sounds, "--json") == 130
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert answer["error"].startswith("Interrupted")


def test_what_is_done_is_said_with_its_count():
    copying = Preparation(COPYING, 30.0, 60.0, 0.2, files=3, all_files=1200)
    assert preparation_words(copying) == ("Copying", "3/1,200 files")
    writing = Preparation(PREPROCESSING, 5000.0, 9000.0, 0.7)
    assert preparation_words(writing) == ("Preparing", "5,000/9,000 examples")


@pytest.mark.parametrize(
    ("part", "seconds", "words"),
    [(0.5, 60.0, "60 s left"), (0.1, 60.0, "9 min left"), (0.01, 60.0, ""), (0.5, 1.0, "")],
)
def test_the_time_left_is_no_guess(part, seconds, words):
    assert time_left(part, seconds) == words
