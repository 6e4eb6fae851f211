"""Instruments in ONNX say what their checkpoints say: real models, real runtime, any length."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_models import SmallModel, SmallModels

from rave_gui.backend.rave_cli import export_argv, exported_file
from rave_gui.backend.rave_settings import ExportSettings
from rave_gui.backend.rave_stage import stage_for_export
from rave_gui.core.paths import companion_dir

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]
ort = pytest.importorskip("onnxruntime")
TOLERANCE = 1e-3
"""Beside the largest value: what the check itself allows; measured are 3e-5 and less."""
CASES = (
    (("v1",), 1, False),
    (("v1",), 2, True),
    (("v2_small",), 1, True),
    (("v2_small", "causal"), 1, False),
    (("v2_small", "wasserstein"), 1, True),
    (("v2_small", "spherical"), 1, True),
    (("v2_small", "adain"), 1, True),
    (("v2_small", "snake"), 1, False),
    (("discrete",), 1, False),
    (("onnx",), 1, True),
)


SHAKE = """
import sys, torch
saved = torch.load(sys.argv[1], map_location="cpu", weights_only=True)
chance = torch.Generator().manual_seed(3)
for name, value in saved["state_dict"].items():
    part, kind = name.split(".")[0], name.rsplit(".", 1)[-1]
    if part not in ("encoder", "decoder") or not value.is_floating_point():
        continue
    if kind == "weight_g":
        value *= 1.2 if any("alpha" in one for one in saved["state_dict"]) else 1.7
    elif kind == "weight" and ("noise_module" in name or "synth.branches.2" in name):
        value *= 16.0
    elif kind in ("bias", "embed"):
        value += 0.1 * torch.randn(value.shape, generator=chance)
torch.save(saved, sys.argv[2])
"""
"""Eight steps of training give almost silence, hardly any noise, and of codebooks only one code.

