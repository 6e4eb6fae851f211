"""Runs of other programs and of older RAVEs: found, named, watched while they grow."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from event_records import framed, scalar
from project_maker import application, checkpoint_file

from rave_gui.backend.adopt import Adopter
from rave_gui.backend.model import ModelManager
from rave_gui.backend.outside import (
    LONGEST_QUIET,
    QUIET,
    OutsideWatch,
    Signs,
    still_trains,
    trains,
    usual_gap,
)
from rave_gui.backend.run_layouts import find_runs, name_of
from rave_gui.core.errors import UserError
from rave_gui.core.process_list import Seen, processes
from rave_gui.core.records import ExperimentStatus

NOW = 1_000_000.0
EVENTS = "events.out.tfevents.1.host.1.0"


def signs(quiet=10.0, gap=None, process=False, was_process=False):
    return Signs(NOW - quiet, gap, process, was_process)


@pytest.mark.parametrize(
    ("seen", "trains_on"),
    [
        (signs(process=True, quiet=1e6), True),
        (signs(was_process=True), False),
        (signs(quiet=QUIET - 1), True),
        (signs(quiet=QUIET + 1), False),
        (signs(quiet=1000, gap=300), True),
        (signs(quiet=1300, gap=300), False),
        (signs(quiet=LONGEST_QUIET + 1, gap=1e6), False),
    ],
)
def test_who_still_trains(seen, trains_on):
    assert still_trains(seen, NOW) is trains_on


def test_the_usual_gap_is_the_longest_of_the_last_pauses():
    assert usual_gap([1.0, 2.0, 12.0, 12.0]) == 10.0
    assert usual_gap([5.0]) is None


@pytest.mark.parametrize(
    ("argv", "cwd", "found"),
    [
        ("/env/bin/python /env/bin/rave train --name bells --out_path /their/runs", "/", True),
        ("rave train --name=bells --out_path=runs --db_path x", "/their", True),
        ("python /env/bin/rave train --name bells", "/their", True),
        ("rave train --name other --out_path /their/runs", "/", False),
        ("rave train --name bells --out_path /elsewhere", "/", False),
        ("rave export --name bells --out_path /their/runs", "/", False),
        ("grep train --name bells --out_path /their/runs", "/", False),
        ("rave train", "/their", False),
    ],
)
def test_a_process_is_known_by_what_it_was_told(argv, cwd, found):
    run = Path("/their/runs/bells_0123456789")
    assert trains(Seen(1, tuple(argv.split()), Path(cwd)), run) is found


def test_our_own_process_is_listed():
    own = next(one for one in processes() if one.pid == os.getpid())
    assert own.cwd == Path.cwd()
    assert any("pytest" in word for word in own.argv) or sys.executable in own.argv


# Layouts


def version(folder, step=300):
    checkpoint_file(folder / "checkpoints" / "best.ckpt", step)
    (folder / EVENTS).write_bytes(framed(scalar("validation", step, 6.5)))


def test_runs_of_every_age_are_found_and_named(tmp_path):
    version(tmp_path / "new_0123456789" / "version_0")
    (tmp_path / "new_0123456789" / "config.gin").touch()
    version(tmp_path / "old" / "rave" / "version_3")
    version(tmp_path / "plain" / "lightning_logs" / "version_0")
    version(tmp_path / "bare_abcdefabcd")
    (tmp_path / "sounds" / "checkpoints").mkdir(parents=True)
    (tmp_path / "ckpts" / "version_0").mkdir(parents=True)
    found = list(find_runs(tmp_path))
    assert sorted(map(name_of, found)) == ["bare", "new", "old", "plain"]
    assert list(find_runs(tmp_path / "old" / "rave" / "version_3")) == [tmp_path / "old" / "rave"]
    assert name_of(Path("/a/bells_2")) == "bells_2"
    with pytest.raises(UserError, match="is no folder"):
        list(find_runs(tmp_path / "gone"))


# Watching


@pytest.fixture
def app(app_paths):
    built = application(app_paths)
    built.models = ModelManager(app_paths, built.rows, built.signals)
    built.seen = []
    built.watch = OutsideWatch(
        app_paths, built.rows, built.archive, built.models, built.signals, lambda: built.seen
    )
    built.adopter = Adopter(built.rows, built.archive, built.models, built.signals, built.watch)
    built.project = built.projects.create("Bells")
    return built


@pytest.fixture
def run(tmp_path):
    made = tmp_path / "runs" / "bells_0123456789"
    version(made / "version_0")
    (made / "config.gin").write_text("SAMPLING_RATE = 44100\n")
    age(made, 3600)
    return made


def age(run, seconds):
    """As if it had been written so long ago."""
    then = time.time() - seconds
    for path in run.rglob("*"):
        os.utime(path, (then, then))


def process(run):
    argv = ("python", "rave", "train", "--name", "bells", "--out_path", str(run.parent))
    return Seen(7, argv, run.parent)


def look(app):
    app.watch._next_look = 0.0
    app.watch.look()


def test_a_run_that_rests_is_brought_in_as_stopped(app, run):
    (row,) = app.adopter.adopt(run.parent, app.project)
    assert row.status is ExperimentStatus.STOPPED


def test_a_run_that_grows_is_watched_until_its_process_is_gone(app, run):
    app.seen = [process(run)]
    (row,) = app.adopter.adopt(run.parent, app.project)
    assert row.status is ExperimentStatus.OUTSIDE
    assert not row.status.active, "nothing of ours works on it, so nothing of ours may stop it"
    told = []
    app.signals.training_updated.connect(told.append)
    look(app)
    assert told == [], "nothing was written meanwhile"
    with (run / "version_0" / EVENTS).open("ab") as file:
        file.write(framed(scalar("validation", 450, 6.0)))
    checkpoint_file(run / "version_0" / "checkpoints" / "epoch-epoch=0001.ckpt", 450)
    look(app)
    row = app.rows.experiments.get(row.id)
    assert (row.status, row.step) == (ExperimentStatus.OUTSIDE, 450)
    assert [point.step for point in app.models.list_checkpoints(row.id)] == [300, 450]
    app.seen = []
    look(app)
    row = app.rows.experiments.get(row.id)
    assert row.status is ExperimentStatus.STOPPED
    assert row.final_metrics == {"validation": 6.0}
    assert len(told) == 2


def test_without_a_process_the_files_tell(app, run):
    """It is trained on another machine, on a disk that both see."""
    age(run, 5)
    (row,) = app.adopter.adopt(run.parent, app.project)
    assert row.status is ExperimentStatus.OUTSIDE
    age(run, QUIET + 60)
    look(app)
    assert app.rows.experiments.get(row.id).status is ExperimentStatus.STOPPED


def test_a_run_that_vanished_has_ended(app, run):
    app.seen = [process(run)]
    (row,) = app.adopter.adopt(run.parent, app.project)
    run.rename(run.with_name("moved"))
    app.seen = []
    look(app)
    assert app.rows.experiments.get(row.id).status is ExperimentStatus.STOPPED


def test_looking_is_rare(app, run):
    asked = []
    app.watch._list_processes = lambda: asked.append(1) or []
    age(run, 5)
    app.adopter.adopt(run.parent, app.project)
    asked.clear()
    look(app)
    app.watch.look()
    assert asked == [1]


@pytest.mark.parametrize(
    ("config", "why"), [(None, "has no config.gin"), ("balancer = ((((", "cannot be read")]
)
def test_a_run_of_another_rave_says_what_cannot_be_done_with_it(app, run, config, why):
    if config is None:
        (run / "config.gin").unlink()
    else:
        (run / "config.gin").write_text(config)
    age(run, 3600)
    (row,) = app.adopter.adopt(run.parent, app.project)
    assert why in row.notes
    assert row.step == 300
    assert [point.validation for point in app.models.list_checkpoints(row.id)] == [6.5]


def test_a_run_without_versions_has_its_checkpoints_and_curves(app, tmp_path):
    bare = tmp_path / "copied" / "bells_0123456789"
    version(bare)
    (bare / "config.gin").touch()
    age(bare, 3600)
    (row,) = app.adopter.adopt(tmp_path / "copied", app.project)
    assert (row.name, row.step, row.final_metrics) == ("bells", 300, {"validation": 6.5})
    assert [point.step for point in app.models.list_checkpoints(row.id)] == [300]
