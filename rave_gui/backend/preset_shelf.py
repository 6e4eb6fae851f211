"""Presets of a person beside the built-in ones: small JSON files that can be given to others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rave_gui.backend.presets import Preset, presets
from rave_gui.backend.rave_facts import CONFIGS
from rave_gui.backend.rave_settings import CPU, PreprocessSettings, TrainingSettings
from rave_gui.backend.trash import discard
from rave_gui.companion.rave_gui_job_files import write_json
from rave_gui.core.errors import UserError
from rave_gui.core.paths import fresh_path, slug

FORMAT, VERSION = "rave-gui preset", 1
SUFFIX = ".preset.json"
_LARGEST = 256 * 1024
_GB = 10**9
_OF_THE_PROJECT: dict[str, Any] = {"channels": 1, "sample_rate": 44100, "device": CPU}
"""What a preset does not decide: dataset and machine do."""


@dataclass(frozen=True)
class Shelf:
    """What is offered, and what could not be read."""

    built_in: tuple[Preset, ...]
    own: tuple[Preset, ...]
    problems: tuple[str, ...] = ()


class PresetShelf:
    """Own presets in one folder of the application's home."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self) -> Shelf:
        """Everything that is offered; a damaged file is named, the others are there."""
        own, problems = [], []
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            try:
                own.append(_read(path))
            except UserError as error:
                problems.append(str(error))
        own.sort(key=lambda preset: preset.title.casefold())
        return Shelf(tuple(presets().values()), tuple(own), tuple(problems))

    def save(self, title: str, explanation: str, settings: TrainingSettings) -> Preset:
        """Keep ``settings`` under that title, in the place of an own preset of the same title.

        Raises:
            UserError: without a title, or where the file cannot be written.
        """
        title = title.strip()
        if not title:
            raise UserError("A preset needs a title.", "Give it one.")
        path = self._path_for(title)
        name = path.name.removesuffix(SUFFIX)
        training = replace(settings, preset=name, **_OF_THE_PROJECT)
        preset = Preset(name, title, explanation.strip(), training, _preprocess(training))
        _write(path, preset)
        return preset

    def delete(self, name: str) -> None:
        """Move an own preset to the trash.

        Raises:
            UserError: the system refuses.
        """
        discard(self._folder / f"{slug(name)}{SUFFIX}")

    def take_in(self, path: Path) -> Preset:
        """Keep a preset that somebody gave; one of the same title stays beside it.

        Raises:
            UserError: the file is no preset, damaged, or of a newer application.
        """
        preset = _read(path)
        target = fresh_path(self._folder, slug(preset.title, "preset"), SUFFIX)
        name = target.name.removesuffix(SUFFIX)
        kept = replace(preset, name=name, training=replace(preset.training, preset=name))
        _write(target, kept)
        return kept

    def give_away(self, preset: Preset, path: Path) -> Path:
        """Write a preset into a file for others; returns its path.

        Raises:
            UserError: where it cannot be written.
        """
        named = path.name.endswith(".json")
        target = path if named else path.with_name(path.name + SUFFIX)
        _write(target, preset)
        return target

    def _path_for(self, title: str) -> Path:
        for path in self._folder.glob(f"*{SUFFIX}"):
            try:
                if _read(path).title.casefold() == title.casefold():
                    return path
            except UserError:
                continue
        return fresh_path(self._folder, slug(title, "preset"), SUFFIX)


def gpu_needed(settings: TrainingSettings) -> int | None:
    """Bytes of GPU memory that RAVE's README asks for; None where nobody says, as on a CPU."""
    facts = (CONFIGS.get(name.removesuffix(".gin")) for name in settings.configs)
    known = [fact.gpu_gb for fact in facts if fact is not None and fact.gpu_gb]
    return max(known) * _GB if known else None


def usual_preset(gpu_bytes: Sequence[int]) -> str:
    """The built-in preset to begin with on a machine whose GPUs have that much memory."""
    most = max(gpu_bytes, default=0)
    if not most:
        return "sample"
    needed = gpu_needed(presets()["v2"].training) or 0
    return "v2" if needed <= most * 1.05 else "v2_small"  # cards tell a little less than they have


def _preprocess(training: TrainingSettings) -> PreprocessSettings:
    """Pieces of a dataset in which such a window can be anywhere."""
    return PreprocessSettings(num_signal=training.n_signal)


def _read(path: Path) -> Preset:
    data = _json(path)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise UserError(f"{path} is not a preset.", f"Choose a file that ends with {SUFFIX}.")
    version = data.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise UserError(
            f"The preset {path} was made by a newer version of RAVE GUI.", "Update RAVE GUI."
        )
    title, explanation, training = (data.get(key) for key in ("title", "explanation", "training"))
    if not isinstance(title, str) or not title.strip() or not isinstance(training, dict):
        raise UserError(f"The preset {path} is damaged.", "Ask for it again, or make it anew.")
    name = path.name.removesuffix(SUFFIX)
    settings = TrainingSettings.from_json({**training, **_OF_THE_PROJECT, "preset": name})
    words = explanation if isinstance(explanation, str) else ""
    return Preset(name, title.strip()[:80], words[:400], settings, _preprocess(settings))


def _json(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
        return json.loads(raw) if len(raw) <= _LARGEST else None
    except OSError as error:
        raise UserError(
            f"The preset {path} cannot be read ({error.strerror or error}).", "Choose another file."
        ) from error
    except (ValueError, RecursionError):
        return None


def _write(path: Path, preset: Preset) -> None:
    training = {
        key: value
        for key, value in preset.training.to_json().items()
        if key not in {*_OF_THE_PROJECT, "preset", "workers"}
    }
    data = {
        "format": FORMAT,
        "version": VERSION,
        "title": preset.title,
        "explanation": preset.explanation,
        "training": training,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, data)
    except OSError as error:
        raise UserError(
            f"The preset cannot be written to {path} ({error.strerror or error}).",
            "Choose another folder, or free some space.",
        ) from error
