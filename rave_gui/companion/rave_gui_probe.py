"""What the Python that runs this is as a home of RAVE, as one JSON object on standard output.

    python rave_gui_probe.py            everything; imports torch and RAVE, which takes seconds
    python rave_gui_probe.py --gpus     NVIDIA's own list of GPUs with free memory, ffmpeg, ffprobe

Nothing in here may spoil anything else: each question is asked in its own shelter, and what went
wrong is part of the answer. Standard library only, and syntax that an old Python still reads, so
that even an unsuitable environment can say why it is unsuitable.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

FORMAT = 1
DISTRIBUTIONS = {
    "acids-rave": "acids-rave",
    "torch": "torch",
    "torchaudio": "torchaudio",
    "numpy": "numpy",
    "scipy": "scipy",
    "setuptools": "setuptools",
    "pytorch-lightning": "pytorch-lightning",
    "nn-tilde": "nn-tilde",
    "gin-config": "gin-config",
    "lmdb": "lmdb",
}
VERBS = (
    "preprocess",
    "train",
    "train_prior",
    "export",
    "export_onnx",
    "remote_dataset",
    "generate",
)
CALLBACK_GROUP = "pytorch_lightning.callbacks_factory"
_SMI_FIELDS = "uuid,name,memory.total,memory.free,compute_cap"
_WSL_SMI = "/usr/lib/wsl/lib/nvidia-smi"
_MEBIBYTE = 1024 * 1024
_PATIENCE = 20.0


def versions() -> dict[str, str]:
    """Versions of the distributions that matter, read without importing; absent ones left out."""
    found = {"python": platform.python_version()}
    for name, distribution in DISTRIBUTIONS.items():
        try:
            found[name] = str(importlib.metadata.version(distribution))
        except Exception:
            continue
    return found


def import_fault(module: str) -> str:
    """Why ``module`` cannot be imported, as one line; empty where it can."""
    try:
        importlib.import_module(module)
    except BaseException as error:  # a module may raise SystemExit as well
        return fault_line(error)
    return ""


def fault_line(error: BaseException) -> str:
    """One line that names an exception."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:500] if text else type(error).__name__


def torch_facts() -> dict[str, Any]:
    """What torch was built for and which devices it can use now."""
    facts: dict[str, Any] = {"cuda": None, "hip": None, "mps": False, "gpus": [], "fault": ""}
    try:
        torch: Any = importlib.import_module("torch")
        facts["cuda"] = torch.version.cuda
        facts["hip"] = getattr(torch.version, "hip", None)
        facts["mps"] = bool(torch.backends.mps.is_available())
        if torch.cuda.is_available():
            facts["architectures"] = list(torch.cuda.get_arch_list())
            facts["gpus"] = [torch_gpu(torch, i) for i in range(torch.cuda.device_count())]
    except BaseException as error:
        facts["fault"] = fault_line(error)
    return facts


def torch_gpu(torch: Any, index: int) -> dict[str, Any]:
    """One GPU by the number that ``rave train --gpu`` takes; memory in bytes."""
    properties = torch.cuda.get_device_properties(index)
    free = torch.cuda.mem_get_info(index)[0]
    return {
        "index": index,
        "name": str(properties.name),
        "uuid": bare_uuid(str(getattr(properties, "uuid", ""))),
        "memory_total": int(properties.total_memory),
        "memory_free": int(free),
        "capability": f"{properties.major}.{properties.minor}",
    }


def bare_uuid(text: str) -> str:
    """A GPU's uuid as torch writes it: without NVIDIA's ``GPU-`` in front."""
    return text.strip().lower().replace("gpu-", "", 1)


def run(argv: list[str]) -> tuple[int, str]:
    """Return code and output of a small program; -1 and the reason where it did not run."""
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -1, f"no answer within {_PATIENCE:.0f} s"
    except OSError as error:
        return -1, fault_line(error)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def nvidia_gpus() -> list[dict[str, Any]]:
    """NVIDIA's own list of GPUs, whether torch can use them or not; memory in bytes."""
    program = shutil.which("nvidia-smi") or (_WSL_SMI if Path(_WSL_SMI).exists() else None)
    if program is None:
        return []
    code, text = run([program, f"--query-gpu={_SMI_FIELDS}", "--format=csv,noheader,nounits"])
    rows = [smi_row(line) for line in text.splitlines()] if code == 0 else []
    return [row for row in rows if row]


def smi_row(line: str) -> dict[str, Any]:
    """One line of nvidia-smi's table; empty where the line is none."""
    cells = [cell.strip() for cell in line.split(",")]
    if len(cells) != len(_SMI_FIELDS.split(",")):
        return {}
    return {
        "uuid": bare_uuid(cells[0]),
        "name": cells[1],
        "memory_total": mebibytes(cells[2]),
        "memory_free": mebibytes(cells[3]),
        "capability": cells[4],
    }


def mebibytes(text: str) -> int | None:
    """Bytes from a number of MiB; None for NVIDIA's ``[N/A]``."""
    try:
        return int(float(text) * _MEBIBYTE)
    except ValueError:
        return None


def tool(name: str) -> dict[str, str]:
    """Path and version of ffmpeg or ffprobe, by running it: a file may be there and broken."""
    path = shutil.which(name)
    if path is None:
        return {"path": "", "version": "", "fault": "not found"}
    code, text = run([path, "-hide_banner", "-version"])
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    words = first.split()
    if code == 0 and len(words) >= 3 and words[1] == "version":
        return {"path": path, "version": words[2], "fault": ""}
    return {"path": path, "version": "", "fault": first[:300] or f"it ended with code {code}"}


