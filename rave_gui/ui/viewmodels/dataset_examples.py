"""What is said of one example of a dataset."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rave_gui.backend.dataset_example import Example
from rave_gui.core.records import Dataset
from rave_gui.ui import formats
from rave_gui.ui.text import translate
from rave_gui.ui.viewmodels.rows import Fact

_LEAST_SECONDS = 0.4
"""One gating block of BS.1770-4."""


@dataclass(frozen=True, eq=False)
class Shown:
    """An example and what was measured in it."""

    dataset_id: int
    count: int
    """Examples in all."""
    example: Example
    loudness: float | None
    """LUFS."""


def _tr(text: str) -> str:
    return translate("dataset-examples", text)


def title(shown: Shown) -> str:
    """What the player calls it."""
    example = shown.example
    name = _tr("Example {n}").format(n=formats.count(example.index + 1))
    return f"{name} · {example.origin.name}" if example.origin else name


def facts(shown: Shown) -> list[Fact]:
    """Length, levels and format."""
    example = shown.example
    return [
        Fact(_tr("Length"), f"{example.seconds:.2f} s"),
        _loudness_fact(shown),
        Fact(_tr("Peak"), _level(_decibels(example.peak), "dBFS"), _peak_role(example.peak)),
        Fact(_tr("Rate"), formats.sample_rate(example.sample_rate)),
        Fact(_tr("Channels"), formats.channels(example.samples.shape[0])),
    ]


def about(shown: Shown, dataset: Dataset) -> str:
    """Where it comes from, as far as that can be known."""
    example = shown.example
    if example.origin is not None:
        return _tr("From {name}, beginning at {time}. A training cuts its windows so.").format(
            name=example.origin, time=formats.clock(example.begin)
        )
    return _tr(
        "These are the very samples that RAVE learns from. Which file they came from cannot be "
        "told: RAVE writes files into {name} in whatever order they come."
    ).format(name=dataset.name)


def not_yet(*, gone: bool) -> str:
    """Why there is nothing to hear."""
    if gone:
        return _tr("Its files are gone, so there is nothing to hear.")
    return _tr("Examples can be heard once the dataset is ready.")


def _level(value: float | None, unit: str) -> str:
    if value is None or not math.isfinite(value):
        return f"-∞ {unit}"
    return f"{value:.1f} {unit}"


def _decibels(peak: float) -> float | None:
    return 20 * math.log10(peak) if peak > 0 else None


def _loudness_fact(shown: Shown) -> Fact:
    """Loudness is measured over 400 ms; a shorter example has none, and is not silent for that."""
    if shown.loudness is None and shown.example.seconds < _LEAST_SECONDS:
        tip = _tr("Loudness is measured over at least 0.4 s of sound.")
        return Fact(_tr("Loudness"), formats.DASH, tip=tip)
    role = "" if shown.loudness is not None else "warn"
    return Fact(_tr("Loudness"), _level(shown.loudness, "LUFS"), role)


def _peak_role(peak: float) -> str:
    return "warn" if peak >= 32767 / 32768 else ""
