"""What a person chooses for the three verbs of RAVE, as frozen facts that survive JSON."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from rave_gui.core.errors import UserError

CPU = "cpu"
EXTENSIONS = ("aif", "aiff", "wav", "opus", "mp3", "aac", "flac", "ogg")
"""What ``rave preprocess`` looks for by itself; ffmpeg reads more."""

Settings = TypeVar("Settings", bound="_Stored")


def default_workers(cores: int | None = None, platform: str = sys.platform) -> int:
    """Loader processes for ``--workers``: RAVE itself forces 0 on Windows and macOS."""
    if platform in {"win32", "darwin"}:
        return 0
    return max(0, min(8, (cores or os.cpu_count() or 1) - 1))


class _Stored:
    """The round trip through JSON, shared by the settings below."""

    def to_json(self) -> dict[str, Any]:
        """Plain lists, numbers and strings."""
        return {key: _plain(value) for key, value in asdict(self).items()}  # type: ignore[call-overload]

    @classmethod
    def from_json(cls: type[Settings], data: Mapping[str, Any]) -> Settings:
        """The settings in ``data``; unknown keys are left out, missing ones get their default.

        Raises:
            UserError: a value is of another kind than the setting.
        """
        hints = get_type_hints(cls)
        names = [item.name for item in fields(cls) if item.name in data]  # type: ignore[arg-type]
        return cls(**{name: _checked(name, data[name], hints[name]) for name in names})


@dataclass(frozen=True)
class PreprocessSettings(_Stored):
    """What ``rave preprocess`` is asked for."""

    num_signal: int = 131072
    """One example of the dataset holds **twice** as many samples (preprocess.py:80)."""
    channels: int = 1
    sample_rate: int = 44100
    lazy: bool = False
    max_db_gb: int = 100
    """Upper limit of the database in GB; Windows takes it from the disk at once."""
    extensions: tuple[str, ...] = EXTENSIONS

    @property
    def chunk_seconds(self) -> float:
        """Length of one example; a file shorter than that is lost."""
        return 2 * self.num_signal / self.sample_rate

    def with_room_for(self, seconds: float) -> PreprocessSettings:
        """The same, with a database limit that holds ``seconds`` of sound."""
        return replace(self, max_db_gb=database_gb(seconds, self.channels, self.sample_rate))


@dataclass(frozen=True)
class ConditionSettings(_Stored):
    """How files that RAVE cannot take as they are, are prepared; originals are never changed."""

    mix: str = "mean"
    """To fewer channels: ``mean`` of all, or ``first`` (what RAVE itself would do)."""
    short_files: str = "join"
    """Files shorter than one example: ``join`` them, ``pad`` each with silence, ``leave`` out."""
    trim_silence: bool = False
    """Cut silence at both ends, and pauses longer than two seconds."""
    match_level: bool = False
    """Bring every file to the same loudness, never over full scale."""


@dataclass(frozen=True)
class TrainingSettings(_Stored):
    """What ``rave train`` is asked for."""

    configs: tuple[str, ...] = ("v2",)
    overrides: tuple[str, ...] = ()
    """gin bindings such as ``CAPACITY=64``; ``SAMPLING_RATE`` follows ``sample_rate`` by itself."""
    n_signal: int = 131072
    """Samples of one training example per channel."""
    batch: int = 8
    channels: int = 1
    sample_rate: int = 44100
    """Of the dataset, and so of the model."""
    max_steps: int = 3_000_000
    val_every: int = 10_000
    save_every: int = 500_000
    workers: int = field(default_factory=default_workers)
    device: str = CPU
    """``cpu`` or ``gpu:N``."""
    augmentations: tuple[str, ...] = ()
    derivative: bool = False
    normalize: bool = False
    rand_pitch: tuple[float, float] | None = None
    ema: float | None = None
    preset: str = ""


@dataclass(frozen=True)
class ExportSettings(_Stored):
    """What ``rave export``, or our own exporter for ONNX, is asked for."""

    format: str = "torchscript"
    """``torchscript`` or ``onnx``."""
    streaming: bool = True
    fidelity: float = 0.95
    """Share of the latent variance that is kept, 0.1 to 0.999; only for variational models."""
    channels: int | None = None
    """None: as the model has."""
    sample_rate: int | None = None
    """None: the model's own; otherwise a whole multiple of it."""
    ema: bool = False
    name: str = ""


def database_gb(seconds: float, channels: int, sample_rate: int) -> int:
    """Whole GB that a database of ``seconds`` of 16-bit sound needs, with a fifth to spare."""
    return max(1, math.ceil(1.2 * seconds * channels * sample_rate * 2 / 1024**3))


def gpu_index(device: str) -> int | None:
    """The N of ``gpu:N``, None for the CPU.

    Raises:
        UserError: ``device`` is neither.
    """
    if device == CPU:
        return None
    kind, _, number = device.partition(":")
    if kind != "gpu" or not number.isascii() or not number.isdigit():
        raise UserError(
            f"There is no device called “{device}”.", "Choose “cpu” or a GPU such as “gpu:0”."
        )
    return int(number)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _checked(name: str, value: Any, hint: Any) -> Any:
    """``value`` as ``hint`` wants it: lists become tuples, whole numbers pass for floats."""
    if get_origin(hint) in (Union, UnionType):
        if value is None and NoneType in get_args(hint):
            return None
        hint = next(item for item in get_args(hint) if item is not NoneType)
    if get_origin(hint) is tuple and isinstance(value, (list, tuple)):
        return _checked_items(name, value, get_args(hint))
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint or (hint is float and not math.isfinite(value)):
        raise UserError(
            f"The setting “{name}” cannot be {value!r}.",
            "Set it again; the stored settings may be damaged.",
        )
    return value


def _checked_items(name: str, values: Any, kinds: tuple[Any, ...]) -> tuple[Any, ...]:
    repeated = kinds[-1] is Ellipsis
    if not repeated and len(values) != len(kinds):
        raise UserError(f"The setting “{name}” needs {len(kinds)} values.", "Set it again.")
    kind_of = [kinds[0]] * len(values) if repeated else kinds
    return tuple(_checked(name, value, kind) for value, kind in zip(values, kind_of, strict=True))
