"""The card of an instrument: true, readable, and never over somebody else's text."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from rave_gui.backend.card_keeper import CARD, README
from rave_gui.backend.curves_svg import Panel, curves_svg
from rave_gui.backend.metrics_records import Series
from rave_gui.backend.model_card import Origins, Rights, card, differences, with_note
from rave_gui.backend.model_readme import OURS, YOURS, kept_part, readme
from rave_gui.backend.presets import presets
from rave_gui.backend.services import build_services
from rave_gui.core.gin_model import GinModel
from rave_gui.core.records import (
    Checkpoint,
    CheckpointKind,
    Dataset,
    DatasetStatus,
    Experiment,
    Export,
)
from rave_gui.core.signals import RecordChanged

MODEL = GinModel(bindings={
    "RAVE.latent_size": 8, "RAVE.sampling_rate": 44100, "RAVE.phase_1_duration": 1000,
})  # fmt: skip
VERIFIED = {
    "verdict": "warn",
    "hosts": {"nn~ (Max, Pd)": {"verdict": "pass", "why": "Everything is there."},
              "RAVE VST": {"verdict": "fail", "why": "It is stereo."}},
    "checks": [{"id": "loads", "result": "ok", "text": "It loads."}],
    "model": {"sr": 44100, "latent_size": 4, "ratio": 2048},
}  # fmt: skip


@pytest.fixture
def origins() -> Origins:
    smoke = presets()["smoke"].training
    config = replace(smoke, overrides=("CAPACITY=8", "LATENT_SIZE=4"), batch=4).to_json()
    dataset = Dataset(
        1, "bells", Path("/p/datasets/bells"), ("/home/me/secret/Glass",), 1.0,
        status=DatasetStatus.READY, num_samples=1939, duration_seconds=11520.0,
        manifest=({"verdict": "use"}, {"verdict": "reject"}),
        statistics={"note": "recorded with consent of all"},
    )  # fmt: skip
    return Origins(
        export=Export(1, "bells", "torchscript", Path("/p/exports/bells/bells_streaming.ts"), 2.0,
                      latent_size=4, fidelity=0.95, verification=VERIFIED, id=3),
        checkpoint=Checkpoint(5, "epoch_1200", Path("/r/x.ckpt"), 1200, CheckpointKind.LAST, 1.0,
                              validation=6.84),
        experiment=Experiment(1, 2, "bells-v1", config, 1.0, id=5),
        dataset=dataset,
        model=MODEL,
        latents=((0.0, 1), (0.5, 1), (0.8, 2), (0.9, 4)),
        versions={"acids-rave": "2.3.1", "torch": "2.8.0"},
        command="rave export --run x",
        size=1000,
        curves="curves.svg",
    )  # fmt: skip


def test_the_facts_are_those_of_the_records(origins):
    made = card(origins)
    assert json.loads(json.dumps(made)) == made
    assert made["training"]["phase"] == 2
    assert made["data"]["seconds"] == 11520.0
    assert made["data"]["files"] == 1
    assert made["data"]["sources"] == ["Glass"], "no folders of somebody's disk"
    assert made["model"]["latent_table"][-1] == [0.9, 4]
    assert made["verification"]["hosts"]["RAVE VST"]["verdict"] == "fail"
    assert "/home/me" not in json.dumps(made)


def test_differences_to_the_preset_one_by_one(origins):
    title, found = differences(origins.experiment.config)
    assert "Smoke" in title
    told = {one["setting"]: (one["value"], one["was"]) for one in found}
    assert told["CAPACITY"] == ("8", "4")
    assert told["batch"] == (4, 2)
    assert "PHASE_1_DURATION" in told
    assert "LATENT_SIZE" not in told


def test_without_records_the_card_says_so():
    bare = Origins(Export(1, "b", "onnx", Path("/b.onnx"), 1.0, streaming=False))
    text = readme(card(bare))
    assert "The dataset is not known." in text
    assert "not verified" in text
    assert "ONNX for whole signals" in text


def test_the_text_tells_what_people_ask(origins):
    text = readme(card(replace(origins, rights=Rights("CC BY-NC 4.0", "with consent", "Me"))))
    for said in (
        "# bells", "3.2 hours", "1,200, phase 2; phase 2 begins at 1,000", "4 of 8, 95.0%",
        "`CAPACITY`: 8 (was 4)", "plays, with remarks", "RAVE VST: does not work. It is stereo.",
        "CC BY-NC 4.0", "with consent", "acids-rave 2.3.1", "rave export --run x",
        "![Curves of the training](curves.svg)", "80.0%: 2, 90.0%: 4",
    ):  # fmt: skip
        assert said in text, said


def test_what_a_person_wrote_below_stays(origins):
    text = readme(card(origins)) + "\nMy own words.\n"
    assert kept_part(text) == "My own words."
    again = readme(card(origins), kept_part(text))
    assert again.endswith(f"{YOURS}\nMy own words.\n")
    assert kept_part("# My model\n") is None


def test_the_note_of_the_dataset_stands_until_something_is_said(origins):
    assert with_note(Rights(), origins.dataset).consent == "recorded with consent of all"
    assert with_note(Rights(licence="CC0"), origins.dataset).consent == ""


def test_curves_are_a_picture_that_parses():
    steps = np.arange(0, 2000, 50)
    series = Series(steps, 30 - steps / 100.0, steps * 1.0, steps * 0)
    text = curves_svg([Panel("Distance <&>", series)], 1000)
    root = ElementTree.fromstring(text)
    assert root.tag.endswith("svg")
    assert "phase 2" in text
    assert curves_svg([Panel("x", Series(steps[:0], steps[:0], steps[:0], steps[:0]))], None) == ""


@pytest.fixture
def kept(app_paths, tmp_path):
    """A project with an export, whose card is kept."""
    services = build_services(app_paths)
    project = services.projects.create("Glass")
    folder = project.path / "exports" / "bells"
    folder.mkdir(parents=True)
    (folder / "bells_streaming.ts").write_bytes(b"x" * 10)
    path = folder / "bells_streaming.ts"
    row = services.repositories.exports.add(Export(project.id, "bells", "torchscript", path, 1.0))
    return services, row, folder


def told(services, row) -> None:
    services.signals.model_exported.emit(RecordChanged("exports", row.id, "updated"))


def test_the_card_follows_the_export(kept):
    services, row, folder = kept
    told(services, row)
    assert json.loads((folder / CARD).read_text())["verification"]["verdict"] is None
    services.repositories.exports.update(row.id, verification=VERIFIED)
    told(services, row)
    assert json.loads((folder / CARD).read_text())["verification"]["verdict"] == "warn"
    assert (folder / README).read_text().startswith(OURS)


def test_rights_stay_when_the_card_is_renewed(kept):
    services, row, folder = kept
    services.cards.set_rights(row.id, Rights("CC0", "all agreed"))
    told(services, row)
    assert json.loads((folder / CARD).read_text())["rights"]["licence"] == "CC0"
    assert services.cards.rights(row.id).consent == "all agreed"
    assert "all agreed" in (folder / README).read_text()


def test_somebody_elses_readme_is_not_touched(kept):
    services, row, folder = kept
    (folder / README).write_text("# Mine\n")
    told(services, row)
    assert (folder / README).read_text() == "# Mine\n"
    assert (folder / CARD).is_file()


def test_nothing_is_written_outside_the_project(kept, tmp_path):
    services, row, _folder = kept
    elsewhere = tmp_path / "downloads" / "zoo.ts"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(b"x")
    services.repositories.exports.update(row.id, export_path=elsewhere)
    told(services, row)
    assert [path.name for path in elsewhere.parent.iterdir()] == ["zoo.ts"]