def configs() -> dict[str, Any]:
    """RAVE's folder of gin files and the names in it, found without importing RAVE."""
    try:
        spec = importlib.util.find_spec("rave")
        folders = list(spec.submodule_search_locations or []) if spec else []
    except (ImportError, ValueError, AttributeError):
        folders = []
    for folder in (Path(one) / "configs" for one in folders):
        if folder.is_dir():
            augmentations = folder / "augmentations"
            return {
                "folder": str(folder),
                "names": sorted(path.stem for path in folder.glob("*.gin")),
                "augmentations": sorted(path.stem for path in augmentations.glob("*.gin")),
            }
    return {"folder": "", "names": [], "augmentations": []}


def callbacks_honoured() -> bool:
    """Whether this Lightning asks the entry-point group that brings our companion into a training.

    Read from its source (``trainer/connectors/callback_connector.py``), so that it is known of
    every version and without an import.
    """
    try:
        spec = importlib.util.find_spec("pytorch_lightning")
        folders = list(spec.submodule_search_locations or []) if spec else []
        files = [Path(one) / "trainer" / "connectors" / "callback_connector.py" for one in folders]
        return any(CALLBACK_GROUP in path.read_text("utf-8", "replace") for path in files)
    except (ImportError, ValueError, AttributeError, OSError):
        return False


def sox_fault() -> str:
    """Why torchaudio cannot apply the effect that RAVE's ``compress`` asks for; empty if it can."""
    try:
        torch: Any = importlib.import_module("torch")
        effects: Any = importlib.import_module("torchaudio").sox_effects
        effect = ["compand", "0.1,0.1", "6:-80,-40,-10"]
        effects.apply_effects_tensor(torch.zeros(1, 64), 44100, [effect])
    except BaseException as error:
        return fault_line(error)
    return ""


def libsox_loads() -> bool:
    """Whether the system has the library that torchaudio 2 loads for its effects."""
    try:
        ctypes.CDLL("libsox.dylib" if sys.platform == "darwin" else "libsox.so")
    except OSError:
        return False
    return True


def verbs() -> dict[str, Any]:
    """RAVE's flags by verb; a verb that cannot be loaded says why and spoils no other."""
    try:
        flags: Any = importlib.import_module("absl.flags")
        names = importlib.import_module("scripts.main_cli").AVAILABLE_SCRIPTS
    except BaseException as error:
        return {verb: {"flags": {}, "fault": fault_line(error)} for verb in VERBS}
    return {str(verb): verb_flags(flags.FLAGS, str(verb)) for verb in names}


def verb_flags(registry: Any, verb: str) -> dict[str, Any]:
    """The flags that importing one verb's module registers with absl.

    They are taken off again, since verbs share flag names, which absl refuses in one process.
    """
    before = set(registry)
    fault = import_fault(f"scripts.{verb}")
    own = registry.flags_by_module_dict().get(f"scripts.{verb}", [])
    found = {flag.name: flag_facts(flag) for flag in own}
    for name in set(registry) - before:
        delattr(registry, name)
    return {"flags": {} if fault else found, "fault": fault}


def flag_facts(flag: Any) -> dict[str, Any]:
    """Type, default and help of one absl flag, as JSON can hold them."""
    return {
        "type": str(flag.flag_type()),
        "default": plain(flag.default),
        "help": " ".join(str(flag.help or "").split()),
    }


def plain(value: Any) -> Any:
    """``value`` where JSON has it, else its text."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else str(value)


def rave_script() -> str:
    """The ``rave`` command beside this Python, with a living interpreter in its first line.

    An environment that was moved keeps scripts that point to where it was.
    """
    folder = Path(sys.executable).parent
    places = [folder / "rave", folder / "rave.exe", folder / "Scripts" / "rave.exe"]
    return next((str(path) for path in places if path.is_file() and interpreter_lives(path)), "")


def interpreter_lives(script: Path) -> bool:
    """Whether the interpreter that a script names exists; a Windows launcher is taken on trust.

    A long or spaced path is written as ``#!/bin/sh`` and a second line that calls ``exec``.
    """
    with script.open("rb") as stream:
        lines = stream.read(4096).decode("utf-8", "replace").splitlines()
    if not lines or not lines[0].startswith("#!"):
        return script.suffix == ".exe"
    detour = re.match(r"\'\'\'exec' [\"']?([^\"']+)", lines[1]) if len(lines) > 1 else None
    named = detour.group(1) if detour else lines[0][2:].strip()
    return Path(named.strip()).exists() or Path(named.split(" ")[0]).exists()


def quick() -> dict[str, Any]:
    """What may change at any moment and costs little: GPUs by NVIDIA's own tool, ffmpeg, sox."""
    return {
        "format": FORMAT,
        "nvidia": nvidia_gpus(),
        "ffmpeg": tool("ffmpeg"),
        "ffprobe": tool("ffprobe"),
        "libsox": libsox_loads(),
    }


def everything() -> dict[str, Any]:
    """The whole answer."""
    return {
        **quick(),
        "executable": sys.executable,
        "prefix": sys.prefix,
        "script": rave_script(),
        "versions": versions(),
        "faults": {name: import_fault(name) for name in ("pkg_resources", "torch", "torchaudio")},
        "torch": torch_facts(),
        "sox": sox_fault(),
        "configs": configs(),
        "callbacks": callbacks_honoured(),
        "verbs": verbs(),
    }


def main(arguments: list[str]) -> int:
    """Answer on the real standard output; what imported modules print goes to standard error."""
    answer_to = os.dup(1)
    os.dup2(2, 1)
    answer = quick() if "--gpus" in arguments else everything()
    with os.fdopen(answer_to, "w", encoding="utf-8") as stream:
        stream.write("\n" + json.dumps(answer) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
