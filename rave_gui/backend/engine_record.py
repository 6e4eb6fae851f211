"""The Python environment in which ``rave`` lives, as a frozen fact."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CALL_MAIN = "import sys; from scripts.main_cli import main; sys.exit(main())"
"""What RAVE's own console script does; used where that script is missing or points to nowhere."""


@dataclass(frozen=True)
class Gpu:
    """A GPU that the engine's torch can use; memory in bytes."""

    index: int
    """The number that ``rave train --gpu`` takes."""
    name: str
    memory_total: int
    memory_free: int
    capability: str = ""
    """NVIDIA's compute capability, as ``"9.0"``."""
    uuid: str = ""
    """The same card for torch and for NVIDIA's own tool, whose orders differ."""

    @property
    def device(self) -> str:
        """The name of this device in the application, as ``gpu:0``."""
        return f"gpu:{self.index}"


@dataclass(frozen=True)
class Engine:
    """What is known of one environment, from asking it in its own Python."""

    python: Path
    origin: str
    """Where it was found: ``RAVE_GUI_ENGINE``, ``settings``, ``installed``, ``PATH``, ``current``
    or ``conda``."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """By distribution name; ``python`` is the interpreter's own."""
    cuda: str | None = None
    """The CUDA version that torch was built for; None for a CPU build."""
    gpus: tuple[Gpu, ...] = ()
    ffmpeg: str = ""
    """Version of ffmpeg, empty where it is missing or does not run."""
    ffprobe: str = ""
    configs_dir: Path | None = None
    configs: tuple[str, ...] = ()
    flags: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Default values by verb and flag name; a verb that does not load is left out."""
    problems: tuple[str, ...] = ()
    """Why it cannot train, as sentences with their remedy."""
    can_install_lightning_callbacks: bool = False
    """Whether its Lightning loads our companion into a training."""
    warnings: tuple[str, ...] = ()
    """What it can do only in part, as sentences with their remedy."""
    command: tuple[str, ...] = ()
    """What calls ``rave``; empty means the function behind the script is called."""
    augmentations: tuple[str, ...] = ()
    """Names for ``rave train --augment``."""
    broken_verbs: Mapping[str, str] = field(default_factory=dict)
    """Why a verb does not load, by verb."""
    flag_details: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    """``type``, ``default`` and ``help`` by verb and flag name."""
    other_gpus: tuple[str, ...] = ()
    """Names of NVIDIA GPUs of this machine that this torch cannot use."""
    tool_faults: Mapping[str, str] = field(default_factory=dict)
    """Why ``ffmpeg`` or ``ffprobe`` does not run."""
    sox: bool = False
    """Whether its torchaudio can use sox, which the augmentation ``compress`` needs."""

    @property
    def ready(self) -> bool:
        """Whether RAVE can run here; ffmpeg is judged apart, since only preprocessing needs it."""
        return not self.problems

    @property
    def rave_version(self) -> str:
        """Version of acids-rave, empty where it is absent."""
        return self.versions.get("acids-rave", "")

    @property
    def environment_dir(self) -> Path:
        """The folder that holds the environment."""
        scripts = self.python.parent
        return scripts.parent if scripts.name in {"bin", "Scripts"} else scripts

    def device_names(self) -> tuple[str, ...]:
        """The devices that a training can use: ``cpu``, ``gpu:0``, ``gpu:1``, ..."""
        return ("cpu", *(gpu.device for gpu in self.gpus))

    def rave(self, verb: str, *args: str) -> list[str]:
        """The argument list that calls a verb of the unmodified ``rave``."""
        command = self.command or (str(self.python), "-c", CALL_MAIN)
        return [*command, verb, *args]

    def environment(self) -> dict[str, str]:
        """What a process of this engine needs beside a clean environment.

        RAVE calls ``ffmpeg`` and ``ffprobe`` by name, and in a conda environment they lie beside
        its Python, which is on ``PATH`` only where the environment was activated.
        """
        return {"PATH": search_path(self.python)}

    def summary(self) -> str:
        """One line for a list: RAVE, torch, Python, device."""
        if not self.rave_version:
            return "no RAVE here"
        device = ", ".join(gpu.name for gpu in self.gpus) or "CPU"
        torch, python = self.versions.get("torch", "?"), self.versions.get("python", "?")
        return f"RAVE {self.rave_version}, torch {torch}, Python {python}, {device}"


def search_path(python: Path) -> str:
    """``PATH`` as if the environment of ``python`` were activated."""
    scripts = python.parent
    folders = [str(scripts), *(str(scripts / name) for name in ("Scripts", r"Library\bin"))]
    own = [folder for folder in folders if os.path.isdir(folder)]  # noqa: PTH112
    rest = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join([*own, *(folder for folder in rest if folder not in own)])
