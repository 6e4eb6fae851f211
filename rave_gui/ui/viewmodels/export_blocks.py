"""What a verification measured for each buffer size, in words for a small table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rave_gui.core.records import Export
from rave_gui.ui.text import translate

SMALLEST = 64
"""Samples; no host hands over less at a time."""
SAME, AUDIBLE = -60.0, -30.0
"""dB beside the sound: below the first a difference is rounding, above the second it is heard."""
CLICK = 6.0
"""dB; jumps twice as large as elsewhere are heard."""
_NOTHING = -100.0
_TIGHT = 0.7
"""Of the time that there is; beyond, anything else on the computer makes it drop out."""


@dataclass(frozen=True)
class Cell:
    """A figure and what it means: a role of colour, and a word for who sees no colours."""

    text: str
    role: str = "secondary"
    tip: str = ""


@dataclass(frozen=True)
class BlockLine:
    """One buffer size."""

    size: str
    difference: Cell
    clicks: Cell
    load: Cell
    share: float
    """Of the time that there is, from 0 to 1, for a bar."""


def _tr(text: str) -> str:
    return translate("export_blocks", text)


def heads() -> tuple[str, str, str, str]:
    """The head of the table."""
    return (_tr("Buffer"), _tr("Against one pass"), _tr("Borders"), _tr("Time it takes"))


def lines(export: Export) -> list[BlockLine]:
    """A line for each size; none where nothing was measured."""
    found = _model(export).get("blocks")
    return [_line(entry) for entry in found or () if isinstance(entry, Mapping)]


def note(export: Export) -> str:
    """What hosts do with smaller buffers; empty where every size can be used."""
    ratio = _model(export).get("ratio")
    if not isinstance(ratio, int) or ratio <= SMALLEST or not lines(export):
        return ""
    return _tr(
        "It works in steps of {ratio} samples: with buffers from {smallest} to {largest} a host "
        "gathers {ratio} first."
    ).format(ratio=ratio, smallest=SMALLEST, largest=ratio // 2)


def _line(entry: Mapping[str, Any]) -> BlockLine:
    load = float(entry.get("real_time") or 0.0)
    return BlockLine(
        size=str(entry.get("block", "")),
        difference=_difference(float(entry.get("difference") or 0.0)),
        clicks=_clicks(float(entry.get("clicks") or 0.0)),
        load=_load(load),
        share=min(load, 1.0),
    )


def _difference(decibels: float) -> Cell:
    if decibels <= _NOTHING:
        return Cell(_tr("the same"), "good", f"{decibels:.0f} dB")
    figure = f"{decibels:.0f} dB"
    if decibels <= SAME:
        return Cell(_tr("{figure}, the same").format(figure=figure), "good")
    if decibels <= AUDIBLE:
        return Cell(_tr("{figure}, hardly heard").format(figure=figure), "warn")
    return Cell(_tr("{figure}, another sound").format(figure=figure), "bad")


def _clicks(decibels: float) -> Cell:
    figure = f"{decibels:+.0f} dB"
    if decibels > CLICK:
        return Cell(_tr("{figure}, clicks").format(figure=figure), "bad")
    if decibels < -CLICK:
        return Cell(_tr("{figure}, breaks off").format(figure=figure), "bad")
    return Cell(_tr("smooth"), "good", figure)


def _load(seconds: float) -> Cell:
    share = _tr("{percent} % of a core").format(percent=max(1, round(100 * seconds)))
    if seconds >= 1:
        return Cell(_tr("{share}, drops out").format(share=share), "bad")
    if seconds > _TIGHT:
        return Cell(_tr("{share}, tight").format(share=share), "warn")
    return Cell(share, "good")


def _model(export: Export) -> Mapping[str, Any]:
    found = export.verification.get("model")
    return found if isinstance(found, Mapping) else {}
