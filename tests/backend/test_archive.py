"""Sidecars: what is written into a project folder, where, and what never is."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import project_maker as maker
import pytest

from rave_gui.core import sidecars
from rave_gui.core.errors import UserError
from rave_gui.core.portable import from_document, to_document
from rave_gui.core.records import Dataset, Experiment, ExperimentStatus, Export


@pytest.fixture
def app(app_paths):
    return maker.application(app_paths)


@pytest.fixture
def project(app):
    return maker.whole_project(app)


def _read(path):
    return json.loads(path.read_bytes())


def test_every_record_has_its_sidecar_where_it_lies(project):
    found = {str(path.relative_to(project.path)) for path in project.path.glob("*/*/*.json")}
    assert {name for name in found if not name.startswith("jobs")} == {
        "datasets/strings/dataset.json",
        "runs/first/experiment.json",
        "runs/second/experiment.json",
        "exports/strings/export.json",
    }


def test_a_sidecar_names_no_place_outside_the_project_folder(project):
    for path in project.path.glob("*/*/*.json"):
        if path.parent.parent.name != "jobs":
            assert str(project.path) not in path.read_text()
            assert _read(path)["format"] == 1


def test_a_sidecar_refers_by_path_and_never_by_number(project):
    second = _read(project.path / "runs" / "second" / "experiment.json")
    assert second["dataset"] == "datasets/strings/dataset.json"
    assert second["parent"] == "runs/first/experiment.json"
    assert second["record"]["run_dir"] == "runs/second/second_0123456789"
    assert not {"project_id", "dataset_id", "parent_id"} & set(second["record"])
    export = _read(project.path / "exports" / "strings" / "export.json")
    assert export["model"] == "runs/first/first_0123456789/version_0/checkpoints/best.ckpt"


def test_what_is_saved_is_what_the_database_says_now(app, project):
    old = app.rows.experiments.get(1)
    app.rows.experiments.update(1, status=ExperimentStatus.STOPPED, rating=2)
    assert app.archive.save_experiment(old)
    record = _read(project.path / "runs" / "first" / "experiment.json")["record"]
    assert (record["status"], record["rating"]) == ("stopped", 2)


def test_what_cannot_be_written_is_told_and_breaks_nothing(app, project):
    (project.path / "runs" / "first").rename(project.path / "runs" / "gone")
    assert not app.archive.save_experiment(app.rows.experiments.get(1))
    assert not (project.path / "runs" / "first").exists()
    orphan = Experiment(99, None, "x", {}, 1.0, output_path=project.path / "runs" / "x")
    assert not app.archive.save_experiment(orphan)


def test_a_damaged_sidecar_is_kept_when_it_is_replaced(app, project):
    path = project.path / "datasets" / "strings" / "dataset.json"
    path.write_bytes(b"{damaged")
    assert app.archive.save_dataset(app.rows.datasets.list()[0])
    assert path.with_name("dataset.json.damaged").read_bytes() == b"{damaged"
    assert _read(path)["record"]["name"] == "Strings"


def test_a_newer_sidecar_is_never_overwritten(app, project):
    path = project.path / "datasets" / "strings" / "dataset.json"
    path.write_text(json.dumps({**_read(path), "format": 2}))
    before = path.read_bytes()
    assert not app.archive.save_dataset(app.rows.datasets.list()[0])
    assert path.read_bytes() == before


def test_a_forgotten_record_loses_its_sidecar_only(app, project):
    for record, name in (
        (app.rows.datasets.list()[0], "datasets/strings/dataset.json"),
        (app.rows.experiments.get(1), "runs/first/experiment.json"),
        (app.rows.exports.list()[0], "exports/strings/export.json"),
    ):
        app.archive.discard(record)
        assert not (project.path / name).exists()
        assert (project.path / name).parent.is_dir()
        app.archive.discard(record)


def test_what_lies_outside_has_its_sidecar_inside(app, project, tmp_path):
    for record, kind in (
        (Dataset(project.id, "d", tmp_path / "d" / "db", (), 1.0, id=70), "datasets"),
        (Experiment(project.id, None, "e", {}, 1.0, output_path=tmp_path / "e", id=70), "runs"),
        (Export(project.id, "x", "onnx", tmp_path / "x" / "x.onnx", 1.0, id=70), "exports"),
    ):
        save = {
            "datasets": app.archive.save_dataset,
            "runs": app.archive.save_experiment,
            "exports": app.archive.save_export,
        }[kind]
        assert save(record)
        assert save(record)
        assert len(list((project.path / kind).glob("linked-*/*.json"))) == 1
    assert not list(tmp_path.glob("[dex]/*"))


def test_two_threads_that_save_leave_a_whole_file(app, project):
    experiment = app.rows.experiments.get(1)
    threads = [
        threading.Thread(target=app.archive.save_experiment, args=(experiment,)) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    path = project.path / "runs" / "first" / "experiment.json"
    assert _read(path)["record"]["name"] == "first"
    assert not list(path.parent.glob("*.tmp"))
    assert not list(path.parent.glob("*.damaged"))


def test_a_record_survives_the_way_through_json_to_another_place(app, project, tmp_path):
    for record in (*app.rows.experiments.list(), *app.rows.datasets.list()):
        document = json.loads(json.dumps(to_document(record, project.path)))
        links = {
            name: getattr(record, name)
            for name in ("project_id", "dataset_id", "parent_id")
            if hasattr(record, name)
        }
        again = from_document(type(record), document, project.path, tmp_path, **links)
        assert again == record
        moved = from_document(type(record), document, tmp_path, tmp_path, **links)
        assert repr(moved) == repr(record).replace(str(project.path), str(tmp_path))


def test_fields_of_an_older_version_have_their_defaults(project, tmp_path):
    document = {"name": "x", "config": {}, "created_at": 1}
    links = {"project_id": 1, "dataset_id": None}
    made = from_document(Experiment, document, tmp_path, tmp_path, **links)
    assert made == replace(Experiment(1, None, "x", {}, 1.0))
    with pytest.raises(UserError, match="damaged"):
        from_document(Experiment, {"name": "x"}, tmp_path, tmp_path, **links)


def test_a_sidecar_of_another_kind_or_size_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    sidecars.write(path, "dataset", {"record": {}})
    with pytest.raises(UserError, match="damaged"):
        sidecars.read(path, "export")
    monkeypatch.setattr(sidecars, "MAX_BYTES", 10)
    with pytest.raises(UserError, match="damaged"):
        sidecars.read(path, "dataset")
    with pytest.raises(UserError, match="cannot be read"):
        sidecars.read(tmp_path / "gone.json", "dataset")
