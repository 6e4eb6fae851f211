"""The only place that knows the flags of ``rave``: argument lists, never shell text.

Every flag that RAVE would guess, forget on a resume, or crash without is passed explicitly, with
absolute paths. Source of the traps: acids-rave 2.3.1, ``scripts/*.py``, named where they matter.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from rave_gui.backend.parameters import flags
from rave_gui.backend.rave_findings import gin_overrides
from rave_gui.backend.rave_rules import Finding, findings, refusals
from rave_gui.backend.rave_rules_export import export_refusals
from rave_gui.backend.rave_settings import (
    ExportSettings,
    PreprocessSettings,
    TrainingSettings,
    gpu_index,
)
from rave_gui.backend.rave_stage import export_config_fix, stage_for_export
from rave_gui.core.gin_config import ConfigManager
from rave_gui.core.paths import companion_dir

__all__ = [
    "ExportSettings",
    "Finding",
    "PreprocessSettings",
    "TrainingSettings",
    "companion_environment",
    "export_argv",
    "export_config_fix",
    "export_refusals",
    "exported_file",
    "findings",
    "preprocess_argv",
    "preprocess_stdin",
    "refusals",
    "run_name",
    "shell_line",
    "stage_for_export",
    "train_argv",
]

ONNX = "onnx"
ONNX_EXPORTER = "rave_gui_export_onnx.py"
LAZY_ANSWER = "y\n"
"""``--lazy`` asks on standard input whether it is meant, on every system (preprocess.py:211)."""


class RaveCommand(Protocol):
    """The part of an engine that command lines need."""

    @property
    def python(self) -> Path:
        """The environment's own interpreter."""

    @property
    def configs_dir(self) -> Path | None:
        """RAVE's own folder of gin files."""

    def rave(self, verb: str, *args: str) -> list[str]:
        """The environment's own ``rave`` with ``verb`` and ``args``."""


def preprocess_argv(
    engine: RaveCommand, inputs: Sequence[Path], output: Path, settings: PreprocessSettings
) -> list[str]:
    """``rave preprocess`` of the folders ``inputs`` into the fresh folder ``output``.

    A lazy dataset needs :data:`LAZY_ANSWER` on standard input.
    """
    return engine.rave(
        "preprocess",
        *_repeated("--input_path", [_absolute(path) for path in inputs]),
        *("--output_path", _absolute(output)),
        *("--num_signal", str(settings.num_signal)),
        *("--channels", str(settings.channels)),
        *("--sampling_rate", str(settings.sample_rate)),
        *("--max_db_size", str(settings.max_db_gb)),
        *_repeated("--ext", settings.extensions),
        "--lazy" if settings.lazy else "--nolazy",
    )


def preprocess_stdin(settings: PreprocessSettings) -> str:
    """What ``rave preprocess`` must read from standard input."""
    return LAZY_ANSWER if settings.lazy else ""


def train_argv(
    engine: RaveCommand,
    settings: TrainingSettings,
    name: str,
    db_path: Path,
    out_path: Path,
    checkpoint: Path | None = None,
) -> list[str]:
    """``rave train``; with ``checkpoint`` it goes on from that very file.

    On a resume RAVE reads the model from the run's ``config.gin`` and ignores ``--config`` and
    ``--override`` (train.py:147), but it remembers nothing else: every other flag is passed again.

    Raises:
        UserError: a config cannot be read, or the device is unknown.
    """
    gpu = gpu_index(settings.device)
    return engine.rave(
        "train",
        *("--name", run_name(name)),
        *(["--ckpt", _absolute(checkpoint)] if checkpoint else _model(engine, settings)),
        *("--db_path", _absolute(db_path)),
        *("--out_path", _absolute(out_path)),
        *("--channels", str(settings.channels)),
        *("--gpu", "-1" if gpu is None else str(gpu)),
        *flags(settings),
        *_repeated("--augment", settings.augmentations),
    )


def export_argv(
    engine: RaveCommand, run: Path, output: Path, settings: ExportSettings
) -> list[str]:
    """``rave export`` of the checkpoint file ``run`` into the folder ``output``.

    ONNX is written by our own exporter in the engine's Python, since RAVE's knows one network only
    (:mod:`rave_gui.companion.rave_gui_export_onnx`); it takes the same options, and
    ``config.gin`` from beside the checkpoint (:mod:`rave_gui.backend.rave_stage`).
    """
    options = [
        *("--run", _absolute(run)),
        *("--output", _absolute(output)),
        *("--name", run_name(settings.name or run.stem)),
        *("--fidelity", _number(settings.fidelity)),
        *_optional("--channels", settings.channels),
        *(["--ema_weights"] if settings.ema else []),
    ]
    if settings.format == ONNX:
        streaming = ["--streaming"] if settings.streaming else []
        return [str(engine.python), str(companion_dir() / ONNX_EXPORTER), *options, *streaming]
    streaming = ["--streaming" if settings.streaming else "--nostreaming"]
    return engine.rave("export", *options, *streaming, *_optional("--sr", settings.sample_rate))


def exported_file(run: Path, output: Path, settings: ExportSettings) -> Path:
    """What :func:`export_argv` with the same arguments has written.

    Source: export.py:578; our exporter for ONNX adds ``_streaming`` to the name as RAVE does.
    """
    streaming = "_streaming" if settings.streaming else ""
    suffix = "onnx" if settings.format == ONNX else "ts"
    return output / f"{run_name(settings.name or run.stem)}{streaming}.{suffix}"


def companion_environment() -> dict[str, str]:
    """What ``rave train`` needs in its environment to load our companion."""
    return {"PYTHONPATH": str(companion_dir())}


def run_name(name: str) -> str:
    """``name`` as RAVE may use it in a folder name: one part of a path, never empty or hidden."""
    return re.sub(r"[^\w.+-]+", "_", name).strip("._-")[:80] or "untitled"


def shell_line(
    argv: Sequence[str],
    environment: Mapping[str, str] | None = None,
    *,
    windows: bool | None = None,
) -> str:
    """``argv`` as a person would type it; for reading and copying, never for running."""
    variables = environment or {}
    if os.name == "nt" if windows is None else windows:
        settings = [f'set "{key}={value}" && ' for key, value in variables.items()]
        return "".join(settings) + " ".join(map(_windows_quoted, argv))
    settings = [f"{key}={shlex.quote(value)}" for key, value in variables.items()]
    return " ".join([*settings, shlex.join(argv)])


def _model(engine: RaveCommand, settings: TrainingSettings) -> list[str]:
    """The gin files in the order that works, then the bindings that win over them."""
    configs: Sequence[str] = settings.configs
    if engine.configs_dir is not None:
        configs = ConfigManager(engine.configs_dir).ordered(configs)
    return [
        *_repeated("--config", configs),
        *_repeated("--override", gin_overrides(settings)),
    ]


def _windows_quoted(argument: str) -> str:
    """As the C runtime of Windows reads it back: backslashes count double before a quote."""
    if argument and not re.search(r'[\s"&|<>^()]', argument):
        return argument
    inner = re.sub(r'(\\*)"', r'\1\1\\"', argument)
    return '"' + re.sub(r"(\\+)$", r"\1\1", inner) + '"'


def _absolute(path: Path) -> str:
    return str(path.expanduser().absolute())


def _number(value: float) -> str:
    return f"{value:.12g}"


def _repeated(flag: str, values: Sequence[str]) -> list[str]:
    return [part for value in values for part in (flag, value)]


def _optional(flag: str, value: int | None) -> list[str]:
    return [] if value is None else [flag, str(value)]
