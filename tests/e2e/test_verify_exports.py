"""Real exports of every architecture are judged by what they do; every planted defect is found."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from small_models import SmallModels

from rave_gui.core.paths import companion_dir

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

HEALTHY = {
    "v1": (("v1",), 1, True),
    "v1 stereo": (("v1",), 2, True),
    "v2_small": (("v2_small",), 1, True),
    "v2_small offline": (("v2_small",), 1, False),
    "causal": (("v2_small", "causal"), 1, True),
    "wasserstein stereo": (("v2_small", "wasserstein"), 2, True),
    "spherical": (("v2_small", "spherical"), 1, True),
}
"""Configurations, channels, streaming."""
REMARKS = {"latents", "heard", "output", "vst", "streaming", "clicks"}
"""What a model of a few steps, or one without streaming, is rightly warned of."""


@pytest.fixture(scope="module")
def answers(small_models: SmallModels, tmp_path_factory) -> dict[str, Any]:
    place = tmp_path_factory.mktemp("files")
    paths = []
    for name, (configs, channels, streaming) in HEALTHY.items():
        made = small_models.export(*configs, channels=channels, streaming=streaming)
        paths.append(shutil.copy(made, place / f"{name}.ts"))
    checkpoint = small_models.model("v1").checkpoint
    paths.append(shutil.copy(checkpoint, place / "checkpoint.ts"))
    defects = tmp_path_factory.mktemp("defects")
    script = Path(__file__).with_name("verify_many.py")
    argv = [small_models.engine.python, script, paths[0], defects, *paths]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(companion_dir())}
    told = subprocess.run(
        [str(word) for word in argv],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-3000:]
    return dict(json.loads(told.stdout))


@pytest.mark.parametrize("name", HEALTHY)
@pytest.mark.timeout(400)
def test_healthy_exports_play(answers, name) -> None:
    configs, channels, streaming = HEALTHY[name]
    answer = answers[name]
    amiss = {c["id"]: c["text"] for c in answer["checks"] if c["result"] not in {"ok", "skip"}}
    assert answer["verdict"] in {"pass", "warn"}, amiss
    assert {kind for kind in amiss if not kind.startswith("block-")} <= REMARKS, amiss
    assert ("streaming" in amiss) is not streaming
    assert ("vst" in amiss) is (channels == 2)
    model = answer["model"]
    assert (model["channels"], model["streaming"]) == (channels, streaming)
    assert model["ratio"] == (2048 if configs == ("v1",) else 512)


@pytest.mark.parametrize("name", [name for name in HEALTHY if HEALTHY[name][2]])
def test_streaming_exports_do_in_blocks_what_they_do_in_one_pass(answers, name) -> None:
    for found in answers[name]["model"]["blocks"]:
        assert found["difference"] < -100, found
        assert abs(found["clicks"]) < 0.5, found
        assert found["real_time"] > 0


def test_exports_without_streaming_differ_in_every_block(answers) -> None:
    blocks = answers["v2_small offline"]["model"]["blocks"]
    assert [found["block"] for found in blocks] == [512, 1024, 2048, 4096, 8192]
    assert all(found["difference"] > -20 for found in blocks)


def test_streaming_costs_the_delay_that_is_measured(answers) -> None:
    """RAVE's causal configuration exists to make it smaller."""
    delays = {name: answers[name]["model"]["latency_samples"] for name in HEALTHY}
    assert abs(delays["v2_small offline"]) < 1024
    assert delays["causal"] < delays["v2_small"] / 2
    assert 8000 < delays["v2_small"] < 14000


def test_no_host_is_said_to_load_what_it_does_not_know(answers) -> None:
    hosts = answers["v1"]["hosts"]
    assert hosts["RAVE VST"]["verdict"] == "fail"
    assert "“pad”" in hosts["RAVE VST"]["why"]
    assert hosts["nn~ in Max"]["verdict"] == hosts["SuperCollider (nn.ar)"]["verdict"] != "fail"


@pytest.mark.parametrize(
    ("name", "check", "words"),
    [
        ("nan", "weights", "1 of its weights are not numbers (NaN"),
        ("rate", "sample-rate", "22050 Hz, but it was made for 44100 Hz"),
        ("cut 1%", "file", "incomplete"),
        ("cut half", "file", "incomplete"),
        ("cut 99%", "file", "incomplete"),
        ("cut a byte", "file", "incomplete"),
        ("holes", "file", "damaged"),
        ("text", "file", "not an exported instrument"),
        ("empty", "file", "empty"),
        ("folder", "file", "not a file"),
        ("checkpoint", "file", "checkpoint, not an exported instrument"),
    ],
)
def test_each_defect_is_called_by_its_name(answers, name, check, words) -> None:
    answer = answers[name]
    found = [item for item in answer["checks"] if item["result"] == "fail"]
    assert [item["id"] for item in found] == [check]
    assert words in found[0]["text"]
    assert {host["verdict"] for host in answer["hosts"].values()} == {"fail"}


def test_the_command_plays_a_clip_and_answers_in_json(small_models, tmp_path) -> None:
    clip = small_models.place / "sounds 1" / "tones.wav"
    environment = {**os.environ, "RAVE_GUI_HOME": str(tmp_path), "OMP_NUM_THREADS": "1"}
    path = small_models.export("v1", streaming=True)
    argv = [sys.executable, "-m", "rave_gui", "verify", str(path), "--audio", str(clip), "--json"]
    done = subprocess.run(
        argv, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["verdict"] in {"pass", "warn"}) == (0, True)
    assert all(set(check) == {"id", "result", "text", "figure"} for check in answer["checks"])
    assert all(set(host) == {"verdict", "why"} for host in answer["hosts"].values())
    [heard] = [check for check in answer["checks"] if check["id"] == "clip"]
    assert heard["text"].startswith("20.0 s of tones.wav")
