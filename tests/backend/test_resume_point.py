"""A resume never takes a broken, a sick or an abandoned checkpoint."""

from __future__ import annotations

import pytest
from project_maker import checkpoint_file

from rave_gui.backend import resume_point as module
from rave_gui.backend.resume_point import RESUME_KEY, resume_point
from rave_gui.core.records import Checkpoint, CheckpointKind, Experiment


@pytest.fixture
def row(tmp_path):
    def make(name, step, at=0.0, whole=True):
        path = checkpoint_file(tmp_path / name, step)
        if not whole:
            path.write_bytes(path.read_bytes()[:-5])
        return Checkpoint(1, name, path, step, CheckpointKind.SAVED, at)

    return make


def experiment(**config):
    return Experiment(1, 1, "bells", config, 0.0)


def test_the_furthest_one(row):
    rows = [row("a", 10), row("c", 30), row("b", 20)]
    assert resume_point(experiment(), rows, None).step == 30
    assert resume_point(experiment(), [], None) is None


def test_half_written_and_vanished_ones_are_passed_over(row):
    torn, gone = row("torn", 40, whole=False), row("gone", 50)
    gone.checkpoint_path.unlink()
    assert resume_point(experiment(), [row("a", 10), torn, gone], None).step == 10
    assert resume_point(experiment(), [torn, gone], None) is None


def test_a_model_of_nan_is_passed_over_while_there_is_another(row, monkeypatch):
    monkeypatch.setattr(module, "holds_nan", lambda path: path.name == "crashed")
    crashed, sound = row("crashed", 30), row("sound", 20)
    assert resume_point(experiment(), [crashed, sound], None) == sound
    assert resume_point(experiment(), [crashed], None) == crashed


def test_who_went_back_is_not_taken_to_the_steps_that_were_left(row):
    early, left, anew = row("early", 100), row("left", 500, 50.0), row("anew", 200, 1000.0)
    gone_back = experiment(**{RESUME_KEY: str(early.checkpoint_path)})
    assert resume_point(gone_back, [early, left, anew], 900.0) == anew
    assert resume_point(gone_back, [early, left], 900.0) == early
