"""Making an engine: a Python environment of its own with RAVE in it, by uv.

An environment counts once its marker is written, which is the last thing to happen and only after
RAVE was seen to load there. Whatever ends an installation earlier leaves a half-made environment
that is never used; the next run makes it anew, quickly, since uv keeps what it downloaded.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rave_gui.backend import engine_uv
from rave_gui.backend.engine_folder import EngineFolder
from rave_gui.backend.engine_pins import ADDITIONS, PINS, PYTHON, TORCH_PINS, engine_name
from rave_gui.backend.engine_probe import probe
from rave_gui.backend.engine_record import Engine
from rave_gui.core.errors import UserError
from rave_gui.core.logger import system_logger
from rave_gui.core.process import run_captured
from rave_gui.core.process_lines import run_lines

__all__ = ["LICENCE", "PINS", "STAGES", "InstallStage", "Installer", "engine_name"]
STAGES = ("licence", "python", "torch", "rave", "check", "done")
LICENCE = (
    "RAVE is made by IRCAM and licensed under CC BY-NC 4.0: you may use it and what it makes for "
    "anything that is not commercial, naming its authors. It is downloaded now, not part of this "
    "application."
)
_GIGABYTE = 1_000_000_000
_SIZES = {"cpu": 2 * _GIGABYTE, "cuda": 8 * _GIGABYTE}
"""Disk that an engine needs; with CUDA's libraries it was measured at 6.8 GB."""
_WORTH_TELLING = re.compile(r"^(Resolved|Downloading|Downloaded|Building|Prepared|Installed)\b")
Report = Callable[["InstallStage"], None]


@dataclass(frozen=True)
class InstallStage:
    """How far an installation is: a stage begins (no detail), or says something (with one)."""

    name: str
    text: str
    number: int
    """From 1 to ``of``."""
    of: int = len(STAGES)
    detail: bool = False


def choose_torch(asked: str, has_gpu: bool, platform: str = sys.platform) -> str:
    """What ``auto`` stands for: a name of uv's torch backend, or ``pypi`` for the default index.

    Linux builds on the default index hold CUDA, those for macOS and Windows do not.
    """
    if asked != "auto":
        return asked
    if has_gpu:
        return "cu128" if platform == "win32" else "pypi"
    return "cpu" if platform == "linux" else "pypi"


def needed_bytes(torch: str, platform: str = sys.platform) -> int:
    """Disk that an engine with this torch takes."""
    small = torch == "cpu" or (torch == "pypi" and platform != "linux")
    return _SIZES["cpu" if small else "cuda"]


def check_torch_name(asked: str) -> None:
    """UserError unless it is one of the names that ``--torch`` takes."""
    if not re.fullmatch(r"auto|cpu|pypi|cu\d{2,3}|rocm\d+(\.\d+){1,2}|xpu", asked):
        raise UserError(
            f"“{asked}” is no source of torch.",
            "Choose auto, cpu, pypi, or a CUDA version such as cu128.",
        )


