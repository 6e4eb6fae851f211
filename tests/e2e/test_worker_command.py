"""``rave-gui inspect`` and ``rave-gui render`` on real models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_models import SmallModels
from worker_bench import hostile_checkpoint, noise

from rave_gui.cli.main import main

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("RAVE_GUI_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_run_folder_is_inspected_and_rendered(
    small_models: SmallModels, tmp_path, capsys
) -> None:
    run = str(small_models.model("v1").run_dir)
    assert main(["inspect", run, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["architecture"] == "v1"
    (tmp_path / "in").mkdir()
    noise(tmp_path / "in" / "a.wav", 0.5)
    (tmp_path / "in" / "b.wav").write_text("no sound")
    out = str(tmp_path / "out")
    asked = ["render", run, str(tmp_path / "in"), "--out", out, "--offset", "1=0.5", "2=-1"]
    assert main([*asked, "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    good, bad = answer["files"]
    assert (good["seconds"], Path(good["out"]).is_file()) == (0.5, True)
    assert good["real_time_factor"] > 0
    assert good["peak"] > 0
    assert bad["error"]


def test_what_is_not_trusted_or_wrong_is_refused_in_words(
    small_models: SmallModels, tmp_path, capsys
) -> None:
    hostile_checkpoint(tmp_path / "m.ckpt", tmp_path / "marker")
    assert main(["inspect", str(tmp_path / "m.ckpt")]) == 1
    assert "more than numbers" in capsys.readouterr().err
    sound = str(noise(tmp_path / "a.wav", 0.2))
    out = str(tmp_path / "out")
    model = str(small_models.export("v1", streaming=False))
    assert main(["render", model, sound, "--out", out, "--streaming"]) == 1
    assert "without streaming" in capsys.readouterr().err
    assert main(["render", model, sound, "--out", out, "--offset", "one=1"]) == 2
    assert not (tmp_path / "marker").exists()


def test_an_export_is_inspected_for_people(small_models: SmallModels, capsys) -> None:
    assert main(["inspect", str(small_models.export("v2_small"))]) == 0
    out = capsys.readouterr().out
    assert "torchscript" in out
    assert "encode, decode, forward" in out
