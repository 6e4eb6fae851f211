"""What an environment's answers mean: why RAVE cannot run there, or only in part, and the remedy.

Judged by evidence first (do RAVE's commands load?); versions explain what the evidence shows. The
list of causes is that of RAVE's own users: a Python that is too new, setuptools without
``pkg_resources``, numpy 2, a recent torchaudio, a CPU torch beside a GPU, no ffmpeg.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

Answer = Mapping[str, Any]
NEEDED = ("preprocess", "train", "export")
INSTALL = "Let this application install an engine: rave-gui engine install"
_ADVICE = {
    "linux": "On Debian or Ubuntu: sudo apt-get install ffmpeg",
    "darwin": "With Homebrew: brew install ffmpeg",
    "win32": "On Windows: winget install ffmpeg",
}


def numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version, for comparison: ``"2.8.0+cu128"`` is ``(2, 8, 0)``."""
    found = re.match(r"\d+(?:\.\d+)*", version.strip())
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def ffmpeg_advice(platform: str = sys.platform) -> str:
    """How to get ffmpeg on this system, as one sentence."""
    return _ADVICE.get(platform, "Install ffmpeg with the package manager of your system") + "."


def problems(answer: Answer) -> tuple[str, ...]:
    """Why RAVE cannot run in this environment; empty where it can."""
    versions = answer["versions"]
    if "acids-rave" not in versions:
        return (f"RAVE is not installed in this Python. {INSTALL}.",)
    faults = {verb: _fault(answer, verb) for verb in NEEDED}
    broken = {verb: fault for verb, fault in faults.items() if fault}
    if not broken:
        return ()
    causes = tuple(_causes(answer))
    return causes or tuple(
        f"“rave {verb}” does not load: {fault}. {INSTALL}." for verb, fault in broken.items()
    )


def warnings(answer: Answer) -> tuple[str, ...]:
    """What works only in part here; ffmpeg is told apart, as ``tool_warning`` does."""
    return (*_device_warnings(answer), *_version_warnings(answer))


def tool_warning(name: str, fact: Mapping[str, str]) -> str:
    """Why ffmpeg or ffprobe is of no use, empty where it runs."""
    if fact["version"]:
        return ""
    if fact["path"]:
        what = f"{name} is at {fact['path']} but does not run: {fact['fault'].rstrip('.')}."
    else:
        what = f"{name} is not installed, and RAVE cannot read audio without it."
    return f"{what} {ffmpeg_advice()}"


def _fault(answer: Answer, verb: str) -> str:
    return str(answer["verbs"].get(verb, {"fault": "this RAVE has no such command"})["fault"])


def _causes(answer: Answer) -> Iterator[str]:
    """The known reasons for commands that do not load, as far as they apply."""
    versions, faults = answer["versions"], answer["faults"]
    python = numbers(versions["python"])
    if python >= (3, 12):
        yield (
            f"This environment has Python {versions['python']}, and RAVE needs 3.10 or 3.11: it "
            f"asks for scipy 1.10, which newer ones cannot install. {INSTALL}."
        )
    if faults["pkg_resources"]:
        yield (
            f"setuptools {versions.get('setuptools', '(missing)')} has no pkg_resources, which "
            "RAVE's training library needs. Install an older one there: "
            'pip install "setuptools<81".'
        )
    if numbers(versions.get("numpy", "")) >= (2,):
        yield (
            f"numpy {versions['numpy']} is too new for the scipy that RAVE uses. Install an older "
            'one there: pip install "numpy<1.27".'
        )
    for name in ("torch", "torchaudio"):
        if faults[name]:
            yield (
                f"{name} does not load: {faults[name]}. It must come from the same source as its "
                f"companion (torch and torchaudio). {INSTALL}."
            )


def _device_warnings(answer: Answer) -> Iterator[str]:
    """A GPU that is there and cannot be used."""
    torch, versions = answer["torch"], answer["versions"]
    names = ", ".join(str(gpu["name"]) for gpu in answer["nvidia"])
    if torch["mps"]:
        yield (
            "RAVE cannot train on Apple's GPU. Small trials run on the CPU; train elsewhere and "
            "adopt the run here."
        )
    if names and not torch["gpus"] and torch["cuda"] is None and "torch" in versions:
        yield (
            f"There is a GPU ({names}), but torch {versions['torch']} was built for CPUs only. "
            "Install an engine that can use it: rave-gui engine install --torch auto."
        )
    elif names and not torch["gpus"] and torch["cuda"] is not None:
        yield (
            f"There is a GPU ({names}), but torch for CUDA {torch['cuda']} cannot reach it: "
            "its driver is probably older than this torch needs. Update the NVIDIA driver."
        )
    for gpu in torch["gpus"]:
        if not _has_kernels(gpu["capability"], torch.get("architectures", [])):
            yield (
                f"torch {versions.get('torch', '')} has no code for the {gpu['name']} (compute "
                f"capability {gpu['capability']}). Install an engine with a newer torch."
            )


def _has_kernels(capability: str, architectures: list[str]) -> bool:
    """Whether a torch runs on a GPU: code of the same generation, or portable code of an older.

    From CUDA's compatibility rules: ``sm_XY`` runs on X.Z with Z >= Y, ``compute_XY`` on all later.
    Lists that are not CUDA's (or none) are taken as fitting.
    """
    have = numbers(capability)
    parsed = [re.fullmatch(r"(sm|compute)_(\d+)(\d)[a-z]?", name) for name in architectures]
    rules = [(m[1], (int(m[2]), int(m[3]))) for m in parsed if m]
    if not rules or len(have) < 2:
        return True
    return any(need <= have and (kind == "compute" or need[0] == have[0]) for kind, need in rules)


def _version_warnings(answer: Answer) -> Iterator[str]:
    """Parts of RAVE that these versions do not support."""
    versions = answer["versions"]
    if numbers(versions.get("torchaudio", "")) >= (2, 9):
        yield (
            f"torchaudio {versions['torchaudio']} no longer has what the augmentation “compress” "
            "and the command “rave generate” need. Install torchaudio 2.8 to use them."
        )
    if "acids-rave" in versions and not answer["callbacks"]:
        lightning = versions.get("pytorch-lightning", "(missing)")
        yield (
            f"pytorch-lightning {lightning} does not load this application's helper into a "
            "training: stopping then saves nothing. Use pytorch-lightning 1.9.0."
        )