def has_nvidia_gpu() -> bool:
    """Whether NVIDIA's own tool lists a GPU."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return False
    try:
        return "GPU" in run_captured([program, "-L"], timeout=30).stdout
    except UserError:
        return False


class Installer:
    """Makes one engine in one folder."""

    def __init__(self, folder: Path, torch: str, cache_dir: Path, report: Report) -> None:
        check_torch_name(torch)
        self._folder = EngineFolder(folder.expanduser().absolute())
        self._asked = torch
        self._cache_dir = cache_dir
        self._report = report
        self._stage = STAGES[0]

    def install(self) -> Engine:
        """Make it, or find it made already.

        Raises:
            UserError: offline, disk full, interrupted, not allowed, or the folder is somebody's.
        """
        with self._folder.locked():
            done = self._already_there()
            return done or self._make()

    def _already_there(self) -> Engine | None:
        """The engine in the folder if it is complete, of these pins and in order."""
        marker = self._folder.marker()
        if marker is None:
            return None
        self._refuse_another(marker)
        engine = self._probe(refresh=False)
        if not engine.ready:
            self._folder.reopen()
            return None
        self._begin("done", f"There is already an engine in {self._folder.path}.")
        return engine

    def _refuse_another(self, marker: dict[str, Any]) -> None:
        """A complete engine may be at work in a training: it is never replaced by another."""
        pins, torch = tuple(map(str, marker.get("pins") or ())), marker.get("torch")
        if pins == PINS and self._asked in ("auto", torch, marker.get("asked")):
            return
        raise UserError(
            f"In {self._folder.path} there is already another engine (torch from {torch}).",
            "Choose another folder, or remove that one first.",
        )

    def _make(self) -> Engine:
        self._begin("licence", LICENCE)
        torch = choose_torch(self._asked, has_nvidia_gpu())
        self._folder.check_room(needed_bytes(torch))
        try:
            self._folder.begin()
            self._python()
            torch = self._torch(torch)
            self._rave(torch)
            return self._check(torch)
        except KeyboardInterrupt as error:
            raise UserError(
                "The installation was interrupted.", "Run it again: what was downloaded is kept."
            ) from error

    def _python(self) -> None:
        self._begin("python", "Making an environment with Python 3.11 or 3.10.")
        folder = str(self._folder.path)
        self._uv("venv", "--no-project", "--allow-existing", "--python", PYTHON, folder)

    def _torch(self, torch: str) -> str:
        """Install torch and torchaudio from one source; returns which it was."""
        self._begin("torch", f"Installing {' and '.join(TORCH_PINS)} ({_named(torch)}).")
        try:
            self._pip(torch, TORCH_PINS)
        except UserError as error:
            if self._asked != "auto" or torch != "cpu" or not _unreachable(error):
                raise
            self._say("The small build for CPUs cannot be reached; taking the large one instead.")
            torch = "pypi"
            self._folder.check_room(needed_bytes(torch))
            self._pip(torch, TORCH_PINS)
        return torch

    def _rave(self, torch: str) -> None:
        self._begin("rave", f"Installing {PINS[0]} and what it needs.")
        self._pip(torch, PINS)
        self._additions(torch)

    def _additions(self, torch: str) -> None:
        """Packages that only some exports are checked with: without them everything else works."""
        try:
            self._pip(torch, (*ADDITIONS, *PINS))
        except UserError as error:
            self._say(f"Without {', '.join(ADDITIONS)}: {error}")

    def _check(self, torch: str) -> Engine:
        """Ask the new environment; the marker is written only if RAVE loads there."""
        self._begin("check", "Seeing whether RAVE starts in it.")
        engine = self._probe(refresh=True)
        if not engine.ready:
            raise UserError(
                "The engine was installed, but RAVE does not start in it:",
                " ".join(engine.problems),
            )
        self._folder.finish(
            {
                "pins": list(PINS),
                "asked": self._asked,
                "torch": torch,
                "versions": dict(engine.versions),
                "made_at": time.time(),
            }
        )
        for text in (*engine.warnings, *engine.tool_faults.values()):
            self._say(text)
        self._begin("done", f"The engine is ready: {engine.summary()}.")
        return engine

    def _probe(self, *, refresh: bool) -> Engine:
        return probe(self._folder.python(), "installed", self._cache_dir, refresh=refresh)

    def _pip(self, torch: str, packages: tuple[str, ...]) -> None:
        backend = [] if torch == "pypi" else ["--torch-backend", torch]
        self._uv("pip", "install", "--python", str(self._folder.python()), *backend, *packages)

    def _uv(self, *arguments: str) -> None:
        """Run uv beside the environment; UserError in words where it fails."""
        argv = [str(engine_uv.find_uv()), "--no-progress", "--color", "never", *arguments]
        lines: list[str] = []

        def hear(line: str) -> None:
            lines.append(line)
            if _WORTH_TELLING.match(line):
                self._say(line)

        system_logger().info("engine installation: %s", json.dumps(argv))
        code = run_lines(
            argv,
            hear,
            cwd=self._folder.path.parent,
            environment=engine_uv.uv_environment(),
            on_start=self._folder.note_worker,
        )
        if code != 0:
            output = "\n".join(lines)
            system_logger().info("uv ended with code %d: %s", code, output[-8000:])
            raise engine_uv.explain(output, code, self._folder.path)

    def _begin(self, stage: str, text: str) -> None:
        self._stage = stage
        self._report(InstallStage(stage, text, STAGES.index(stage) + 1))

    def _say(self, text: str) -> None:
        self._report(InstallStage(self._stage, text, STAGES.index(self._stage) + 1, detail=True))


def _unreachable(error: UserError) -> bool:
    return engine_uv.is_network_failure(error.details)


def _named(torch: str) -> str:
    names = {"cpu": "the small build for CPUs", "pypi": "the default build"}
    return names.get(torch, f"the build for {torch}")
