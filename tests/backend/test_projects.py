"""Projects: made, opened, renamed and forgotten, with sentences where that cannot be."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import project_maker as maker
import pytest

from rave_gui.backend.projects import LAYOUT, checked_name
from rave_gui.core.errors import UserError
from rave_gui.core.records import Experiment, Job, JobKind, JobState
from rave_gui.core.signals import RecordChanged


@pytest.fixture
def app(app_paths):
    return maker.application(app_paths)


@pytest.fixture
def heard(app):
    events: list[RecordChanged] = []
    app.signals.project_changed.connect(events.append)
    return events


def test_a_project_is_a_folder_that_says_what_it_is(app, app_paths, heard):
    project = app.projects.create("  Glass & Étude ")
    assert project.name == "Glass & Étude"
    assert project.path == app_paths.projects / "glass-etude"
    assert sorted(p.name for p in project.path.iterdir()) == sorted((*LAYOUT, "project.json"))
    content = json.loads((project.path / "project.json").read_bytes())
    assert (content["format"], content["kind"]) == (1, "project")
    assert content["record"]["name"] == "Glass & Étude"
    assert str(project.path) not in (project.path / "project.json").read_text()
    assert app.projects.list() == [project]
    assert heard == [RecordChanged("projects", project.id, "created")]


def test_two_names_that_give_one_folder_name_get_two_folders(app):
    first, second = app.projects.create("a b"), app.projects.create("a/b")
    assert first.path != second.path


def test_a_folder_may_be_chosen_and_hold_other_things(app, tmp_path):
    folder = tmp_path / "my sounds"
    folder.mkdir()
    (folder / "take 1.wav").write_bytes(b"")
    project = app.projects.create("mine", folder)
    assert project.path == folder
    assert (folder / "take 1.wav").exists()


@pytest.mark.parametrize("name", ["glass", "GLASS", " Glass ", "gLaSs"])
def test_a_name_is_taken_whatever_its_case(app, tmp_path, name):
    app.projects.create("Glass")
    with pytest.raises(UserError, match="already a project called Glass"):
        app.projects.create(name, tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere").exists()


def test_a_name_is_taken_beyond_ascii_too(app):
    app.projects.create("É\u0301tude straße")
    with pytest.raises(UserError, match="already a project"):
        app.projects.create("é\u0301TUDE STRASSE")


@pytest.mark.parametrize(
    "name", ["", "   ", "\t\n", "a\0b", "a\nb", "a\x1b[31m", "x" * 121, "\ud800", "a\u2028b"]
)
def test_a_name_that_is_none_is_refused(app, app_paths, name):
    with pytest.raises(UserError):
        app.projects.create(name)
    assert app.projects.list() == []
    assert not app_paths.projects.exists()


@pytest.mark.parametrize(
    "name", ["..", "/", "../../etc", "CON", "🎻", "a" * 120, "'; DROP TABLE", "."]
)
def test_a_strange_name_stays_a_name_and_never_becomes_a_path(app, app_paths, name):
    project = app.projects.create(name)
    assert project.name == checked_name(name)
    assert project.path.parent == app_paths.projects
    assert app.projects.by_name(name) == project


def test_two_projects_in_one_folder_are_refused(app, heard):
    project = app.projects.create("one")
    heard.clear()
    with pytest.raises(UserError, match="is a project already"):
        app.projects.create("two", project.path)
    assert app.projects.list() == [project]
    assert heard == []


def test_a_folder_that_cannot_be_made_is_a_sentence_and_leaves_no_row(app, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="cannot be made") as told:
        app.projects.create("one", tmp_path / "file" / "project")
    assert str(tmp_path / "file") in told.value.what
    assert app.projects.list() == []


def test_a_project_file_that_cannot_be_written_leaves_no_row(app, monkeypatch):
    def full(*_args, **_kw):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rave_gui.core.sidecars.write_json", full)
    with pytest.raises(UserError, match="No space left on device"):
        app.projects.create("one")
    assert app.projects.list() == []


def test_a_known_project_opens_as_it_is(app):
    project = app.projects.create("one")
    assert app.projects.open(project.path) == project
    assert app.projects.open(project.path / "project.json") == project
    assert app.projects.open(project.path / "runs" / "..") == project


def test_an_unknown_project_is_read_in(app, app_paths):
    project = maker.whole_project(app)
    maker.lose_database(app_paths)
    again = maker.application(app_paths)
    assert again.projects.open(project.path) == project
    assert len(again.rows.experiments.list()) == 2


def test_a_link_to_a_project_is_that_project(app, tmp_path):
    project = app.projects.create("one")
    (tmp_path / "link").symlink_to(project.path)
    assert app.projects.open(tmp_path / "link") == project


def test_what_cannot_be_opened_is_a_sentence(app, tmp_path):
    (tmp_path / "file.txt").write_text("x")
    (tmp_path / "folder").mkdir()
    for name, words in (
        ("nowhere", "is gone"),
        ("file.txt", "is a file"),
        ("folder", "is not a project"),
    ):
        with pytest.raises(UserError, match=words) as told:
            app.projects.open(tmp_path / name)
        assert str(tmp_path / name) in told.value.what
        assert told.value.remedy


def test_get_or_create(app):
    project = app.projects.get_or_create("one")
    assert app.projects.get_or_create("ONE") == project
    shutil.rmtree(project.path)
    with pytest.raises(UserError, match="is gone"):
        app.projects.get_or_create("one")


def test_renaming_changes_row_and_file_but_not_the_folder(app, heard):
    project = app.projects.create("one")
    renamed = app.projects.rename(project.id, " Two ")
    assert renamed == replace(project, name="Two")
    assert app.projects.list() == [renamed]
    assert json.loads((project.path / "project.json").read_bytes())["record"]["name"] == "Two"
    assert heard[-1] == RecordChanged("projects", project.id, "updated")
    assert app.projects.rename(project.id, "TWO").name == "TWO"


def test_renaming_is_refused_as_a_whole(app):
    one, two = app.projects.create("one"), app.projects.create("two")
    with pytest.raises(UserError, match="already a project called two"):
        app.projects.rename(one.id, "Two")
    shutil.rmtree(two.path)
    with pytest.raises(UserError, match="cannot be written"):
        app.projects.rename(two.id, "three")
    assert [project.name for project in app.projects.list()] == ["one", "two"]


def test_forgetting_keeps_every_file(app, heard):
    project = maker.whole_project(app)
    before = sorted(project.path.glob("**/*"))
    app.projects.forget(project.id)
    assert app.projects.list() == []
    assert app.rows.experiments.list() == []
    assert sorted(project.path.glob("**/*")) == before
    assert heard[-1] == RecordChanged("projects", project.id, "deleted")
    assert app.projects.open(project.path) == project
    assert len(app.rows.checkpoints.list()) == 3


def test_a_project_at_work_is_not_forgotten(app):
    project = app.projects.create("one")
    job = Job("j1", JobKind.TRAIN, Path("/j"), JobState.RUNNING, 1.0, "Training x", project.id)
    app.rows.jobs.add(job)
    with pytest.raises(UserError, match="at work: Training x"):
        app.projects.forget(project.id)
    assert app.projects.list() == [project]


def test_a_rated_checkpoint_is_written_down_at_once(app):
    project = maker.whole_project(app)
    row = app.rows.checkpoints.list(step=42)[0]
    app.rows.checkpoints.update(row.id, pinned=True)
    app.signals.model_saved.emit(RecordChanged("models", row.id, "updated"))
    content = json.loads((project.path / "runs" / "second" / "experiment.json").read_bytes())
    assert [item["pinned"] for item in content["checkpoints"]] == [True]


def test_a_damaged_project_file_does_not_lock_anybody_out(app):
    project = app.projects.create("one")
    (project.path / "project.json").write_bytes(b"{")
    assert app.projects.open(project.path) == project
    app.projects.rename(project.id, "two")
    kept = project.path / "project.json.damaged"
    assert kept.read_bytes() == b"{"
    assert json.loads((project.path / "project.json").read_bytes())["record"]["name"] == "two"


def test_a_folder_in_use_by_a_known_project_cannot_be_taken_over(app):
    project = app.projects.create("one")
    (project.path / "project.json").unlink()
    with pytest.raises(UserError, match="another project with this path"):
        app.projects.create("two", project.path)
    assert not (project.path / "project.json").exists()


def test_experiments_of_two_projects_may_share_a_name(app):
    for name in ("one", "two"):
        project = app.projects.create(name)
        assert app.rows.experiments.add(Experiment(project.id, None, "first", {}, 1.0)).id