Not too loud where Snake bends every value: it makes roundings grow until nothing is comparable.
"""


def shaken(models: SmallModels, model: SmallModel, place: Path) -> SmallModel:
    """The same network, so loud that differences would be seen."""
    target = place / "shaken.ckpt"
    argv = [str(models.engine.python), "-c", SHAKE, str(model.checkpoint), str(target)]
    subprocess.run(argv, check=True, timeout=120)
    return replace(model, checkpoint=target)


def made(models: SmallModels, model: SmallModel, place: Path, **chosen) -> Path:
    settings = ExportSettings(format="onnx", name="small", **chosen)
    staged = stage_for_export(model.run_dir, model.checkpoint, place / "staged", model.channels)
    argv = export_argv(models.engine, staged, place, settings)
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return exported_file(staged, place, settings)


def checked(path: Path) -> dict:
    """The answer of the check, made by a Python that has neither torch nor RAVE."""
    argv = [sys.executable, str(companion_dir() / "rave_gui_check_onnx.py"), str(path)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def exported(small_models, tmp_path_factory):
    """Each case once."""
    kept: dict = {}

    def get(configs, channels, streaming) -> Path:
        key = (configs, channels, streaming)
        if key not in kept:
            model = small_models.model(*configs, channels=channels)
            place = tmp_path_factory.mktemp("onnx")
            loud = shaken(small_models, model, place)
            kept[key] = made(small_models, loud, place, streaming=streaming)
        return kept[key]

    return get


def name_of(case) -> str:
    configs, channels, streaming = case
    return f"{'+'.join(configs)} {channels} {'blocks' if streaming else 'whole'}"


@pytest.mark.parametrize("case", CASES, ids=map(name_of, CASES))
def test_it_says_what_the_checkpoint_says_at_several_lengths(exported, case):
    path = exported(*case)
    answer = checked(path)
    found = {one["id"]: one for one in answer["checks"]}
    assert answer["verdict"] == "pass", [one["text"] for one in answer["checks"]]
    for function in ("forward", "encode", "decode"):
        assert found[f"equal_{function}"]["result"] == "ok"
        assert found[f"equal_{function}"]["figure"] < -60
    assert (answer["model"]["n_channels"], answer["model"]["streaming"]) == case[1:]
    with np.load(path.with_name(f"{path.stem}.reference.npz")) as stored:
        blocks = {int(stored[key]) for key in stored.files if key.endswith("/block")}
        peak = max(np.abs(stored[key]).max() for key in stored.files if "audio_out" in key)
    assert len(blocks) == 3
    assert peak > 1e-3, "silence would be equal to anything"


def session(path: Path):
    return ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def test_another_length_than_those_of_the_check(exported):
    run = session(exported(("v1",), 1, False))
    facts = json.loads(run.get_modelmeta().custom_metadata_map["rave"])
    for steps in (3, 29):
        samples = steps * facts["ratio"]
        given = {
            "audio_in": np.zeros((1, 1, samples), np.float32),
            "noise": np.zeros((1, facts["noise_bands"], samples // 16), np.float32),
        }
        (made_of_it,) = run.run(None, given)
        assert made_of_it.shape == (1, 1, samples)
        assert np.isfinite(made_of_it).all()


def test_noise_is_an_input_and_is_heard(exported):
    run = session(exported(("v2_small",), 1, True))
    names = {one.name: one for one in run.get_inputs()}
    assert set(names) == {"audio_in", "noise", "state_in"}
    facts = json.loads(run.get_modelmeta().custom_metadata_map["rave"])
    samples, chance = 32 * facts["ratio"], np.random.default_rng(5)
    given = {
        "audio_in": chance.uniform(-0.3, 0.3, (1, 1, samples)).astype(np.float32),
        "state_in": np.zeros(names["state_in"].shape, np.float32),
    }
    still = np.zeros((1, facts["noise_bands"], samples // facts["noise_ratio"]), np.float32)
    quiet, _ = run.run(None, {**given, "noise": still})
    noise = chance.uniform(-1, 1, still.shape).astype(np.float32)
    loud, _ = run.run(None, {**given, "noise": noise})
    again, _ = run.run(None, {**given, "noise": noise})
    assert np.abs(quiet - loud).max() > 1e-3 * np.abs(loud).max() > 0
    assert np.array_equal(loud, again)


def test_a_damaged_file_and_a_changed_answer_are_caught(exported, tmp_path):
    path = exported(("v1",), 1, False)
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes()[:-4000])
    assert checked(copy)["verdict"] == "fail"
    copy.write_bytes(path.read_bytes())
    kept = path.with_name(f"{path.stem}.reference.npz")
    with np.load(kept) as stored:
        arrays = {key: stored[key] for key in stored.files}
    arrays["0/audio_out"] = arrays["0/audio_out"] * 1.1
    np.savez(tmp_path / kept.name, **arrays)
    answer = checked(copy)
    assert answer["verdict"] == "fail"
    assert any("differs from the checkpoint" in one["text"] for one in answer["checks"])


def test_fewer_channels_and_fewer_latents(small_models, tmp_path):
    model = small_models.model("v1", channels=2)
    path = made(small_models, model, tmp_path, streaming=False, channels=1, fidelity=0.2)
    answer = checked(path)
    assert answer["verdict"] == "pass"
    with np.load(path.with_name(f"{path.stem}.reference.npz")) as stored:
        assert stored["0/audio_out"].shape[1] == 1
    assert answer["model"]["latent_size"] == 1


def test_rates_are_refused_by_the_exporter_itself(small_models, tmp_path):
    model = small_models.model("v1")
    staged = stage_for_export(model.run_dir, model.checkpoint, tmp_path / "staged", 1)
    settings = ExportSettings(format="onnx", name="small")
    argv = [*export_argv(small_models.engine, staged, tmp_path, settings), "--sr", "88200"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode != 0
    assert not list(tmp_path.glob("*.onnx"))
