"""The record of the hardware in a job directory: what its lines hold, and how they are merged.

The first line says what was measured on, every further line is a sample. Rates are bytes a second,
amounts bytes, times POSIX seconds, temperature degrees Celsius, power watts. ``cpu`` is the share
of the whole machine that was busy (0 to 100), ``tree_cpu`` the share of one core that the job used
(800 for eight whole cores). What could not be measured is ``null``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

HARDWARE = "hardware.jsonl"
MACHINE = ("cpu", "tree_cpu", "memory", "tree_memory", "free", "read", "write")
GPU = ("use", "memory", "temperature", "power")
MOST_GPUS = 32

_HIGHEST = {"memory", "tree_memory", "temperature"}
"""Of these the peak matters; of everything else the mean."""

Value: TypeAlias = float | None
Values: TypeAlias = tuple[Value, ...]


@dataclass(frozen=True)
class Sample:
    """One look at the hardware, or several merged into one."""

    time: float
    machine: Values
    """In the order of ``MACHINE``."""
    gpus: tuple[Values, ...] = ()
    """Each in the order of ``GPU``."""
    weight: int = 1
    """How many looks it stands for."""

    def to_json(self) -> dict[str, Any]:
        """One line of the record."""
        line: dict[str, Any] = {"t": round(self.time, 1), "m": list(self.machine)}
        if self.gpus:
            line["g"] = [list(gpu) for gpu in self.gpus]
        if self.weight > 1:
            line["n"] = self.weight
        return line

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> Sample | None:
        """The sample in ``line``; None where that is none, or a damaged one."""
        time, machine, gpus = number(line.get("t")), line.get("m"), line.get("g", [])
        if time is None or not isinstance(machine, list) or not isinstance(gpus, list):
            return None
        weight = line.get("n")
        return cls(
            time,
            _values(machine, len(MACHINE)),
            tuple(_values(gpu, len(GPU)) for gpu in gpus[:MOST_GPUS] if isinstance(gpu, list)),
            weight if isinstance(weight, int) and 0 < weight < 1 << 40 else 1,
        )


def number(value: object) -> float | None:
    """A finite number, None for everything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def merged(samples: Sequence[Sample]) -> Sample:
    """One sample for several that follow each other: means, and peaks where the peak matters."""
    if len(samples) == 1:
        return samples[0]
    weights = [sample.weight for sample in samples]
    total = sum(weights)
    count = max(len(sample.gpus) for sample in samples)
    return Sample(
        sum(s.time * w for s, w in zip(samples, weights, strict=True)) / total,
        _merged_values(MACHINE, [sample.machine for sample in samples], weights),
        tuple(
            _merged_values(GPU, [_at(sample.gpus, place) for sample in samples], weights)
            for place in range(count)
        ),
        total,
    )


def _at(gpus: tuple[Values, ...], place: int) -> Values:
    return gpus[place] if place < len(gpus) else (None,) * len(GPU)


def _merged_values(names: Sequence[str], rows: Sequence[Values], weights: Sequence[int]) -> Values:
    return tuple(
        _merged_value(name, [row[place] for row in rows], weights)
        for place, name in enumerate(names)
    )


def _merged_value(name: str, values: Sequence[Value], weights: Sequence[int]) -> Value:
    known = [
        (value, weight) for value, weight in zip(values, weights, strict=True) if value is not None
    ]
    if not known:
        return None
    if name in _HIGHEST:
        return max(value for value, _ in known)
    mean = sum(value * weight for value, weight in known) / sum(weight for _, weight in known)
    return round(mean, 1)


def _values(found: Sequence[Any], length: int) -> Values:
    known = [number(value) for value in found[:length]]
    return (*known, *(None,) * (length - len(known)))
