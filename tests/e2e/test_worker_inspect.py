"""What models are, told truly; and strangers' files, which are looked into without being obeyed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from small_models import LATENT, PHASE_1, STEPS, SmallModels
from worker_bench import hostile_checkpoint

from rave_gui.backend.engine_worker import UNTRUSTED, EngineWorker, WorkerFault
from rave_gui.backend.model_facts import facts_of
from rave_gui.core.paths import companion_dir

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]
HOSTILE_GIN = {
    "an import": "import os\n",
    "an import of a module inside": "from torch import hub\n",
    "a reference": "from __gin__ import dynamic_registration\nfrom rave import core\n"
    "core.AudioDistanceV1.log_epsilon = @core.os.getcwd()\n",
    "another name for it": "import torch as nn\nMACRO = @nn.load()\n",
    "an include": "include '/etc/passwd'\n",
    "a private name": "from rave import core\nX = @core._secret()\n",
    "two meanings of a name": "import torch.nn as nn\nfrom rave import core as nn\n",
}


def look(worker: EngineWorker, path: Path, **fields) -> dict:
    return worker.ask("inspect", path=str(path), **fields)


@pytest.mark.parametrize(
    ("configs", "ratio", "field"),
    [
        (("v1",), 2048, 46169),
        (("v2_small",), 512, 20615),
        (("v2_small", "causal"), 512, 20137),
        (("v2_small", "wasserstein"), 512, 20628),
        (("v2_small", "spherical"), 512, 20648),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else "",
)
def test_a_checkpoint_tells_what_it_is(
    worker, small_models: SmallModels, configs, ratio, field
) -> None:
    model = small_models.model(*configs)
    told = look(worker, model.checkpoint)
    assert told["architecture"] == " + ".join(configs)
    assert (told["kind"], told["ratio"]) == ("checkpoint", ratio)
    assert (told["sample_rate"], told["channels"]) == (44100, 1)
    assert told["latent_rate"] == 44100 / ratio
    assert sum(told["receptive_field"]) == pytest.approx(field, abs=100)
    assert (told["step"], told["phase"], told["phase_1_duration"]) == (STEPS, 2, PHASE_1)
    assert told["parameters"]["total"] == sum(
        told["parameters"][part] for part in ("encoder", "decoder", "discriminator")
    )
    assert told["latent_size"] == LATENT - ("spherical" in configs)


def test_the_latents_of_each_fidelity_are_those_of_the_export(
    worker, small_models: SmallModels
) -> None:
    latent = look(worker, small_models.model("v1").checkpoint)["latent"]
    assert latent["measured"]
    assert len(latent["kept"]) == LATENT
    for share in (0.8, 0.95):
        exported = look(worker, small_models.export("v1", fidelity=share))
        assert exported["latent_size"] == latent["for_fidelity"][f"{share:g}"]["exported"]
    for way in latent["exports"]:
        exported = small_models.export("v1", fidelity=way["fidelity"])
        assert look(worker, exported)["latent_size"] == way["dims"]


@pytest.mark.parametrize(
    ("configs", "delay"),
    [(("v2_small",), 10528), (("v2_small", "causal"), 480)],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else "",
)
def test_the_delay_of_streaming_is_known_to_the_sample(
    worker, small_models: SmallModels, configs, delay
) -> None:
    told = look(worker, small_models.model(*configs).checkpoint)
    assert (told["delay"], told["latency"]) == (delay, delay + told["ratio"])


def test_the_delay_of_a_v1_is_known_as_far_as_its_branches_agree(
    worker, small_models: SmallModels
) -> None:
    told = look(worker, small_models.model("v1").checkpoint)
    assert told["delay"] == pytest.approx(25473, abs=200)


def test_an_export_tells_what_it_is(worker, small_models: SmallModels) -> None:
    for streaming in (True, False):
        told = look(worker, small_models.export("v2_small", streaming=streaming))
        assert told["kind"] == "torchscript"
        assert told["streaming"] is streaming
        assert told["methods"] == ["encode", "decode", "forward"]
        assert "learn_target" in told["attributes"]
        assert told["parameters"]["total"] > 0


def test_a_stereo_model_has_two_channels_and_a_field_of_its_own(
    worker, small_models: SmallModels
) -> None:
    told = look(worker, small_models.model("v1", channels=2).checkpoint)
    assert (told["channels"], told["channels_out"]) == (2, 2)
    # RAVE counts both channels into each half of the buffer.
    assert sum(told["receptive_field"]) < 50_000
    assert look(worker, small_models.export("v1", channels=2))["channels"] == 2


def test_the_models_page_understands_the_answers(worker, small_models: SmallModels) -> None:
    facts = facts_of(look(worker, small_models.model("v2_small").checkpoint))
    assert (facts.architecture, facts.step, facts.phase) == ("v2_small", STEPS, 2)
    assert facts.parameters == sum(facts.parts.values())
    assert facts.receptive_field == pytest.approx(0.467, abs=0.01)
    assert facts.latency == pytest.approx((10528 + 512) / 44100)
    assert [share for share, _ in facts.latents] == [0.8, 0.9, 0.95, 0.99]


@pytest.mark.parametrize("bare", [False, True])
def test_a_pickle_that_would_do_something_does_not(
    worker, small_models: SmallModels, tmp_path, bare
) -> None:
    marker = tmp_path / "marker"
    path = hostile_checkpoint(tmp_path / "model.ckpt", marker, bare=bare)
    shutil.copy(small_models.model("v1").run_dir / "config.gin", tmp_path)
    for ask in ({"do": "inspect", "path": str(path)}, {"do": "load", "model": str(path)}):
        with pytest.raises(WorkerFault, match="more than numbers") as caught:
            worker.ask(ask.pop("do"), **ask)
        assert caught.value.code == UNTRUSTED
        assert "trust" in caught.value.remedy
    assert not marker.exists()
    # It would have: that is what trust means.
    with pytest.raises(WorkerFault):
        look(worker, path, trusted=True)
    assert marker.exists()


@pytest.mark.parametrize("text", HOSTILE_GIN.values(), ids=HOSTILE_GIN)
def test_a_configuration_that_would_do_something_does_not(
    worker, small_models: SmallModels, tmp_path, text
) -> None:
    model = small_models.model("v1")
    shutil.copy(model.checkpoint, tmp_path / "model.ckpt")
    good = (model.run_dir / "config.gin").read_text()
    for number, config in enumerate((text, good + "\n" + text.replace("from __gin__", "#"))):
        (tmp_path / "config.gin").write_text(config)
        shutil.copy(model.checkpoint, tmp_path / f"{number}.ckpt")
        with pytest.raises(WorkerFault, match="no file of RAVE does") as caught:
            look(worker, tmp_path / f"{number}.ckpt")
        assert caught.value.code == UNTRUSTED


def test_every_configuration_of_rave_is_familiar(worker, small_models: SmallModels) -> None:
    for configs in (("v1",), ("v2_small", "wasserstein"), ("v2_small", "spherical")):
        assert look(worker, small_models.model(*configs).checkpoint)["step"] == STEPS


def broken(kind: str, small: SmallModels, folder: Path) -> Path:
    model = small.model("v1")
    shutil.copy(model.run_dir / "config.gin", folder)
    source = small.export("v1") if kind.endswith("export") else model.checkpoint
    path = folder / f"model{source.suffix}"
    data = source.read_bytes()
    contents = {
        "cut": data[: len(data) // 2],
        "empty": b"",
        "text": b"not a model\n" * 100,
        "garbled": bytes(len(data) // 3) + data[len(data) // 3 :],
        "turned": data[: len(data) // 2] + bytes(4096) + data[len(data) // 2 + 4096 :],
    }
    if (content := contents.get(kind.partition(" ")[0])) is not None:
        path.write_bytes(content)
    if kind == "folder":
        path.mkdir()
    return path


@pytest.mark.parametrize("file", ["checkpoint", "export"])
@pytest.mark.parametrize("damage", ["cut", "empty", "text", "garbled", "turned"])
def test_damaged_files_are_said_to_be(
    worker, small_models: SmallModels, tmp_path, damage, file
) -> None:
    path = broken(f"{damage} {file}", small_models, tmp_path)
    with pytest.raises(WorkerFault) as caught:
        worker.ask("load", model=str(path))
    assert path.name in caught.value.what
    assert caught.value.code in {"", UNTRUSTED}


@pytest.mark.parametrize("kind", ["folder", "missing"])
def test_what_is_no_file_is_said_to_be(worker, small_models, tmp_path, kind) -> None:
    with pytest.raises(WorkerFault, match=r"is not a file|does not exist"):
        look(worker, broken(kind, small_models, tmp_path))


def test_a_checkpoint_without_or_with_a_strange_configuration(
    worker, small_models: SmallModels, tmp_path
) -> None:
    lonely = tmp_path / "a" / "b" / "c" / "model.ckpt"
    lonely.parent.mkdir(parents=True)
    shutil.copy(small_models.model("v1").checkpoint, lonely)
    with pytest.raises(WorkerFault, match=r"no config\.gin"):
        look(worker, lonely)
    shutil.copy(small_models.model("v2_small").run_dir / "config.gin", lonely.parent)
    with pytest.raises(WorkerFault, match="different models"):
        look(worker, lonely)


def test_requests_that_are_wrong_are_said_to_be(worker) -> None:
    with pytest.raises(WorkerFault, match="cannot do"):
        worker.ask("dance")
    with pytest.raises(WorkerFault, match="lacks path"):
        worker.ask("inspect")
    with pytest.raises(WorkerFault, match="not open"):
        worker.ask("block", session=99, **{"from": 0, "frames": 10})


def test_it_ends_with_its_standard_input(engine_python, tmp_path) -> None:
    script, log = companion_dir() / "rave_gui_worker.py", tmp_path / "log"
    process = subprocess.Popen(
        [str(engine_python), str(script), "--log", str(log)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    out, _ = process.communicate(b'{"id": 1, "do": "ping"}\n', timeout=120)
    assert process.returncode == 0
    assert out.startswith(b'{"ready": ')
