"""What an environment's answers mean, sentence by sentence."""

from __future__ import annotations

from typing import Any

import pytest
from fake_engine import ANSWER, GPU, NVIDIA, answer, broken

from rave_gui.backend import engine_diagnosis


def with_versions(**versions: str) -> dict[str, str]:
    return {**ANSWER["versions"], **versions}


def test_a_sound_environment_has_nothing_to_complain_of() -> None:
    assert engine_diagnosis.problems(answer()) == ()
    assert engine_diagnosis.warnings(answer()) == ()


def test_without_rave_there_is_one_problem_with_its_remedy() -> None:
    versions = {"python": "3.12.1"}

    (problem,) = engine_diagnosis.problems(broken("no scripts", versions=versions))

    assert "RAVE is not installed" in problem
    assert "rave-gui engine install" in problem


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"versions": with_versions(python="3.12.4")}, ("3.12.4", "scipy 1.10", "3.11")),
        (
            {"faults": {"pkg_resources": "ModuleNotFoundError", "torch": "", "torchaudio": ""}},
            ("pkg_resources", "setuptools<81"),
        ),
        ({"versions": with_versions(numpy="2.1.0")}, ("numpy 2.1.0", "numpy<1.27")),
        (
            {"faults": {"pkg_resources": "", "torch": "", "torchaudio": "OSError: libcudart"}},
            ("torchaudio does not load", "libcudart", "same source"),
        ),
    ],
)
def test_commands_that_do_not_load_are_explained(
    changes: dict[str, Any], words: tuple[str, ...]
) -> None:
    (problem,) = engine_diagnosis.problems(broken("ImportError: deep inside", **changes))

    assert all(word in problem for word in words)


def test_an_unknown_cause_is_told_as_it_is() -> None:
    problems = engine_diagnosis.problems(broken("ValueError: odd"))

    assert len(problems) == 3
    assert "“rave train” does not load: ValueError: odd" in problems[1]


def test_evidence_counts_more_than_versions() -> None:
    patched = answer(versions=with_versions(python="3.12.4", numpy="2.1.0"))

    assert engine_diagnosis.problems(patched) == ()


def test_a_missing_optional_verb_is_no_problem() -> None:
    verbs = {**ANSWER["verbs"], "export_onnx": {"flags": {}, "fault": "ModuleNotFoundError"}}

    assert engine_diagnosis.problems(answer(verbs=verbs)) == ()


def test_recent_torchaudio_loses_two_features_and_nothing_else() -> None:
    recent = answer(versions=with_versions(torchaudio="2.11.0"))

    assert engine_diagnosis.problems(recent) == ()
    (warning,) = engine_diagnosis.warnings(recent)
    assert "compress" in warning
    assert "torchaudio 2.8" in warning


def test_a_cpu_torch_beside_a_gpu_is_named() -> None:
    torch = {**ANSWER["torch"], "cuda": None}

    (warning,) = engine_diagnosis.warnings(answer(torch=torch, nvidia=[NVIDIA]))

    assert "RTX 9" in warning
    assert "CPUs only" in warning


def test_a_cuda_torch_that_cannot_reach_the_gpu_points_to_the_driver() -> None:
    (warning,) = engine_diagnosis.warnings(answer(nvidia=[NVIDIA]))

    assert "driver" in warning


@pytest.mark.parametrize(
    ("capability", "architectures", "fits"),
    [
        ("8.6", ["sm_80", "sm_90"], True),
        ("8.0", ["sm_86"], False),
        ("12.0", ["sm_80", "sm_90"], False),
        ("12.0", ["sm_90", "compute_90"], True),
        ("9.0", ["sm_90a"], True),
        ("12.0", ["sm_120"], True),
        ("", ["sm_90"], True),
        ("11.0", ["gfx1100"], True),
    ],
)
def test_whether_torch_has_code_for_a_gpu(
    capability: str, architectures: list[str], fits: bool
) -> None:
    gpu = {**GPU, "capability": capability}
    torch = {**ANSWER["torch"], "gpus": [gpu], "architectures": architectures}

    assert (engine_diagnosis.warnings(answer(torch=torch)) == ()) is fits


def test_a_lightning_that_ignores_the_companion_is_a_warning() -> None:
    (warning,) = engine_diagnosis.warnings(answer(callbacks=False))

    assert "stopping then saves nothing" in warning


def test_broken_tools_tell_where_they_are() -> None:
    fact = {"path": "/opt/ffmpeg", "version": "", "fault": "libx264 is missing"}

    text = engine_diagnosis.tool_warning("ffmpeg", fact)

    assert "/opt/ffmpeg" in text
    assert "libx264 is missing" in text


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32", "freebsd14"])
def test_every_system_gets_advice(platform: str) -> None:
    assert "ffmpeg" in engine_diagnosis.ffmpeg_advice(platform)


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("2.8.0+cu128", (2, 8, 0)), ("80.10.2", (80, 10, 2)), ("", ()), ("dev", ())],
)
def test_versions_are_compared_by_their_numbers(version: str, numbers: tuple[int, ...]) -> None:
    assert engine_diagnosis.numbers(version) == numbers
