"""Models from elsewhere: what is no use is told in a sentence, what is good comes in whole."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest
from project_maker import checkpoint_file, lose_database
from shelf_bench import RAVE_GIN

from rave_gui.backend.file_copy import Stopped
from rave_gui.backend.import_look import look_at
from rave_gui.backend.model_facts import ModelShelf, facts_of
from rave_gui.backend.model_import import IMPORT_KEY, Importer, ImportWish
from rave_gui.backend.services import build_services
from rave_gui.core.errors import UserError
from rave_gui.core.records import ExperimentStatus

ANSWER = {
    "architecture": "v2",
    "parameters": {"encoder": 100, "decoder": 50, "total": 150},
    "latent_sizes": {"0.95": 8, "0.99": 16, "bad": "x"},
    "latent_size": 128,
    "ratio": 2048,
    "receptive_field": [24000, 24000],
    "latency": 4800,
    "sample_rate": 48000,
    "channels": 2,
    "step": 30,
    "phase": 2,
}


class Worker:
    """An engine that answers, or refuses what is not trusted."""

    def __init__(self, refuses: bool = False) -> None:
        self.asked: list[dict] = []
        self.refuses = refuses

    def ask(self, task, **arguments):
        self.asked.append({"task": task, **arguments})
        if self.refuses and not arguments["trusted"]:
            raise UserError("It would run code.", "Trust it only if you know where it is from.")
        return ANSWER


@pytest.fixture
def worker():
    return Worker()


@pytest.fixture
def services(app_paths):
    return build_services(app_paths)


@pytest.fixture
def project(services):
    return services.projects.create("Bells")


@pytest.fixture
def shelf(tmp_path, worker):
    return ModelShelf(tmp_path / "facts", lambda: worker)


@pytest.fixture
def importer(services, shelf):
    return Importer(
        services.repositories, services.archive, services.models, shelf, services.signals
    )


def run_elsewhere(folder: Path, name: str = "choir_abcdef0123") -> Path:
    """A checkpoint where RAVE put it."""
    path = checkpoint_file(folder / name / "version_2" / "checkpoints" / "epoch_30.ckpt", 30)
    (folder / name / "config.gin").write_text(RAVE_GIN)
    return path


def loose(folder: Path) -> Path:
    """A checkpoint that somebody sent, with its config.gin."""
    path = checkpoint_file(folder / "mail" / "from a friend.ckpt", 30)
    (folder / "mail" / "config.gin").write_text(RAVE_GIN)
    return path


def instrument(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "bells_streaming.ts"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("constants.pkl", "data.pkl", "version"):
            archive.writestr(f"bells/{name}", b"3\n")
        archive.writestr("bells/code/__torch__.py", b"class Module: ...")
    return path


# Looking


def test_a_checkpoint_of_a_run_tells_where_it_lies(tmp_path):
    path = run_elsewhere(tmp_path)
    found = look_at(path)
    assert (found.kind, found.step, found.size) == ("checkpoint", 30, path.stat().st_size)
    assert found.run == tmp_path / "choir_abcdef0123"
    assert found.problem == ""


def test_a_checkpoint_without_its_configuration_says_what_is_missing(tmp_path):
    path = checkpoint_file(tmp_path / "deep" / "er" / "still" / "alone.ckpt", 30)
    assert "no config.gin beside alone.ckpt" in look_at(path).problem
    given = tmp_path / "sent.gin"
    given.write_text(RAVE_GIN)
    assert look_at(path, given).problem == ""
    given.write_text("a = 1\n")
    with pytest.raises(UserError, match="does not describe a RAVE model"):
        look_at(path, given)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.ckpt", b"", "is empty"),
        ("a.ckpt", b"version https://git-lfs.github.com/spec/v1\noid", "pointer of Git LFS"),
        ("a.ts", b"<!DOCTYPE html><html>", "web page"),
        ("a.ckpt", b"\x80\x02}q\x00X\x05\x00\x00\x00", "older than 1.6"),
        ("a.ckpt", b"RIFF....WAVE", "is no checkpoint"),
        ("a.ts", b"not a zip at all", "is not an exported instrument"),
        ("a.wav", b"RIFF", "neither a checkpoint"),
    ],
)
def test_what_is_no_model_is_told_in_a_sentence(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserError, match=words):
        look_at(path)


def test_a_checkpoint_that_breaks_off_is_refused(tmp_path):
    path = run_elsewhere(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 40])
    with pytest.raises(UserError, match="breaks off"):
        look_at(path)


def test_weights_without_a_training_are_refused(tmp_path):
    path = tmp_path / "weights.ckpt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02}q\x00.")
    with pytest.raises(UserError, match="no training that they are from"):
        look_at(path)


def test_folders_and_missing_files_are_told(tmp_path):
    with pytest.raises(UserError, match="is a folder"):
        look_at(tmp_path)
    with pytest.raises(UserError, match="does not exist"):
        look_at(tmp_path / "no.ckpt")


# Bringing in


def test_a_copied_checkpoint_becomes_a_training_in_raves_layout(
    services, project, importer, tmp_path
):
    source = run_elsewhere(tmp_path / "else")
    os.utime(source, (1e9, 1e9))
    told: list[tuple[int, int]] = []
    wish = ImportWish(importer.look(source), "Choir")
    row = importer.bring_checkpoint(wish, project, lambda *step: told.append(step) or True)
    assert row.status is ExperimentStatus.STOPPED
    assert row.tags == ("imported",)
    assert row.config[IMPORT_KEY] == {"from": str(source), "copied": True}
    assert (row.config["sample_rate"], row.config["channels"]) == (48000, 2)
    assert row.run_dir.name == "choir_abcdef0123"
    assert (row.run_dir / "config.gin").read_text() == RAVE_GIN
    (checkpoint,) = services.models.list_checkpoints(row.id)
    assert (checkpoint.step, checkpoint.created_at) == (30, 1e9)
    assert checkpoint.checkpoint_path.read_bytes() == source.read_bytes()
    assert told[-1] == (source.stat().st_size, source.stat().st_size)


def test_a_checkpoint_that_is_referred_to_stays_where_it_is(services, project, importer, tmp_path):
    source = loose(tmp_path / "else")
    wish = ImportWish(importer.look(source), "Friend", copy=False)
    row = importer.bring_checkpoint(wish, project)
    (checkpoint,) = services.models.list_checkpoints(row.id)
    assert checkpoint.checkpoint_path.is_symlink()
    assert row.run_dir.name == "friend_imported"
    assert checkpoint.size == source.stat().st_size
    (stakes,) = services.checkpoints.stakes([checkpoint.id])
    assert (stakes.linked, stakes.shared, stakes.only) == (source, True, True)
    services.checkpoints.delete([checkpoint.id], files=True)
    assert source.is_file()
    assert not checkpoint.checkpoint_path.is_symlink()


def test_what_was_brought_in_survives_the_loss_of_the_database(
    services, project, importer, tmp_path, app_paths
):
    importer.bring_checkpoint(ImportWish(importer.look(loose(tmp_path)), "Friend"), project)
    importer.bring_instrument(ImportWish(importer.look(instrument(tmp_path)), "Ring"), project)
    lose_database(app_paths)
    again = build_services(app_paths)
    again.projects.reindex(project.path)
    (run,) = again.repositories.experiments.list()
    assert (run.name, run.tags, run.config[IMPORT_KEY]["copied"]) == ("Friend", ("imported",), True)
    assert [row.step for row in again.models.list_checkpoints(run.id)] == [30]
    (export,) = again.repositories.exports.list()
    assert (export.name, export.verification) == ("Ring", {})


def test_an_instrument_becomes_an_export_to_be_verified(services, project, importer, tmp_path):
    source = instrument(tmp_path)
    row = importer.bring_instrument(ImportWish(importer.look(source), "Ring"), project)
    assert row.export_path == project.path / "exports" / "ring" / "ring.ts"
    assert row.export_path.read_bytes() == source.read_bytes()
    assert (row.verification, row.channels, row.model_id) == ({}, 2, None)


def test_what_is_not_trusted_stays_outside(services, project, importer, worker, tmp_path):
    worker.refuses = True
    stranger = importer.look(loose(tmp_path))
    with pytest.raises(UserError, match="would run code"):
        importer.bring_checkpoint(ImportWish(stranger, "Friend"), project)
    assert list((project.path / "runs").iterdir()) == []
    importer.bring_checkpoint(ImportWish(stranger, "Friend", trusted=True), project)
    assert [ask["trusted"] for ask in worker.asked] == [False, True]


def test_breaking_off_leaves_nothing_behind(services, project, importer, tmp_path):
    wish = ImportWish(importer.look(loose(tmp_path)), "Friend")
    with pytest.raises(Stopped):
        importer.bring_checkpoint(wish, project, lambda _done, _total: False)
    assert list((project.path / "runs").iterdir()) == []
    assert services.repositories.experiments.list() == []


def test_a_taken_name_is_refused_and_a_free_one_suggested(project, importer, tmp_path):
    stranger = importer.look(run_elsewhere(tmp_path))
    assert importer.suggested_name(project, stranger) == "choir"
    importer.bring_checkpoint(ImportWish(stranger, "choir"), project)
    assert importer.suggested_name(project, stranger) == "choir 2"
    with pytest.raises(UserError, match="called choir already"):
        importer.bring_checkpoint(ImportWish(stranger, "choir"), project)


# Facts


def test_an_answer_is_kept_as_long_as_the_file_is_the_same(shelf, worker, tmp_path):
    path = loose(tmp_path)
    assert shelf.known(path) is None
    facts = shelf.look(path)
    assert shelf.look(path) == shelf.known(path) == facts
    assert len(worker.asked) == 1
    checkpoint_file(path, 99)
    assert shelf.known(path) is None


def test_facts_are_told_in_seconds():
    facts = facts_of(json.loads(json.dumps(ANSWER)))
    assert facts.latents == ((0.95, 8), (0.99, 16))
    assert (facts.receptive_field, facts.latency) == (1.0, 0.1)
    assert facts.latent_rate == 48000 / 2048
    assert (facts.parameters, facts.parts) == (150, {"encoder": 100, "decoder": 50})


def test_an_answer_without_anything_is_no_fault():
    facts = facts_of({})
    assert (facts.parameters, facts.latents, facts.latent_rate) == (None, (), None)
