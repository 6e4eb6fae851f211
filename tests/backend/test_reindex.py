"""The database is an index: a project folder alone brings everything back."""

from __future__ import annotations

import json
import math
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import project_maker as maker
import pytest

from rave_gui.companion.rave_gui_job_files import EXIT, RUNNER, process_token, write_json
from rave_gui.core.errors import UserError
from rave_gui.core.jobs import JobDirectory
from rave_gui.core.records import (
    CheckpointKind,
    Dataset,
    DatasetStatus,
    Experiment,
    ExperimentStatus,
    JobKind,
    JobState,
)


@pytest.fixture(autouse=True)
def _no_power_cuts(monkeypatch):
    """Nothing here needs the disk itself to be asked, which takes most of the time."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def app(app_paths):
    return maker.application(app_paths)


@pytest.fixture
def project(app):
    return maker.whole_project(app)


@pytest.fixture
def again(app_paths, project):
    """The application after the database was lost."""
    maker.lose_database(app_paths)
    return maker.application(app_paths)


def _change(path: Path, **changes) -> None:
    content = json.loads(path.read_bytes())
    content["record"] |= changes
    path.write_text(json.dumps(content))


def test_everything_comes_back_with_its_number(app, project, app_paths):
    before = maker.everything(app.rows)
    maker.lose_database(app_paths)
    again = maker.application(app_paths)
    report = again.projects.reindex(project.path)
    assert maker.everything(again.rows) == before
    assert report.warnings == ()
    assert (report.datasets, report.experiments, report.checkpoints) == (1, 2, 3)
    assert (report.exports, report.jobs, report.project) == (1, 4, project)


def test_twice_changes_nothing(again, project):
    report = again.projects.reindex(project.path)
    before = maker.everything(again.rows)
    assert again.projects.reindex(project.path) == report
    assert maker.everything(again.rows) == before


def test_a_known_project_is_left_as_it_is(app, project):
    app.rows.experiments.update(1, notes="newer than the sidecar", status=ExperimentStatus.RUNNING)
    before = maker.everything(app.rows)
    app.projects.reindex(project.path)
    assert maker.everything(app.rows) == before


def test_a_folder_that_moved_comes_back_at_its_new_place(again, project, tmp_path):
    new = tmp_path / "another disk" / "project"
    new.parent.mkdir()
    project.path.rename(new)
    again.projects.reindex(new)
    found = maker.everything(again.rows)
    assert len(found["checkpoints"]) == 3
    assert str(project.path) not in repr(found)
    assert all(row.checkpoint_path.exists() for row in found["checkpoints"])
    assert found["datasets"][0].sources == ("/sounds/strings", str(new / "renders"))
    assert found["datasets"][0].manifest[0]["path"] == str(new / "datasets/strings/staging/a.wav")
    assert found["exports"][0].model_id == found["checkpoints"][0].id


def test_a_known_project_is_followed_to_its_new_place(app, project, tmp_path):
    before = maker.everything(app.rows)
    new = tmp_path / "moved"
    project.path.rename(new)
    report = app.projects.reindex(new)
    after = maker.everything(app.rows)
    assert repr(after) == repr(before).replace(str(project.path), str(new))
    assert report.project == replace(project, path=new)


def test_a_copy_is_a_project_of_its_own(app, project, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(project.path, copy)
    report = app.projects.reindex(copy)
    assert report.project.name == "Étude 2"
    assert report.project.id != project.id
    assert len(app.rows.experiments.list(project_id=report.project.id)) == 2
    assert len(app.rows.experiments.list(project_id=project.id)) == 2
    kept = app.rows.experiments.list(project_id=report.project.id)
    parent = next(row for row in kept if row.name == "first")
    assert next(row for row in kept if row.name == "second").parent_id == parent.id
    assert json.loads((copy / "project.json").read_bytes())["record"]["name"] == "Étude 2"


def test_numbers_that_are_taken_are_not_fought_over(app, project, app_paths):
    maker.lose_database(app_paths)
    again = maker.application(app_paths)
    other = again.projects.create("Other")
    for name in ("a", "b"):
        again.rows.experiments.add(Experiment(other.id, None, name, {}, 1.0))
    again.projects.reindex(project.path)
    first, second = again.rows.experiments.list(name=["first", "second"])
    assert {first.id, second.id} == {3, 4}
    assert second.parent_id == first.id
    assert again.rows.experiments.get(first.id).dataset_id == again.rows.datasets.list()[0].id
    jobs = {job.target_id for job in again.rows.jobs.list(kind=JobKind.TRAIN)}
    assert jobs == {first.id, second.id}


def test_what_a_person_said_of_a_checkpoint_comes_back(again, project):
    again.projects.reindex(project.path)
    best = again.rows.checkpoints.list(is_best=True)[0]
    assert (best.name, best.pinned, best.rating, best.validation) == ("the warm one", True, 5, 1.5)
    assert best.notes == "rings"


def test_checkpoints_that_nobody_recorded_are_found(again, project):
    folder = project.path / "runs" / "first" / "first_0123456789" / "version_1" / "checkpoints"
    maker.checkpoint_file(folder / "saved-step=000030.ckpt", 30)
    (folder / "best.ckpt").write_bytes(b"half")
    report = again.projects.reindex(project.path)
    found = again.rows.checkpoints.list(step=30)[0]
    assert (found.kind, found.experiment_id) == (CheckpointKind.SAVED, 1)
    assert again.rows.experiments.get(1).step == 30
    assert report.warnings == (f"{folder / 'best.ckpt'} is not complete and is left out.",)


def test_a_checkpoint_that_got_a_better_name_keeps_what_was_said(again, project):
    folder = project.path / "runs" / "first" / "first_0123456789" / "version_0" / "checkpoints"
    os.link(folder / "best.ckpt", folder / "saved-step=000010.ckpt")
    again.projects.reindex(project.path)
    found = again.rows.checkpoints.list(step=10)
    assert [row.name for row in found] == ["the warm one"]
    assert found[0].checkpoint_path.name == "saved-step=000010.ckpt"


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"format": 1}', b"\xff", b"[" * 50_000])
def test_damaged_sidecars_are_named_and_the_rest_is_found(again, project, content):
    damaged = [
        project.path / "project.json",
        project.path / "datasets" / "strings" / "dataset.json",
        project.path / "runs" / "first" / "experiment.json",
        project.path / "exports" / "strings" / "export.json",
    ]
    for path in damaged:
        path.write_bytes(content)
    report = again.projects.reindex(project.path)
    for path in damaged:
        assert any(str(path) in warning for warning in report.warnings)
    assert report.project.name == project.path.name
    assert (report.datasets, report.experiments, report.checkpoints) == (1, 2, 3)
    assert (report.exports, report.jobs) == (1, 4)
    dataset = again.rows.datasets.list()[0]
    assert (dataset.name, dataset.status) == ("strings", DatasetStatus.READY)
    assert (dataset.channels, dataset.sample_rate) == (2, 48000)
    assert (dataset.num_samples, dataset.num_signal) == (2, 32)
    assert dataset.duration_seconds == 2 * 64 / 48000
    export = again.rows.exports.list()[0]
    assert (export.streaming, export.format) == (True, "torchscript")
    assert damaged[1].read_bytes() == content


def test_without_any_sidecar_the_files_speak(again, project):
    for path in project.path.glob("**/*.json"):
        if path.parent.parent.name != "jobs":
            path.unlink()
    report = again.projects.reindex(project.path)
    assert (report.datasets, report.experiments, report.checkpoints) == (1, 2, 3)
    assert report.warnings == ()
    row = again.rows.experiments.list(config={"configs": ["v1"]})[0]
    assert row.status is ExperimentStatus.RUNNING, "its job is to be settled, and judged by that"
    assert again.rows.jobs.list(kind=JobKind.TRAIN)[0].state is JobState.RUNNING
    assert (project.path / "project.json").exists()


def test_a_dataset_whose_sound_is_damaged_says_so(again, project):
    folder = project.path / "datasets" / "strings"
    (folder / "dataset.json").unlink()
    (folder / "db" / "data.mdb").write_bytes(b"x" * 9000)
    again.projects.reindex(project.path)
    dataset = again.rows.datasets.list()[0]
    assert dataset.status is DatasetStatus.FAILED
    assert str(folder / "db" / "data.mdb") in dataset.error


def test_a_dataset_that_was_never_finished_is_none(again, project):
    folder = project.path / "datasets" / "strings"
    (folder / "dataset.json").unlink()
    (folder / "db" / "metadata.yaml").unlink()
    assert again.projects.reindex(project.path).datasets == 0


def test_a_run_without_sidecar_and_job_counts_as_stopped(again, project):
    maker.run_folder(project.path / "runs" / "loose", "loose name", {"best.ckpt": 7})
    again.projects.reindex(project.path)
    row = next(row for row in again.rows.experiments.list() if row.name == "loose name")
    assert (row.status, row.step, row.config) == (ExperimentStatus.STOPPED, 7, {})
    assert row.run_dir.name == "loose name_0123456789"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"output_path": "../../outside"}, "output_path"),
        ({"output_path": "runs/../../../outside"}, "output_path"),
        ({"output_path": 5}, "output_path"),
        ({"status": "dreaming"}, "status"),
        ({"step": "many"}, "step"),
        ({"step": 10**30}, "step"),
        ({"created_at": 10**400}, "created_at"),
        ({"tags": [1, 2]}, "tags"),
        ({"config": []}, "config"),
        ({"name": None}, "name"),
    ],
)
def test_a_hostile_value_is_refused_and_the_run_still_found(again, project, changes, field):
    path = project.path / "runs" / "first" / "experiment.json"
    _change(path, **changes)
    report = again.projects.reindex(project.path)
    assert any(str(path) in warning for warning in report.warnings)
    assert report.experiments == 2
    for row in again.rows.experiments.list():
        assert row.output_path.is_relative_to(project.path)


@pytest.mark.parametrize("number", [0, -1, 2**62, None])
def test_an_impossible_number_is_replaced(again, project, number):
    _change(project.path / "runs" / "first" / "experiment.json", id=number)
    assert again.projects.reindex(project.path).warnings == ()
    assert {row.name for row in again.rows.experiments.list()} == {"first", "second"}
    assert max(row.id for row in again.rows.experiments.list()) < 100


def test_a_newer_project_is_refused_politely(again, project):
    path = project.path / "project.json"
    content = json.loads(path.read_bytes())
    path.write_text(json.dumps({**content, "format": 9}))
    with pytest.raises(UserError, match=r"newer version .*format 9") as told:
        again.projects.reindex(project.path)
    assert "Update" in told.value.remedy
    assert again.rows.projects.list() == []


def test_a_newer_record_is_left_to_the_newer_version(again, project):
    path = project.path / "runs" / "first" / "experiment.json"
    content = json.loads(path.read_bytes())
    path.write_text(json.dumps({**content, "format": 9}))
    before = path.read_bytes()
    report = again.projects.reindex(project.path)
    assert [row.name for row in again.rows.experiments.list()] == ["second"]
    assert any("newer version" in warning for warning in report.warnings)
    assert path.read_bytes() == before


def test_a_renamed_run_folder_is_followed(again, project):
    new = project.path / "runs" / "renamed by hand"
    (project.path / "runs" / "first").rename(new)
    again.projects.reindex(project.path)
    row = again.rows.experiments.list(name="first")[0]
    assert (row.output_path, row.run_dir) == (new, new / "first_0123456789")
    assert len(again.rows.checkpoints.list(experiment_id=row.id)) == 2
    assert all(c.checkpoint_path.exists() for c in again.rows.checkpoints.list())


def test_a_training_that_still_runs_is_taken_up_again(again, project):
    job = next((project.path / "jobs").glob("*train-1"))
    (job / EXIT).unlink()
    token = process_token(os.getpid())
    write_json(job / RUNNER, {"runner_pid": os.getpid(), "runner_token": token})
    again.projects.reindex(project.path)
    row = again.rows.jobs.get(job.name)
    assert (row.state, row.pid, row.process_token) == (JobState.RUNNING, os.getpid(), token)
    assert again.rows.experiments.get(1).status is ExperimentStatus.RUNNING
    assert again.rows.devices.all() == {"gpu:0": "experiment-1"}


def test_a_job_that_ended_after_the_last_word_is_left_to_be_settled(again, project):
    job = next((project.path / "jobs").glob("*train-1"))
    end = json.loads((job / EXIT).read_bytes())
    write_json(job / EXIT, {**end, "ended_at": time.time() + 5})
    again.projects.reindex(project.path)
    assert again.rows.jobs.get(job.name).state is JobState.RUNNING
    assert again.rows.experiments.get(1).status is ExperimentStatus.RUNNING
    assert again.rows.experiments.get(2).status is ExperimentStatus.STOPPED


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        (ExperimentStatus.RUNNING, ExperimentStatus.INTERRUPTED),
        (ExperimentStatus.STOPPING, ExperimentStatus.INTERRUPTED),
        (ExperimentStatus.QUEUED, ExperimentStatus.PENDING),
        (ExperimentStatus.PENDING, ExperimentStatus.PENDING),
        (ExperimentStatus.FAILED, ExperimentStatus.FAILED),
    ],
)
def test_nothing_counts_as_at_work_without_a_job(again, project, said, becomes):
    shutil.rmtree(project.path / "jobs")
    _change(project.path / "runs" / "first" / "experiment.json", status=said.value)
    _change(project.path / "datasets" / "strings" / "dataset.json", status="preprocessing")
    again.projects.reindex(project.path)
    assert again.rows.experiments.get(1).status is becomes
    assert again.rows.datasets.list()[0].status is DatasetStatus.INTERRUPTED


def test_damaged_and_copied_jobs_are_named(again, project):
    jobs = project.path / "jobs"
    (jobs / "20250101-000000-train-1" / "job.json").write_text("{")
    shutil.copytree(jobs / "20250101-000000-train-2", jobs / "copy")
    (jobs / "empty").mkdir()
    report = again.projects.reindex(project.path)
    named = "\n".join(report.warnings)
    for name in ("20250101-000000-train-1", "copy", "empty"):
        assert str(jobs / name) in named
    assert report.jobs == 3


def test_what_lies_outside_the_project_comes_back_too(app, project, app_paths, tmp_path):
    elsewhere = tmp_path / "old runs"
    run = maker.run_folder(elsewhere, "old", {"best.ckpt": 3})
    dataset = app.rows.datasets.add(
        Dataset(project.id, "old", tmp_path / "data" / "db", (), 1.0, DatasetStatus.READY)
    )
    row = app.rows.experiments.add(
        Experiment(project.id, dataset.id, "old", {}, 1.0, output_path=elsewhere, run_dir=run)
    )
    app.archive.save_all(project)
    assert not list(tmp_path.glob("old runs/*.json"))
    maker.lose_database(app_paths)
    again = maker.application(app_paths)
    again.projects.reindex(project.path)
    found = again.rows.experiments.get(row.id)
    assert (found.output_path, found.run_dir, found.dataset_id) == (elsewhere, run, dataset.id)
    assert again.rows.checkpoints.list(experiment_id=row.id)[0].step == 3
    assert again.rows.datasets.get(dataset.id).path == tmp_path / "data" / "db"


def test_numbers_that_json_lacks_survive(app, project, app_paths):
    app.rows.experiments.update(1, final_metrics={"loss": math.inf, "validation": math.nan})
    app.archive.save_all(project)
    maker.lose_database(app_paths)
    again = maker.application(app_paths)
    again.projects.reindex(project.path)
    metrics = again.rows.experiments.get(1).final_metrics
    assert metrics["loss"] == math.inf
    assert math.isnan(metrics["validation"])


def test_a_folder_that_is_no_project_is_a_sentence(app, tmp_path):
    for name in ("datasets", "runs", "jobs"):
        (tmp_path / "music" / name).mkdir(parents=True)
    with pytest.raises(UserError, match="is not a project"):
        app.projects.reindex(tmp_path / "music")
    assert app.rows.projects.list() == []
    assert not (tmp_path / "music" / "project.json").exists()


def test_job_directories_are_only_read(again, project):
    before = {p: p.read_bytes() for p in (project.path / "jobs").glob("*/*") if p.is_file()}
    again.projects.reindex(project.path)
    after = {p: p.read_bytes() for p in (project.path / "jobs").glob("*/*") if p.is_file()}
    assert after == before
    assert JobDirectory(project.path / "jobs" / "20250101-000000-train-1").exit() is not None
