"""The probe as it is used: a program that answers about the Python that runs it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from rave_gui.companion import rave_gui_probe
from rave_gui.core.process import clean_environment, run_captured

PROBE = Path(rave_gui_probe.__file__)
FLAG = "from absl import flags\nflags.DEFINE_{kind}('{name}', {default!r}, 'what it is')\n"


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """The only folder on the probe's ``PATH``."""
    folder = tmp_path / "programs"
    folder.mkdir()
    return folder


def program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def module(folder: Path, name: str, text: str = "") -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def ask(programs: Path, *arguments: str, modules: Path | None = None) -> dict[str, Any]:
    """The probe's answer in this very Python, with ``modules`` importable."""
    extra = {"PATH": str(programs), **({"PYTHONPATH": str(modules)} if modules else {})}
    done = run_captured(
        [sys.executable, str(PROBE), *arguments], timeout=100, environment=clean_environment(extra)
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    return answer


@pytest.fixture
def rave(tmp_path: Path) -> Path:
    """A package like RAVE's: two verbs that share a flag, one that breaks, one that leaves."""
    folder = tmp_path / "modules"
    verbs = ["preprocess", "train", "export_onnx", "generate"]
    module(folder, "scripts/__init__.py")
    module(folder, "scripts/main_cli.py", f"AVAILABLE_SCRIPTS = {verbs!r}\n")
    name = FLAG.format(kind="string", name="name", default=None)
    gpu = FLAG.format(kind="multi_integer", name="gpu", default=[1])
    module(folder, "scripts/preprocess.py", "print('noise on stdout')\n" + name)
    module(folder, "scripts/train.py", name + gpu)
    module(folder, "scripts/export_onnx.py", name + "import effortless_config\n")
    module(folder, "scripts/generate.py", "import sys\nsys.exit(3)\n")
    module(folder, "rave/__init__.py", "raise RuntimeError('not to be imported for its configs')")
    module(folder, "rave/configs/v2.gin")
    module(folder, "rave/configs/augmentations/mute.gin")
    return folder


def test_verbs_share_flag_names_and_a_broken_one_spoils_no_other(
    programs: Path, rave: Path
) -> None:
    verbs = ask(programs, modules=rave)["verbs"]

    assert verbs["preprocess"]["flags"]["name"]["default"] is None
    assert verbs["train"]["flags"].keys() == {"name", "gpu"}
    assert verbs["train"]["flags"]["gpu"]["default"] == [1]
    assert verbs["train"]["flags"]["gpu"]["type"] == "multi int"
    assert "what it is" in verbs["train"]["flags"]["gpu"]["help"]
    assert verbs["export_onnx"]["flags"] == {}
    assert "effortless_config" in verbs["export_onnx"]["fault"]
    assert verbs["generate"]["fault"].startswith("SystemExit")


def test_configs_are_found_without_importing_rave(programs: Path, rave: Path) -> None:
    configs = ask(programs, modules=rave)["configs"]

    assert configs["names"] == ["v2"]
    assert configs["augmentations"] == ["mute"]
    assert Path(configs["folder"]) == rave / "rave" / "configs"


def test_an_environment_without_anything_still_answers(programs: Path) -> None:
    answer = ask(programs)

    assert answer["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
    assert "acids-rave" not in answer["versions"]
    assert "torch" in answer["faults"]["torch"]
    assert answer["torch"]["gpus"] == []
    assert answer["callbacks"] is False
    assert "scripts" in answer["verbs"]["train"]["fault"]
    assert answer["ffmpeg"] == {"path": "", "version": "", "fault": "not found"}
    assert Path(answer["executable"]) == Path(sys.executable)


def test_the_callback_group_is_looked_for_in_lightnings_source(
    programs: Path, tmp_path: Path
) -> None:
    connector = "pytorch_lightning/trainer/connectors/callback_connector.py"
    module(tmp_path / "old", "pytorch_lightning/__init__.py", "raise ImportError")
    module(tmp_path / "old", connector, f"group = '{rave_gui_probe.CALLBACK_GROUP}'")
    module(tmp_path / "new", "pytorch_lightning/__init__.py")
    module(tmp_path / "new", connector, "group = 'another'")

    assert ask(programs, modules=tmp_path / "old")["callbacks"] is True
    assert ask(programs, modules=tmp_path / "new")["callbacks"] is False


def test_tools_count_only_if_they_run(programs: Path) -> None:
    program(programs, "ffmpeg", "echo 'ffmpeg version 7.1-full Copyright (c) the developers'")
    program(programs, "ffprobe", "echo 'libx264.so.1: cannot open it' >&2; exit 127")

    answer = ask(programs, "--gpus")

    assert answer["ffmpeg"]["version"] == "7.1-full"
    assert answer["ffprobe"]["version"] == ""
    assert "libx264" in answer["ffprobe"]["fault"]
    assert answer["ffprobe"]["path"] == str(programs / "ffprobe")


def test_gpus_by_nvidias_own_tool(programs: Path) -> None:
    program(
        programs,
        "nvidia-smi",
        "echo 'GPU-1A2B-c, NVIDIA RTX A4000, 16376, 15000, 8.6'\n"
        "echo 'GPU-dd, Odd card, [N/A], [N/A], 9.0'\necho 'a line that is no row'",
    )

    first, second = ask(programs, "--gpus")["nvidia"]

    assert first == {
        "uuid": "1a2b-c",
        "name": "NVIDIA RTX A4000",
        "memory_total": 16376 * 1024**2,
        "memory_free": 15000 * 1024**2,
        "capability": "8.6",
    }
    assert second["memory_free"] is None


def test_a_failing_nvidia_smi_means_no_gpu(programs: Path) -> None:
    program(programs, "nvidia-smi", "echo 'NVIDIA-SMI has failed, no driver'; exit 9")

    assert ask(programs, "--gpus")["nvidia"] == []


@pytest.mark.parametrize(
    ("head", "lives"),
    [
        (f"#!{sys.executable}\n", True),
        ("#!/nowhere/bin/python\n", False),
        ("#!/usr/bin/env python3\n", True),
        (f"#!/bin/sh\n'''exec' '{sys.executable}' \"$0\" \"$@\"\n' '''\n", True),
        ("#!/bin/sh\n'''exec' '/a moved/bin/python' \"$0\" \"$@\"\n' '''\n", False),
        ("", False),
    ],
)
def test_a_script_of_a_moved_environment_is_dead(tmp_path: Path, head: str, lives: bool) -> None:
    script = tmp_path / "rave"
    script.write_text(head)

    assert rave_gui_probe.interpreter_lives(script) is lives


@pytest.mark.engine
def test_the_real_engine_tells_all(engine_python: Path) -> None:
    environment = clean_environment({"PATH": os.environ["PATH"]})
    done = run_captured([str(engine_python), str(PROBE)], timeout=110, environment=environment)
    answer = json.loads(done.stdout)

    assert answer["versions"]["acids-rave"] == "2.3.1"
    assert answer["faults"] == {"pkg_resources": "", "torch": "", "torchaudio": ""}
    assert answer["callbacks"] is True
    assert {"v1", "v2", "v3", "wasserstein"} <= set(answer["configs"]["names"])
    train = answer["verbs"]["train"]["flags"]
    assert train["n_signal"] == {
        "type": "int",
        "default": 131072,
        "help": train["n_signal"]["help"],
    }
    assert train["config"]["default"] == ["v2.gin"]
    assert answer["verbs"]["export"]["flags"]["fidelity"]["default"] == 0.95
    assert answer["verbs"]["preprocess"]["flags"]["num_signal"]["default"] == 131072
    assert answer["ffmpeg"]["version"]
    assert answer["ffprobe"]["version"]
    assert Path(answer["script"]).name.startswith("rave")
